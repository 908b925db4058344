//! Small archives, made anew for each test.

#![allow(dead_code, reason = "every test file uses its own part")]

use std::fs;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use flate2::Compression;
use flate2::write::GzEncoder;
use iam_core::cloudtrail::{Activity, TrailGap};
use iam_trail::{Request, Scan, scan};
use tempfile::TempDir;

/// A log file of so many records that all differ; `from` numbers the first.
pub(crate) fn log(account: &str, region: &str, day: &str, from: u32, records: u32) -> String {
    let records: Vec<String> = (from..from + records)
        .map(|number| {
            let user = format!("user-{}", number % 7);
            let call = ["CreateUser", "GetUser", "ListUsers"][number as usize % 3];
            let read_only = call != "CreateUser";
            let (hour, minute, second) = (number / 3_600 % 24, number / 60 % 60, number % 60);
            format!(
                r#"{{"eventVersion":"1.10","userIdentity":{{"type":"IAMUser","principalId":"AIDA{number}","arn":"arn:aws:iam::{account}:user/{user}","accountId":"{account}","userName":"{user}"}},"eventTime":"{day}T{hour:02}:{minute:02}:{second:02}Z","eventSource":"iam.amazonaws.com","eventName":"{call}","awsRegion":"{region}","sourceIPAddress":"192.0.2.{}","userAgent":"test","requestParameters":{{"userName":"new-{number}"}},"responseElements":null,"eventID":"00000000-0000-0000-0000-{number:012x}","readOnly":{read_only},"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"{account}","eventCategory":"Management"}}"#,
                number % 250,
            )
        })
        .collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

/// A log file of account 111122223333.
pub(crate) fn small(from: u32, records: u32) -> String {
    log("111122223333", "eu-west-1", "2026-01-15", from, records)
}

pub(crate) fn gz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zst(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::bulk::compress(bytes.as_ref(), 3).unwrap()
}

/// The path that CloudTrail gives to a file.
pub(crate) fn s3_path(account: &str, region: &str, day: &str, unique: &str) -> String {
    format!(
        "AWSLogs/{account}/CloudTrail/{region}/{}/{account}_CloudTrail_{region}_{}T0805Z_{unique}.json.gz",
        day.replace('-', "/"),
        day.replace('-', ""),
    )
}

/// A folder that goes away after the test.
pub(crate) struct Archive {
    folder: TempDir,
}

impl Archive {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The folder of the archive.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("trail")
    }

    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root().join(inside)
    }

    pub(crate) fn add(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn scan(&self) -> Scan {
        run(&self.request())
    }

    pub(crate) fn request(&self) -> Request {
        of([self.root()])
    }
}

/// A request for these paths, everything else as it is.
pub(crate) fn of(paths: impl IntoIterator<Item = PathBuf>) -> Request {
    Request { paths: paths.into_iter().collect(), threads: NonZeroUsize::new(1), ..Request::default() }
}

pub(crate) fn run(request: &Request) -> Scan {
    scan(request, &(), &AtomicBool::new(false))
}

/// Reads one file, given by name.
pub(crate) fn scan_file(name: &str, bytes: impl AsRef<[u8]>) -> Activity {
    let archive = Archive::new();
    archive.add(name, bytes);
    run(&of([archive.path(name)])).activity
}

/// The gaps, each as one line.
pub(crate) fn gaps(activity: &Activity) -> Vec<String> {
    let line = |gap: &TrailGap| {
        let place = gap.offset.map(|offset| format!("@{offset}")).unwrap_or_default();
        format!("{}{place}: {}: {}", gap.file, gap.reason, gap.what)
    };
    activity.gaps.iter().map(line).collect()
}
