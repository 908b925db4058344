//! The log around the results: the program, its rules, how the run went.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::shape::REPOSITORY;
use crate::Tool;
use crate::wire::Stream;

/// A log of one run. What it is about decides the form of its rules `R`, notifications `N`, results `O` and properties `P`.
pub(crate) struct Log<'a, R, N, O, P> {
    pub(crate) tool: Tool<'static>,
    pub(crate) rules: Stream<'a, R>,
    /// Whether anything was looked at.
    pub(crate) is_done: bool,
    pub(crate) exit_code: u8,
    pub(crate) notifications: Stream<'a, N>,
    pub(crate) properties: Option<P>,
    pub(crate) results: Stream<'a, O>,
}

#[derive(Serialize)]
struct Written<'a, R, N, O, P> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a, R, N, O, P>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, R, N, O, P> {
    tool: Driven<'a, R>,
    column_kind: &'static str,
    invocations: [Invocation<'a, N>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<P>,
    results: Stream<'a, O>,
}

#[derive(Serialize)]
struct Driven<'a, R> {
    driver: Driver<'a, R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a, R> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Stream<'a, R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a, N> {
    execution_successful: bool,
    exit_code: u8,
    tool_execution_notifications: Stream<'a, N>,
}

impl<R: Serialize, N: Serialize, O: Serialize, P: Serialize> Log<'_, R, N, O, P> {
    /// Writes the log piece by piece.
    pub(crate) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let written = Written {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                tool: Driven {
                    driver: Driver {
                        name: self.tool.name,
                        version: self.tool.version,
                        semantic_version: self.tool.version,
                        information_uri: REPOSITORY,
                        rules: self.rules,
                    },
                },
                column_kind: "unicodeCodePoints",
                invocations: [Invocation {
                    execution_successful: self.is_done,
                    exit_code: self.exit_code,
                    tool_execution_notifications: self.notifications,
                }],
                properties: self.properties,
                results: self.results,
            }],
        };
        let mut out = BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, &written)?;
        out.write_all(b"\n")?;
        out.flush()
    }
}
