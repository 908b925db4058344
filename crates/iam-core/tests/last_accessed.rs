//! Reports of last uses: whom they are about, what of them counts, and what keeps them from being used.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

use std::fmt::Write as _;

use iam_core::evidence::{Account, Given, ReportSubject, ReportSubjectKind, assemble_about};
use iam_core::fact::{Reason, shown_time};
use iam_core::input::InputFile;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/ci/app";

fn service(namespace: &str, last: Option<&str>, actions: &Value) -> Value {
    let mut row = json!({"ServiceName": "Some service", "ServiceNamespace": namespace, "TotalAuthenticatedEntities": 0});
    if let Some(last) = last {
        row["LastAuthenticated"] = json!(last);
        row["LastAuthenticatedEntity"] = json!(ROLE);
        row["LastAuthenticatedRegion"] = json!("eu-west-1");
    }
    if !actions.is_null() {
        row["TrackedActionsLastAccessed"] = actions.clone();
    }
    row
}

fn page(services: &[Value]) -> Value {
    json!({
        "JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": "2026-01-15T08:00:00.979000+00:00",
        "JobCompletionDate": "2026-01-15T08:00:05+00:00", "IsTruncated": false, "ServicesLastAccessed": services,
    })
}

fn wrapped(principal: &str, pages: &[Value]) -> Value {
    json!({
        "format": "iam-audit/service-last-accessed", "version": 1, "principal": principal, "principal_id": "AROAAPPEXAMPLE",
        "granularity": "ACTION_LEVEL", "collected_at": "2026-01-15T08:00:06Z", "pages": pages,
    })
}

fn with(mut page: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        page[key] = value.clone();
    }
    page
}

fn without(mut value: Value, keys: &[&str]) -> Value {
    for key in keys {
        value.as_object_mut().unwrap().remove(*key).unwrap();
    }
    value
}

fn account(files: &[(&str, Value)], hint: Option<&str>) -> Account {
    let files = files.iter().map(|(path, content)| {
        let bytes = serde_json::to_vec(content).unwrap();
        (InputFile { path: (*path).to_owned(), bytes }, Given::InFolder)
    });
    let mut evidence = assemble_about(files.collect(), hint);
    assert_eq!(evidence.unused, []);
    assert_eq!(evidence.accounts.len(), 1, "all files are about one account");
    evidence.accounts.remove(0)
}

/// What is known about the role, in a few words for each service; then the gaps.
fn shown(account: &Account) -> String {
    let mut shown = String::new();
    let subject = ReportSubject::named(ReportSubjectKind::Role, "app");
    match account.last_accessed().of(&subject) {
        Err(gap) => writeln!(shown, "none: {}", gap.what).unwrap(),
        Ok(report) => {
            writeln!(shown, "{} {}", report.name, report.granularity.as_str()).unwrap();
            for (namespace, row) in &report.services {
                let at = |last: Option<&iam_core::input::service_last_accessed::Access>| {
                    last.map_or_else(|| "-".to_owned(), |access| shown_time(access.at))
                };
                write!(shown, "{namespace} {}", at(row.last.as_ref())).unwrap();
                for action in &row.actions {
                    write!(shown, " {} {}", action.name, at(action.last.as_deref())).unwrap();
                }
                writeln!(shown, "{}", if row.has_actions { "" } else { " untracked" }).unwrap();
            }
            if let Some(gap) = &report.incomplete {
                writeln!(shown, "incomplete: {}", gap.what).unwrap();
            }
        }
    }
    for gap in account.gaps() {
        let place = gap.source.and_then(|source| account.quote(source)).map(|quote| quote.label);
        writeln!(shown, "gap {} {}: {}", gap.reason, place.unwrap_or_default(), gap.what).unwrap();
    }
    // Quotations in messages escape what they quote.
    shown.replace("\\\"", "\"")
}

#[track_caller]
fn check(files: &[(&str, Value)], expected: &[&str]) {
    let shown = shown(&account(files, None));
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines, expected);
}

const LAYOUT: &str = "service-last-accessed/role/app.json";

#[test]
fn a_wrapped_report_tells_whom_it_is_about() {
    let actions = json!([
        {"ActionName": "ListKeys", "LastAccessedTime": "2026-01-02T08:00:00Z", "LastAccessedEntity": ROLE},
        {"ActionName": "CreateKey"},
    ]);
    let rows =
        [service("kms", Some("2026-01-03T08:00:00+00:00"), &actions), service("s3", None, &Value::Null)];
    let expected = [
        "arn:aws:iam::111122223333:role/ci/app ACTION_LEVEL",
        "kms 2026-01-03T08:00:00Z ListKeys 2026-01-02T08:00:00Z CreateKey -",
        "s3 - untracked",
    ];
    check(&[("report.json", wrapped(ROLE, &[page(&rows)]))], &expected);
    // The same as two pages.
    let first = with(page(&rows[..1]), &json!({"IsTruncated": true, "Marker": "more"}));
    check(&[("report.json", wrapped(ROLE, &[first, page(&rows[1..])]))], &expected);
}

#[test]
fn a_bare_report_is_known_by_its_path_or_by_what_the_caller_says() {
    let bare = page(&[service("s3", None, &Value::Null)]);
    check(&[(LAYOUT, bare.clone())], &["app ACTION_LEVEL", "s3 - untracked"]);
    let said = "the answer does not say whom it is about";
    check(
        &[("report.json", bare.clone())],
        &["none: no last accessed report was handed in", &format!("gap malformed : {said}")],
    );
    let account = account(&[("report.json", bare)], Some(ROLE));
    assert_eq!(shown(&account), format!("{ROLE} ACTION_LEVEL\ns3 - untracked\n"));
}

#[test]
fn every_form_of_timestamp_is_read() {
    for (time, read) in [
        ("2026-01-11T15:16:20+00:00", "2026-01-11T15:16:20Z"),
        ("2026-01-11T15:16:20.979000+00:00", "2026-01-11T15:16:20.979Z"),
        ("2026-01-11T15:16:20Z", "2026-01-11T15:16:20Z"),
        ("2026-01-11 15:16:20+00:00", "2026-01-11T15:16:20Z"),
        ("2026-01-11T16:16:20.123456789+01:00", "2026-01-11T15:16:20.123456789Z"),
    ] {
        let rows = [service("s3", Some(time), &Value::Null)];
        let row = format!("s3 {read} untracked");
        check(&[(LAYOUT, page(&rows))], &["arn:aws:iam::111122223333:role/ci/app ACTION_LEVEL", &row]);
    }
    for time in ["yesterday", "2026-01-11", "1768140000"] {
        let rows = [service("s3", Some(time), &Value::Null), service("sqs", None, &Value::Null)];
        let what = format!(
            "at /ServicesLastAccessed/0/LastAuthenticated: found `\"{time}\"`, expected an RFC 3339 timestamp"
        );
        check(
            &[(LAYOUT, page(&rows))],
            &[
                "app ACTION_LEVEL",
                "sqs - untracked",
                &format!("incomplete: {what}"),
                &format!("gap malformed /ServicesLastAccessed/0/LastAuthenticated: {what}"),
            ],
        );
    }
}

#[test]
fn null_is_the_same_as_nothing() {
    let null = json!({
        "ServiceName": "S3", "ServiceNamespace": "s3", "LastAuthenticated": null, "LastAuthenticatedEntity": null,
        "LastAuthenticatedRegion": null, "TotalAuthenticatedEntities": null, "TrackedActionsLastAccessed": null,
    });
    let page = with(page(&[null]), &json!({"Marker": null, "Error": null}));
    check(&[(LAYOUT, page)], &["app ACTION_LEVEL", "s3 - untracked"]);
}

#[test]
fn a_job_that_is_not_finished_tells_nothing() {
    let running =
        json!({"JobStatus": "IN_PROGRESS", "JobCreationDate": "2026-01-15T08:00:00Z", "IsTruncated": false});
    let what = "the last accessed report of role `app` was not finished when it was asked for";
    check(&[(LAYOUT, running.clone())], &[&format!("none: {what}"), &format!("gap cut-off : {what}")]);
    let failed = with(
        running.clone(),
        &json!({"JobStatus": "FAILED", "JobCompletionDate": "2026-01-15T08:00:00Z", "Error": {"Code": "E", "Message": "m"}}),
    );
    let what = "AWS could not make the last accessed report of role `app`: `E`";
    check(&[(LAYOUT, failed)], &[&format!("none: {what}"), &format!("gap cut-off : {what}")]);
    // An older one that is finished still counts.
    let older =
        with(page(&[service("s3", None, &Value::Null)]), &json!({"JobCreationDate": "2026-01-01T08:00:00Z"}));
    let shown = shown(&account(&[(LAYOUT, running), ("older.json", wrapped(ROLE, &[older]))], None));
    assert!(shown.contains("s3 - untracked"), "{shown}");
}

#[test]
fn a_report_that_goes_on_is_known_not_to_be_whole() {
    let first =
        with(page(&[service("s3", None, &Value::Null)]), &json!({"IsTruncated": true, "Marker": "m"}));
    let goes_on = "the last accessed report of role `app` goes on after what was handed in";
    check(
        &[(LAYOUT, first.clone())],
        &[
            "app ACTION_LEVEL",
            "s3 - untracked",
            &format!("incomplete: {goes_on}"),
            &format!("gap cut-off : {goes_on}"),
        ],
    );
    // Two bare pages may lack one between them.
    let second = page(&[service("sqs", None, &Value::Null)]);
    let files =
        [("a/service-last-accessed/role/app.json", first), ("a/service-last-accessed/role/APP.json", second)];
    let shown = shown(&account(&files, None));
    assert!(shown.contains("nothing tells whether all pages"), "{shown}");
    assert!(shown.contains("s3 -") && shown.contains("sqs -"), "{shown}");
}

#[test]
fn a_report_about_somebody_else_is_not_used() {
    let rows = [service("s3", Some("2026-01-03T08:00:00Z"), &Value::Null)];
    let other = "arn:aws:iam::111122223333:role/ci/other";
    let what = "the last accessed report of role `other` tells of `arn:aws:iam::111122223333:role/ci/app`: it is about somebody \
                else, or about a group or policy";
    let account = account(&[("report.json", wrapped(other, &[page(&rows)]))], None);
    let of = ReportSubject::named(ReportSubjectKind::Role, "other");
    let gap = account.last_accessed().of(&of).unwrap_err();
    assert_eq!((&*gap.what, gap.reason), (what, Reason::Contradiction));
    // A report about a group tells of its members.
    let group = "arn:aws:iam::111122223333:group/ops";
    let account = self::account(&[("report.json", wrapped(group, &[page(&rows)]))], None);
    assert!(account.last_accessed().of(&ReportSubject::named(ReportSubjectKind::Group, "Ops")).is_ok());
}

#[test]
fn a_service_that_is_listed_twice_makes_the_report_useless_unless_both_rows_agree() {
    let twice = [service("s3", None, &Value::Null), service("S3", None, &Value::Null)];
    check(&[(LAYOUT, page(&twice))], &["app ACTION_LEVEL", "s3 - untracked"]);
    let differing =
        [service("s3", None, &Value::Null), service("s3", Some("2026-01-03T08:00:00Z"), &Value::Null)];
    let what = "the last accessed report of role `app` lists `s3` twice";
    check(
        &[(LAYOUT, page(&differing))],
        &[&format!("none: {what}"), &format!("gap contradiction /ServicesLastAccessed/1: {what}")],
    );
}

#[test]
fn the_newest_report_counts() {
    let rows = [service("s3", None, &Value::Null)];
    let old = with(
        page(&[service("sqs", None, &Value::Null)]),
        &json!({"JobCreationDate": "2026-01-01T08:00:00Z", "JobCompletionDate": "2026-01-01T08:00:05Z"}),
    );
    check(
        &[("a.json", wrapped(ROLE, &[page(&rows)])), ("b.json", wrapped(ROLE, &[old]))],
        &[
            "arn:aws:iam::111122223333:role/ci/app ACTION_LEVEL",
            "s3 - untracked",
            "gap not-supplied /pages/0: an older last accessed report of role `app` is not used",
        ],
    );
}

#[test]
fn what_is_damaged_costs_the_row_only() {
    let mut rows = vec![
        service("s3", None, &Value::Null),
        json!("row"),
        without(service("x", None, &Value::Null), &["ServiceNamespace"]),
    ];
    rows.push(service("kms", None, &json!([{"ActionName": "ListKeys"}, {"Name": 1}])));
    // Somebody used these, and nothing tells when.
    rows.push(with(service("sqs", None, &Value::Null), &json!({"TotalAuthenticatedEntities": 1})));
    rows.push(with(service("sns", None, &Value::Null), &json!({"LastAuthenticatedEntity": ROLE})));
    rows.push(service(
        "ec2",
        None,
        &json!([{"ActionName": "RunInstances", "LastAccessedRegion": "eu-west-1"}]),
    ));
    let report = wrapped(ROLE, &[page(&rows)]);
    let account = account(&[("report.json", report)], None);
    let shown = shown(&account);
    for said in [
        "s3 - untracked",
        "kms - ListKeys -",
        "gap malformed /pages/0/ServicesLastAccessed/1: at /pages/0/ServicesLastAccessed/1: found `\"row\"`, expected an object",
        "gap malformed /pages/0/ServicesLastAccessed/2/ServiceNamespace",
        "gap malformed /pages/0/ServicesLastAccessed/3/TrackedActionsLastAccessed/1/ActionName",
        "gap malformed /pages/0/ServicesLastAccessed/4/LastAuthenticated",
        "gap malformed /pages/0/ServicesLastAccessed/5/LastAuthenticated",
        "gap malformed /pages/0/ServicesLastAccessed/6/TrackedActionsLastAccessed/0/LastAccessedTime",
    ] {
        assert!(shown.contains(said), "`{said}` is not said:\n{shown}");
    }
    let role = ReportSubject::named(ReportSubjectKind::Role, "app");
    let report = account.last_accessed().of(&role).unwrap();
    assert!(report.services["kms"].actions_incomplete.is_some());
    assert!(report.services["ec2"].actions_incomplete.is_some());
    assert!(!report.services.contains_key("sqs") && !report.services.contains_key("sns"));
    assert!(report.incomplete.is_some());
}

#[test]
fn files_that_are_no_reports_say_what_is_wrong() {
    let good = page(&[]);
    for (content, said) in [
        (with(good.clone(), &json!({"JobStatus": "DONE"})), "at /JobStatus: found `\"DONE\"`"),
        (without(good.clone(), &["JobCompletionDate"]), "at /JobCompletionDate: found nothing"),
        (with(good.clone(), &json!({"JobType": "FINE"})), "at /JobType: found `\"FINE\"`"),
        (without(good.clone(), &["JobCreationDate"]), "at /JobCreationDate: found nothing"),
        (with(wrapped(ROLE, &[]), &json!({"version": 2})), "at /version: found `2`"),
        (with(wrapped(ROLE, &[]), &json!({"principal": "app"})), "at /principal: found `\"app\"`"),
        (
            json!({"JobStatus": "FAILED", "ErrorDetails": {"Code": "ORGANIZATIONS_REPORT_ACCESS_DENIED"}}),
            "ORGANIZATIONS_REPORT_ACCESS_DENIED",
        ),
    ] {
        let account = account(&[("x.json", content)], None);
        let gaps: Vec<String> = account.gaps().iter().map(|gap| gap.what.replace("\\\"", "\"")).collect();
        assert!(gaps.iter().any(|gap| gap.contains(said)), "{said}: {gaps:?}");
    }
}

#[test]
fn the_siblings_are_read_too() {
    let entities = json!({
        "JobStatus": "COMPLETED", "JobCreationDate": "2026-01-15T08:00:00Z", "JobCompletionDate": "2026-01-15T08:00:00Z",
        "IsTruncated": false,
        "EntityDetailsList": [
            {"EntityInfo": {"Arn": ROLE, "Name": "app", "Type": "ROLE", "Id": "AROAAPPEXAMPLE", "Path": "/ci/"},
             "LastAuthenticated": "2026-01-03T08:00:00Z"},
            {"EntityInfo": {"Arn": "arn:aws:iam::111122223333:user/anna", "Name": "anna", "Type": "USER", "Id": "AIDAANNAEXAMPLE"}},
        ],
    });
    let organization = json!({
        "JobStatus": "COMPLETED", "JobCreationDate": "2026-01-15T08:00:00Z", "JobCompletionDate": "2026-01-15T08:00:09Z",
        "NumberOfServicesAccessible": 2, "NumberOfServicesNotAccessed": 1, "IsTruncated": false,
        "AccessDetails": [
            {"ServiceName": "S3", "ServiceNamespace": "s3", "Region": "eu-west-1", "LastAuthenticatedTime": "2026-01-03T08:00:00Z",
             "EntityPath": "o-exampleorgid/r-root/111122223333", "TotalAuthenticatedEntities": 1},
            {"ServiceName": "SQS", "ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0},
        ],
    });
    let granting = json!({
        "PoliciesGrantingServiceAccess": [{"ServiceNamespace": "s3", "Policies": [
            {"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "ROLE", "EntityName": "app"},
            {"PolicyName": "shared", "PolicyType": "MANAGED", "PolicyArn": "arn:aws:iam::111122223333:policy/shared"},
        ]}],
        "IsTruncated": false,
    });
    let account = account(
        &[
            ("service-last-accessed-entities/policy/shared/s3.json", entities),
            ("organizations-access-report.json", organization),
            ("policies-granting-service-access/role/app.json", granting),
        ],
        None,
    );
    assert_eq!(account.gaps(), []);
    let reports = account.last_accessed();
    let shared = ReportSubject::named(ReportSubjectKind::Policy, "shared");
    assert_eq!(reports.entities(&shared, "S3").unwrap().items.len(), 2);
    let uses = reports.uses_by_entity();
    assert_eq!(shown_time(uses[ROLE]["s3"]), "2026-01-03T08:00:00Z");
    assert_eq!(uses.len(), 1, "anna used nothing");
    let policies = reports.policies(&ReportSubject::named(ReportSubjectKind::Role, "app")).unwrap();
    let names: Vec<&str> = policies.items[0].policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["own", "shared"]);
    let report = &account.organizations_access_reports()[0];
    assert_eq!(report.services.items.len(), 2);
    assert_eq!(report.not_accessed.known().unwrap(), Some(1));
}

/// What is told of the siblings, and how many gaps there are.
#[track_caller]
fn check_sibling(path: &str, content: Value, told: &str, gaps: usize) {
    let account = account(&[("service-last-accessed/role/app.json", page(&[])), (path, content)], None);
    let reports = account.last_accessed();
    let mut shown = Vec::new();
    for (arn, services) in reports.uses_by_entity() {
        shown.extend(
            services.keys().map(|service| format!("{} used {service}", arn.rsplit('/').next().unwrap())),
        );
    }
    if let Some(listing) = reports.policies(&ReportSubject::named(ReportSubjectKind::Role, "app")) {
        shown.extend(listing.items.iter().map(|own| format!("{} by {}", own.namespace, own.policies.len())));
        shown.extend(listing.incomplete.as_ref().map(|_| "and more".to_owned()));
    }
    for report in account.organizations_access_reports() {
        shown.extend(report.services.items.iter().map(|own| match own.last.known() {
            Ok(Some(_)) => format!("{} used", own.namespace),
            Ok(None) => format!("{} not used", own.namespace),
            Err(_) => format!("{} unknown", own.namespace),
        }));
        shown.extend(report.services.incomplete.as_ref().map(|_| "and more".to_owned()));
    }
    assert_eq!(
        (shown.join(", ").as_str(), account.gaps().len()),
        (told, gaps),
        "{path} {:?}",
        account.gaps()
    );
}

#[test]
fn damaged_siblings_cost_what_is_damaged_only() {
    let entity = |last: Value| json!({"EntityInfo": {"Arn": ROLE, "Name": "app", "Type": "ROLE", "Id": "AROAAPPEXAMPLE"}, "LastAuthenticated": last});
    let entities = |status: &str, items: &[Value], is_truncated: bool| {
        json!({"JobStatus": status, "JobCreationDate": "2026-01-15T08:00:00Z", "JobCompletionDate": "2026-01-15T08:00:00Z",
            "IsTruncated": is_truncated, "EntityDetailsList": items})
    };
    let used = entity(json!("2026-01-03T08:00:00Z"));
    let path = "service-last-accessed-entities/policy/shared/s3.json";
    check_sibling(path, entities("COMPLETED", std::slice::from_ref(&used), true), "app used s3", 1);
    check_sibling(path, entities("COMPLETED", &[json!(7), used.clone()], false), "app used s3", 1);
    check_sibling(path, entities("COMPLETED", &[entity(json!("yesterday"))], false), "", 1);
    check_sibling(path, entities("IN_PROGRESS", &[used], false), "app used s3", 1);

    let organization = |rows: Value, changes: Value| {
        let report = json!({"JobStatus": "COMPLETED", "JobCreationDate": "2026-01-15T08:00:00Z",
            "JobCompletionDate": "2026-01-15T08:00:09Z", "IsTruncated": false, "AccessDetails": rows});
        with(report, &changes)
    };
    let s3 = json!({"ServiceName": "S3", "ServiceNamespace": "s3", "LastAuthenticatedTime": "2026-01-03T08:00:00Z"});
    let sqs = json!({"ServiceName": "SQS", "ServiceNamespace": "sqs", "LastAuthenticatedTime": null});
    let path = "organizations-access-report.json";
    check_sibling(path, organization(json!([s3, sqs]), json!({})), "s3 used, sqs not used", 0);
    check_sibling(
        path,
        organization(json!([s3]), json!({"IsTruncated": true, "Marker": "m"})),
        "s3 used, and more",
        1,
    );
    check_sibling(path, organization(json!([s3, {"ServiceName": "SQS"}]), json!({})), "s3 used, and more", 1);
    let of_no_time = json!({"ServiceNamespace": "sqs", "LastAuthenticatedTime": 7});
    check_sibling(path, organization(json!([of_no_time]), json!({})), "sqs unknown", 1);
    let failed = json!({"JobStatus": "FAILED", "ErrorDetails": {"Code": "ORGANIZATIONS_REPORT_ACCESS_DENIED", "Message": "m"}});
    check_sibling(path, organization(json!([]), failed), "", 1);

    let granting = |services: Value, is_truncated: bool| json!({"PoliciesGrantingServiceAccess": services, "IsTruncated": is_truncated});
    let own = json!({"ServiceNamespace": "s3", "Policies": [{"PolicyName": "own", "PolicyType": "INLINE"}]});
    let path = "policies-granting-service-access/role/app.json";
    check_sibling(path, granting(json!([own]), false), "s3 by 1", 0);
    check_sibling(path, granting(json!([own]), true), "s3 by 1, and more", 1);
    let nameless = json!({"ServiceNamespace": "sqs", "Policies": [{"PolicyType": "INLINE"}]});
    check_sibling(path, granting(json!([nameless, own]), false), "s3 by 1, and more", 1);
}
