use std::io::{self, Write};

use iam_core::who_can::{Able, WhoCan};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::{Asked, Options};

/// Which principals can do one thing with one resource. Fields may be added; none changes its meaning or goes away within a
/// version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit who can")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program.
    tool: Tool<'a>,
    action: &'a str,
    resource: &'a str,
    accounts: Vec<Account<'a>>,
    /// The exit code of the run.
    exit_code: u8,
}

#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Account<'a> {
    id: Option<String>,
    /// The folder or file that the evidence came from.
    location: &'a str,
    /// Those who can, for certain or depending on something, by ARN.
    able: Vec<Principal<'a>>,
    /// How many cannot.
    unable: usize,
    /// What was not seen and could change the answer.
    unseen: Vec<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Principal<'a> {
    arn: &'a str,
    /// Empty for one who certainly can.
    depends_on: &'a [String],
    /// The statements that open it. The root user needs none.
    by: Vec<Opening<'a>>,
    /// Policies of the organization that may deny it: what they are attached to is not known.
    limited_by: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct Opening<'a> {
    policy: &'a str,
    /// From 0.
    index: usize,
    sid: Option<&'a str>,
}

/// Writes the answer as one JSON document.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(accounts: &[WhoCan], asked: Asked<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: "1",
        tool: Tool { name: options.tool.name, version: options.tool.version },
        action: asked.action,
        resource: asked.resource,
        accounts: accounts.iter().map(Account::of).collect(),
        exit_code: options.exit_code,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of what [`json`] writes.
pub fn schema() -> Schema {
    schema_for!(Document<'static>)
}

impl<'a> Account<'a> {
    fn of(found: &'a WhoCan) -> Self {
        Self {
            id: found.account.map(|id| id.to_string()),
            location: &found.location,
            able: found.able.iter().map(Principal::of).collect(),
            unable: found.unable,
            unseen: found.unseen.iter().map(|gap| &*gap.what).collect(),
        }
    }
}

impl<'a> Principal<'a> {
    fn of(able: &'a Able) -> Self {
        let by = able.by.iter().map(|opening| Opening {
            policy: &opening.policy,
            index: opening.index,
            sid: opening.sid.as_deref(),
        });
        Self { arn: &able.arn, depends_on: &able.depends_on, by: by.collect(), limited_by: &able.limited_by }
    }
}
