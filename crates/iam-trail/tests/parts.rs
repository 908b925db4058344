//! Activities that were folded elsewhere and lie among the log files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use iam_core::cloudtrail::{Activity, Selection, partial};
use iam_trail::Request;
use support::{Archive, gaps, gz, of, run, scan_file, small, zst};

fn part(activity: &Activity) -> Vec<u8> {
    let mut bytes = Vec::new();
    partial::write(activity, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_part_alone_is_what_it_was() {
    let archive = Archive::new();
    archive.add("x.json", small(0, 30));
    let selection = Selection { since: Some(1), ..Selection::default() };
    let request = Request { selection, deduplicate: true, ..archive.request() };
    let activity = run(&request).activity;
    let bytes = part(&activity);
    for (what, bytes) in [("plain", bytes.clone()), ("gzip", gz(&bytes)), ("zstd", zst(&bytes))] {
        assert_eq!(scan_file("eu.activity", bytes), activity, "{what}");
    }
}

#[test]
fn parts_and_log_files_are_added_up() {
    let archive = Archive::new();
    archive.add("one.json", small(0, 30)).add("two.json", small(30, 30));
    let whole = archive.scan().activity;
    let one = run(&of([archive.path("one.json")])).activity;
    assert_eq!(one.events.iter().next().unwrap().place.file.as_ref(), "one.json");
    std::fs::remove_file(archive.path("one.json")).unwrap();
    // Its name tells nothing.
    archive.add("one.txt", part(&one));
    let both = archive.scan().activity;
    assert_eq!(both.files, whole.files);
    assert_eq!(both.coverage, whole.coverage);
    assert_eq!(both.all(), whole.all());
    assert!(both.gaps.is_empty(), "{:?}", gaps(&both));
}

/// Sums can be added up, but not taken apart again.
#[test]
fn a_part_is_neither_narrowed_nor_freed_of_copies() {
    let archive = Archive::new();
    let part = part(&scan_file("x.json", small(0, 30)));
    archive.add("x.activity", &part).add("x.json", small(30, 5));
    let later = Selection { since: Some(1), ..Selection::default() };
    for request in [
        Request { selection: later, ..archive.request() },
        Request { deduplicate: true, ..archive.request() },
    ] {
        let activity = run(&request).activity;
        assert_eq!(activity.files.counted, 5);
        let gaps = gaps(&activity);
        assert!(
            gaps.len() == 1 && gaps[0].starts_with("trail/x.activity: contradiction: a part holds sums"),
            "{gaps:?}"
        );
    }
    // Each part may be free of copies; the sum of two need not be.
    let archive = Archive::new();
    archive.add("x.json", small(0, 30));
    let free = self::part(&run(&Request { deduplicate: true, ..archive.request() }).activity);
    let archive = Archive::new();
    archive.add("a.activity", &free).add("b.activity", &free);
    assert!(!archive.scan().activity.files.deduplicated);
}

#[test]
fn a_part_that_is_damaged_is_a_gap_and_adds_nothing() {
    let bytes = part(&scan_file("x.json", small(0, 30)));
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let cut = lines[..lines.len() - 1].concat();
    let wrong = [lines[0], b"{}\n", lines[1]].concat();
    for (bytes, reason) in [(cut.clone(), "cut-off"), (gz(&cut), "cut-off"), (zst(wrong), "malformed")] {
        let activity = scan_file("eu.activity", bytes);
        assert_eq!(activity.gaps.len(), 1, "{:?}", gaps(&activity));
        assert!(gaps(&activity)[0].starts_with(&format!("eu.activity: {reason}: ")), "{:?}", gaps(&activity));
        assert_eq!((activity.files.read, activity.principals.len()), (0, 0));
    }
    let packed = zst(&bytes);
    let activity = scan_file("eu.activity", &packed[..packed.len() - 20]);
    assert_eq!((activity.gaps.len(), activity.files.records), (1, 0), "{:?}", gaps(&activity));
}

#[test]
fn counts_that_cannot_be_do_not_end_the_program() {
    let bytes = part(&scan_file("x.json", small(0, 30)));
    let text = String::from_utf8(bytes).unwrap();
    let most = u64::MAX;
    let huge = text
        .replace(r#""records":30"#, &format!(r#""records":{most},"digests":{most},"passed_over":{most}"#));
    assert_ne!(huge, text);
    let archive = Archive::new();
    archive.add("one.activity", &huge).add("two.activity", &huge).add("x.json", small(0, 3));
    archive.add("111122223333_CloudTrail-Digest_eu-west-1_main.json.gz", "");
    archive.add("111122223333_CloudTrail-Insight_eu-west-1_x.json.gz", "");
    let files = archive.scan().activity.files;
    assert_eq!((files.records, files.digests, files.passed_over), (most, most, most));
}
