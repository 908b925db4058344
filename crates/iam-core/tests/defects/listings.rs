//! What listings say beside the report, and what they leave out.

use iam_core::fact::Reason;

use super::{
    KEY_OF_ONE, LISTED, NO_CERTIFICATES, NO_KEY, NO_PASSWORD, ROOT_PASSWORD, assert_says, csv, file,
    findings, gaps_of, judge, root, user, verdict, verdicts,
};

#[test]
fn a_listed_key_is_judged_although_it_may_be_the_one_in_a_slot_without_a_date() {
    let damaged = "false,perhaps,N/A,N/A,N/A";
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", damaged, NO_KEY)]),
        file("access-keys/one.json", LISTED),
    ]);
    let said = verdicts(&report, "access-key-old").concat();
    assert_says(&said, &["fail access key AKIAONE000000EXAMPLE of one"]);
    assert_says(&verdict(&report, "credentials-beyond-report"), &["unknown"]);
}

#[test]
fn a_listing_that_is_cut_off_gives_no_slot_an_id() {
    let key = "true,2020-01-01T00:00:00Z,N/A,N/A,N/A";
    let of = |listing: &str| {
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", key, NO_KEY)]),
            file("access-keys/one.json", listing),
        ]);
        verdict(&report, "access-key-old")
    };
    assert_says(&of(LISTED), &["access key 1 (AKIAONE000000EXAMPLE)"]);
    let cut = LISTED.replacen('{', "{\"IsTruncated\": true, ", 1);
    assert_says(&of(&cut), &["fail access key 1 of one"]);
}

#[test]
fn a_key_that_only_the_report_or_only_the_listing_calls_inactive_counts_as_active() {
    for (in_report, in_list) in [("false", "Active"), ("true", "Inactive")] {
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", &format!("{in_report},{KEY_OF_ONE}"), NO_KEY)]),
            file("access-keys/one.json", &LISTED.replace("Active", in_list)),
        ]);
        assert_says(&verdict(&report, "access-key-unused"), &["fail access key 1"]);
        let said = gaps_of(&report, Reason::Contradiction);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_says(&said[0], &["access key 1 of user `one`", "it counts as active"]);
    }
}

#[test]
fn an_inactive_key_whose_listed_state_cannot_be_read_is_unknown() {
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY)]),
        file("access-keys/one.json", &LISTED.replace("Active", "active?")),
    ]);
    assert_says(&verdict(&report, "access-key-unused"), &["unknown access key 1"]);
}

#[test]
fn two_keys_of_the_same_second_are_unknown_when_report_and_listing_do_not_fit() {
    let slot = format!("false,{KEY_OF_ONE}");
    let entry = |id: &str, status: &str| {
        format!(
            r#"{{"UserName": "one", "AccessKeyId": "{id}", "Status": "{status}", "CreateDate": "2020-01-01T00:00:00Z"}}"#
        )
    };
    let of = |first: &str, second: &str| {
        let (first, second) = (entry("AKIAONE000000EXAMPLE", first), entry("AKIATWO000000EXAMPLE", second));
        let listing = format!(r#"{{"AccessKeyMetadata": [{first}, {second}]}}"#);
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", &slot, &slot)]),
            file("access-keys/one.json", &listing),
        ]);
        (verdicts(&report, "access-key-unused"), gaps_of(&report, Reason::Contradiction))
    };
    let (said, gaps) = of("Active", "Inactive");
    assert!(said.len() == 2 && said.iter().all(|line| line.starts_with("unknown")), "{said:?}");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (said, gaps) = of("Inactive", "Inactive");
    assert!(said.iter().all(|line| line.starts_with("not-applicable")) && gaps.is_empty(), "{said:?}");
}

#[test]
fn a_key_listed_twice_with_two_states_counts_as_active() {
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY)]),
        file("access-keys/a.json", &LISTED.replace("Active", "Inactive")),
        file("access-keys/one.json", LISTED),
    ]);
    assert_says(&verdict(&report, "access-key-unused"), &["fail access key 1"]);
}

#[test]
fn a_damaged_owner_of_a_virtual_device_never_makes_it_somebody_elses() {
    let of = |owner: &str| {
        let devices = format!(
            r#"{{"VirtualMFADevices": [{{"SerialNumber": "arn:aws:iam::111122223333:mfa/phone", "User": {owner}}}]}}"#
        );
        let report = judge(vec![
            csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY)]),
            file("virtual-mfa-devices.json", &devices),
        ]);
        verdict(&report, "root-mfa-not-hardware")
    };
    let of_arn = |arn: &str| of(&format!(r#"{{"Arn": "{arn}"}}"#));
    assert_says(&of_arn("arn:aws:iam::111122223333:root"), &["fail root"]);
    assert_says(&of_arn("arn:aws:iam::111122223333:user/path/anna"), &["pass root"]);
    for damaged in [
        "arn:aws:iam::111122223333:ROOT",
        "arn:aws:iam::111122223333:root ",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam:111122223333:root",
        "arn:aws:iam::1111:root",
        "arn:aws:sts::111122223333:root",
        "root",
        "",
    ] {
        assert_says(&of_arn(damaged), &["unknown root", "the ARN of an IAM user or of root"]);
    }
    assert_says(&of(r#"{"UserName": "x"}"#), &["unknown root"]);
    assert_says(&of_arn("arn:aws:iam::444455556666:root"), &["unknown root", "another account"]);
}

#[test]
fn a_filtered_list_of_virtual_devices_is_not_complete() {
    let device =
        r#"{"MFADevices": [{"UserName": "one", "SerialNumber": "arn:aws:iam::111122223333:mfa/phone"}]}"#;
    let report = judge(vec![
        csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY), user("one", NO_PASSWORD, "true", NO_KEY, NO_KEY)]),
        file("virtual-mfa-devices.json", r#"{"VirtualMFADevices": []}"#),
        file("mfa-devices/one.json", device),
    ]);
    assert_says(&verdict(&report, "root-mfa-not-hardware"), &["unknown root", "lacks the device `phone`"]);
}

#[test]
fn a_list_of_server_certificates_shorter_than_the_count_is_not_complete() {
    let of = |count: u8| {
        let summary = format!(r#"{{"SummaryMap": {{"ServerCertificates": {count}}}}}"#);
        let report = judge(vec![
            file("account-summary.json", &summary),
            file("server-certificates.json", r#"{"ServerCertificateMetadataList": []}"#),
        ]);
        verdicts(&report, "server-certificate-expired").concat()
    };
    assert_says(&of(1), &["unknown", "counts 1 server certificates"]);
    assert_eq!(of(0), "");
}

#[test]
fn a_key_twice_in_an_object_is_refused_by_name() {
    let summary = r#"{"SummaryMap": {"AccountMFAEnabled": 0, "AccountMFAEnabled": 1}}"#;
    let report = judge(vec![
        csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY)]),
        file("account-summary.json", summary),
    ]);
    let said = gaps_of(&report, Reason::Malformed).concat();
    assert_says(&said, &["line 1", "`AccountMFAEnabled` stands twice"]);
    let deep = format!("{{\"SummaryMap\": {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let report = judge(vec![file("account-summary.json", &format!("{deep}}}"))]);
    assert_says(&gaps_of(&report, Reason::Malformed).concat(), &["recursion limit"]);
}

#[test]
fn an_empty_list_counts_for_the_user_whom_its_path_names() {
    let rows = csv(&[user("first.last", NO_PASSWORD, "true", NO_KEY, NO_KEY)]);
    let empty = r#"{"AccessKeyMetadata": []}"#;
    let report = judge(vec![rows.clone(), file("access-keys/first.last.json", empty)]);
    assert_says(&verdict(&report, "credentials-beyond-report"), &["pass first.last"]);
    for elsewhere in ["keys.json", "access-keys/other.json", "keys/first.last.json"] {
        let report = judge(vec![rows.clone(), file(elsewhere, empty)]);
        assert_says(&verdict(&report, "credentials-beyond-report"), &["unknown first.last"]);
        assert!(
            gaps_of(&report, Reason::NotSupplied).iter().any(|what| what == "an empty list names no user")
        );
    }
}

#[test]
fn an_empty_list_of_devices_beside_a_device_in_the_report_is_no_pass() {
    let password = "true,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,N/A";
    let of = |mfa: &str| {
        let report = judge(vec![
            csv(&[user("one", password, mfa, NO_KEY, NO_KEY)]),
            file("mfa-devices/one.json", r#"{"MFADevices": []}"#),
        ]);
        verdict(&report, "console-mfa-not-hardware")
    };
    assert_says(&of("true"), &["unknown one", "none by the list"]);
    assert_says(&of("false"), &["not-applicable"]);
}

#[test]
fn listed_signing_certificates_are_in_the_inventory_with_their_ids() {
    use iam_core::evidence::{CredentialKind, assemble, inventory};
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let row = row.replace(NO_CERTIFICATES, "true,2020-01-01T00:00:00Z,false,N/A");
    let entry = |id: &str, at: &str| {
        format!(r#"{{"UserName": "one", "CertificateId": "{id}", "Status": "Active", "UploadDate": "{at}"}}"#)
    };
    let (first, second) = (entry("IN-SLOT", "2020-01-01T00:00:00Z"), entry("BEYOND", "2021-01-01T00:00:00Z"));
    let evidence = assemble(vec![
        csv(&[row]),
        file("signing-certificates/one.json", &format!(r#"{{"Certificates": [{first}, {second}]}}"#)),
    ]);
    let shown: Vec<(Option<u8>, Option<String>)> = inventory(&evidence.accounts[0])
        .filter(|credential| credential.kind == CredentialKind::SigningCertificate)
        .map(|credential| (credential.slot, credential.id))
        .collect();
    assert_eq!(shown, [(Some(1), Some("IN-SLOT".to_owned())), (None, Some("BEYOND".to_owned()))]);
}

#[test]
fn a_certificate_that_only_the_report_calls_inactive_counts_as_active() {
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let row = row.replace(NO_CERTIFICATES, "false,2020-01-01T00:00:00Z,false,N/A");
    let listed = r#"{"Certificates": [
        {"UserName": "one", "CertificateId": "ONE", "Status": "Active", "UploadDate": "2020-01-01T00:00:00Z"}
    ]}"#;
    let report = judge(vec![csv(&[row]), file("signing-certificates/one.json", listed)]);
    assert_says(&verdict(&report, "signing-certificate-active"), &["fail"]);
    assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 1);
}

#[test]
fn of_two_answers_about_a_key_the_worse_one_counts_in_either_order() {
    for [first, second] in [["Inactive", "Active"], ["Active", "Inactive"]] {
        let listing = |status| LISTED.replace("Active", status);
        let row = user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY);
        let report = judge(vec![
            csv(&[row]),
            file("access-keys/a.json", &listing(first)),
            file("access-keys/b.json", &listing(second)),
        ]);
        assert_says(&verdict(&report, "access-key-unused"), &["fail"]);
    }
}

#[test]
fn a_service_specific_credential_is_judged_once_and_bears_the_path_of_its_owner() {
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY).replace("user/one", "user/ci/one");
    let entry = |user: &str, id: &str| {
        format!(
            r#"{{"UserName": "{user}", "ServiceSpecificCredentialId": "{id}", "ServiceName": "bedrock.amazonaws.com", "Status": "Active", "CreateDate": "2025-01-01T00:00:00Z"}}"#
        )
    };
    let listing = |entries: &[String]| {
        format!(
            r#"{{"ServiceSpecificCredentials": [{}], "IsTruncated": true, "Marker": "m"}}"#,
            entries.join(", ")
        )
    };
    let (one, two) = (entry("one", "ACCAONE"), entry("gone", "ACCATWO"));
    let report = judge(vec![
        csv(&[row]),
        file("service-specific-credentials.json", &listing(&[one.clone(), two])),
        file("service-specific-credentials/one.json", &listing(&[one])),
    ]);
    let arns: Vec<&str> = findings(&report.accounts[0], "service-credential-without-expiry")
        .map(|finding| &*finding.subject.arn)
        .collect();
    assert_eq!(arns, ["", "arn:aws:iam::111122223333:user/ci/one"]);
    let unknown = report.accounts[0].unknown.iter();
    assert_eq!(unknown.filter(|unknown| unknown.check == "service-credential-without-expiry").count(), 1);
}

#[test]
fn very_many_damaged_items_share_a_gap_and_still_hide_what_they_may_hold() {
    let items = vec!["0"; 3_000].join(",");
    let text = format!(r#"{{"ServerCertificateMetadataList": [{items}]}}"#);
    let report = judge(vec![file("server-certificates.json", &text)]);
    let said = gaps_of(&report, Reason::Malformed);
    assert_eq!(said.len(), 1_001);
    let shared = "more than 1000 places of the list of server certificates cannot be read";
    assert!(said.iter().any(|what| what == shared), "{said:#?}");
    let verdict = verdict(&report, "server-certificate-expired");
    assert!(verdict.starts_with("unknown"), "{verdict}");
}
