//! A request that shows what was proved: for people, and as JSON.

use std::collections::BTreeMap;

use iam_policy::context::{ContextValue, Key};
use schemars::JsonSchema;
use serde::Serialize;

/// A request. Condition keys that are not here are absent, or follow from the rest.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Request {
    principal: String,
    action: String,
    resource: Option<String>,
    /// The values of condition keys.
    context: BTreeMap<String, Vec<String>>,
}

impl Request {
    pub(crate) fn of(request: &iam_policy::request::Request) -> Self {
        let texts = |value: &ContextValue| match value {
            ContextValue::Single(value) => vec![value.to_string()],
            ContextValue::Set(values) => values.iter().map(ToString::to_string).collect(),
            ContextValue::Like(_) | ContextValue::Present | ContextValue::Absent | ContextValue::Unknown => {
                Vec::new()
            }
        };
        Self {
            principal: request.principal().to_string(),
            action: request.action().to_string(),
            resource: request.resource().map(str::to_owned),
            context: values(request).map(|(key, value)| (key.to_string(), texts(value))).collect(),
        }
    }
}

/// One line for each part of the request.
pub(crate) fn lines(request: &iam_policy::request::Request) -> Vec<String> {
    let mut lines =
        vec![format!("principal {}", request.principal()), format!("action {}", request.action())];
    lines.extend(request.resource().map(|resource| format!("resource {resource}")));
    lines.extend(values(request).map(|(key, value)| format!("{key} {value}")));
    lines
}

/// The condition keys of a request that have a value which does not follow from the rest.
fn values(request: &iam_policy::request::Request) -> impl Iterator<Item = (&Key, &ContextValue)> {
    request
        .given()
        .iter()
        .filter(|(_, value)| matches!(value, ContextValue::Single(_) | ContextValue::Set(_)))
}
