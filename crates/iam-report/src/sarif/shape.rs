//! What every SARIF log has, whatever it is about: places, texts, and what GitHub takes.

use serde::Serialize;

use crate::Tool;

/// GitHub takes no longer descriptions.
pub(crate) const LONGEST_DESCRIPTION: usize = 1_024;

pub(crate) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A whole log of one run that holds all its results.
#[derive(Serialize)]
pub(crate) struct Log<R, O> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Ran<R, O>; 1],
}

/// What a log tells of a run.
pub(crate) struct Run<R, O> {
    pub(crate) tool: Tool<'static>,
    pub(crate) rules: Vec<R>,
    pub(crate) is_successful: bool,
    pub(crate) exit_code: u8,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) results: Vec<O>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ran<R, O> {
    tool: Driven<R>,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<O>,
}

#[derive(Serialize)]
struct Driven<R> {
    driver: Driver<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<R> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    tool_execution_notifications: Vec<Notification>,
}

/// What went wrong in the run.
#[derive(Serialize)]
pub(crate) struct Notification {
    level: &'static str,
    message: Text,
}

impl Notification {
    pub(crate) fn warning(text: String) -> Self {
        Self { level: "warning", message: Text::of(text) }
    }
}

#[derive(Serialize)]
pub(crate) struct Configuration {
    pub(crate) level: &'static str,
}

impl<R, O> Log<R, O> {
    pub(crate) fn of(run: Run<R, O>) -> Self {
        let Run { tool, rules, is_successful, exit_code, notifications, results } = run;
        let driver = Driver {
            name: tool.name,
            version: tool.version,
            semantic_version: tool.version,
            information_uri: REPOSITORY,
            rules,
        };
        let invocation = Invocation {
            execution_successful: is_successful,
            exit_code,
            tool_execution_notifications: notifications,
        };
        let run = Ran {
            tool: Driven { driver },
            column_kind: "unicodeCodePoints",
            invocations: [invocation],
            results,
        };
        Self { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
    }
}

#[derive(Serialize)]
pub(crate) struct Text {
    pub(crate) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalLocation {
    pub(crate) artifact_location: ArtifactLocation,
    pub(crate) region: Span,
}

#[derive(Serialize)]
pub(crate) struct ArtifactLocation {
    pub(crate) uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Span {
    pub(crate) start_line: u32,
    pub(crate) start_column: u32,
    pub(crate) end_line: u32,
    pub(crate) end_column: u32,
}

impl PhysicalLocation {
    /// A place in a file by line, first and end column; without one the file's first character, because GitHub shows no result
    /// that has no region.
    pub(crate) fn of(path: &str, region: Option<(u32, u32, u32)>) -> Self {
        let (line, start, end) = region.unwrap_or((1, 1, 2));
        let (line, start) = (line.max(1), start.max(1));
        Self {
            artifact_location: ArtifactLocation { uri: uri(path) },
            region: Span {
                start_line: line,
                start_column: start,
                end_line: line,
                end_column: end.max(start),
            },
        }
    }
}

impl Text {
    /// Viewers make links of `[text](target)` in a message, and a name from outside must not become one.
    pub(crate) fn of(text: String) -> Self {
        Self { text: if text.contains("](") { text.replace("](", r"\](") } else { text } }
    }
}

pub(crate) fn shortened(text: &str) -> String {
    if text.chars().nth(LONGEST_DESCRIPTION).is_none() {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST_DESCRIPTION - 3).collect();
    start + "..."
}

/// The path as a relative URI reference. A leading `/` and the parts `.` and `..`, which GitHub rejects, are left out.
pub(crate) fn uri(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let encoded: Vec<String> = parts.map(percent_encoded).collect();
    if encoded.is_empty() {
        return "unnamed".to_owned();
    }
    encoded.join("/")
}

/// Leaves only the characters that RFC 3986 calls unreserved.
fn percent_encoded(part: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    part.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_hold_only_what_uris_may_hold() {
        assert_eq!(uri("acme/111122223333/credential-report.csv"), "acme/111122223333/credential-report.csv");
        assert_eq!(uri("./a b/../ü%#?.csv"), "a%20b/%C3%BC%25%23%3F.csv");
        assert_eq!(uri("/srv/report.csv"), "srv/report.csv");
        assert_eq!(uri("C:/report.csv"), "C%3A/report.csv");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(uri(""), "unnamed");
    }

    #[test]
    fn a_name_in_a_message_cannot_become_a_link() {
        let text = Text::of("key of [here](https://example.com) was".to_owned()).text;
        assert_eq!(text, r"key of [here\](https://example.com) was");
    }

    #[test]
    fn descriptions_are_cut_where_github_would_reject_them() {
        let long = "ü".repeat(LONGEST_DESCRIPTION + 1);
        assert_eq!(shortened(&long).chars().count(), LONGEST_DESCRIPTION);
        let fitting = "ü".repeat(LONGEST_DESCRIPTION);
        assert_eq!(shortened(&fitting), fitting);
    }
}
