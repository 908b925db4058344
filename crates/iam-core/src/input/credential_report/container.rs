use std::sync::Arc;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::{Artefact, InputError, json, quoted, text};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source, parse_time};

/// What a file that holds a report turned out to contain.
pub(super) struct Contents {
    pub(super) csv: String,
    pub(super) wrapped: bool,
    pub(super) generated: Fact<DateTime<Utc>>,
    pub(super) gaps: Vec<Arc<Gap>>,
}

/// The first bytes of every report, `user,arn,`, in base64.
pub(in crate::input) const BASE64_PREFIX: &str = "dXNlcixhcm4s";

/// Whether a text that is no JSON may be a report in base64.
pub(in crate::input) fn looks_like_base64(text: &str) -> bool {
    text.trim_start().starts_with(BASE64_PREFIX)
}

/// Finds the CSV: bare, in base64, or in what `get-credential-report` prints as JSON or text.
pub(super) fn open(text: String, file: FileId) -> Result<Contents, InputError> {
    if text.trim_start().starts_with('{') {
        return open_json(&text, file);
    }
    let wrapped = looks_like_base64(&text);
    if wrapped && let Some((content, time)) = fields(&text) {
        let generated = Fact::Seen(time, Source { file, place: Place::File });
        return Ok(Contents { csv: decode(content)?, wrapped, generated, gaps: Vec::new() });
    }
    let csv = if wrapped { decode(&text)? } else { text };
    let generated = Fact::Unknown(time_unknown(file, "a bare report does not say when AWS generated it"));
    Ok(Contents { csv, wrapped, generated, gaps: Vec::new() })
}

/// Content and `GeneratedTime` as the AWS CLI prints them with `--output text`: with tabs between.
fn fields(text: &str) -> Option<(&str, DateTime<Utc>)> {
    let mut fields = text.trim().split('\t');
    Some((fields.next()?, parse_time(fields.next()?)?))
}

fn open_json(text: &str, file: FileId) -> Result<Contents, InputError> {
    let document = json::parse(text, Some(Artefact::CredentialReport))?;
    let Some(content) = document.get("Content").and_then(Value::as_str) else {
        return Err(damaged("`Content` is missing or is no text".to_owned()));
    };
    let csv = if content.starts_with("user,") { content.to_owned() } else { decode(content)? };

    let mut gaps = Vec::new();
    let place = Place::Json { list: "GeneratedTime", item: None, field: "" };
    let generated = match document.get("GeneratedTime") {
        Some(Value::String(time)) if parse_time(time).is_some() => {
            parse_time(time).map(|time| Fact::Seen(time, Source { file, place }))
        }
        Some(other) => {
            let what = format!(
                "`GeneratedTime`: found {}, expected an RFC 3339 timestamp",
                quoted(&other.to_string())
            );
            let gap = Arc::new(Gap {
                reason: Reason::Malformed,
                what: what.into(),
                ..(*time_unknown(file, "")).clone()
            });
            gaps.push(Arc::clone(&gap));
            Some(Fact::Unknown(gap))
        }
        None => None,
    };
    let generated =
        generated.unwrap_or_else(|| Fact::Unknown(time_unknown(file, "the file has no `GeneratedTime`")));
    Ok(Contents { csv, wrapped: true, generated, gaps })
}

fn decode(encoded: &str) -> Result<String, InputError> {
    let compact: Vec<u8> = encoded.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let any_padding = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, any_padding)
        .decode(compact)
        .map(text::decode)
        .map_err(|error| damaged(format!("the base64 of the report cannot be decoded: {error}")))
}

fn damaged(what: String) -> InputError {
    InputError::new(
        Some(Artefact::CredentialReport),
        what,
        "save the whole output of `aws iam get-credential-report` again",
    )
}

fn time_unknown(file: FileId, what: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::CredentialReport),
        source: Some(Source { file, place: Place::File }),
        what: what.into(),
        remedy: "hand in the JSON that `aws iam get-credential-report` prints".into(),
    })
}
