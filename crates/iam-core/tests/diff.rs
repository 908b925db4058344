//! What changed between two looks.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::check::Severity;
use iam_core::checks;
use iam_core::diff::{AccountChanges, AccountLook, Look, Standing, compare};
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,\
    access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n\
    <root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00Z,true,N/A,2020-01-01T00:00:00Z,true,false,N/A,N/A,false,N/A,N/A,\
    false,N/A,false,N/A\n";

/// A row: password changed at this moment (or none), MFA, and two keys as `(active, made)`.
fn row(name: &str, password: Option<&str>, mfa: bool, keys: [Option<(bool, &str)>; 2]) -> String {
    let password =
        password.map_or("false,N/A,N/A".to_owned(), |changed| format!("true,2026-01-14T00:00:00Z,{changed}"));
    let key = |key: Option<(bool, &str)>| match key {
        Some((active, made)) => format!("{active},{made},2026-01-14T00:00:00Z"),
        None => "false,N/A,N/A".to_owned(),
    };
    let [one, two] = keys.map(key);
    format!(
        "{name},arn:aws:iam::111122223333:user/{name},2020-01-01T00:00:00Z,{password},{mfa},{one},{two},false,N/A,false,N/A\n"
    )
}

fn look(rows: &[String]) -> Look {
    look_at(&format!("{HEADER}{}", rows.concat()))
}

fn look_at(csv: &str) -> Look {
    let file = InputFile { path: "report.csv".to_owned(), bytes: csv.into() };
    let evidence = assemble(vec![(file, Given::ByName)]);
    let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
    Look::of(&audit(&evidence, checks::ALL, &Settings::default(), as_of), &evidence)
}

fn changed(old: &Look, new: &Look) -> AccountChanges {
    compare(old, new).accounts.into_values().next().unwrap()
}

fn checks_of(findings: &[(String, iam_core::diff::Standing)]) -> Vec<&str> {
    findings.iter().map(|(_, standing)| standing.check.as_str()).collect()
}

const THEN: &str = "2026-01-01T00:00:00Z";
const NOW: &str = "2026-01-10T00:00:00Z";

#[test]
fn findings_come_and_go() {
    let without = look(&[row("anna", Some(THEN), false, [None, None])]);
    let with = look(&[row("anna", Some(THEN), true, [None, None])]);
    let fixed = changed(&without, &with);
    assert_eq!((checks_of(&fixed.fixed), checks_of(&fixed.new)), (vec!["console-without-mfa"], vec![]));
    let back = changed(&with, &without);
    assert_eq!((checks_of(&back.fixed), checks_of(&back.new)), (vec![], vec!["console-without-mfa"]));
    assert_eq!(compare(&with, &without).worst_new().unwrap().as_str(), "high");
}

#[test]
fn an_earlier_look_that_is_the_later_one_is_told_once() {
    let day = |day: u32| parse_time(&format!("2026-01-{day:02}T08:00:00Z"));
    let look = |days: &[Option<u32>]| {
        let accounts = days.iter().enumerate().map(|(index, taken)| {
            let taken = taken.and_then(day).map(|at| AsOf { at, from: AsOfFrom::Manifest });
            (format!("account {index}"), AccountLook { taken, ..AccountLook::default() })
        });
        Look { accounts: accounts.collect() }
    };
    let warning = |old: &[Option<u32>], new: &[Option<u32>]| compare(&look(old), &look(new)).warning();
    assert_eq!(warning(&[Some(1)], &[Some(1)]), None);
    assert_eq!(warning(&[Some(2)], &[None]), None);
    assert_eq!(warning(&[None, Some(1)], &[Some(1), Some(2)]), None);
    assert_eq!(warning(&[Some(2)], &[]), None);
    let told = |further: &str| {
        Some(format!(
            "OLD is later than NEW: account `account 1` was looked at at 2026-01-02T08:00:00Z in OLD and at 2026-01-01T08:00:00Z in \
             NEW{further}; what is told as new may be gone, and what is told as fixed may be new"
        ))
    };
    assert_eq!(warning(&[Some(1), Some(2)], &[Some(2), Some(1)]), told(""));
    // What different things say of a look may lie hours apart.
    let by = |at: &str, from: AsOfFrom| {
        let taken = Some(AsOf { at: parse_time(at).unwrap(), from });
        Look { accounts: [("one".to_owned(), AccountLook { taken, ..AccountLook::default() })].into() }
    };
    let report = by("2026-01-15T08:00:00Z", AsOfFrom::CredentialReport);
    for (at, from, is_reversed) in [
        ("2026-01-15T12:00:00Z", AsOfFrom::Manifest, false),
        ("2026-01-15T12:00:01Z", AsOfFrom::Manifest, true),
        ("2026-01-15T08:01:00Z", AsOfFrom::CredentialReport, false),
        ("2026-01-15T08:01:01Z", AsOfFrom::CredentialReport, true),
    ] {
        assert_eq!(compare(&by(at, from), &report).warning().is_some(), is_reversed, "{at}");
    }
    let three = [Some(1), Some(2), Some(3), Some(4)];
    assert_eq!(warning(&three, &[Some(1); 4]), told("; 2 more accounts likewise"));
}

#[test]
fn what_cannot_be_seen_any_more_is_not_fixed() {
    let without = look(&[row("anna", Some(THEN), false, [None, None])]);
    let damaged = row("anna", Some(THEN), false, [None, None]).replacen(",false,", ",perhaps,", 1);
    let changes = changed(&without, &look(&[damaged]));
    assert_eq!(
        (checks_of(&changes.fixed), checks_of(&changes.unseen)),
        (vec![], vec!["console-without-mfa"])
    );
    let mut other = look(&[]);
    let own = other.accounts.remove("111122223333").unwrap();
    other.accounts.insert("444455556666".to_owned(), own);
    let gone = compare(&without, &other);
    let gone = gone.accounts.get("111122223333").unwrap();
    assert_eq!(
        (gone.only_in, checks_of(&gone.unseen).len()),
        (Some("old"), without.accounts.values().next().unwrap().findings.len())
    );
    assert_eq!(compare(&without, &other).accounts.get("444455556666").unwrap().only_in, Some("new"));
}

#[test]
fn what_the_earlier_look_had_nothing_to_see_in_is_newly_seen() {
    let with = look(&[row("anna", Some(THEN), true, [None, None])]);
    let without = look(&[row("anna", Some(THEN), false, [None, None])]);
    let named = |change: &dyn Fn(&mut AccountLook)| {
        let mut old = with.clone();
        old.accounts.values_mut().for_each(change);
        let changes = compare(&old, &without);
        let own = changes.accounts.values().next().unwrap();
        let found = (checks_of(&own.new).len(), checks_of(&own.newly_seen).len());
        (found, changes.worst_new().is_some())
    };
    let verdict = || ("console-without-mfa".to_owned(), String::new());
    assert_eq!(named(&|_| {}), ((1, 0), true));
    // A gap in what was handed in makes the finding no older.
    assert_eq!(named(&|old| _ = old.unknown.insert(verdict())), ((1, 0), true));
    assert_eq!(named(&|old| _ = old.unsupplied.insert(verdict())), ((0, 1), false));
    assert_eq!(named(&|old| _ = old.checks.remove("console-without-mfa")), ((0, 1), false));
    // Without any file that tells of trails, the verdicts about what happened there are unknown for that reason.
    assert!(
        with.accounts.values().all(|own| own.unsupplied.iter().any(|(check, _)| check == "root-activity"))
    );
}

#[test]
fn lapsed_waivers_and_higher_severities_count_as_worse() {
    let new = look(&[row("anna", Some(THEN), false, [None, None])]);
    let worst = |change: &dyn Fn(&mut Standing)| {
        let mut old = new.clone();
        let all = old.accounts.values_mut().flat_map(|own| own.findings.values_mut());
        all.filter(|standing| standing.check == "console-without-mfa").for_each(change);
        let changes = compare(&old, &new);
        let lapsed = changes.accounts.values().map(|own| own.waiver_lapsed.len()).sum::<usize>();
        (lapsed, changes.worst_new())
    };
    assert_eq!(worst(&|_| {}), (0, None));
    assert_eq!(worst(&|then| then.is_waived = true), (1, Some(Severity::High)));
    assert_eq!(worst(&|then| then.severity = Severity::Low), (0, Some(Severity::High)));
    assert_eq!(worst(&|then| then.severity = Severity::Critical), (0, None));
}

#[test]
fn credentials_are_made_deleted_and_rotated() {
    let told = |old: &[String], new: &[String]| {
        let changes = changed(&look(old), &look(new));
        let told = changes.credentials.unwrap().into_iter();
        told.map(|it| format!("{} {} of {}", it.turn.as_str(), it.kind.as_str(), it.owner))
            .collect::<Vec<_>>()
    };
    let anna = |password, one, two| vec![row("anna", password, true, [one, two])];
    for (old, new, expected) in [
        (
            anna(None, None, None),
            anna(Some(THEN), Some((true, THEN)), None),
            &["created password of anna", "created access key of anna"][..],
        ),
        (
            anna(Some(THEN), Some((true, THEN)), None),
            vec![],
            &["deleted password of anna", "deleted access key of anna"],
        ),
        (anna(Some(THEN), None, None), anna(Some(NOW), None, None), &["rotated password of anna"]),
        (
            anna(None, Some((true, THEN)), None),
            anna(None, Some((true, NOW)), None),
            &["rotated access key of anna"],
        ),
        (
            anna(None, Some((true, THEN)), None),
            anna(None, Some((false, THEN)), Some((true, NOW))),
            &["rotated access key of anna", "deactivated access key of anna"],
        ),
        (anna(None, Some((true, THEN)), None), anna(None, None, Some((true, THEN))), &[]),
        (
            anna(None, Some((false, THEN)), None),
            anna(None, Some((true, THEN)), None),
            &["activated access key of anna"],
        ),
    ] {
        assert_eq!(told(&old, &new), expected);
    }
}

#[test]
fn without_all_rows_credentials_are_not_compared() {
    let whole = look(&[row("anna", Some(THEN), true, [None, None])]);
    let cut = look_at(&format!("{HEADER}anna,arn:aws:iam::111122223333:user/anna,2020\n"));
    assert_eq!(changed(&whole, &cut).credentials, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, rng_seed: RngSeed::Fixed(20_260_115), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changes_against_itself_and_both_ways_agree(old in vec((0..4_u8, any::<bool>(), any::<bool>(), any::<bool>()), 0..5), new in vec((0..4_u8, any::<bool>(), any::<bool>(), any::<bool>()), 0..5)) {
        let rows = |users: &[(u8, bool, bool, bool)]| {
            let mut rows: Vec<String> = users.iter().map(|(name, mfa, password, key)| {
                row(&format!("user{name}"), password.then_some(THEN), *mfa, [key.then_some((*mfa, THEN)), None])
            }).collect();
            rows.sort();
            rows.dedup_by_key(|row| row.split(',').next().unwrap().to_owned());
            look(&rows)
        };
        let (old, new) = (rows(&old), rows(&new));
        let same = changed(&old, &old);
        prop_assert!(same.new.is_empty() && same.fixed.is_empty() && same.unseen.is_empty() && same.severity_changed.is_empty());
        prop_assert_eq!(same.credentials, Some(Vec::new()));
        let (there, back) = (changed(&old, &new), changed(&new, &old));
        let prints = |all: &[(String, iam_core::diff::Standing)]| all.iter().map(|(print, _)| print.clone()).collect::<std::collections::BTreeSet<_>>();
        let gone = &prints(&there.fixed) | &prints(&there.unseen);
        prop_assert_eq!(&prints(&back.new) | &prints(&back.newly_seen), gone);
        let old_count = old.accounts.values().next().unwrap().findings.len();
        prop_assert_eq!(there.unchanged.len() + there.severity_changed.len() + there.fixed.len() + there.unseen.len(), old_count);
    }
}
