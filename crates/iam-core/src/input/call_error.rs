//! The AWS CLI's error message, as it stands in a file when its output was redirected there.

use super::error::quoted_up_to;
use super::{Artefact, quoted};
use crate::fact::Reason;

/// AWS names the principal, the action and the resource, in this order and with whole ARNs.
const LONGEST_MESSAGE: usize = 300;

/// What the AWS CLI printed in place of an answer:
/// `An error occurred (AccessDenied) when calling the GetAccountSummary operation: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// The error code.
    pub code: String,
    /// The API operation.
    pub operation: String,
    /// AWS's sentence.
    pub message: String,
}

impl CallError {
    /// Recognises the message anywhere in the first lines of a text.
    pub fn parse(text: &str) -> Option<Self> {
        let head: String = text.chars().take(4_096).collect();
        let (_, rest) = head.split_once("An error occurred (")?;
        let (code, rest) = rest.split_once(") when calling the ")?;
        let (operation, rest) = rest.split_once(" operation")?;
        let message = rest.trim_start_matches(|c: char| c != ':').trim_start_matches(':').trim();
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        (is_name(code) && is_name(operation)).then(|| Self {
            code: code.to_owned(),
            operation: operation.to_owned(),
            message: message.lines().next().unwrap_or_default().to_owned(),
        })
    }

    /// The artefact that the call would have given.
    pub fn artefact(&self) -> Option<Artefact> {
        Artefact::of_operation(&self.operation)
    }

    /// Why the answer is missing.
    pub fn reason(&self) -> Reason {
        let is_refusal = ["AccessDenied", "Unauthorized", "Forbidden", "OptInRequired"];
        if is_refusal.iter().any(|start| self.code.starts_with(start)) {
            Reason::Denied
        } else {
            Reason::CutOff
        }
    }

    /// One line for a gap.
    pub fn what(&self) -> String {
        let message = match self.message.as_str() {
            "" => String::new(),
            message => format!(": {}", quoted_up_to(LONGEST_MESSAGE, message)),
        };
        format!("AWS answered {} to {}{message}", quoted(&self.code), self.operation)
    }
}
