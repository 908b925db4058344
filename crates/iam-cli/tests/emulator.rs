//! End to end against an emulator of AWS: what is created there is what the audit tells.
//!
//! `cargo xtask test` installs moto and the AWS CLI, and names their place in `IAM_AUDIT_EMULATOR`. A thin front adds what
//! moto lacks: root's row of the credential report, Access Analyzer, last-accessed jobs, CloudTrail's event history.

#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

#[path = "../../iam-fetch/tests/fake/mod.rs"]
mod fake;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake::{Asked, Fake, Raw, Reply, account};
use serde_json::Value;
use support::{Ran, root, run_in};
use tempfile::TempDir;

/// A process of moto, which ends with the test.
struct Moto {
    process: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn tools() -> PathBuf {
    let named = std::env::var_os("IAM_AUDIT_EMULATOR");
    root()
        .join(named.expect("IAM_AUDIT_EMULATOR names a Python environment with moto and awscli"))
        .join("bin")
}

impl Moto {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(tools().join("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("MOTO_ACCOUNT_ID", account::ACCOUNT)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { process, port };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(120), "moto does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        moto
    }
}

/// Hands a request on, and the answer back.
fn handed_on(port: u16, raw: &Raw) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", raw.method, raw.target);
    for (name, value) in raw.headers.iter().filter(|(name, _)| name != "connection") {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", &raw.body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers =
        headers.filter(|(name, _)| !["content-length", "connection"].contains(&name.as_str())).collect();
    Reply { status, headers, body: answer[end + 4..].to_vec(), delay: Duration::ZERO, cut: false }
}

/// What the account answers: moto, and the front where moto has nothing.
fn answer(port: u16, now: &str, asked: &Asked) -> Reply {
    match asked.operation.as_str() {
        "GetCredentialReport" => with_root(&handed_on(port, &asked.raw), now),
        "ListOrganizationsFeatures"
        | "ListServiceSpecificCredentials"
        | "GenerateServiceLastAccessedDetails"
        | "GetServiceLastAccessedDetails"
        | "LookupEvents"
        | "DescribeAlarms"
        | "ListSubscriptionsByTopic"
        | "ListRegions" => account::answer(asked),
        // moto takes a list of directory buckets for one of buckets.
        "ListDirectoryBuckets" | "ListAccessPoints" | "ListStreams" => account::empty(asked),
        // moto answers with a fault where a catalogue has no policy.
        "GetResourcePolicy" if asked.service == "glue" => account::empty(asked),
        _ if asked.service == "access-analyzer" => account::answer(asked),
        _ => handed_on(port, &asked.raw),
    }
}

/// The report with root's row, made just now.
fn with_root(reply: &Reply, now: &str) -> Reply {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    let Some((before, rest)) = text.split_once("<Content>") else { return reply.clone() };
    let (content, after) = rest.split_once("</Content>").unwrap();
    let report = String::from_utf8(STANDARD.decode(content.trim()).unwrap()).unwrap();
    let (header, users) = report.split_once('\n').unwrap();
    let root = account::REPORT.lines().nth(1).unwrap();
    let content = STANDARD.encode(format!("{header}\n{root}\n{}", users.trim_end()));
    let (between, _) = after.split_once("<GeneratedTime>").unwrap();
    let (_, end) = after.split_once("</GeneratedTime>").unwrap();
    let body =
        format!("{before}<Content>{content}</Content>{between}<GeneratedTime>{now}</GeneratedTime>{end}");
    Reply { body: body.into(), ..reply.clone() }
}

/// Makes something in the account, by the plain form of IAM's protocol.
fn create(port: u16, action: &str, fields: &[(&str, &str)]) -> String {
    let mut body = format!("Action={action}&Version=2010-05-08");
    for (name, value) in fields {
        let value =
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
        body.extend(["&", name, "=", &value]);
    }
    let scope = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/iam/aws4_request";
    let headers = [
        ("host", "iam.amazonaws.com"),
        ("authorization", scope),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-length", &body.len().to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let raw = Raw { method: "POST".to_owned(), target: "/".to_owned(), headers, body: body.into_bytes() };
    let reply = handed_on(port, &raw);
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(reply.status, 200, "{action}: {text}");
    text
}

const TRUST: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}]}";
const READS: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}]}";

/// Anna signs in with MFA, bob without; deploy has two active keys, old an inactive one; there are a role and policies.
fn fill(port: u16) {
    create(port, "CreateAccountAlias", &[("AccountAlias", "emulated")]);
    create(
        port,
        "UpdateAccountPasswordPolicy",
        &[("MinimumPasswordLength", "8"), ("RequireSymbols", "true")],
    );
    for (user, path) in [("anna", "/"), ("bob", "/people/"), ("deploy", "/ci/"), ("old", "/")] {
        create(port, "CreateUser", &[("UserName", user), ("Path", path)]);
    }
    for user in ["anna", "bob"] {
        create(port, "CreateLoginProfile", &[("UserName", user), ("Password", "Correct-horse-7")]);
    }
    let device = create(port, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "anna")]);
    let serial = device.split("<SerialNumber>").nth(1).unwrap().split('<').next().unwrap();
    let codes = [("AuthenticationCode1", "123456"), ("AuthenticationCode2", "234567")];
    create(
        port,
        "EnableMFADevice",
        &[&[("UserName", "anna"), ("SerialNumber", serial)][..], &codes].concat(),
    );
    create(port, "CreateAccessKey", &[("UserName", "deploy")]);
    create(port, "CreateAccessKey", &[("UserName", "deploy")]);
    let key = create(port, "CreateAccessKey", &[("UserName", "old")]);
    let id = key.split("<AccessKeyId>").nth(1).unwrap().split('<').next().unwrap();
    create(port, "UpdateAccessKey", &[("UserName", "old"), ("AccessKeyId", id), ("Status", "Inactive")]);
    create(port, "CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)]);
    create(port, "CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", READS)]);
    create(
        port,
        "AttachRolePolicy",
        &[("RoleName", "app"), ("PolicyArn", "arn:aws:iam::111122223333:policy/reads")],
    );
    create(
        port,
        "PutUserPolicy",
        &[("UserName", "deploy"), ("PolicyName", "inline"), ("PolicyDocument", READS)],
    );
}

fn environment(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", fake::SECRET),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_REGION", "eu-west-1"),
        ("COLUMNS", "100"),
    ]
}

/// The findings of a report: check and subject.
fn findings(ran: &Ran) -> BTreeSet<(String, String)> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["accounts"][0]["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(&finding["check"]), text(&finding["subject"]["name"]))).collect()
}

#[test]
#[ignore = "needs an emulator; cargo xtask test installs it"]
fn what_was_created_is_what_the_audit_tells() {
    let moto = Moto::start();
    let port = moto.port;
    fill(port);
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let generated = now.clone();
    let front = Fake::start(move |asked| answer(port, &generated, asked));
    let endpoint = front.endpoint();
    let folder = TempDir::new().unwrap();
    let fetched = folder.path().join("fetched");

    let ran = run_in(&root(), &["fetch", "-o", fetched.to_str().unwrap()], &environment(&endpoint), "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let as_of = ["--format", "json", "--as-of", &now];
    let check = |path: &Path| {
        run_in(
            &root(),
            &[&["check", path.to_str().unwrap()][..], &as_of].concat(),
            &environment(&endpoint),
            "",
        )
    };
    let told = findings(&check(&fetched));
    let expected = [("console-without-mfa", "bob"), ("two-active-access-keys", "deploy")];
    for (finding, subject) in expected {
        let is_told = told.iter().any(|(check, name)| check == finding && name.contains(subject));
        assert!(is_told, "{finding} of {subject}: {told:?}");
    }
    assert!(
        !told.iter().any(|(check, name)| check == "console-without-mfa" && name.contains("anna")),
        "{told:?}"
    );
    assert!(told.iter().any(|(check, _)| check == "password-policy-short"), "{told:?}");

    let read = |file: &str| fs::read_to_string(fetched.join(file)).unwrap();
    assert!(read("access-keys/old.json").contains("\"Status\": \"Inactive\""));
    assert!(!read("virtual-mfa-devices.json").contains(SECRET_FIELDS[0]));
    let details: Value = serde_json::from_str(&read("account-authorization-details.json")).unwrap();
    assert_eq!(details["RoleDetailList"][0]["AttachedManagedPolicies"][0]["PolicyName"], "reads");

    let by_hand = folder.path().join("by-hand");
    with_the_aws_cli(&endpoint, &by_hand);
    same_files(&fetched, &by_hand);
    assert_eq!(findings(&check(&by_hand)), findings(&check(&only(&fetched, &by_hand, folder.path()))));
}

/// A snapshot made with the AWS CLI alone.
fn with_the_aws_cli(endpoint: &str, folder: &Path) {
    let users = ["anna", "bob", "deploy", "old"];
    let mut calls: Vec<(String, Vec<&str>)> = vec![
        ("credential-report.json".to_owned(), vec!["get-credential-report"]),
        ("account-summary.json".to_owned(), vec!["get-account-summary"]),
        ("account-password-policy.json".to_owned(), vec!["get-account-password-policy"]),
        ("virtual-mfa-devices.json".to_owned(), vec!["list-virtual-mfa-devices"]),
        ("account-aliases.json".to_owned(), vec!["list-account-aliases"]),
        ("account-authorization-details.json".to_owned(), vec!["get-account-authorization-details"]),
        ("server-certificates.json".to_owned(), vec!["list-server-certificates"]),
    ];
    for user in users {
        calls.push((format!("access-keys/{user}.json"), vec!["list-access-keys", "--user-name", user]));
        calls.push((format!("mfa-devices/{user}.json"), vec!["list-mfa-devices", "--user-name", user]));
    }
    for (file, words) in calls {
        let output = Command::new(tools().join("aws"))
            .arg("iam")
            .args(words)
            .args(["--output", "json"])
            .envs(environment(endpoint))
            .output()
            .unwrap();
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, output.stdout).unwrap();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().strip_prefix(folder).unwrap().to_owned()).collect()
}

/// Every file that the AWS CLI wrote says the same in the snapshot.
fn same_files(fetched: &Path, by_hand: &Path) {
    for file in files(by_hand) {
        let read = |folder: &Path| -> Value {
            let bytes =
                fs::read(folder.join(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            normal(serde_json::from_slice(&bytes).unwrap())
        };
        assert_eq!(read(fetched), read(by_hand), "{}", file.display());
    }
}

/// The seeds of virtual MFA devices, which moto sends at any time and AWS once. A fetch leaves them out.
const SECRET_FIELDS: [&str; 2] = ["Base32StringSeed", "QRCodePNG"];

/// Times in one form: the AWS CLI's first version writes them as they come, its second one as we do.
fn normal(value: Value) -> Value {
    match value {
        Value::String(text) => match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(time) => Value::String(time.to_utc().to_rfc3339()),
            Err(_) => Value::String(text),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(normal).collect()),
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| !SECRET_FIELDS.contains(&name.as_str()));
            kept.map(|(name, value)| (name, normal(value))).collect()
        }
        other => other,
    }
}

/// The snapshot without what the other one lacks.
fn only(fetched: &Path, by_hand: &Path, folder: &Path) -> PathBuf {
    let part = folder.join("part");
    for file in files(by_hand) {
        let path = part.join(&file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fetched.join(&file), path).unwrap();
    }
    part
}
