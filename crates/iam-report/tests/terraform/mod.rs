//! Terraform code held to the schema of the provider: `aws.json`, which `schema.py` beside it writes.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and says what it could not do"
)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use hcl::{Block, Body};
use serde_json::Value;

/// What every resource takes, whatever its provider.
const META: &[&str] = &["count", "depends_on", "for_each", "provider"];

/// Fails where a type, attribute or block is none, a required one is missing, or a value is read that does not exist.
pub(crate) fn assert_valid(name: &str, text: &str) {
    let problems = problems(text);
    assert!(problems.is_empty(), "{name}: {problems:#?}");
}

/// `terraform` formats it in the same way, where it is on the machine; `cargo xtask test` says when it is not.
pub(crate) fn assert_formatted(name: &str, text: &str) {
    let started = Command::new("terraform")
        .args(["fmt", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        println!("NOT DONE: terraform is not on this machine");
        return;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), text, "{name}");
}

/// What the provider would refuse.
pub(crate) fn problems(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("aws.json")).unwrap();
    let body: Body = match hcl::parse(text) {
        Ok(body) => body,
        Err(error) => return vec![error.to_string()],
    };
    let mut problems = Vec::new();
    for block in body.blocks() {
        let kind = block.identifier();
        if !["resource", "data"].contains(&kind) {
            continue;
        }
        let labels: Vec<&str> = block.labels().iter().map(hcl::BlockLabel::as_str).collect();
        let place = format!("{kind} {}", labels.join("."));
        let own = labels.first().and_then(|own| schema[kind].get(*own));
        match own {
            Some(own) => within(block, own, &place, &mut problems),
            None => problems.push(format!("{place}: no such type")),
        }
    }
    references(text, &schema, &mut problems);
    problems
}

fn within(block: &Block, schema: &Value, place: &str, problems: &mut Vec<String>) {
    let known = |name: &str| schema["attributes"].as_array().unwrap().iter().any(|own| own == name);
    let mut given = BTreeSet::new();
    for attribute in block.body().attributes() {
        given.insert(attribute.key().to_owned());
        if !known(attribute.key()) && !META.contains(&attribute.key()) {
            problems.push(format!("{place}: no attribute {}", attribute.key()));
        }
    }
    for inner in block.body().blocks() {
        let name = inner.identifier();
        given.insert(name.to_owned());
        match schema["blocks"].get(name) {
            Some(own) => within(inner, own, &format!("{place}, {name}"), problems),
            None if name == "lifecycle" => {}
            None => problems.push(format!("{place}: no block {name}")),
        }
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for name in required.filter(|name| !given.contains(*name)) {
        problems.push(format!("{place}: {name} is missing"));
    }
}

/// `aws_sns_topic.this.arn`, `data.aws_partition.current.partition`
fn references(text: &str, schema: &Value, problems: &mut Vec<String>) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    for word in text.split(|c: char| !is_word(c)) {
        let (kind, path) = match word.strip_prefix("data.") {
            Some(path) => ("data", path),
            None => ("resource", word),
        };
        let parts: Vec<&str> = path.split('.').collect();
        let [own, _, attribute, ..] = parts.as_slice() else { continue };
        if !own.starts_with("aws_") {
            continue;
        }
        let lists = ["attributes", "exported"];
        let is_there = lists.iter().any(|list| {
            schema[kind][*own][*list].as_array().is_some_and(|all| all.iter().any(|it| it == attribute))
        });
        if !is_there {
            problems.push(format!("{word}: no such value"));
        }
    }
}
