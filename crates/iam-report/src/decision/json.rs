use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_policy::context::ContextValue;
use iam_policy::evaluate::{Answer, Cited, Grant};
use iam_policy::policy::StatementRef;
use iam_policy::truth::{Doubt, Truth};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::{Evaluated, noun, word};

/// The evaluation of a request. Fields may be added; none changes its meaning or goes away within a version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit policy evaluation")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program.
    tool: Tool<'a>,
    request: Request<'a>,
    #[schemars(extend("enum" = ["allowed", "explicitly-denied", "implicitly-denied", "depends"]))]
    answer: &'static str,
    /// What decides: the statements that allow or deny or, where the answer depends, those that hold or not. What grants
    /// without a statement has none.
    because: Vec<Reason>,
    /// What had to allow the request and does not.
    missing: Vec<String>,
    /// What the answer depends on.
    depends_on: Vec<DependsOn>,
    /// What each kind of policy says, in the order in which AWS looks at them.
    layers: Vec<LayerSays>,
    /// What else has to be said, such as what was not handed in.
    notes: &'a [String],
    /// The exit code of the run.
    exit_code: u8,
}

#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

/// The request, with the condition keys that follow from it.
#[derive(Serialize, JsonSchema)]
struct Request<'a> {
    principal: String,
    action: String,
    resource: Option<&'a str>,
    /// The account that owns the resource, where known.
    resource_account: Option<String>,
    /// By condition key: its values, or `null` where the request has the key with a value that is not known. Keys that the
    /// request does not have are in `absent`.
    context: BTreeMap<&'a str, Option<Vec<&'a str>>>,
    /// Condition keys that the request does not have.
    absent: Vec<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Reason {
    /// What it is, in words.
    text: String,
    statement: Option<Statement>,
}

#[derive(Serialize, JsonSchema)]
struct Statement {
    /// The policy's name.
    policy: String,
    /// The kind of policy.
    kind: &'static str,
    /// The place among the policy's statements, from 0.
    index: usize,
    sid: Option<String>,
    /// File, line and column.
    place: String,
}

#[derive(Serialize, JsonSchema)]
struct DependsOn {
    /// What kind of thing it is.
    #[schemars(extend("enum" = ["key", "rule", "unseen", "other"]))]
    kind: &'static str,
    /// The condition key, for `key`.
    key: Option<String>,
    /// What it is, in words.
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct LayerSays {
    layer: String,
    #[schemars(extend("enum" = ["yes", "no", "maybe"]))]
    allows: &'static str,
    #[schemars(extend("enum" = ["yes", "no", "maybe"]))]
    denies: &'static str,
    /// The statements that allow, or may.
    allowing: Vec<Statement>,
    /// The statements that deny, or may.
    denying: Vec<Statement>,
}

/// Writes the evaluation as one JSON document.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(evaluated: Evaluated<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (mut because, mut missing, mut depends_on) = (Vec::new(), Vec::new(), Vec::new());
    let statement = |cited: &StatementRef<'_>| statement(evaluated, cited);
    let reason =
        |cited: &StatementRef<'_>| Reason { text: cited.to_string(), statement: Some(statement(cited)) };
    match &evaluated.decision.answer {
        Answer::Allowed { by } => because.extend(by.iter().map(|grant| match grant {
            Grant::Statement(cited) => reason(cited),
            other => Reason { text: other.to_string(), statement: None },
        })),
        Answer::ExplicitDeny { by } => because.extend(by.iter().map(reason)),
        Answer::ImplicitDeny { missing: layers } => missing.extend(layers.iter().map(|layer| noun(*layer))),
        Answer::Depends { on, statements } => {
            depends_on.extend(on.iter().map(doubt));
            because.extend(statements.iter().map(reason));
        }
    }
    let cited = |all: &[Cited<'_>]| all.iter().map(|cited| statement(&cited.statement)).collect();
    let layers = evaluated.decision.layers.iter().map(|report| LayerSays {
        layer: noun(report.layer),
        allows: truth(&report.allow),
        denies: truth(&report.deny),
        allowing: cited(&report.allows),
        denying: cited(&report.denies),
    });
    let document = Document {
        schema_version: "1",
        tool: Tool { name: evaluated.tool.name, version: evaluated.tool.version },
        request: request(evaluated.request),
        answer: word(&evaluated.decision.answer),
        because,
        missing,
        depends_on,
        layers: layers.collect(),
        notes: evaluated.notes,
        exit_code: evaluated.exit_code,
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The JSON schema of what [`json`] writes.
pub fn schema() -> Value {
    schema_for!(Document<'static>).to_value()
}

fn request(request: &iam_policy::request::Request) -> Request<'_> {
    let (mut context, mut absent) = (BTreeMap::new(), Vec::new());
    for (key, value) in request.context().iter() {
        match value {
            ContextValue::Single(value) => {
                context.insert(key.as_str(), Some(vec![&**value]));
            }
            ContextValue::Set(values) => {
                context.insert(key.as_str(), Some(values.iter().map(|value| &**value).collect()));
            }
            ContextValue::Like(_) | ContextValue::Present => {
                context.insert(key.as_str(), None);
            }
            ContextValue::Absent => absent.push(key.as_str()),
            ContextValue::Unknown => {}
        }
    }
    Request {
        principal: request.principal().to_string(),
        action: request.action().to_string(),
        resource: request.resource(),
        resource_account: request.resource_account().map(|account| account.to_string()),
        context,
        absent,
    }
}

fn statement(evaluated: Evaluated<'_>, cited: &StatementRef<'_>) -> Statement {
    Statement {
        policy: cited.policy.name().to_owned(),
        kind: cited.policy.kind().as_str(),
        index: cited.index,
        sid: cited.statement.sid.as_deref().map(str::to_owned),
        place: (evaluated.place)(cited),
    }
}

fn doubt(doubt: &Doubt) -> DependsOn {
    let (kind, key) = match doubt {
        Doubt::Key(key) => ("key", Some(key.to_string())),
        Doubt::Rule(_) => ("rule", None),
        Doubt::Unseen(_) => ("unseen", None),
        _ => ("other", None),
    };
    DependsOn { kind, key, text: doubt.to_string() }
}

fn truth(truth: &Truth) -> &'static str {
    match truth {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown(_) => "maybe",
    }
}
