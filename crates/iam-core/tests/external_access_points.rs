//! A bucket is as open as the access points that it leaves the decision to, and none that was not seen is "nobody gets in".

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;

use iam_core::evidence::{Given, assemble};
use iam_core::external::{Question, external};
use iam_core::input::InputFile;

const POINT: &str = "arn:aws:s3:eu-west-1:111122223333:accesspoint/plans";
const BUCKET: &str = "arn:aws:s3:::reports";

/// The files of a snapshot: what differs from a bucket that delegates to its account's access points, of which all are known.
#[derive(Default)]
struct Snapshot<'a> {
    bucket_policy: Option<&'a str>,
    point_policy: Option<&'a str>,
    settings: Option<&'a str>,
    account_block: Option<bool>,
    bucket_block: Option<bool>,
    is_unlisted: bool,
}

fn delegated(condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Sid": "Delegate", "Effect": "Allow", "Principal": "*",
            "Action": "s3:*", "Resource": ["{BUCKET}", "{BUCKET}/*"], "Condition": {condition}}}]}}"#
    )
}

fn policy(principal: &str, action: &str, resource: &str, more: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}",
            "Resource": "{resource}"{more}}}]}}"#
    )
}

fn settings(origin: &str, bucket: &str, block: bool) -> String {
    format!(
        r#"{{"Name": "plans", "Bucket": "{bucket}", {origin}, "PublicAccessBlockConfiguration": {{
            "BlockPublicAcls": {block}, "IgnorePublicAcls": {block}, "BlockPublicPolicy": {block},
            "RestrictPublicBuckets": {block}}}, "AccessPointArn": "{POINT}", "BucketAccountId": "111122223333"}}"#
    )
}

fn block(is_on: bool) -> String {
    format!(
        r#"{{"PublicAccessBlockConfiguration": {{"BlockPublicAcls": {is_on}, "IgnorePublicAcls": {is_on},
            "BlockPublicPolicy": {is_on}, "RestrictPublicBuckets": {is_on}}}}}"#
    )
}

const INTERNET: &str = r#""NetworkOrigin": "Internet""#;
const OWN: &str = r#"{"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}"#;
const OTHER: &str = r#"{"AWS": "444455556666"}"#;

/// Each resource with its findings and what of it is not known, a line each.
fn told(snapshot: &Snapshot<'_>) -> String {
    let listed = if snapshot.is_unlisted {
        String::new()
    } else {
        r#"{"operation": "ListAccessPoints", "service": "s3", "region": "eu-west-1", "status": "complete"}"#
            .to_owned()
    };
    let manifest =
        format!(r#"{{"tool": "aws", "account": "111122223333", "partition": "aws", "calls": [{listed}]}}"#);
    let acl = r#"{"Owner": {"ID": "x"}, "Grants": []}"#;
    let delegated = delegated(OWN);
    let settings = settings(INTERNET, "reports", false);
    let mut files = vec![
        ("manifest.json".to_owned(), manifest),
        ("resource-policies/eu-west-1/s3-bucket-acl/reports.json".to_owned(), acl.to_owned()),
    ];
    let mut add =
        |path: &str, text: String| files.push((format!("resource-policies/eu-west-1/{path}.json"), text));
    for (path, text) in [
        ("s3-bucket/reports", snapshot.bucket_policy.unwrap_or(&delegated)),
        ("s3-access-point/plans", snapshot.point_policy.unwrap_or_default()),
        ("s3-access-point-settings/plans", snapshot.settings.unwrap_or(&settings)),
    ] {
        if !text.is_empty() {
            add(path, text.to_owned());
        }
    }
    add("s3-account-public-access-block/111122223333", block(snapshot.account_block.unwrap_or_default()));
    add("s3-bucket-public-access-block/reports", block(snapshot.bucket_block.unwrap_or_default()));
    let files = files.into_iter().map(|(path, text)| {
        (InputFile { path: format!("a/{path}"), bytes: text.into_bytes() }, Given::InFolder)
    });
    let evidence = assemble(files.collect());
    let account = &evidence.accounts[0];
    let mut told = String::new();
    for resource in external(account, &Question::of(account)).resources {
        writeln!(told, "{}", resource.arn).unwrap();
        for finding in &resource.findings {
            let word = if finding.blocked_by.is_some() { "blocked" } else { "in" };
            let public = if finding.is_public { " public" } else { "" };
            let conditions = finding.condition.iter().map(|(key, value)| format!(" {key}={value}"));
            let conditions: String = conditions.collect();
            let (via, who, what) = (finding.via.as_str(), &finding.principal, finding.actions.join(" "));
            writeln!(told, "  {word} {via} {who} {what}{conditions}{public}").unwrap();
            for cited in finding.statements.iter().filter(|_| finding.access_point.is_some()) {
                let of = cited.policy_of.as_deref().unwrap_or("its own");
                writeln!(told, "    by statement {} of {of}", cited.index).unwrap();
            }
            finding.depends_on.iter().for_each(|on| writeln!(told, "    on {on}").unwrap());
        }
        for open in &resource.open {
            let word = if open.is_failure() { "unknown" } else { "not handed in" };
            writeln!(told, "  {word} {}: {}", open.via.as_str(), open.why).unwrap();
        }
    }
    told
}

#[track_caller]
fn check(case: &str, snapshot: &Snapshot<'_>, expected: &[&str], absent: &[&str]) {
    let told = told(snapshot);
    for line in expected {
        assert!(told.contains(line), "{case}: found {told}, expected {line}");
    }
    for line in absent {
        assert!(!told.contains(line), "{case}: found {told}, with {line}");
    }
}

/// Everybody else's access, which the whole of a snapshot without any has none of.
const NOBODY: &[&str] = &["  in ", "  blocked ", "  unknown "];

#[test]
fn a_bucket_is_as_open_as_the_access_points_that_it_leaves_the_decision_to() {
    let objects = format!("{POINT}/object/*");
    let of = |principal: &str, action: &str, resource: &str| policy(principal, action, resource, "");
    let case = |case: &str, bucket: &str, point: &str, expected: &[&str], absent: &[&str]| {
        let snapshot =
            Snapshot { bucket_policy: Some(bucket), point_policy: Some(point), ..Snapshot::default() };
        check(case, &snapshot, expected, absent);
    };
    let by_account = delegated(OWN);
    let through = "  in S3_ACCESS_POINT 444455556666 s3:GetObject\n";
    case("another account", &by_account, &of(OTHER, "s3:GetObject", &objects), &[through], &["unknown"]);
    case(
        "anybody",
        &by_account,
        &of(r#""*""#, "s3:GetObject", &objects),
        &["S3_ACCESS_POINT * s3:GetObject public"],
        &[],
    );
    case("the own account", &by_account, &of(r#"{"AWS": "111122223333"}"#, "s3:*", "*"), &[BUCKET], NOBODY);
    let by_arn = delegated(&format!(r#"{{"ArnLike": {{"s3:DataAccessPointArn": "{POINT}"}}}}"#));
    case("by its ARN", &by_arn, &of(OTHER, "s3:GetObject", &objects), &[through], &["unknown"]);
    let by_other_arn = delegated(&format!(r#"{{"StringEquals": {{"s3:DataAccessPointArn": "{POINT}2"}}}}"#));
    case("another's ARN", &by_other_arn, &of(OTHER, "s3:GetObject", &objects), &[], NOBODY);
    let from_vpc = delegated(r#"{"StringEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}"#);
    case("another origin", &from_vpc, &of(OTHER, "s3:GetObject", &objects), &[], &[through]);
    // The two have to agree.
    let of_folder = by_account.replace("reports/*", "reports/public/*");
    let private = of(OTHER, "s3:GetObject", &format!("{POINT}/object/private/*"));
    case("other objects", &of_folder, &private, &[], NOBODY);
    let public = of(OTHER, "s3:GetObject", &format!("{POINT}/object/public/a*"));
    case("the same objects", &of_folder, &public, &[through], &["unknown"]);
    let reading = by_account.replace("s3:*", "s3:List*");
    case("other actions", &reading, &of(OTHER, "s3:GetObject", &objects), &[], NOBODY);
    let denied = by_account.replacen(
        "[{",
        r#"[{"Effect": "Deny", "Principal": {"AWS": "444455556666"}, "Action": "s3:*", "Resource": "*"}, {"#,
        1,
    );
    case("denied by the bucket", &denied, &of(OTHER, "s3:GetObject", &objects), &[], NOBODY);
    // The access point of somebody else is his to open.
    let foreign = delegated(r#"{"StringEquals": {"s3:DataAccessPointAccount": "777788889999"}}"#);
    let expected =
        "  in S3_ACCESS_POINT_ACCOUNT * s3:* s3:DataAccessPointAccount=777788889999\n    on the policy of";
    case("of another account", &foreign, &of(OTHER, "s3:GetObject", &objects), &[expected], &[]);
    let all = delegated(r#"{"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/*"}}"#);
    case(
        "of anybody",
        &all,
        "",
        &["S3_ACCESS_POINT_ACCOUNT * s3:* s3:DataAccessPointArn=arn:aws:s3:*:*:accesspoint/* public\n  "],
        &[],
    );
    // Who gets in anyway is told once.
    let direct = of(r#""*""#, "s3:GetObject", "*");
    case(
        "without the key",
        &direct,
        &of(OTHER, "s3:GetObject", &objects),
        &["in POLICY * s3:GetObject public\narn:aws:s3:eu"],
        &["unknown"],
    );
    let only_points = delegated(OWN).replacen(
        "[{",
        r#"[{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition":
            {"Null": {"s3:DataAccessPointArn": "true"}}}, {"Effect": "Allow", "Principal": {"AWS": "444455556666"},
            "Action": "s3:GetObject", "Resource": "*"}, {"#,
        1,
    );
    case(
        "only through points",
        &only_points,
        &of(OTHER, "s3:GetObject", &objects),
        &[through],
        &["in POLICY"],
    );
}

#[test]
fn both_documents_are_named() {
    let point = policy(OTHER, "s3:GetObject", &format!("{POINT}/object/*"), "");
    let snapshot = Snapshot { point_policy: Some(&point), ..Snapshot::default() };
    let told = told(&snapshot);
    let expected = format!(
        "  in S3_ACCESS_POINT 444455556666 s3:GetObject\n    by statement 0 of its own\n    by statement 0 of {POINT}\n"
    );
    // It is told of the bucket and of the access point.
    assert_eq!(told.matches(&expected).count(), 2, "{told}");
}

#[test]
fn settings_and_blocks_of_the_access_point_count() {
    let open = policy(r#""*""#, "s3:GetObject", &format!("{POINT}/object/*"), "");
    let closed = settings(INTERNET, "reports", true);
    let vpc = settings(r#""NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-1"}"#, "reports", true);
    let odd = settings(r#""NetworkOrigin": "Moon""#, "reports", false);
    let base = || Snapshot { point_policy: Some(&open), ..Snapshot::default() };
    check("open", &base(), &["  in S3_ACCESS_POINT * s3:GetObject public"], &["blocked"]);
    let blocked = ["  blocked S3_ACCESS_POINT * s3:GetObject public"];
    check("its own block", &Snapshot { settings: Some(&closed), ..base() }, &blocked, &["  in "]);
    check("of the account", &Snapshot { account_block: Some(true), ..base() }, &blocked, &["  in "]);
    let of_bucket = [
        "  in S3_ACCESS_POINT * s3:GetObject public\n    by statement 0 of its own\n    by statement 0 of arn:aws:s3:eu-west-1:111122223333:accesspoint/plans\n    on whether RestrictPublicBuckets of the bucket counts",
    ];
    check("of the bucket", &Snapshot { bucket_block: Some(true), ..base() }, &of_bucket, &["blocked"]);
    let in_vpc = ["  in S3_ACCESS_POINT * s3:GetObject aws:SourceVpc=vpc-1\n"];
    check("in a VPC", &Snapshot { settings: Some(&vpc), ..base() }, &in_vpc, &["public", "blocked"]);
    let unclear = ["on from where the access point can be reached, which was not seen"];
    check("odd origin", &Snapshot { settings: Some(&odd), ..base() }, &unclear, &[]);
}

#[test]
fn what_was_not_seen_is_no_pass() {
    let open = policy(OTHER, "s3:GetObject", &format!("{POINT}/object/*"), "");
    let variable = policy(
        OTHER,
        "s3:GetObject",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/${aws:username}/object/*",
        "",
    );
    let elsewhere = settings(INTERNET, "plans", false);
    let base = || Snapshot { point_policy: Some(&open), ..Snapshot::default() };
    let many_regions = "not handed in S3_ACCESS_POINT: the policy leaves it to multi-Region access points";
    check("all seen", &base(), &[many_regions], &["unknown"]);
    let not_all =
        "  unknown S3_ACCESS_POINT: the policy leaves it to access points of the account 111122223333";
    check("no list", &Snapshot { is_unlisted: true, ..base() }, &[not_all], &[]);
    check(
        "no settings",
        &Snapshot { settings: Some(""), ..base() },
        &[not_all, "nothing tells which that is"],
        &[],
    );
    check("damaged settings", &Snapshot { settings: Some("{"), ..base() }, &[not_all], &[]);
    let nameless = settings(INTERNET, "", false);
    check("no bucket", &Snapshot { settings: Some(&nameless), ..base() }, &[not_all], &[]);
    check(
        "another bucket",
        &Snapshot { settings: Some(&elsewhere), ..base() },
        &["arn:aws:s3:::plans, which was not seen"],
        &["unknown"],
    );
    let misfiled = open.replace("accesspoint/plans", "accesspoint/other");
    let misfiled = Snapshot { point_policy: Some(&misfiled), ..base() };
    check(
        "of another access point",
        &misfiled,
        &["unknown S3_ACCESS_POINT: the policy of the access point", "unknown POLICY: the policy is about"],
        &[],
    );
    let no_policy = "  unknown S3_ACCESS_POINT: the policy of the access point";
    check("no policy", &Snapshot { point_policy: Some(""), ..base() }, &[no_policy], &[]);
    check(
        "damaged policy",
        &Snapshot { point_policy: Some(r#"{"Statement": [{"Effect": "Al"#), ..base() },
        &[no_policy],
        &[],
    );
    check(
        "a variable",
        &Snapshot { point_policy: Some(&variable), ..base() },
        &["it is not determined which objects"],
        &[],
    );
    check(
        "none at all",
        &Snapshot { point_policy: Some(r#"{"Policy": ""}"#), ..base() },
        &[many_regions],
        NOBODY,
    );
    let of_bucket = "on the policy of arn:aws:s3:::reports, which was not seen";
    check("no policy of the bucket", &Snapshot { bucket_policy: Some(""), ..base() }, &[of_bucket], &[]);
    check(
        "none of the bucket",
        &Snapshot { bucket_policy: Some(r#"{"Policy": ""}"#), ..base() },
        &[BUCKET],
        NOBODY,
    );
}
