//! Credentials in the slots of the credential report: their dates, their use, which one is meant.

use iam_core::fact::Reason;

use super::{
    NO_KEY, NO_PASSWORD, ROOT_PASSWORD, assert_says, csv, gaps_of, judge, root, testdata, user, verdict,
    verdicts,
};

#[test]
fn a_credential_that_was_never_used_counts_from_the_day_it_was_made() {
    let key = "true,2023-11-07T08:00:00Z,N/A,N/A,N/A";
    let password = "true,no_information,2023-11-07T08:00:00Z,N/A";
    let report = judge(vec![csv(&[user("idle", password, "true", key, NO_KEY)])]);
    assert_says(&verdict(&report, "access-key-unused"), &["fail", "2023-11-07", "800 d"]);
    assert_says(&verdict(&report, "console-password-unused"), &["fail", "2023-11-07", "800 d"]);
}

#[test]
fn a_limit_is_met_to_the_second() {
    let keys_used = |used: &str| {
        let key = format!("true,2020-01-01T00:00:00Z,{used},eu-west-1,s3");
        let password = format!("true,{used},2020-01-01T00:00:00Z,N/A");
        judge(vec![csv(&[user("one", &password, "true", &key, NO_KEY)])])
    };
    let (one_second_less, exactly) = (keys_used("2025-12-01T08:00:01Z"), keys_used("2025-12-01T08:00:00Z"));
    for check in ["access-key-unused", "console-password-unused"] {
        assert_says(&verdict(&one_second_less, check), &["pass"]);
        assert_says(&verdict(&exactly, check), &["fail"]);
    }
    let key_made = |made: &str| {
        let key = format!("true,{made},2026-01-15T07:00:00Z,eu-west-1,s3");
        judge(vec![csv(&[user("one", NO_PASSWORD, "false", &key, NO_KEY)])])
    };
    assert_says(&verdict(&key_made("2025-10-17T08:00:00Z"), "access-key-old"), &["pass"]);
    assert_says(&verdict(&key_made("2025-10-17T07:59:59Z"), "access-key-old"), &["fail"]);
}

#[test]
fn a_key_made_at_setup_fails_after_the_grace_period_whether_used_or_not() {
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    let made_with_user = "true,2020-01-01T00:00:03Z,2026-01-10T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("old", password, "true", made_with_user, NO_KEY)])]);
    assert_says(&verdict(&report, "access-key-created-at-setup"), &["fail", "3 s after the user"]);

    let row = user(
        "new",
        "true,no_information,2026-01-15T07:50:00Z,N/A",
        "true",
        "true,2026-01-15T07:50:03Z,N/A,N/A,N/A",
        NO_KEY,
    );
    let row = row.replace("2020-01-01T00:00:00Z", "2026-01-15T07:50:00Z");
    let report = judge(vec![csv(&[row])]);
    let said = verdict(&report, "access-key-created-at-setup");
    assert!(!said.starts_with("fail"), "{said}");
}

#[test]
fn slot_2_is_judged_when_slot_1_is_empty_or_inactive() {
    let bad = "true,2020-01-01T00:00:01Z,N/A,N/A,N/A";
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    for slot_1 in [NO_KEY, "false,2020-01-01T00:00:00Z,N/A,N/A,N/A"] {
        let report = judge(vec![csv(&[user("one", password, "true", slot_1, bad)])]);
        for check in ["access-key-unused", "access-key-old", "access-key-created-at-setup"] {
            let said = verdicts(&report, check).concat();
            assert_says(&said, &["fail access key 2 of one"]);
        }
        assert_says(&verdict(&report, "user-with-password-and-keys"), &["fail", "access key 2"]);
    }
    let kept = "false,2020-01-01T00:00:01Z,N/A,N/A,N/A";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", NO_KEY, kept)])]);
    assert_says(&verdict(&report, "access-key-inactive"), &["fail access key 2 of one"]);
}

#[test]
fn an_inactive_key_is_never_told_to_rotate_and_has_a_check_of_its_own() {
    let kept = "false,2020-01-01T00:00:01Z,2020-02-01T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", kept, NO_KEY)])]);
    for check in ["access-key-old", "access-key-unused", "access-key-created-at-setup"] {
        assert_says(&verdict(&report, check), &["not-applicable"]);
    }
    assert_says(&verdict(&report, "access-key-inactive"), &["fail access key 1 of one"]);
}

#[test]
fn only_the_offending_slot_is_named_and_no_slot_is_called_the_older_one() {
    let old = "true,2020-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3";
    let new = "true,2026-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", new, old)])]);
    let said = verdicts(&report, "access-key-old");
    let failed: Vec<&String> = said.iter().filter(|line| line.starts_with("fail")).collect();
    assert_eq!(failed.len(), 1, "{said:?}");
    assert_says(failed[0], &["access key 2"]);
    assert!(!failed[0].contains("access key 1"), "{said:?}");

    for name in testdata::names("accounts") {
        for finding in judge(testdata::folder(&format!("accounts/{name}"))).findings() {
            let said = finding.message.to_lowercase();
            for word in ["older key", "old key", "newer key", "first key", "second key"] {
                assert!(!said.contains(word), "{}: {said}", finding.check.id);
            }
        }
    }
}

#[test]
fn a_word_in_place_of_a_keys_date_is_never_no_key() {
    for word in ["no_information", "not_supported"] {
        let slot = format!("false,{word},N/A,N/A,N/A");
        let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", &slot, NO_KEY)])]);
        let said = verdicts(&report, "root-access-key-inactive").concat();
        assert_says(&said, &["unknown", word]);
        let password = format!("true,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,{word}");
        let report = judge(vec![csv(&[user("one", &password, "true", NO_KEY, NO_KEY)])]);
        assert_says(&verdict(&report, "password-rotation-overdue"), &["unknown one", word]);
        assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 1);
    }
}

#[test]
fn a_word_in_place_of_a_keys_last_use_is_never_no_use() {
    for word in ["no_information", "not_supported", "Not_Supported"] {
        let slot = format!("true,2020-01-01T00:00:00Z,{word},N/A,N/A");
        let report = judge(vec![csv(&[
            root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY),
            user("one", NO_PASSWORD, "false", &slot, NO_KEY),
            user("two", NO_PASSWORD, "false", NO_KEY, &slot),
        ])]);
        let said = verdicts(&report, "access-key-unused").join("\n");
        assert_says(&said, &["unknown access key 1 of one", "unknown access key 2 of two", word]);
        assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 2);
    }
    // What moto writes for region, service and the password says nothing, and contradicts nothing.
    let slot = "true,2020-01-01T00:00:00Z,2026-01-14T00:00:00Z,not_supported,not_supported";
    let password = "true,not_supported,2025-01-01T00:00:00Z,N/A";
    let report = judge(vec![csv(&[user("one", password, "true", slot, NO_KEY)])]);
    assert_eq!(gaps_of(&report, Reason::Contradiction), [""; 0]);
}

#[test]
fn a_key_that_was_used_is_never_no_key() {
    let slot = "false,N/A,2026-01-01T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", slot, NO_KEY)])]);
    let said = verdicts(&report, "root-access-key-inactive").concat();
    assert_says(&said, &["unknown", "`access_key_1_last_used_date` is `2026-01-01T00:00:00Z`"]);
}
