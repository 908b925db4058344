//! Why a call gave no answer, in words that hold no secret.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// AWS's sentences are shorter. What is longer quotes the request, with the session token among its headers.
const LONGEST_MESSAGE: usize = 500;

/// A call that gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// AWS's error code, or a word of ours where AWS said nothing.
    pub(crate) code: String,
    /// AWS's first sentence.
    pub(crate) message: String,
}

/// What a failure means for the other calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The permission is missing; other calls may be allowed.
    Denied,
    /// The credentials are no longer valid; no other call can work.
    Expired,
    /// Anything else.
    Failed,
}

impl Failure {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        let message = message.trim().lines().next().unwrap_or_default();
        let message = message.chars().filter(|c| !c.is_control()).take(LONGEST_MESSAGE).collect();
        Self { kind: Kind::of(code), code: code.to_owned(), message }
    }

    /// The same with a sentence of ours in front of AWS's.
    pub(crate) fn because(self, why: &str) -> Self {
        let message =
            if self.message.is_empty() { why.to_owned() } else { format!("{why}: {}", self.message) };
        Self { message, ..self }
    }

    /// Whether AWS said this.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.strip_suffix("Exception").unwrap_or(&self.code)
            == code.strip_suffix("Exception").unwrap_or(code)
    }

    /// Whether there is no such host, in the words of the systems' resolvers. That a name cannot be resolved now is another
    /// thing.
    pub(crate) fn is_of_unknown_host(&self) -> bool {
        const WORDS: [&str; 4] = [
            "Name or service not known",
            "No address associated with hostname",
            "nodename nor servname provided",
            "No such host is known",
        ];
        self.code == "NotReached" && WORDS.iter().any(|words| self.message.contains(words))
    }

    /// What the AWS CLI prints for it.
    pub(crate) fn as_the_cli_says(&self, operation: &str) -> String {
        format!(
            "\nAn error occurred ({}) when calling the {operation} operation: {}\n",
            self.code, self.message
        )
    }
}

impl Kind {
    fn of(code: &str) -> Self {
        const DENIED: [&str; 6] = [
            "AccessDenied",
            "Unauthorized",
            "Forbidden",
            "OptInRequired",
            "AuthorizationError",
            "SubscriptionRequired",
        ];
        // An unknown token is no sign of expiry: that is also what a Region answers that the account has not enabled.
        const EXPIRED: [&str; 3] = ["ExpiredToken", "RequestExpired", "CredentialsNotLoaded"];
        let is_one_of = |list: &[&str]| list.iter().any(|start| code.starts_with(start));
        if is_one_of(&DENIED) {
            Self::Denied
        } else if is_one_of(&EXPIRED) {
            Self::Expired
        } else {
            Self::Failed
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            f.write_str(&self.code)
        } else {
            write!(f, "{}: {}", self.code, self.message)
        }
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let status = error.raw_response().map(|response| response.status().as_u16());
        match &error {
            SdkError::ServiceError(context) => match (context.err().code(), status) {
                (Some(code), _) => Self::new(code, context.err().message().unwrap_or_default()),
                (None, Some(200..300) | None) => unreadable(&error),
                (None, Some(status)) => no_answer(status),
            },
            SdkError::ResponseError(_) => match status {
                Some(200..300) | None => unreadable(&error),
                Some(status) => no_answer(status),
            },
            SdkError::TimeoutError(_) => Self::new("Timeout", "AWS did not answer in time"),
            SdkError::DispatchFailure(_) => {
                let causes = causes(&error);
                let has_no_credentials = causes.contains("credentials");
                let code = if has_no_credentials { "CredentialsNotLoaded" } else { "NotReached" };
                Self::new(code, &causes)
            }
            _ => Self::new("NotSent", &causes(&error)),
        }
    }
}

fn no_answer(status: u16) -> Failure {
    Failure::new(&format!("Http{status}"), "the answer is not one that AWS gives")
}

fn unreadable(error: &dyn Error) -> Failure {
    Failure::new("UnreadableAnswer", &format!("the answer cannot be read: {}", causes(error)))
}

/// The innermost cause is the one that helps; those around it say that something went wrong.
fn causes(error: &dyn Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_what_the_failure_means() {
        for (code, kind) in [
            ("AccessDenied", Kind::Denied),
            ("AccessDeniedException", Kind::Denied),
            ("UnauthorizedOperation", Kind::Denied),
            ("ExpiredToken", Kind::Expired),
            ("ExpiredTokenException", Kind::Expired),
            ("UnrecognizedClientException", Kind::Failed),
            ("Throttling", Kind::Failed),
            ("NoSuchEntity", Kind::Failed),
            ("", Kind::Failed),
        ] {
            assert_eq!(Failure::new(code, "").kind, kind, "{code}");
        }
    }

    #[test]
    fn a_host_that_is_not_there_is_told_from_one_that_is_not_reached() {
        let lookup = "dispatch failure: failed to lookup address information: ";
        for (code, what, expected) in [
            ("NotReached", format!("{lookup}Name or service not known"), true),
            ("NotReached", format!("{lookup}Temporary failure in name resolution"), false),
            ("NotReached", "Connection refused".to_owned(), false),
            ("AccessDenied", "Name or service not known".to_owned(), false),
        ] {
            assert_eq!(Failure::new(code, &what).is_of_unknown_host(), expected, "{code} {what}");
        }
    }

    #[test]
    fn only_the_first_line_is_kept_because_the_others_quote_the_request() {
        let message = "The signature does not match.\n\nx-amz-security-token:SECRET\n";
        assert_eq!(Failure::new("SignatureDoesNotMatch", message).message, "The signature does not match.");
        assert_eq!(Failure::new("X", &"y".repeat(10_000)).message.len(), 500);
        assert_eq!(Failure::new("X", "a\u{1b}[31mb").message, "a[31mb");
    }
}
