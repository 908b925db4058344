use std::io::{self, Write};

use iam_policy::issue::{self, IssueOrigin};
use iam_policy::span::Position;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::{Options, Validations};

/// The validation of policies. Fields may be added; none changes its meaning or goes away within a version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit policy validation")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program.
    tool: Tool<'a>,
    /// Where names were looked up.
    catalogue: Catalogue<'a>,
    /// The policies, in the order in which they were named.
    policies: Vec<Policy<'a>>,
    /// Files that could not be read.
    unread: Vec<Unread<'a>>,
    /// The exit code of the run.
    exit_code: u8,
}

#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Catalogue<'a> {
    /// What the catalogue was made from.
    source: &'a str,
    /// The day of its data, in UTC; newer names are unknown to it.
    date: Option<&'a str>,
}

/// One policy.
#[derive(Serialize, JsonSchema)]
struct Policy<'a> {
    path: &'a str,
    /// The kind of policy that it was validated as.
    kind: &'static str,
    /// Who said so: the user, or its elements make it likely.
    #[schemars(extend("enum" = ["given", "assumed"]))]
    kind_from: &'static str,
    /// Whether it could be read as a policy; else the issues say only why not.
    readable: bool,
    /// Whether the file was URL-encoded. Places are about the text decoded from it.
    decoded: bool,
    /// What is wrong, in the order of the text.
    issues: Vec<Issue<'a>>,
}

/// One thing that is wrong or could be better.
#[derive(Serialize, JsonSchema)]
struct Issue<'a> {
    /// The code; see `docs/policy-issues.md`.
    code: &'static str,
    /// How bad it is, in the words of IAM Access Analyzer.
    #[schemars(extend("enum" = ["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"]))]
    kind: &'static str,
    /// Whose code it is.
    #[schemars(extend("enum" = ["access-analyzer", "iam-audit"]))]
    origin: &'static str,
    /// What was found and what was expected.
    message: &'a str,
    /// What to do.
    help: &'a str,
    start: Place,
    /// The place behind the last character.
    end: Place,
}

/// A place in the text of a policy.
#[derive(Serialize, JsonSchema)]
struct Place {
    /// From 1.
    line: u32,
    /// In characters (Unicode scalar values), from 1.
    column: u32,
    /// In bytes of UTF-8, from 0.
    byte: u32,
}

#[derive(Serialize, JsonSchema)]
struct Unread<'a> {
    path: &'a str,
    why: &'a str,
}

/// Writes the validations as one JSON document.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(validations: &Validations<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let catalogue = validations.catalogue;
    let document = Document {
        schema_version: "1",
        tool: Tool { name: options.tool.name, version: options.tool.version },
        catalogue: Catalogue { source: catalogue.source(), date: catalogue.data_date() },
        policies: validations
            .policies
            .iter()
            .map(|policy| Policy {
                path: policy.path,
                kind: policy.validation.kind.as_str(),
                kind_from: policy.kind_from.as_str(),
                readable: policy.validation.is_readable,
                decoded: policy.is_decoded,
                issues: policy.validation.issues.iter().map(|issue| Issue::of(issue, policy.text)).collect(),
            })
            .collect(),
        unread: validations
            .unread
            .iter()
            .map(|unread| Unread { path: &unread.path, why: &unread.why })
            .collect(),
        exit_code: options.exit_code,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of what [`json`] writes.
pub fn schema() -> Schema {
    schema_for!(Document<'static>)
}

impl<'a> Issue<'a> {
    fn of(issue: &'a issue::Issue, text: &str) -> Self {
        let place = |byte: u32| {
            let Position { line, column } = Position::of(text, byte);
            Place { line, column, byte }
        };
        Self {
            code: issue.code.as_str(),
            kind: issue.code.kind().as_str(),
            origin: match issue.code.origin() {
                IssueOrigin::AccessAnalyzer => "access-analyzer",
                IssueOrigin::Ours => "iam-audit",
            },
            message: &issue.message,
            help: issue.help(),
            start: place(issue.span.start),
            end: place(issue.span.end),
        }
    }
}
