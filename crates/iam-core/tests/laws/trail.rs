//! Less of CloudTrail records never makes anything better.

use std::collections::BTreeSet;

use iam_core::audit::{AsOf, AsOfFrom, Status, audit};
use iam_core::checks;
use iam_core::evidence::{Given, assemble};
use iam_core::input::InputFile;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generated::Generated;
use crate::generated::choices::choices;
use crate::generated::trail::Trail;
use crate::testdata;
use crate::verdicts::{Judged, listed, with};
use crate::{config, now, shuffle};

/// Settings under which bursts are small.
fn sensitive() -> iam_core::audit::Settings {
    let text = "[checks.root-console-login-failed]\nfailures = 2\nwithin-minutes = 1440\n\
                [checks.denied-enumeration]\ncalls = 2\nwithin-minutes = 1440\n\
                [checks.enumeration-burst]\nshare-percent = 2\n[checks.escalation-burst]\nshare-percent = 2\n";
    let mut settings = iam_core::audit::Settings::parse(text, checks::ALL).unwrap();
    for (id, own) in testdata::everything().checks {
        settings.checks.entry(id).or_default().enabled = own.enabled;
    }
    iam_core::audit::Settings { checks: settings.checks, ..testdata::everything() }
}

fn verdicts_with_trail(files: Vec<(InputFile, Given)>) -> Vec<Judged> {
    let as_of = AsOf { at: now(), from: AsOfFrom::Given };
    listed(&audit(&testdata::evidence(files), checks::ALL, &sensitive(), as_of))
}

/// No pass that was none before, and no check whose findings vanish without an unknown in their place.
fn assert_nothing_healed(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    for pass in with(less, Status::Pass) {
        let before = more.iter().find(|other| (other.check, &other.subject) == (pass.check, &pass.subject));
        prop_assert!(
            before.is_some_and(|other| other.status == Status::Pass),
            "healed: {pass:?}, was {before:?}"
        );
    }
    for fail in with(more, Status::Fail) {
        let remains = less
            .iter()
            .any(|other| other.check == fail.check && matches!(other.status, Status::Fail | Status::Unknown));
        prop_assert!(remains, "lost without a trace: {fail:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn the_order_of_trail_files_does_not_matter(numbers in choices(), records in choices(), seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let trail = Trail::from(&records, &account);
        let mut files = account.files();
        files.extend(trail.files());
        let expected = verdicts_with_trail(files.clone());
        shuffle(&mut files, seed);
        prop_assert_eq!(verdicts_with_trail(files), expected);
    }

    #[test]
    fn cutting_a_trail_file_never_helps(numbers in choices(), records in choices(), which in any::<usize>(), cut in any::<usize>()) {
        let account = Generated::from(&numbers);
        let mut trail = Trail::from(&records, &account).files();
        prop_assume!(!trail.is_empty());
        let with_account = |trail: &[(InputFile, Given)]| {
            let mut files = account.files();
            files.extend_from_slice(trail);
            verdicts_with_trail(files)
        };
        let whole = with_account(&trail);
        let which = which % trail.len();
        let length = trail[which].0.bytes.len();
        // Whoever reads the files notices empty ones.
        trail[which].0.bytes.truncate(1 + cut % (length - 1));
        assert_nothing_healed(&with_account(&trail), &whole)?;
    }

    #[test]
    fn losing_the_region_of_iam_or_all_records_never_helps(numbers in choices(), records in choices(), all in any::<bool>()) {
        let account = Generated::from(&numbers);
        let mut trail = Trail::from(&records, &account);
        let mut files = account.files();
        files.extend(trail.files());
        let whole = verdicts_with_trail(files);
        let global = trail.global;
        trail.regions.retain(|region, _| !all && *region != global);
        let mut files = account.files();
        files.extend(trail.files());
        let less = verdicts_with_trail(files);
        assert_nothing_healed(&less, &whole)?;
    }

    #[test]
    fn narrowing_the_records_never_helps(numbers in choices(), records in choices(), how in 0_usize..3) {
        use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};

        let account = Generated::from(&numbers);
        let trail = Trail::from(&records, &account);
        prop_assume!(!trail.regions.is_empty());
        let with_selection = |selection: Selection| {
            let mut fold = Fold::new(selection, Limits::default());
            for (file, _) in trail.files() {
                fold.read(TrailFile::named(&file.path), &file.bytes);
            }
            let mut evidence = assemble(account.files());
            evidence.join_activity(fold.finish());
            let as_of = AsOf { at: now(), from: AsOfFrom::Given };
            listed(&audit(&evidence, checks::ALL, &sensitive(), as_of))
        };
        let only = |word: &str| BTreeSet::from([word.into()]);
        let narrowed = match how {
            0 => Selection { principals: only("user*"), ..Selection::default() },
            1 => Selection { services: only("ec2"), ..Selection::default() },
            _ => Selection { actions: only("List*"), ..Selection::default() },
        };
        assert_nothing_healed(&with_selection(narrowed), &with_selection(Selection::default()))?;
    }

    #[test]
    fn each_subject_of_a_trail_gets_one_verdict_and_one_fingerprint(numbers in choices(), records in choices()) {
        let account = Generated::from(&numbers);
        let mut files = account.files();
        files.extend(Trail::from(&records, &account).files());
        let all = verdicts_with_trail(files);
        let mut seen = BTreeSet::new();
        for judged in &all {
            prop_assert!(seen.insert((judged.check, &judged.subject)), "judged twice: {judged:?}");
        }
        let fingerprints: BTreeSet<&str> = with(&all, Status::Fail).map(|fail| fail.says.as_str()).collect();
        prop_assert_eq!(fingerprints.len(), with(&all, Status::Fail).count(), "two findings share a fingerprint");
    }

    #[test]
    fn no_damage_to_a_trail_makes_an_audit_panic(records in choices(), damage in vec((any::<usize>(), any::<usize>(), any::<u8>()), 1..6)) {
        let account = Generated::from(&[]);
        let mut trail = Trail::from(&records, &account).files();
        prop_assume!(!trail.is_empty());
        let count = trail.len();
        for (file, at, byte) in damage {
            let bytes = &mut trail[file % count].0.bytes;
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        let mut files = account.files();
        files.extend(trail);
        let _ = verdicts_with_trail(files);
    }
}
