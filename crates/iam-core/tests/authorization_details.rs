//! The account authorization details: what is read of them, where it stands in the file, and how it is joined.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::collections::BTreeMap;

use iam_core::check::{Check, CheckId, Judge, Mappings, Remedy, Severity};
use iam_core::evidence::{Account, Given, Grant, Identity, Via, assemble};
use iam_core::fact::{Fact, FileId, Place, Reason, Source};
use iam_core::input::authorization_details::AuthorizationDetails;
use iam_core::input::organizations_policies::OrganizationPolicyKind;
use iam_core::input::{Artefact, Form, InputFile, Parsed, read};
use serde_json::{Value, json};

fn account(files: Vec<(InputFile, Given)>) -> Account {
    let evidence = assemble(files);
    assert_eq!(evidence.unused, []);
    let [account] = <[Account; 1]>::try_from(evidence.accounts).unwrap();
    account
}

fn grown() -> Account {
    account(testdata::folder("accounts/grown"))
}

fn file(path: &str, content: impl Into<Vec<u8>>) -> (InputFile, Given) {
    (InputFile { path: path.to_owned(), bytes: content.into() }, Given::ByName)
}

fn details(text: &str) -> AuthorizationDetails {
    match read(text.as_bytes().to_vec(), FileId(0)).unwrap().unwrap().parsed {
        Parsed::AuthorizationDetails(details) => *details,
        other => panic!("{other:?}"),
    }
}

fn role(trust: &str) -> String {
    let arn = "arn:aws:iam::111122223333:role/web";
    format!(
        r#"{{"RoleDetailList": [{{"RoleName": "web", "Arn": "{arn}", "AssumeRolePolicyDocument": {trust}}}]}}"#
    )
}

/// `how == direct` or the group's name, and the policy's.
fn shown(grant: &Grant<'_>) -> String {
    match grant.via {
        Via::Own => grant.name().to_owned(),
        Via::Group(group) => format!("{} via {}", grant.name(), group.name),
    }
}

#[test]
fn documents_are_read_in_every_form_that_aws_writes() {
    let json = r#"{"Version": "2012-10-17", "Id": "ä"}"#;
    let encoded = "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Id%22%3A%20%22%C3%A4%22%7D";
    for (written, form) in [
        (json.to_owned(), Form::Object),
        (Value::from(json).to_string(), Form::Text),
        (format!("\"{encoded}\""), Form::UrlEncoded),
    ] {
        let text = role(&written);
        let document = details(&text).roles.items[0].trust.known().unwrap();
        assert_eq!((&*document.json(), document.form()), (json, form));
        assert_eq!(text.get(document.range()), Some(&*written));
    }
}

#[test]
fn what_cannot_be_a_document_is_a_gap() {
    for written in ["null", "7", "[]", "true", "\"%FF%FE\""] {
        let details = details(&role(written));
        let Fact::Unknown(gap) = &details.roles.items[0].trust else { panic!("{written} is a document") };
        assert!(gap.what.contains("/RoleDetailList/0/AssumeRolePolicyDocument"), "{}", gap.what);
    }
}

#[test]
fn a_document_keeps_duplicate_keys_order_and_depth() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let document = format!(r#"{{"Version": "1", "B": 1, "A": {deep}, "Version": "2"}}"#);
    let details = details(&role(&document));
    assert_eq!(details.roles.items[0].trust.known().unwrap().json(), document);
}

#[test]
fn every_list_of_a_page_is_looked_for_whichever_comes_first() {
    for list in ["UserDetailList", "GroupDetailList", "RoleDetailList"] {
        let file = read(format!("{{\"Policies\": [], \"{list}\": []}}").into(), FileId(0)).unwrap().unwrap();
        assert!(matches!(file.parsed, Parsed::AuthorizationDetails(_)), "{list}");
        assert_eq!(file.gaps.len(), 2, "{:?}", file.gaps);
    }
    let of_iam = r#"{"Policies": [{"PolicyName": "x", "Arn": "arn:aws:iam::111122223333:policy/x"}]}"#;
    assert!(read(of_iam.into(), FileId(0)).unwrap().is_none(), "`aws iam list-policies` has no documents");
}

#[test]
fn facts_are_quoted_with_line_and_columns() {
    let account = grown();
    let identities = account.identities().unwrap();
    let user = identities.user("arn:aws:iam::123456789012:user/anna").unwrap();
    let quote = account.quote(user.detail.created.source().unwrap()).unwrap();
    assert_eq!(quote.label, "/UserDetailList/0/CreateDate");
    assert_eq!(quote.value, "2022-03-01T09:00:00+00:00");
    let text = testdata::folder("accounts/grown").into_iter();
    let text = text.map(|(file, _)| file).find(|file| file.path == quote.path).unwrap();
    let text = String::from_utf8(text.bytes).unwrap();
    let (line, start, end) = quote.region.unwrap();
    let line = text.lines().nth(line as usize - 1).unwrap();
    assert_eq!(line.get(start as usize - 1..end as usize - 1).unwrap(), "\"2022-03-01T09:00:00+00:00\"");

    let Source { place, .. } = identities.groups().nth(1).unwrap().detail.attached.seen().unwrap()[0].source;
    assert_eq!(place.pointer().unwrap(), "/GroupDetailList/1/AttachedManagedPolicies/0/PolicyArn");
    assert!(matches!(place, Place::Nested { position: 0, .. }));
}

#[test]
fn a_file_without_line_breaks_has_columns_too() {
    let text = r#"{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a", "GroupList": ["b"]}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#;
    let account = account(vec![file("details.json", text)]);
    let user = account.identities().unwrap().users().next().unwrap();
    let quote = account.quote(user.detail.groups.source().unwrap()).unwrap();
    let start = u32::try_from(text.find("[\"b\"]").unwrap()).unwrap() + 1;
    assert_eq!(quote.region, Some((1, start, start + 5)), "{quote:?}");
}

#[test]
fn five_pages_are_the_whole() {
    let (whole, pages) = (grown(), account(testdata::folder("accounts/grown-in-pages")));
    let told = |account: &Account| -> BTreeMap<String, Vec<String>> {
        let identities = account.identities().unwrap();
        assert_eq!(identities.complete().and_then(|()| identities.complete_policies()), Ok(()));
        let users = identities.users().map(Identity::User);
        let all = users
            .chain(identities.groups().map(Identity::Group))
            .chain(identities.roles().map(Identity::Role));
        let mut told: BTreeMap<String, Vec<String>> = all
            .map(|identity| {
                let grants = identity.grants();
                let grants = grants.complete().unwrap().iter();
                let grants = grants.map(|grant| {
                    let document: Value = serde_json::from_str(&grant.document().unwrap().json()).unwrap();
                    format!("{}: {document}", shown(grant))
                });
                (identity.arn().to_owned(), grants.collect())
            })
            .collect();
        told.extend(identities.policies().map(|policy| {
            let holders = policy.holders().map(|holder| holder.arn().to_owned()).collect();
            (policy.detail.arn.to_string(), holders)
        }));
        told
    };
    assert_eq!(told(&pages), told(&whole));
    assert_eq!(told(&whole).len(), 5 + 4 + 12 + 17);
}

#[test]
fn grants_name_the_way_to_each_policy() {
    let account = grown();
    let identities = account.identities().unwrap();
    let build = Identity::User(identities.user("arn:aws:iam::123456789012:user/ci/build").unwrap());
    let grants: Vec<String> = build.grants().complete().unwrap().iter().map(shown).collect();
    assert_eq!(
        grants,
        ["AWSCompromisedKeyQuarantineV3", "read-parameters via machines", "upload-artefacts via machines"]
    );
    let boundary = build.boundary_document().unwrap().unwrap().json().into_owned();
    assert!(boundary.contains("lambda:*"), "{boundary}");
}

#[test]
fn the_default_version_counts_and_not_the_latest() {
    let account = grown();
    let identities = account.identities().unwrap();
    let document = |name: &str| {
        let policy = identities.policies().find(|policy| &*policy.detail.name == name).unwrap();
        policy.document().unwrap().json().into_owned()
    };
    assert!(document("old-experiment").contains("\"*\""));
    assert!(document("upload-artefacts").contains("example-artefacts"));
}

#[test]
fn kinds_of_roles_are_told_by_their_paths() {
    let account = grown();
    let identities = account.identities().unwrap();
    let named = |is: fn(&iam_core::evidence::Role<'_>) -> bool| -> Vec<&str> {
        identities.roles().filter(is).map(|role| &*role.detail.name).collect()
    };
    assert_eq!(
        named(|role| role.detail.is_service_linked()),
        ["AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"]
    );
    assert_eq!(
        named(|role| role.detail.is_of_identity_center()),
        ["AWSReservedSSO_ReadOnly_0123456789abcdef"]
    );
    assert_eq!(named(|role| !role.detail.instance_profiles.known().unwrap().is_empty()), ["web-server"]);
}

#[test]
fn policies_of_the_organisation_lie_beside_the_account() {
    let account = grown();
    let [policy] = account.organization().unwrap().policies() else { panic!("one policy") };
    assert_eq!(policy.summary.kind.known().unwrap(), OrganizationPolicyKind::ServiceControl);
    let document = policy.document.known().unwrap();
    assert_eq!(document.form(), Form::Text);
    let content: Value = serde_json::from_str(&document.json()).unwrap();
    assert_eq!(content["Statement"][0]["Effect"], "Deny");
    assert_eq!(account.organization().unwrap().lists()[0].items.len(), 2);
    assert_eq!(account.id().unwrap().to_string(), "123456789012", "theirs is the management account");
}

#[test]
fn a_user_made_anew_under_an_old_name_is_another_one() {
    let report = "user,arn,user_creation_time\nci,arn:aws:iam::111122223333:user/ci,2025-01-01T00:00:00Z\n";
    let with_date = |date: &str| {
        let user = json!({"UserName": "ci", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": date, "GroupList": []});
        let page =
            json!({"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []});
        let account = account(vec![file("report.csv", report), file("details.json", page.to_string())]);
        let user = account.users().next().unwrap();
        user.detail.map(|user| user.detail.name.to_string()).map_err(|gap| gap.reason)
    };
    assert_eq!(with_date("2025-01-01T01:00:00+01:00"), Ok("ci".to_owned()));
    assert_eq!(with_date("2025-06-01T00:00:00+00:00"), Err(Reason::Contradiction));
}

#[test]
fn users_of_either_side_are_users_of_the_account() {
    let report = "user,arn\nanna,arn:aws:iam::111122223333:user/anna\n";
    let user = json!({"UserName": "berta", "Arn": "arn:aws:iam::111122223333:user/x/berta"});
    let page = json!({"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []});
    let account = account(vec![file("report.csv", report), file("details.json", page.to_string())]);
    let users: Vec<_> = account.users().map(|user| (user.name, user.arn, user.detail.is_ok())).collect();
    assert_eq!(
        users,
        [
            ("anna", Some("arn:aws:iam::111122223333:user/anna"), false),
            ("berta", Some("arn:aws:iam::111122223333:user/x/berta"), true)
        ]
    );
}

#[test]
fn a_file_of_nothing_but_damage_costs_few_gaps() {
    let entries = vec!["{}"; 100_000].join(",");
    let text = format!(
        "{{\"UserDetailList\": [{entries}], \"GroupDetailList\": [], \"RoleDetailList\": [], \"Policies\": []}}"
    );
    let file = read(text.into_bytes(), FileId(0)).unwrap().unwrap();
    assert_eq!(file.gaps.len(), 201);
    assert!(file.gaps[200].what.starts_with("more than 200 places"), "{}", file.gaps[200].what);
    let Parsed::AuthorizationDetails(details) = file.parsed else { panic!() };
    assert!(details.users.incomplete.is_some());
}

/// A check of policies, as a program of one's own may have it.
static EVERY_POLICY: Check = Check {
    id: CheckId("every-policy"),
    since: "0.1.0",
    title: "Every policy",
    severity: Severity::Info,
    severity_reason: "to see them all",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy { risk: "none", steps: &[], console: "" },
    page: "",
    judge: Judge::Policy(|policy, context| {
        let document = policy.document()?;
        context.fail(format!("{} bytes", document.json().len())).at(document.source()).judged()
    }),
};

#[test]
fn every_policy_of_the_customer_is_a_subject_once() {
    let report = testdata::judge(testdata::folder("accounts/grown"), &[&EVERY_POLICY]);
    let account = &report.accounts[0];
    assert_eq!(account.unknown, []);
    let mut subjects: Vec<String> =
        account.findings.iter().map(|finding| finding.subject.to_string()).collect();
    subjects.sort();
    assert_eq!(
        subjects,
        [
            "inline policy AwsSSOInlinePolicy of role AWSReservedSSO_ReadOnly_0123456789abcdef",
            "inline policy all-of-s3 of carl",
            "inline policy read-config of role web-server",
            "inline policy read-parameters of group machines",
            "policy assume-deployers",
            "policy boundary-for-machines",
            "policy deploy",
            "policy intern-access",
            "policy old-experiment",
            "policy upload-artefacts",
        ]
    );
    let fingerprints: std::collections::BTreeSet<_> =
        account.findings.iter().map(|finding| finding.fingerprint).collect();
    assert_eq!(fingerprints.len(), subjects.len());
    assert!(account.findings.iter().all(|finding| finding.because[0].region.is_some()));
}
