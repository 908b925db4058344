//! How long a fetch of a large account takes, beside the same requests made one after the other.
//!
//! `cargo test --release -p iam-fetch --test speed -- --ignored --nocapture`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

mod fake;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use fake::account::xml;
use fake::{Asked, Fake, Reply};
use iam_fetch::{Pace, Silent, Stop, fetch};
use tempfile::TempDir;

/// About what IAM takes to answer.
const LATENCY: Duration = Duration::from_millis(50);

fn listed(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (0..count).map(|number| format!("<member>{}</member>", item(number))).collect();
    items.concat()
}

fn large(asked: &Asked) -> Option<Reply> {
    if asked.service != "iam" {
        return None;
    }
    let named = |list: &str, kind: &str, count, word: &str| {
        let items = listed(count, |number| {
            format!(
                "<Path>/</Path><{word}Name>{kind}{number}</{word}Name><{word}Id>ID{number}</{word}Id>\
                 <Arn>arn:aws:iam::111122223333:{kind}/{kind}{number}</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate>"
            )
        });
        format!("<{list}>{items}</{list}><IsTruncated>false</IsTruncated>")
    };
    let inner = match asked.operation.as_str() {
        "ListUsers" => named("Users", "user", 500, "User"),
        "ListRoles" => named("Roles", "role", 300, "Role"),
        "ListPolicies" => named("Policies", "policy", 200, "Policy"),
        "ListAccessKeys" => format!(
            "<AccessKeyMetadata><member><UserName>{user}</UserName><AccessKeyId>AKIA{user:0>9}EXAMPLE</AccessKeyId>\
             <Status>Active</Status><CreateDate>2025-12-20T08:00:00Z</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated>",
            user = asked.field("UserName")
        ),
        _ => return None,
    };
    Some(xml("iam", &asked.operation, &inner))
}

#[test]
#[ignore = "measures; takes minutes"]
fn a_large_account() {
    let fake = Fake::account(|asked| {
        let reply = large(asked).unwrap_or_else(|| fake::account::answer(asked));
        Some(reply.after(LATENCY))
    });
    let folder = TempDir::new().unwrap();
    let request = iam_fetch::Request {
        pace: Pace { poll: LATENCY, ..Pace::default() },
        ..fake.request(folder.path(), &[])
    };
    let started = Instant::now();
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    let fetched = started.elapsed();
    assert_eq!(summary.shortfalls, []);

    let asked = fake.asked();
    let started = Instant::now();
    let mut stream = TcpStream::connect(fake.endpoint().trim_start_matches("http://")).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for asked in &asked {
        let mut head = format!("{} {} HTTP/1.1\r\n", asked.raw.method, asked.raw.target);
        for (name, value) in &asked.raw.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        stream.write_all(&[head.as_bytes(), b"\r\n", &asked.raw.body].concat()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
    }
    let one_by_one = started.elapsed();
    println!(
        "{} requests, {LATENCY:?} each: fetched in {:.1} s, one after the other {:.1} s, {:.1} times as long",
        asked.len(),
        fetched.as_secs_f64(),
        one_by_one.as_secs_f64(),
        one_by_one.as_secs_f64() / fetched.as_secs_f64()
    );
    assert!(fetched * 4 < one_by_one);
}
