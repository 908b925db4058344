//! What every SARIF log has, whatever it is about: places, texts, and what GitHub takes.

use serde::Serialize;

/// GitHub takes no longer descriptions.
pub(crate) const LONGEST_DESCRIPTION: usize = 1_024;

pub(crate) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

#[derive(Serialize)]
pub(crate) struct Configuration {
    pub(crate) level: &'static str,
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
