//! Whether a request is allowed, and why: as text, as JSON.
//!
//! ```
//! use iam_policy::context::Context;
//! use iam_policy::document::{Document, PolicyKind};
//! use iam_policy::evaluate::{PolicySet, evaluate};
//! use iam_policy::policy::Policy;
//! use iam_policy::principal::Principal;
//! use iam_policy::request::{Request, RequestParts};
//! use iam_report::decision::{Evaluated, human};
//!
//! let text = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
//! let policy = Policy::compile("queues", PolicyKind::Identity, &Document::parse(text).unwrap());
//! let set = PolicySet::new().with(&policy);
//! let anna = Principal::user("arn:aws:iam::111122223333:user/anna")?;
//! let parts = RequestParts::new(anna, "sqs:SendMessage".parse()?, Context::open());
//! let request = Request::new(parts.on("arn:aws:sqs:eu-west-1:111122223333:jobs"))?;
//! let decision = evaluate(&request, &set);
//! let place = |_: &iam_policy::policy::StatementRef<'_>| "queues.json:1:15".to_owned();
//! let evaluated =
//!     Evaluated { request: &request, decision: &decision, place: &place, notes: &[], exit_code: 0, tool: Default::default() };
//! let mut out = Vec::new();
//! human(evaluated, 80, false, &mut out)?;
//! assert!(String::from_utf8(out)?.contains("by  queues.json:1:15: identity policy queues, statement 0"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod human;
mod json;

pub use human::human;
pub use json::{json, schema};

use iam_policy::evaluate::{Answer, Decision, Layer};
use iam_policy::policy::StatementRef;
use iam_policy::request::Request;

use crate::Tool;

/// A request and what was decided.
#[derive(Clone, Copy)]
pub struct Evaluated<'a> {
    /// The request.
    pub request: &'a Request,
    /// The answer.
    pub decision: &'a Decision<'a>,
    /// Where a statement stands, as it is shown: `policy.json:4:5`.
    pub place: &'a dyn Fn(&StatementRef<'_>) -> String,
    /// What else has to be said, such as what was not handed in.
    pub notes: &'a [String],
    /// The exit code of the run.
    pub exit_code: u8,
    /// The program.
    pub tool: Tool<'a>,
}

/// The answer in one word of every output format.
fn word(answer: &Answer<'_>) -> &'static str {
    match answer {
        Answer::Allowed { .. } => "allowed",
        Answer::ExplicitDeny { .. } => "explicitly-denied",
        Answer::ImplicitDeny { .. } => "implicitly-denied",
        Answer::Depends { .. } => "depends",
    }
}

/// What people call a layer.
fn noun(layer: Layer) -> String {
    match layer {
        Layer::Protection => "what AWS protects".to_owned(),
        Layer::RootUser => "what root users cannot do".to_owned(),
        Layer::ResourceControl => "resource control policies".to_owned(),
        Layer::ServiceControl(level) => format!("service control policies, level {level}"),
        Layer::VpcEndpoint => "VPC endpoint policy".to_owned(),
        Layer::PublicAccessBlock => "block public access".to_owned(),
        Layer::Resource => "resource policy".to_owned(),
        Layer::Identity => "identity policies".to_owned(),
        Layer::Boundary => "permissions boundary".to_owned(),
        Layer::Session => "session policy".to_owned(),
    }
}

impl std::fmt::Debug for Evaluated<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluated")
            .field("request", self.request)
            .field("decision", self.decision)
            .finish_non_exhaustive()
    }
}
