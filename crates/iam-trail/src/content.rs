//! What a file is, by its first bytes.

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Plain,
}

/// Reads the magic bytes.
pub(crate) fn packing(bytes: &[u8]) -> Packing {
    match bytes {
        [0x1F, 0x8B, 0x08, ..] => Packing::Gzip,
        // A frame, or one to be skipped, with which some programs start.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Packing::Zstd,
        _ => Packing::Plain,
    }
}

/// Whether plain bytes may be records: JSON, or lines that start with a time.
pub(crate) fn may_be_records(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    // 0x1E stands in front of each value in a JSON text sequence (RFC 7464).
    matches!(bytes.first(), Some(b'{' | b'[' | b'0'..=b'9' | 0x1E))
}

/// Whether a name says that the file holds records, so that one without them is no accident.
pub(crate) fn is_name_of_log(path: &str) -> bool {
    const ENDINGS: [&str; 7] = [".json", ".jsonl", ".ndjson", ".gz", ".zst", ".zstd", ".activity"];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}
