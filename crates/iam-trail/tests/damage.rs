//! Files that are packed in odd ways, damaged, or made to harm.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iam_core::fact::Reason;
use iam_trail::Request;
use serde_json::json;
use support::{Archive, gaps, gz, of, run, scan_file, small, zst};

/// What CloudWatch Logs hands to functions and streams, and what shells on Windows write.
#[test]
fn wrappings_of_transport_are_taken_off() {
    let plain = small(0, 20);
    let expected = scan_file("x.json", &plain);
    let sent = |text: &str| {
        let records: serde_json::Value = serde_json::from_str(text).unwrap();
        let events = records["Records"].as_array().unwrap().iter();
        let events: Vec<_> = events.map(|record| json!({"id": "1", "message": record.to_string()})).collect();
        let message = json!({"messageType": "DATA_MESSAGE", "logEvents": events});
        STANDARD.encode(gz(message.to_string()))
    };
    let (first, second) = (sent(&small(0, 10)), sent(&small(10, 10)));
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (what, bytes) in [
        ("base64", sent(&plain).into_bytes()),
        ("a function", json!({"awslogs": {"data": sent(&plain)}}).to_string().into_bytes()),
        (
            "a stream",
            json!({"Records": [{"kinesis": {"data": first}}, {"kinesis": {"data": second}}]})
                .to_string()
                .into_bytes(),
        ),
        (
            "a transformation",
            json!({"records": [{"data": first}, {"data": second}]}).to_string().into_bytes(),
        ),
        ("UTF-16 with a mark", utf16(&format!("\u{FEFF}{plain}"))),
        ("UTF-16 without", utf16(&plain)),
    ] {
        let activity = scan_file("x.json", bytes);
        assert!(
            activity.principals.iter().map(|(who, _)| who).eq(expected.principals.iter().map(|(who, _)| who))
        );
        assert_eq!(activity.all(), expected.all(), "{what}: {:?}", gaps(&activity));
        assert_eq!((activity.files.read, activity.gaps.len()), (1, 0), "{what}");
    }
    // Something else in base64 is no record.
    let other = STANDARD.encode(gz("not a record"));
    assert_eq!(scan_file("x.json", other).gaps.len(), 1);
}

#[test]
fn each_packing_gives_the_same_and_is_told_by_content() {
    let plain = small(0, 40);
    let expected = scan_file("x.json", &plain);
    assert_eq!((expected.files.read, expected.files.counted), (1, 40));
    assert_eq!(expected.files.bytes, plain.len() as u64);
    for (what, bytes) in [("gzip", gz(&plain)), ("zstd", zst(&plain)), ("plain", plain.clone().into_bytes())]
    {
        assert_eq!(scan_file("x.json", bytes), expected, "{what}");
    }
}

#[test]
fn a_cut_off_gzip_file_keeps_what_is_there() {
    let plain = small(0, 12);
    let packed = gz(&plain);
    let mut latest = 0;
    for length in 0..packed.len() {
        let activity = scan_file("x.json.gz", &packed[..length]);
        let records = activity.files.counted;
        assert!(records >= latest, "{length}: {records} records after {latest}");
        latest = records;
        assert_eq!(activity.gaps.len(), 1, "{length}: {:?}", gaps(&activity));
        let gap = activity.gaps.first().unwrap();
        assert_eq!(gap.reason, if length < 3 { Reason::Malformed } else { Reason::CutOff }, "{length}");
        assert!(gap.offset.is_none_or(|offset| offset <= plain.len() as u64), "{length}");
    }
    assert!(latest >= 11, "{latest}");
    assert!(scan_file("x.json.gz", packed).gaps.is_empty());
}

#[test]
fn a_cut_off_zstd_file_keeps_what_is_there() {
    // Large enough for several blocks.
    let packed = zst(small(0, 1_000));
    let cut = packed.len() - packed.len() / 8;
    let activity = scan_file("x.json.zst", &packed[..cut]);
    assert!((100..1_000).contains(&activity.files.counted), "{}", activity.files.counted);
    assert_eq!(activity.gaps.first().unwrap().reason, Reason::CutOff);
    assert_eq!(activity.gaps.len(), 1);
}

#[test]
fn a_flipped_byte_is_never_silent_and_never_invents_much() {
    let packed = gz(small(0, 12));
    let whole = scan_file("x.json.gz", &packed);
    // Time, flags, system and level of the header, and the name in it, are not covered by the checksum.
    for at in (0..4).chain(10..packed.len()) {
        let mut bytes = packed.clone();
        bytes[at] ^= 0x20;
        let activity = scan_file("x.json.gz", &bytes);
        assert!(!activity.gaps.is_empty(), "byte {at}");
        assert!(activity.files.records <= 2 * whole.files.records, "byte {at}");
    }
}

#[test]
fn a_flipped_byte_of_zstd_does_no_harm() {
    let packed = zst(small(0, 12));
    for at in 0..packed.len() {
        let mut bytes = packed.clone();
        bytes[at] ^= 0x20;
        assert!(scan_file("x.json.zst", &bytes).files.records <= 24, "byte {at}");
    }
}

#[test]
fn what_was_decompressed_before_the_damage_is_kept() {
    let mut packed = gz(small(0, 3_000));
    let at = packed.len() * 3 / 4;
    packed[at..at + 64].fill(0xFF);
    let activity = scan_file("x.json.gz", &packed);
    assert!(activity.files.counted > 1_800, "{}", activity.files.counted);
    assert!(!activity.gaps.is_empty());
}

#[test]
fn members_of_a_gzip_file_are_all_read() {
    let (one, two) = (small(0, 10), small(10, 10));
    let expected = scan_file("x.json", format!("{one}{two}"));
    assert_eq!(expected.files.counted, 20);
    let members = [gz(&one), gz(&two)].concat();
    assert_eq!(scan_file("x.json", &members), expected);
    let (start, end) = one.as_bytes().split_at(700);
    let split_within_a_record = [gz(start), gz(""), gz(end), gz(&two)].concat();
    assert_eq!(scan_file("x.json", split_within_a_record), expected);
    let twice = [gz(&one), gz(&one)].concat();
    let activity = scan_file("x.json", &twice);
    assert_eq!((activity.files.counted, activity.gaps.len()), (20, 0));
    let cut = scan_file("x.json", &twice[..twice.len() - 4]);
    assert_eq!((cut.files.counted, gaps(&cut).len()), (20, 1), "{:?}", gaps(&cut));
}

#[test]
fn frames_of_a_zstd_file_are_all_read() {
    let members =
        [zst(small(0, 10)), b"\x50\x2A\x4D\x18\x04\x00\x00\x00rest".to_vec(), zst(small(10, 10))].concat();
    let activity = scan_file("x.json", members);
    assert_eq!((activity.files.counted, activity.gaps.len()), (20, 0));
}

#[test]
fn what_stands_behind_the_compressed_data_is_said() {
    let packed = gz(small(0, 10));
    let cases: [(&[u8], usize); 6] = [
        // Padding, which gzip passes over as well.
        (&[0; 4], 0),
        (&[0; 512], 0),
        (b"\0\0behind", 1),
        (b"behind", 1),
        (b"\x1F", 1),
        (b"\x1F\x8B\x08", 1),
    ];
    for (behind, expected) in cases {
        let activity = scan_file("x.json.gz", [&packed, behind].concat());
        assert_eq!(activity.files.counted, 10, "{behind:?}");
        assert_eq!(activity.gaps.len(), expected, "{behind:?}: {:?}", gaps(&activity));
    }
    let activity = scan_file("x.json.zst", [&zst(small(0, 10)), &b"behind"[..]].concat());
    assert_eq!((activity.files.counted, activity.gaps.len()), (10, 1));
}

#[test]
fn a_size_or_checksum_that_lies_is_a_gap_and_the_records_are_kept() {
    let packed = gz(small(0, 10));
    let end = packed.len();
    for (at, lie) in [(end - 4, [0; 4]), (end - 4, [0xFF; 4]), (end - 4, [1, 0, 0, 0]), (end - 8, [7; 4])] {
        let mut bytes = packed.clone();
        bytes[at..at + 4].copy_from_slice(&lie);
        let activity = scan_file("x.json.gz", bytes);
        assert_eq!(activity.files.counted, 10, "{lie:?}");
        let gap = activity.gaps.first().unwrap();
        assert_eq!(gap.reason, Reason::Malformed, "{lie:?}");
        assert!(gap.what.starts_with("damaged gzip data: incorrect "), "{}", gap.what);
    }
}

#[test]
fn bombs_are_read_up_to_the_limit() {
    let mut zeros = small(0, 10).into_bytes();
    zeros.resize(10 * 1024 * 1024, b' ');
    for (name, bytes) in [("x.json.gz", gz(&zeros)), ("x.json.zst", zst(&zeros)), ("x.json", zeros.clone())] {
        let archive = Archive::new();
        archive.add(name, bytes);
        let request = Request { largest_file: 1024 * 1024, ..of([archive.path(name)]) };
        let activity = run(&request).activity;
        assert_eq!(activity.files.counted, 10, "{name}");
        assert!(activity.files.bytes <= 1024 * 1024 + 1, "{name}: {}", activity.files.bytes);
        assert_eq!(
            gaps(&activity),
            [format!("{name}@1048577: cut-off: only the first 1048576 bytes are read")]
        );
        let request = Request { largest_file: zeros.len() as u64, ..request };
        assert!(run(&request).activity.gaps.is_empty(), "{name}");
    }
}

/// So many records of about 50 kB each, which hardly get smaller.
fn large(records: u32) -> String {
    let mut state = 1_u64;
    let mut filler = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{state:016x}")
    };
    let agent: String = std::iter::repeat_with(&mut filler).take(3_000).collect();
    small(0, records).replace(r#""test""#, &format!("\"{agent}\""))
}

#[test]
fn large_files_are_read_in_pieces() {
    let plain = large(360);
    assert!(plain.len() > 16 * 1024 * 1024, "larger than what is read as a whole");
    let activity = scan_file("x.json", &plain);
    assert_eq!((activity.files.counted, activity.gaps.len()), (360, 0));
    assert_eq!(activity.files.bytes, plain.len() as u64);
}

#[test]
fn pieces_make_no_difference() {
    let plain = large(60);
    let expected = scan_file("x.json", &plain);
    assert_eq!((expected.files.counted, expected.gaps.len()), (60, 0));
    let (start, end) = plain.as_bytes().split_at(999_999);
    assert_eq!(scan_file("x.json", gz(&plain)), expected);
    assert_eq!(scan_file("x.json", [gz(start), gz(end)].concat()), expected);
    assert_eq!(scan_file("x.json", [zst(start), zst(end)].concat()), expected);
}

#[test]
fn a_record_without_end_does_not_fill_the_memory() {
    let mut endless = br#"{"Records":[{"eventName":""#.to_vec();
    endless.resize(17 * 1024 * 1024, b'a');
    let activity = scan_file("x.json", endless);
    assert_eq!(gaps(&activity), ["x.json@12: malformed: a record is too large to be read"]);
}

#[test]
fn files_that_hold_nothing_usable_are_gaps_when_they_were_named() {
    for (name, bytes, what) in [
        ("x.json", &b""[..], "malformed: the file is empty"),
        ("x.txt", b" \n", "malformed: the file is empty"),
        ("x.json.gz", &gz(""), "malformed: the file is empty"),
        ("x.json.zst", &zst(""), "malformed: the file is empty"),
        ("x.txt", b"Dear diary", "malformed: expected JSON, gzip or zstd, found something else"),
        ("x.zip", b"PK\x03\x04", "malformed: expected JSON, gzip or zstd, found something else"),
        ("x.json.gz", b"\x1F\x8B\x08", "cut-off: the compressed data ends before its end"),
    ] {
        let activity = scan_file(name, bytes);
        assert_eq!(gaps(&activity), [format!("{name}: {what}")]);
        assert_eq!(activity.files.records, 0);
    }
    let activity = scan_file("x.json.gz", gz("Dear diary"));
    assert_eq!(activity.gaps.len(), 1, "{:?}", gaps(&activity));
}
