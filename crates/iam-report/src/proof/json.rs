use std::io::{self, Write};

use iam_policy::policy::StatementRef;
use iam_policy::symbolic::Outcome;
use iam_policy::truth::Doubts;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::{Options, Proof};
use crate::witness::Request;

/// What was proved about all requests. Fields may be added; none changes its meaning or goes away within a version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit policy proof")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program.
    tool: Tool<'a>,
    /// What was asked: whether a policy allows what another does not, grants some access, or lets anybody in.
    #[schemars(extend("enum" = ["new-access", "granted", "public-access"]))]
    question: &'static str,
    /// Where the policy comes from that was asked about.
    policy: &'a str,
    /// Where the policy comes from that it was compared with.
    existing: Option<&'a str>,
    /// The actions that were asked for, any of them; none means every action.
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<&'a [&'a str]>,
    /// The resources that were asked for, any of them; none means every resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<&'a [&'a str]>,
    /// The type of the resource.
    resource_type: Option<&'a str>,
    /// `no` and `yes` are proved. With `depends`, `depends_on` says on what; with `undetermined`, `limit` says why.
    #[schemars(extend("enum" = ["no", "yes", "depends", "undetermined"]))]
    answer: &'static str,
    /// Doubtful rules of AWS that had to be read as AWS recommends.
    assuming: Vec<String>,
    /// What is not known: values of policy variables, or how AWS reads a rule.
    depends_on: Vec<String>,
    /// Why the question was given up.
    limit: Option<String>,
    /// A request that shows it.
    witness: Option<Request>,
    /// The statements that allow the witness.
    statements: Vec<Statement<'a>>,
    /// Of new access, where the answer is `no`: a request of a principal whom the new policy names himself, and the existing one
    /// only through his account. In the account of the resource he needs no identity policy any more.
    undelegated: Option<Request>,
    /// Of public access to resources of S3: the statements that are public by the rule of fixed values, with which S3 blocks
    /// public access.
    not_fixed: Option<Vec<Statement<'a>>>,
    /// The exit code of the run.
    exit_code: u8,
}

#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Statement<'a> {
    /// From 0.
    index: usize,
    sid: Option<&'a str>,
}

/// Writes the proof as one JSON document.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(proof: &Proof<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let answer = proof.answer();
    let (question, policy, existing, resource_type, not_fixed) = match proof {
        Proof::NewAccess { existing, new, .. } => ("new-access", *new, Some(*existing), None, None),
        Proof::Granted { path, .. } => ("granted", *path, None, None, None),
        Proof::PublicAccess { path, resource_type, not_fixed, .. } => {
            ("public-access", *path, None, Some(*resource_type), not_fixed.map(statements))
        }
    };
    let (actions, resources) = match proof {
        Proof::Granted { actions, resources, .. } => (Some(*actions), Some(*resources)),
        Proof::NewAccess { .. } | Proof::PublicAccess { .. } => (None, None),
    };
    let none = Doubts::new();
    let (word, assuming, depends_on, limit) = match answer.outcome {
        Outcome::Never { assuming } => ("no", assuming, &none, None),
        Outcome::Witnessed(_) => ("yes", &none, &none, None),
        Outcome::Possible { depends_on, .. } => ("depends", &none, depends_on, None),
        Outcome::Undetermined(limit) => ("undetermined", &none, &none, Some(limit.to_string())),
    };
    let document = Document {
        schema_version: "1",
        tool: Tool { name: options.tool.name, version: options.tool.version },
        question,
        policy,
        existing,
        actions,
        resources,
        resource_type,
        answer: word,
        assuming: assuming.iter().map(ToString::to_string).collect(),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        limit,
        witness: answer.outcome.witness().map(Request::of),
        statements: statements(answer.through),
        undelegated: match proof {
            Proof::NewAccess { undelegated, .. } => undelegated.map(Request::of),
            Proof::Granted { .. } | Proof::PublicAccess { .. } => None,
        },
        not_fixed,
        exit_code: options.exit_code,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of what [`json`] writes.
pub fn schema() -> Schema {
    schema_for!(Document<'static>)
}

fn statements<'a>(cited: &[StatementRef<'a>]) -> Vec<Statement<'a>> {
    let statements = cited.iter();
    statements.map(|cited| Statement { index: cited.index, sid: cited.statement.sid.as_deref() }).collect()
}
