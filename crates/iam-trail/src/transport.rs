//! Wrappings in which records travel: UTF-16, as shells on Windows write it, and what CloudWatch Logs hands to Lambda, Kinesis
//! and Firehose, which is gzip as base64, alone or in a JSON object.
//!
//! Sources: CloudWatch Logs User Guide, "Log group-level subscription filters"; Lambda Developer Guide, "Using Lambda with Kinesis";
//! Firehose Developer Guide, "Transform source data in Amazon Data Firehose".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iam_core::cloudtrail::may_be_records;
use memchr::memmem;
use serde::Deserialize;

use crate::buffer::Buffer;
use crate::gzip::Gunzip;

/// The first three bytes of gzip data, as base64.
const GZIP_AS_BASE64: &[u8] = b"H4sI";

/// Takes the wrapping off a whole file; `None` where it has none. Of the payloads, what fits into `largest` bytes in all.
pub(crate) fn unwrapped(bytes: &[u8], gunzip: &mut Gunzip, largest: u64) -> Option<Vec<u8>> {
    if is_utf16(bytes) {
        return Some(iam_core::input::decode_text(bytes.to_vec()).into_bytes());
    }
    if !may_carry_payload(bytes) {
        return None;
    }
    let mut all = Vec::new();
    for payload in payloads(bytes)? {
        let packed = STANDARD.decode(payload.trim_ascii()).ok()?;
        let left = largest.saturating_sub(all.len() as u64);
        let mut unpacked = Buffer::default();
        if !gunzip.whole(&packed, &mut unpacked, left) {
            return None;
        }
        all.extend_from_slice(unpacked.filled());
        all.push(b'\n');
    }
    may_be_records(&all).then_some(all)
}

/// Whether a file that starts with these bytes is to be unwrapped, as far as its start tells.
pub(crate) fn may_be_wrapped(start: &[u8]) -> bool {
    if is_utf16(start) {
        return may_be_records(iam_core::input::decode_text(start.to_vec()).as_bytes());
    }
    may_carry_payload(start)
}

/// A byte order mark, or the first characters of JSON in two bytes each.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..])
}

/// Records that are as they should be never hold this in their first bytes, so that looking costs little.
fn may_carry_payload(bytes: &[u8]) -> bool {
    let start = bytes.get(..4096).unwrap_or(bytes);
    memmem::find(start, GZIP_AS_BASE64).is_some()
}

/// What a function is called with.
#[derive(Deserialize)]
struct Invocation<'a> {
    #[serde(borrow)]
    awslogs: Option<Payload<'a>>,
    #[serde(borrow, default, rename = "Records", alias = "records")]
    records: Vec<Delivered<'a>>,
}

#[derive(Deserialize)]
struct Delivered<'a> {
    #[serde(borrow)]
    kinesis: Option<Payload<'a>>,
    data: Option<&'a str>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    data: &'a str,
}

fn payloads(bytes: &[u8]) -> Option<Vec<&str>> {
    let text = std::str::from_utf8(bytes).ok()?.trim_ascii();
    if text.starts_with("H4sI") {
        return Some(vec![text]);
    }
    let invocation: Invocation<'_> = serde_json::from_str(text).ok()?;
    let of_records = invocation.records.iter().map(|record| match (&record.kinesis, record.data) {
        (Some(payload), _) => Some(payload.data),
        (None, data) => data,
    });
    let of_function = invocation.awslogs.iter().map(|payload| Some(payload.data));
    of_function.chain(of_records).collect()
}
