//! Each subject has one verdict of each check, and each finding a fingerprint of its own that stays.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use iam_core::audit::{AsOf, AsOfFrom, Report, Status, audit};
use iam_core::checks;
use iam_core::evidence::assemble;
use iam_core::ident::KeyIdDisplay;
use proptest::prelude::*;

use crate::generated::choices::choices;
use crate::generated::{Generated, ago};
use crate::testdata;
use crate::verdicts::{Judged, report, verdicts, with};
use crate::{config, now, shuffle};

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn each_subject_gets_exactly_one_verdict_from_each_check(numbers in choices()) {
        let account = Generated::from(&numbers);
        let report = report(account.files(), now());
        let counted: usize = report.accounts[0]
            .coverage
            .values()
            .map(|counts| counts.pass + counts.fail + counts.not_applicable + counts.unknown)
            .sum();
        let all = account.verdicts();
        prop_assert_eq!(counted, all.len());
        let mut seen = BTreeSet::new();
        for judged in &all {
            prop_assert!(seen.insert((judged.check, &judged.subject)), "judged twice: {judged:?}");
        }
        let fingerprints: BTreeSet<&str> = with(&all, Status::Fail).map(|fail| fail.says.as_str()).collect();
        prop_assert_eq!(fingerprints.len(), with(&all, Status::Fail).count(), "two findings share a fingerprint");
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_how_key_ids_are_shown(numbers in choices()) {
        let account = Generated::from(&numbers);
        let mut settings = testdata::everything();
        settings.key_ids = KeyIdDisplay::Shortened;
        let as_of = AsOf { at: now(), from: AsOfFrom::Given };
        let shortened = audit(&assemble(account.files()), checks::ALL, &settings, as_of);
        let of = |report: &Report| -> BTreeSet<String> { report.findings().map(|finding| finding.fingerprint.to_string()).collect() };
        prop_assert_eq!(of(&shortened), of(&report(account.files(), now())));
    }

    #[test]
    fn root_is_no_subject_of_a_user_check(numbers in choices()) {
        let of_users = |judged: &&Judged| checks::find(judged.check).is_some_and(|check| matches!(check.judge, iam_core::check::Judge::User(_)));
        for judged in Generated::from(&numbers).verdicts().iter().filter(of_users) {
            prop_assert!(!judged.subject.arn.ends_with(":root") || judged.stands_in(), "{judged:?}");
        }
    }

    #[test]
    fn a_fingerprint_knows_nothing_of_time_use_and_order(numbers in choices(), later in 0_i64..100_000_000, seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let mut other = account.clone();
        shuffle(&mut other.rows, seed);
        for row in &mut other.rows {
            for column in ["password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date"] {
                let index = account.header.iter().position(|name| name == column).unwrap();
                if row[index].starts_with("20") {
                    row[index] = ago(5);
                }
            }
        }
        let after = verdicts(other.files(), now() + TimeDelta::seconds(later));
        for fail in with(&account.verdicts(), Status::Fail) {
            for same in with(&after, Status::Fail).filter(|same| (same.check, &same.subject) == (fail.check, &fail.subject)) {
                prop_assert_eq!(&same.says, &fail.says);
            }
        }
    }
}
