//! Files that were cut off or damaged on the way: what stands before the damage counts.

use iam_core::cloudtrail::{Activity, Fold, Limits, Selection, TrailFile};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::records::{self, Choices};
use crate::reference::comparable;
use crate::{config, fold, fold_of};

/// Records in a shape, as bytes.
fn document(shape: usize, numbers: &[u8]) -> Vec<u8> {
    let mut choices = Choices::new(numbers);
    let records = (0..4).map(|_| records::record(&mut choices)).collect();
    records::document(shape, records, &mut choices).into_bytes()
}

/// How many records end before this byte. Found by cutting off and closing what is open.
fn whole_before(bytes: &[u8], end: usize) -> u64 {
    let text = std::str::from_utf8(bytes).unwrap();
    let starts = crate::reference::records(bytes).unwrap();
    let ends = starts.iter().filter(|(start, _)| {
        let start = usize::try_from(*start).unwrap();
        crate::reference::json::value_at(text, start).is_some_and(|span| span.end <= end)
    });
    u64::try_from(ends.count()).unwrap()
}

/// Folds a file that arrives in two pieces.
fn in_two(bytes: &[u8], cut: usize) -> Activity {
    let mut fold = Fold::new(Selection::default(), Limits::default());
    fold.start(TrailFile::named("trail.json"));
    let used = fold.feed(&bytes[..cut], false);
    fold.feed(&bytes[used..], true);
    fold.end(None);
    fold.finish()
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn records_before_a_cut_count(
        shape in 0..records::SHAPES,
        numbers in vec(any::<u8>(), 0..800),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = document(shape, &numbers);
        let cut = cut.index(bytes.len() + 1);
        // An event of EventBridge is whole only when its envelope is.
        let before = if matches!(shape, 5 | 8) { 0 } else { whole_before(&bytes, cut) };
        let activity = fold_of(&bytes[..cut]);
        prop_assert!(activity.files.records >= before, "{} of {before}", activity.files.records);
        prop_assert_eq!(activity.files.bytes, u64::try_from(cut).unwrap());
    }

    #[test]
    fn records_before_damage_count(
        shape in 0..records::SHAPES,
        numbers in vec(any::<u8>(), 0..800),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = document(shape, &numbers);
        prop_assume!(!bytes.is_empty());
        let whole = bytes.clone();
        let mut first = bytes.len();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
            first = first.min(place);
        }
        let before = if matches!(shape, 5 | 8) { 0 } else { whole_before(&whole, first) };
        let records = fold_of(&bytes).files.records;
        prop_assert!(records >= before, "{records} of {before}: {}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn damage_is_the_same_in_pieces(
        shape in 0..records::SHAPES,
        numbers in vec(any::<u8>(), 0..800),
        damage in (any::<prop::sample::Index>(), any::<u8>()),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = document(shape, &numbers);
        prop_assume!(!bytes.is_empty());
        let place = damage.0.index(bytes.len());
        bytes[place] = damage.1;
        let cut = cut.index(bytes.len());
        prop_assert_eq!(comparable(in_two(&bytes, cut)), comparable(fold_of(&bytes)), "cut at {}", cut);
    }

    #[test]
    fn damage_is_told(numbers in vec(any::<u8>(), 0..800), cut in any::<prop::sample::Index>()) {
        let bytes = document(0, &numbers);
        // A listing without its end: neither behind the last bracket nor before the first.
        let cut = 1 + cut.index(bytes.len() - 2);
        let activity = fold_of(&bytes[..cut]);
        prop_assert!(!activity.gaps.is_empty());
        prop_assert!(!activity.is_whole());
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..400), sizes in vec(1_usize..40, 1..4)) {
        let mut fold = Fold::new(Selection::default(), Limits::default());
        fold.start(TrailFile::named("trail.json"));
        let mut ahead = Vec::new();
        let mut rest = &bytes[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, behind) = rest.split_at((*size).min(rest.len()));
            ahead.extend_from_slice(piece);
            rest = behind;
            let used = fold.feed(&ahead, false);
            ahead.drain(..used);
        }
        fold.feed(&ahead, true);
        fold.end(None);
        prop_assert_eq!(fold.finish().files.bytes, u64::try_from(bytes.len()).unwrap());
    }

    #[test]
    fn any_brackets_and_marks_are_survived(text in "[\\[\\]{}\",:\\\\ \na01u]{0,200}") {
        fold_of(text.as_bytes());
    }
}

#[test]
fn a_damaged_file_leaves_the_next_one_alone() {
    let good = br#"{"Records":[{"eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"GetUser"}]}"#;
    let files = [
        (TrailFile::named("damaged.json"), good[..40].to_vec()),
        (TrailFile::named("good.json"), good.to_vec()),
    ];
    let activity = fold(&files, &Selection::default(), Limits::default());
    assert_eq!(activity.files.counted, 1);
    assert_eq!(activity.files.read, 2);
    assert!(!activity.is_whole());
}

#[test]
fn a_damaged_line_leaves_the_next_one_alone() {
    let good =
        r#"{"eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"GetUser"}"#;
    let lines = format!("{{damaged}}\n{good}\n{good}\n");
    assert_eq!(fold_of(lines.as_bytes()).files.counted, 2);
    for cut in 0..lines.len() {
        assert_eq!(in_two(lines.as_bytes(), cut).files.counted, 2, "cut at {cut}");
    }
}

/// More principals than the tables hold between two cuts. Which of them are kept depends on their names, not on the order in
/// which they came, and what the others did is counted.
#[test]
fn however_many_principals_there_are_so_many_are_kept() {
    const ALL: u32 = 60_000;
    let limits = Limits { principals: 1_000, ..Limits::default() };
    let record = |at: u32| {
        format!(
            r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u{at}","accountId":"111122223333"}},"eventTime":"2026-01-15T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.{}","eventID":"{at}","eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#,
            at % 250
        )
    };
    let folded = |numbers: &mut dyn Iterator<Item = u32>| {
        let mut fold = Fold::new(Selection::default(), limits);
        let numbers: Vec<u32> = numbers.collect();
        for (file, numbers) in numbers.chunks(5_000).enumerate() {
            let records: Vec<String> = numbers.iter().copied().map(record).collect();
            let json = format!("{{\"Records\":[{}]}}", records.join(","));
            fold.read(TrailFile::named(&format!("{file}.json")), json.as_bytes());
        }
        fold.finish()
    };
    let forwards = folded(&mut (0..ALL));
    assert_eq!(forwards.files.counted, u64::from(ALL));
    assert_eq!(forwards.principals.len(), 1_000);
    assert!(forwards.principals.is_cut() && !forwards.is_whole());
    assert_eq!(forwards.others.all().count, u64::from(ALL) - 1_000);
    assert_eq!(forwards.all().all().count, u64::from(ALL));
    let backwards = folded(&mut (0..ALL).rev());
    assert_eq!(backwards.principals, forwards.principals);
    assert_eq!(backwards.others, forwards.others);
}
