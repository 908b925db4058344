//! Laws that hold for every file, tried on made-up ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_core::cloudtrail::{Activity, Fold, Limits, Selection, TrailFile};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::records::{self, Choices, SECRET};
use crate::reference::{self, comparable};
use crate::{AllSeen, config, fold, fold_once, tiny};

pub(crate) type Files = Vec<(TrailFile, Vec<u8>)>;

fn files() -> impl Strategy<Value = Files> {
    files_with(|_, choices| choices)
}

/// Files of which no two events bear the same `eventID`.
fn files_of_different_events() -> impl Strategy<Value = Files> {
    files_with(|at, choices| choices.with_own_ids(1_000 * at))
}

fn files_with(change: fn(u32, Choices<'_>) -> Choices<'_>) -> impl Strategy<Value = Files> {
    vec(vec(any::<u8>(), 0..800), 1..4).prop_map(move |numbers| {
        let made = (0..).zip(&numbers).map(|(at, numbers)| {
            let mut choices = change(at, Choices::new(numbers));
            let account = choices.of(&[None, Some("444455556666"), Some("123456789012")]);
            let path = format!("trail-{at}.json").as_str().into();
            let file = TrailFile { path, account: account.map(Arc::from), region: None };
            (file, records::file(&mut choices))
        });
        made.collect()
    })
}

fn selection() -> impl Strategy<Value = Selection> {
    vec(any::<u8>(), 10).prop_map(|numbers| {
        let mut choices = Choices::new(&numbers);
        let mut some = |from: &[&str]| -> BTreeSet<Arc<str>> {
            let chosen = from.iter().filter(|_| choices.once_in(6));
            chosen.map(|text| Arc::from(*text)).collect()
        };
        Selection {
            accounts: some(&["111122223333", "444455556666"]),
            regions: some(&["us-east-1", "eu-central-1"]),
            principals: some(&["user/*", "anna", "root", "role/ci/*", "arn:aws:iam::111122223333:*"]),
            services: some(&["iam", "STS", "signin.amazonaws.com"]),
            actions: some(&["*User*", "iam:get*", "ConsoleLogin"]),
            // The second of 2026-01-15T12:00:00Z, and of the next day's start.
            since: choices.once_in(4).then_some(1_768_478_400),
            until: choices.once_in(4).then_some(1_768_521_600),
        }
    })
}

fn shown(files: &Files) -> String {
    let shown =
        files.iter().map(|(file, bytes)| format!("{}: {}", file.path, String::from_utf8_lossy(bytes)));
    shown.collect::<Vec<_>>().join("\n")
}

/// Compares piece by piece, so that a difference is told by the smallest piece that has it.
pub(crate) fn agree(left: Activity, right: Activity, files: &Files) -> Result<(), TestCaseError> {
    let (left, right) = (comparable(left), comparable(right));
    if left == right {
        return Ok(());
    }
    let files = shown(files);
    prop_assert_eq!(&left.files, &right.files, "files\n{}", &files);
    prop_assert_eq!(&left.gaps, &right.gaps, "gaps\n{}", &files);
    prop_assert_eq!(&left.coverage, &right.coverage, "coverage\n{}", &files);
    for ((left, doing), (right, other)) in left.principals.iter().zip(right.principals.iter()) {
        prop_assert_eq!(left, right, "principals\n{}", &files);
        prop_assert_eq!(&doing.calls, &other.calls, "calls of {}\n{}", left.name, &files);
        prop_assert_eq!(&doing.quarters, &other.quarters, "quarters of {}\n{}", left.name, &files);
        prop_assert_eq!(doing, other, "what {} did\n{}", left.name, &files);
    }
    prop_assert_eq!(left.principals.len(), right.principals.len(), "principals\n{}", &files);
    for (left, right) in left.events.iter().zip(right.events.iter()) {
        prop_assert_eq!(left, right, "events\n{}", &files);
    }
    prop_assert_eq!(left, right, "{}", files);
    Ok(())
}

/// Folds files that arrive in pieces of these sizes, again and again.
pub(crate) fn in_pieces(files: &Files, sizes: &[usize], limits: Limits) -> Activity {
    let mut fold = Fold::new(Selection::default(), limits);
    let mut sizes = sizes.iter().cycle();
    for (file, bytes) in files {
        fold.start(file.clone());
        let mut ahead = Vec::new();
        let mut rest = &bytes[..];
        // A byte order mark comes whole.
        let mut least = if bytes.starts_with(&[0xef, 0xbb, 0xbf]) { 4 } else { 0 };
        while !rest.is_empty() {
            // Not too small for a large file: what is not used yet is read again with each piece.
            let size = (*sizes.next().unwrap()).max(least).max(bytes.len() / 200).min(rest.len());
            least = 0;
            let (piece, behind) = rest.split_at(size);
            ahead.extend_from_slice(piece);
            rest = behind;
            let used = fold.feed(&ahead, false);
            assert!(used <= ahead.len());
            ahead.drain(..used);
        }
        fold.feed(&ahead, true);
        fold.end(None);
    }
    fold.finish()
}

fn merged(parts: impl IntoIterator<Item = Activity>) -> Activity {
    let mut parts = parts.into_iter();
    let mut whole = parts.next().unwrap();
    parts.for_each(|part| whole.merge(part));
    whole
}

/// Merges three parts in every way in which they can be.
fn merging_is_lawful(files: &[Files], is_tiny: [bool; 3]) -> Result<(), TestCaseError> {
    let [a, b, c] = [0, 1, 2].map(|at| {
        let limits = if is_tiny[at] { tiny() } else { Limits::default() };
        let own = |file: &TrailFile| TrailFile {
            path: format!("{at}-{}", file.path).as_str().into(),
            ..file.clone()
        };
        let named: Files = files[at].iter().map(|(file, bytes)| (own(file), bytes.clone())).collect();
        fold(&named, &Selection::default(), limits)
    });
    let left = merged([merged([a.clone(), b.clone()]), c.clone()]);
    let right = merged([a.clone(), merged([b.clone(), c.clone()])]);
    let back = merged([c, merged([b, a])]);
    agree(left.clone(), right, &files.concat())?;
    agree(left, back, &files.concat())
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn the_fold_agrees_with_the_reference(files in files()) {
        let all = Selection::default();
        let expected = reference::activity(&files, &all, Limits::default(), false);
        agree(fold(&files, &all, Limits::default()), expected.expect("made-up files are clear"), &files)?;
        let expected = reference::activity(&files, &all, tiny(), false).unwrap();
        agree(fold(&files, &all, tiny()), expected, &files)?;
    }

    #[test]
    fn pieces_say_what_the_whole_says(files in files(), sizes in vec(1_usize..400, 1..6)) {
        let whole = fold(&files, &Selection::default(), Limits::default());
        agree(in_pieces(&files, &sizes, Limits::default()), whole, &files)?;
    }

    #[test]
    fn nothing_secret_is_kept(files in files()) {
        let activity = fold(&files, &Selection::default(), Limits::default());
        prop_assert!(!format!("{activity:?}").contains(SECRET), "{}", shown(&files));
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn cuts_anywhere_say_what_the_whole_says(numbers in vec(any::<u8>(), 0..200), cut in any::<Index>()) {
        let bytes = records::file(&mut Choices::new(&numbers));
        let cut = cut.index(bytes.len() + 1);
        let files = vec![(TrailFile::named("trail.json"), bytes)];
        let whole = fold(&files, &Selection::default(), Limits::default());
        agree(in_pieces(&files, &[cut.max(1), usize::MAX], Limits::default()), whole, &files)?;
    }

    #[test]
    fn merging_says_what_folding_everything_says(files in files(), is_tiny in any::<bool>()) {
        let limits = if is_tiny { tiny() } else { Limits::default() };
        let whole = fold(&files, &Selection::default(), limits);
        let parts: Vec<Activity> =
            files.iter().map(|file| fold(std::slice::from_ref(file), &Selection::default(), limits)).collect();
        agree(merged(parts.clone()), whole.clone(), &files)?;
        agree(merged(parts.into_iter().rev()), whole, &files)?;
    }

    #[test]
    fn merging_is_associative_and_commutative(files in vec(files(), 3), is_tiny in any::<bool>()) {
        merging_is_lawful(&files, [is_tiny; 3])?;
    }

    #[test]
    fn merging_is_lawful_under_different_limits(files in vec(files(), 3), is_tiny in any::<[bool; 3]>()) {
        merging_is_lawful(&files, is_tiny)?;
    }

    #[test]
    fn what_was_seen_is_counted_once(files in files_of_different_events()) {
        let mut twice = files.clone();
        twice.extend(files.iter().map(|(file, bytes)| {
            (TrailFile { path: format!("copy-{}", file.path).as_str().into(), ..file.clone() }, bytes.clone())
        }));
        let expected = reference::activity(&twice, &Selection::default(), Limits::default(), true).unwrap();
        agree(fold_once(&twice, &Arc::default(), Limits::default()), expected.clone(), &files)?;
        // Two folds that share what they have seen make one.
        let seen = Arc::<AllSeen>::default();
        let (front, back) = twice.split_at(1);
        let front = fold_once(front, &seen, Limits::default());
        agree(merged([front, fold_once(back, &seen, Limits::default())]), expected, &files)?;
    }

    #[test]
    fn selecting_is_leaving_out_before(numbers in vec(any::<u8>(), 0..800), selection in selection()) {
        let mut choices = Choices::new(&numbers);
        let lines: Vec<String> = (0..8)
            .map(|_| {
                let record = records::record(&mut choices);
                records::on_one_line(&record, &mut choices)
            })
            .collect();
        let file = |lines: &[String]| vec![(TrailFile::named("trail.json"), lines.join("\n").into_bytes())];
        let whole = file(&lines);
        let mut chosen = fold(&whole, &selection, Limits::default());
        agree(chosen.clone(), reference::activity(&whole, &selection, Limits::default(), false).unwrap(), &whole)?;
        // A line of spaces in the place of what is not selected leaves the others where they were.
        let left: Vec<String> = lines
            .into_iter()
            .map(|line| {
                let alone = file(std::slice::from_ref(&line));
                let alone = reference::activity(&alone, &selection, Limits::default(), false).unwrap();
                let is_left = alone.files.counted + alone.files.insights > 0 || !alone.gaps.is_empty();
                if is_left { line } else { " ".repeat(line.len()) }
            })
            .collect();
        let mut expected = fold(&file(&left), &Selection::default(), Limits::default());
        prop_assert!(expected.files.records <= chosen.files.records);
        expected.files.records = chosen.files.records;
        chosen.selections.clone_from(&expected.selections);
        agree(chosen, expected, &whole)?;
    }
}
