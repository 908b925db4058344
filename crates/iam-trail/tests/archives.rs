//! Folders of log files: what is found, what is passed over, and that neither links nor threads change the result.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use iam_core::cloudtrail::Selection;
use iam_core::fact::{Reason, parse_time};
use iam_trail::{PassedOver, Progress, Request, scan};
use support::{Archive, gaps, gz, log, of, run, s3_path, small, zst};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";

fn second(time: &str) -> i64 {
    parse_time(time).unwrap().timestamp()
}

/// Two accounts, two Regions, three days, ten records each: 120 records.
fn archive() -> Archive {
    let archive = Archive::new();
    let mut number = 0;
    for account in [ACCOUNT, OTHER] {
        for region in ["eu-west-1", "us-east-1"] {
            for day in ["2026-01-14", "2026-01-15", "2026-01-16"] {
                let bytes = gz(log(account, region, day, number, 10));
                archive.add(s3_path(account, region, day, "a1B2c3D4e5F6g7H8"), bytes);
                number += 10;
            }
        }
    }
    archive
}

#[test]
fn a_whole_archive_is_read() {
    let scan = archive().scan();
    assert_eq!((scan.planned, scan.unread, scan.interrupted), (12, 0, false));
    assert_eq!((scan.activity.files.read, scan.activity.files.counted), (12, 120));
    assert_eq!(scan.activity.coverage.len(), 4);
    assert!(scan.activity.is_whole(), "{:?}", gaps(&scan.activity));
    let event = scan.activity.events.iter().next().unwrap();
    assert!(event.place.file.starts_with("trail/AWSLogs/111122223333/CloudTrail/"), "{}", event.place.file);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let archive = archive();
    for number in 0..40 {
        archive.add(format!("more/{number}.json"), small(1_000 + number * 5, 1 + number % 9));
    }
    archive.add("more/damaged.json.gz", &gz(small(1_500, 20))[..500]);
    archive.add("more/again.json.gz", gz(small(1_000, 50)));
    for deduplicate in [false, true] {
        let with =
            |threads| run(&Request { threads: NonZeroUsize::new(threads), deduplicate, ..archive.request() });
        let one = with(1);
        assert_eq!(one.activity.files.repeated > 0, deduplicate);
        for threads in [2, 5, 5, 5] {
            assert_eq!(with(threads), one, "{threads} threads, {deduplicate}");
        }
    }
}

#[test]
fn the_order_of_paths_changes_nothing_but_given_names() {
    let archive = archive();
    let paths = [archive.path("AWSLogs/111122223333"), archive.path("AWSLogs/444455556666")];
    let one = run(&of(paths.clone()));
    let other = run(&of(paths.into_iter().rev()));
    assert_eq!(one, other);
    assert_eq!(one.activity.files.counted, 120);
}

#[test]
fn every_file_is_read_once_however_it_is_named() {
    let archive = archive();
    let inside = archive.path(s3_path(ACCOUNT, "eu-west-1", "2026-01-15", "a1B2c3D4e5F6g7H8"));
    let paths = [
        inside.clone(),
        archive.path("AWSLogs/111122223333/CloudTrail"),
        archive.root(),
        archive.root(),
        archive.path("AWSLogs/../AWSLogs"),
        inside.clone(),
    ];
    for request in [of(paths.clone()), Request { listed: paths.to_vec(), ..Request::default() }] {
        let scan = run(&request);
        assert_eq!((scan.planned, scan.activity.files.counted), (12, 120), "{:?}", gaps(&scan.activity));
    }
}

#[test]
fn patterns_find_files_and_folders() {
    let archive = archive();
    let run_in = |pattern: &str| run(&of([archive.path(pattern)]));
    assert_eq!(run_in("AWSLogs/*/CloudTrail/eu-west-1").activity.files.counted, 60);
    assert_eq!(run_in("**/*_20260115T*.json.gz").activity.files.counted, 40);
    assert_eq!(run_in("AWSLogs/1111222?3333").activity.files.counted, 60);
    let nothing = run_in("AWSLogs/*/nothing").activity;
    assert_eq!(nothing.gaps.first().unwrap().reason, Reason::NotSupplied);
    // A file that has such a name is that file.
    archive.add("[1].json", small(0, 3));
    assert_eq!(run_in("[1].json").activity.files.counted, 3);
    // In a list of paths there are no patterns.
    let listed = Request { listed: vec![archive.path("AWSLogs/*")], ..Request::default() };
    assert_eq!(run(&listed).activity.gaps.len(), 1);
}

#[test]
fn what_does_not_exist_is_a_gap() {
    let archive = archive();
    let scan = run(&of([archive.path("nothing"), archive.path("[")]));
    assert_eq!(scan.planned, 0);
    assert_eq!(scan.activity.gaps.len(), 2, "{:?}", gaps(&scan.activity));
    assert!(scan.activity.gaps.iter().all(|gap| gap.reason.is_failure()));
    fs::create_dir(archive.path("empty")).unwrap();
    assert_eq!(gaps(&run(&of([archive.path("empty")])).activity).len(), 1);
}

#[test]
fn siblings_in_the_bucket_are_passed_over_and_counted() {
    let archive = archive();
    let name = |kind: &str| {
        format!(
            "AWSLogs/{ACCOUNT}/{kind}/eu-west-1/2026/01/15/{ACCOUNT}_{kind}_eu-west-1_20260115T0805Z_a.json.gz"
        )
    };
    archive.add(name("CloudTrail-Digest"), gz("{}"));
    archive.add(name("CloudTrail-Insight"), gz("{}"));
    archive.add(name("CloudTrail-Aggregated"), gz("{}"));
    archive.add(format!("AWSLogs/{ACCOUNT}/Config/eu-west-1/2026/1/15/x.json.gz"), gz("{}"));
    archive.add(".DS_Store", b"\0\0\0\x01Bud1");
    archive.add("README.txt", "Copied from the bucket.");
    archive.add("_SUCCESS", "");
    let scan = archive.scan();
    let PassedOver { not_selected, digests, insights, aggregated, others, no_logs } = scan.passed_over;
    assert_eq!((not_selected, digests, insights, aggregated, others, no_logs), (0, 1, 1, 1, 1, 3));
    assert_eq!((scan.activity.files.digests, scan.activity.files.passed_over), (1, 2));
    assert_eq!(scan.activity.files.counted, 120);
    assert!(scan.activity.gaps.is_empty(), "{:?}", gaps(&scan.activity));
    // Whoever names the folder of another service means it.
    let named = run(&of([archive.path(format!("AWSLogs/{ACCOUNT}/Config"))]));
    assert_eq!((named.passed_over.others, named.planned), (0, 1));
}

#[test]
fn dates_in_paths_save_reading_and_never_drop_a_late_record() {
    let archive = archive();
    // It happened on the 14th and was delivered on the 16th.
    let late = gz(log(ACCOUNT, "eu-west-1", "2026-01-14", 900, 5));
    archive.add(s3_path(ACCOUNT, "eu-west-1", "2026-01-16", "late"), late);
    let within = |since: &str, until: &str| {
        let selection =
            Selection { since: Some(second(since)), until: Some(second(until)), ..Selection::default() };
        run(&Request { selection, ..archive.request() })
    };
    let scan = within("2026-01-14T00:00:00Z", "2026-01-15T00:00:00Z");
    assert_eq!((scan.activity.files.counted, scan.passed_over.not_selected), (45, 0));
    let scan = within("2026-01-13T00:00:00Z", "2026-01-13T12:00:00Z");
    assert_eq!((scan.activity.files.counted, scan.activity.files.passed_over), (0, 5));
    let scan = within("2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z");
    assert_eq!((scan.activity.files.counted, scan.activity.files.passed_over), (80, 4));
    assert_eq!(scan.planned, 9);
}

#[test]
fn accounts_and_regions_in_paths_save_reading() {
    let archive = archive();
    let accounts = Selection { accounts: BTreeSet::from([OTHER.into()]), ..Selection::default() };
    let scan = run(&Request { selection: accounts, ..archive.request() });
    assert_eq!((scan.activity.files.counted, scan.activity.files.read), (60, 6));
    assert_eq!(scan.activity.files.passed_over, 6);
    let regions = Selection { regions: BTreeSet::from(["us-east-1".into()]), ..Selection::default() };
    // Given from the middle of the layout on, the real path still tells the account.
    let folder = archive.path(format!("AWSLogs/{ACCOUNT}/CloudTrail"));
    let scan = run(&Request { selection: regions, ..of([folder]) });
    assert_eq!((scan.activity.files.counted, scan.activity.files.passed_over), (30, 3));
}

#[test]
fn the_account_of_the_path_is_checked_against_the_records() {
    let archive = Archive::new();
    archive.add(s3_path(OTHER, "eu-west-1", "2026-01-15", "a"), gz(small(0, 3)));
    let activity = archive.scan().activity;
    assert_eq!(activity.gaps.first().unwrap().reason, Reason::Contradiction);
}

#[test]
fn an_account_trail_beside_that_of_the_organisation_is_counted_once_on_demand() {
    let archive = Archive::new();
    let path = s3_path(ACCOUNT, "eu-west-1", "2026-01-15", "own");
    archive.add(&path, gz(small(0, 30)));
    let path =
        s3_path(ACCOUNT, "eu-west-1", "2026-01-15", "theirs").replace("AWSLogs", "AWSLogs/o-exampleorg");
    archive.add(&path, gz(small(10, 30)));
    let twice = archive.scan().activity;
    assert_eq!((twice.files.counted, twice.files.repeated, twice.files.deduplicated), (60, 0, false));
    let once = run(&Request { deduplicate: true, ..archive.request() }).activity;
    assert_eq!((once.files.counted, once.files.repeated, once.files.deduplicated), (40, 20, true));
}

#[test]
fn progress_adds_up() {
    #[derive(Default)]
    struct Sums([AtomicU64; 5]);
    impl Progress for Sums {
        fn planned(&self, files: u64, bytes: u64) {
            self.0[0].fetch_add(files, Ordering::Relaxed);
            self.0[1].fetch_add(bytes, Ordering::Relaxed);
        }
        fn read(&self, compressed: u64, decompressed: u64, records: u64) {
            self.0[2].fetch_add(compressed, Ordering::Relaxed);
            self.0[3].fetch_add(decompressed, Ordering::Relaxed);
            self.0[4].fetch_add(records, Ordering::Relaxed);
        }
    }
    let archive = archive();
    archive.add("plain.json", small(0, 3)).add("x.json.zst", zst(small(0, 3)));
    archive.add("members.json.gz", [gz(small(0, 2)), gz(small(2, 2))].concat());
    let sums = Sums::default();
    let activity = scan(&archive.request(), &sums, &AtomicBool::new(false)).activity;
    let [files, planned, read, bytes, records] = sums.0.map(AtomicU64::into_inner);
    assert_eq!((files, records), (15, activity.files.records));
    assert_eq!((planned, bytes), (read, activity.files.bytes));
}

#[test]
fn stopped_work_says_what_is_missing() {
    struct StopAfter(AtomicBool);
    impl Progress for StopAfter {
        fn planned(&self, _: u64, _: u64) {}
        fn read(&self, _: u64, _: u64, _: u64) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let archive = archive();
    let after_one = StopAfter(AtomicBool::new(false));
    let stopped = scan(&archive.request(), &after_one, &after_one.0);
    assert_eq!((stopped.interrupted, stopped.unread), (true, 11));
    assert_eq!(stopped.activity.files.counted, 10);
    let unread = gaps(&stopped.activity);
    assert_eq!(unread.len(), 11);
    assert!(
        unread.iter().all(|gap| gap.ends_with(": cut-off: not read: the work was stopped before")),
        "{unread:?}"
    );
    let at_once = scan(&archive.request(), &(), &AtomicBool::new(true));
    assert!(at_once.interrupted && at_once.activity.files.read == 0);
    assert!(!at_once.activity.gaps.is_empty());
}

#[test]
fn a_folder_named_like_a_log_is_a_folder() {
    let archive = Archive::new();
    archive.add("x.json.gz/y.json", small(0, 3));
    let activity = archive.scan().activity;
    assert_eq!((activity.files.counted, activity.gaps.len()), (3, 0));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_followed_once_and_never_in_circles() {
        let archive = archive();
        let elsewhere = Archive::new();
        elsewhere.add("sub/linked.json", small(500, 7)).add("alone.json", small(600, 2));
        symlink(archive.root(), archive.path("AWSLogs/up")).unwrap();
        symlink("..", archive.path("AWSLogs/111122223333/above")).unwrap();
        symlink(elsewhere.path("sub"), archive.path("out")).unwrap();
        symlink(elsewhere.path("sub"), archive.path("out-again")).unwrap();
        symlink(elsewhere.path("sub/linked.json"), archive.path("file.json")).unwrap();
        symlink(elsewhere.path("alone.json"), archive.path("alone.json")).unwrap();
        symlink(archive.path("back"), archive.path("forth")).unwrap();
        symlink(archive.path("forth"), archive.path("back")).unwrap();
        symlink("nowhere", archive.path("dangling.json")).unwrap();
        let scan = archive.scan();
        assert_eq!((scan.planned, scan.activity.files.counted), (14, 129));
        let files: Vec<&str> = scan.activity.gaps.iter().map(|gap| &*gap.file).collect();
        assert_eq!(files, ["trail/back", "trail/dangling.json", "trail/forth"]);
    }

    #[test]
    fn folders_that_link_to_each_other_many_times_are_walked_once() {
        let archive = Archive::new();
        let elsewhere = Archive::new();
        for level in 0..40 {
            elsewhere.add(format!("{level}/x.json"), small(level * 2, 2));
            for name in ["a", "b", "c"] {
                symlink(format!("../{}", level + 1), elsewhere.path(format!("{level}/{name}"))).unwrap();
            }
        }
        elsewhere.add("40/x.json", small(80, 2));
        fs::create_dir(archive.root()).unwrap();
        symlink(elsewhere.path("0"), archive.path("start")).unwrap();
        let scan = archive.scan();
        assert_eq!((scan.planned, scan.activity.files.counted), (41, 82));
    }

    #[test]
    fn patterns_pass_links_that_are_written_out_and_no_others() {
        let archive = archive();
        for name in ["a", "b", "c"] {
            symlink(".", archive.path(name)).unwrap();
        }
        let run_in = |pattern: &str| run(&of([archive.path(pattern)])).activity;
        assert_eq!(run_in("**/*_20260115T*.json.gz").files.counted, 40);
        assert_eq!(run_in("**/a/*/AWSLogs/4*").files.counted, 60);
        assert_eq!(run_in("[ab]/**").files.counted, 120);
        assert_eq!(run_in("**/**/**/CloudTrail/us-east-1/**/*.gz").files.counted, 60);
        assert_eq!(gaps(&run_in("**/d/*")).len(), 1);
    }

    #[test]
    fn a_link_to_a_folder_above_does_not_list_files_twice() {
        let outer = Archive::new();
        outer.add("inner/x.json", small(0, 2)).add("beside.json", small(2, 2));
        symlink(outer.root(), outer.path("inner/up")).unwrap();
        let scan = run(&of([outer.path("inner")]));
        assert_eq!((scan.planned, scan.activity.files.counted), (2, 4), "{:?}", gaps(&scan.activity));
    }

    #[test]
    fn names_of_links_tell_the_layout_too() {
        let store = Archive::new();
        store.add("objects/0001", gz(small(0, 3)));
        let archive = Archive::new();
        let path = archive.path(s3_path(OTHER, "eu-west-1", "2026-01-15", "a"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(store.path("objects/0001"), &path).unwrap();
        let activity = archive.scan().activity;
        assert_eq!(activity.gaps.first().unwrap().reason, Reason::Contradiction, "{:?}", gaps(&activity));
        let regions = Selection { regions: BTreeSet::from(["us-east-1".into()]), ..Selection::default() };
        assert_eq!(run(&Request { selection: regions, ..archive.request() }).passed_over.not_selected, 1);
    }

    #[test]
    fn pipes_and_sockets_are_never_opened() {
        let archive = Archive::new();
        archive.add("x.json", small(0, 3));
        let pipe = archive.path("pipe.json.gz");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _socket = UnixListener::bind(archive.path("socket.json")).unwrap();
        let activity = archive.scan().activity;
        assert_eq!((activity.files.counted, activity.gaps.len()), (3, 2), "{:?}", gaps(&activity));
        assert_eq!(run(&of([pipe])).activity.gaps.len(), 1);
    }

    #[test]
    fn a_name_that_is_no_utf8_is_read() {
        let archive = Archive::new();
        archive.add(PathBuf::from(OsStr::from_bytes(b"day\xFF/x\xFE.json")), small(0, 3));
        let activity = archive.scan().activity;
        assert_eq!((activity.files.counted, activity.gaps.len()), (3, 0));
        let event = activity.events.iter().next().unwrap();
        assert_eq!(&*event.place.file, "trail/day\u{FFFD}/x\u{FFFD}.json");
    }

    #[test]
    fn files_and_folders_that_may_not_be_read_are_gaps() {
        let archive = archive();
        archive.add("closed/x.json", small(0, 3)).add("closed.json", small(0, 3));
        for path in [archive.path("closed"), archive.path("closed.json")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
        }
        // Root may read everything.
        let is_root = fs::read_dir(archive.path("closed")).is_ok();
        let activity = archive.scan().activity;
        fs::set_permissions(archive.path("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        if is_root {
            return;
        }
        assert_eq!(activity.files.counted, 120);
        let reasons: Vec<Reason> = activity.gaps.iter().map(|gap| gap.reason).collect();
        assert_eq!(reasons, [Reason::Denied, Reason::Denied]);
    }
}
