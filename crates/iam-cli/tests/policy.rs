//! The verbs below `policy`, as a user runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use support::{root, run, run_in};

const DEPLOY: &str = "testdata/policies/deploy.json";
const TRUST: &str = "testdata/policies/trust.json";

#[test]
fn issues_as_a_compiler_says_them() {
    let ran = run_in(&root(), &["policy", "validate", DEPLOY, TRUST], &[("COLUMNS", "100")], "");
    insta::assert_snapshot!(ran.all());
}

#[test]
fn issues_in_one_long_line_and_hostile_ones() {
    let actions = vec!["\"s3:GetObject\""; 40].join(", ");
    let text = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\", \"Action\": [{actions}, \"s3:\\u001b[2J\u{202e}x\"], \"Resource\": \"*\"}}}}"
    );
    let ran =
        run_in(&root(), &["policy", "validate", "-", "--fail-on", "error"], &[("COLUMNS", "80")], &text);
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{}", ran.out);
    assert!(ran.out.contains("stdin:1:"), "{}", ran.out);
}

#[test]
fn the_examples_of_the_help_work() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["policy.json", "guardrails.json", "bucket.json"] {
        fs::copy(root().join(DEPLOY), folder.path().join(name)).unwrap();
    }
    let input = fs::read_to_string(root().join(TRUST)).unwrap();
    let help = run_in(&root(), &["policy", "validate", "--help"], &[("COLUMNS", "200")], "").out;
    let mut examples = 0;
    for line in help.lines().filter(|line| line.starts_with("  ")) {
        let Some((_, arguments)) = line.split_once("iam-audit ") else { continue };
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let ran = run_in(folder.path(), &arguments, &[], &input);
        assert!(matches!(ran.code, 0 | 1) && ran.err.is_empty(), "{line}: {}", ran.all());
        examples += 1;
    }
    assert_eq!(examples, 5);
    assert!(folder.path().join("policy.sarif").exists());
}

#[test]
fn the_type_of_the_resource_says_what_its_policy_cannot_name() {
    let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": "111122223333"},
        "Action": "s3:GetObject", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}]}"#;
    let ran =
        |arguments: &[&str]| run_in(&root(), &[&["policy", "validate", "-"], arguments].concat(), &[], text);
    let told = ran(&["--type", "AWS::S3::Bucket"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("UNSUPPORTED_RESOURCE_ARN_IN_POLICY"), "{}", told.out);
    assert!(!ran(&[]).out.contains("UNSUPPORTED_RESOURCE_ARN_IN_POLICY"));
    assert_eq!(ran(&["--type", "AWS::S3::Bukkit"]).code, 2);
    assert_eq!(ran(&["--type", "AWS::S3::Bucket", "--kind", "identity"]).code, 2);
}

#[test]
fn exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let latin = path("latin.json", b"{\"\xe4\": 1}");
    let broken = path("broken.json", b"{");
    for (arguments, code) in [
        (&[TRUST][..], 0),
        (&[DEPLOY], 1),
        (&[DEPLOY, "--fail-on", "never"], 0),
        (&[TRUST, "--fail-on", "suggestion"], 0),
        (&[TRUST, "--kind", "identity"], 1),
        (&[&broken], 1),
        (&[&latin], 3),
        (&["no/such/file.json"], 3),
        (&[TRUST, &latin], 4),
        (&[DEPLOY, &latin], 1),
        (&[TRUST, "--kind", "sct"], 2),
        (&[TRUST, "--catalog", &broken], 2),
        (&[DEPLOY, "-o", DEPLOY], 2),
        (&[], 2),
    ] {
        let ran = run(&[&["policy", "validate"], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.all());
    }
}

#[test]
fn encoded_text_is_decoded() {
    let text = fs::read_to_string(root().join(TRUST)).unwrap();
    let encoded = text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    });
    let ran = run_in(&root(), &["policy", "validate", "-"], &[], &encoded);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.out.contains("trust (assumed; --kind says otherwise), URL-decoded: no issues"),
        "{}",
        ran.out
    );
}

#[test]
fn a_catalogue_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s3.json");
    fs::write(&file, r#"{"Name": "s3", "Actions": [{"Name": "GetObjct"}]}"#).unwrap();
    for catalogue in [&file, &folder.path().to_path_buf()] {
        let ran = run(&["policy", "validate", DEPLOY, "--catalog", catalogue.to_str().unwrap()]);
        assert!(!ran.out.contains("`s3:GetObjct` is not in"), "{}", ran.out);
        assert!(ran.out.contains("`s3:ListBucket` is not in the catalogue"), "{}", ran.out);
    }
}

#[test]
fn every_format_has_the_same_issues_and_its_shape() {
    let validate = |format: &str| -> Value {
        let ran = run(&["policy", "validate", DEPLOY, TRUST, "--format", format]);
        serde_json::from_str(&ran.out).unwrap()
    };
    let (json, sarif) = (validate("json"), validate("sarif"));
    let issues = json["policies"][0]["issues"].as_array().unwrap();
    let of_json: BTreeSet<(String, u64, u64)> = issues
        .iter()
        .map(|issue| {
            let start = &issue["start"];
            let code = issue["code"].as_str().unwrap().to_owned();
            (code, start["line"].as_u64().unwrap(), start["column"].as_u64().unwrap())
        })
        .collect();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let of_sarif: BTreeSet<(String, u64, u64)> = results
        .iter()
        .map(|result| {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
            let code = result["ruleId"].as_str().unwrap().to_owned();
            (code, region["startLine"].as_u64().unwrap(), region["startColumn"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(of_json, of_sarif);
    assert_eq!(of_json.len(), 4);
    let human = run(&["policy", "validate", DEPLOY]).out;
    for (code, line, column) in &of_json {
        assert!(human.contains(&format!("deploy.json:{line}:{column}:")) && human.contains(code), "{code}");
    }
    let schema = fs::read_to_string(root().join("testdata/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // A stray bracket that only some regular expression engines let pass; we write no `language`.
    for definition in ["run", "toolComponent"] {
        schema["definitions"][definition]["properties"]["language"]
            .as_object_mut()
            .unwrap()
            .remove("pattern");
    }
    assert_valid(&schema, &sarif);
    let schema = fs::read_to_string(root().join("docs/schema/policy-validation-v1.json")).unwrap();
    assert_valid(&serde_json::from_str(&schema).unwrap(), &json);
}

fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
