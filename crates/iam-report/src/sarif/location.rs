//! The places that a result speaks of.

use iam_core::audit::{AccountReport, Because, Region, ReportedGap};
use serde::Serialize;

use super::shape::{ArtifactLocation, PhysicalLocation, Span, Text, uri};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are SARIF's")]
pub(crate) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<RecordPlace>,
}

/// Where a CloudTrail record starts. Not in SARIF's own region: that counts in the file as it lies there, which is mostly
/// compressed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordPlace {
    decompressed_byte_offset: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl Location {
    /// A place in a file; without a region its first character, because GitHub shows no result that has no region.
    pub(crate) fn of_file(path: &str, region: Option<Region>) -> Self {
        let region = region.unwrap_or(Region { line: 1, start: 1, end: 2 });
        let (line, column) = (region.line.max(1), region.start.max(1));
        let span = Span {
            start_line: line,
            start_column: column,
            end_line: line,
            end_column: region.end.max(column),
        };
        Self::of_span(path, span)
    }

    /// A stretch of text in a file.
    pub(crate) fn of_span(path: &str, region: Span) -> Self {
        Self {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(path) },
                region,
            },
            logical_locations: None,
            message: None,
            properties: None,
        }
    }

    pub(super) fn of_proof(because: &Because) -> Self {
        let shown = if because.label.is_empty() {
            because.artefact.noun().to_owned()
        } else {
            format!("{}: {}", because.label, because.value)
        };
        let properties = because.offset.map(|offset| RecordPlace { decompressed_byte_offset: offset });
        Self { message: Some(Text::of(shown)), properties, ..Self::of_file(&because.path, because.region) }
    }

    pub(super) fn of_gap(gap: &ReportedGap) -> Option<Self> {
        Some(Self::of_file(gap.path.as_deref()?, gap.region))
    }

    /// The file that tells most about the account.
    pub(super) fn of_account(account: &AccountReport) -> Self {
        let inputs = account.inputs.iter();
        let first = inputs.min_by_key(|input| input.artefact);
        Self::of_file(first.map_or(account.location.as_str(), |input| &input.path), None)
    }

    /// The number by which a message may point to it.
    pub(crate) fn numbered(self, id: usize) -> Self {
        Self { id: Some(id), ..self }
    }

    /// What stands there, in words.
    pub(crate) fn saying(self, text: String) -> Self {
        Self { message: Some(Text::of(text)), ..self }
    }

    /// What the result is about: a name for people, and the ARN if it has one.
    pub(crate) fn about(self, name: String, arn: &str) -> Self {
        let logical = LogicalLocation { name, fully_qualified_name: arn.to_owned(), kind: "resource" };
        Self { logical_locations: (!arn.is_empty()).then_some([logical]), ..self }
    }
}
