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

/// A record with this name of the call and these parameters, as CloudTrail writes it.
fn named(name: &str, request: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333"}},"eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","requestParameters":{request},"eventID":"{name}","eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
    )
}

/// The calls that were counted, by name.
fn calls(activity: &Activity) -> Vec<String> {
    let calls = activity.principals.iter().flat_map(|(_, deeds)| deeds.calls.iter());
    calls.map(|(call, usage)| format!("{}{}", call.name, usage.tallies.all().count)).collect()
}

/// A list with a damaged second record: what is counted of it, and where the gap says that reading goes on.
#[test]
fn records_behind_a_damaged_one_count_if_they_are_records_for_certain() {
    let (first, third, fourth) = (named("A", "null"), named("C", "{}"), named("D", "null"));
    let check = |file: &str, counted: &[&str]| {
        let activity = fold_of(file.as_bytes());
        assert_eq!(calls(&activity), counted, "{file}");
        assert!(!activity.is_whole(), "{file}");
        let goes_on = activity.gaps.iter().any(|gap| gap.what.contains("the next record that is read"));
        assert_eq!(goes_on, counted.len() > 1, "{file}\n{:?}", activity.gaps);
        for cut in (0..file.len()).step_by(7) {
            assert_eq!(
                comparable(in_two(file.as_bytes(), cut)),
                comparable(activity.clone()),
                "cut at {cut}"
            );
        }
    };
    let second = named("B", r#"{"x":[1,"y"]}"#);
    let list = |second: &str| format!("{{\"Records\":[{first},{second},{third},{fourth}]}}");
    let all = ["A1", "C1", "D1"];
    let damaged = |from: &str, to: &str| {
        assert!(second.contains(from));
        second.replacen(from, to, 1)
    };
    for second in [
        damaged("\"eventTime\":", "\"eventTime\""),
        damaged("\"eventTime\":", "\0\0\0\0\0"),
        damaged(",\"eventTime\"", "\"eventTime\""),
        damaged("{\"x\"", "\"x\""),
        damaged("{\"eventVersion\"", "\"eventVersion\""),
        "}".to_owned(),
        format!("{{{second}"),
    ] {
        check(&list(&second), &all);
        check(&format!("[{first},{second},{third},{fourth}]"), &all);
        check(&format!("{}\n", list(&second).replace("},{", "},\n  {")), &all);
        check(&format!("{{\"x\":1,\"Records\":[{first},{second},{third},{fourth}],\"y\":[{{}}]}}"), &all);
    }
    // A record that is closed early is whole, as far as anybody can see.
    let early = damaged("\"y\"]}", "\"y\"]}}");
    check(&list(&early), &["A1", "B1", "C1", "D1"]);
    // Two damaged records between whole ones, all of whose brackets and marks are there.
    let bad = damaged("\"eventTime\":", "\"eventTime\"");
    check(&format!("{{\"Records\":[{first},{bad},{third},{bad},{fourth}]}}"), &all);
    // Where some are missing, there is proof behind them only; where the end is missing, nowhere.
    for second in [damaged("\"eventTime\"", "\"eventTime"), damaged("]}", "]"), damaged("[1", "[[1")] {
        check(&format!("{{\"Records\":[{first},{bad},{third},{second},{fourth}]}}"), &["A1", "D1"]);
        check(&format!("{{\"Records\":[{first},{bad},{third},{second}]}}"), &["A1"]);
    }
    check(list(&bad).strip_suffix("]}").unwrap(), &["A1"]);
    check(list(&bad).strip_suffix('}').unwrap(), &["A1"]);
    check(&list(&bad).replace(&fourth, "{\"eventName\":\"D\"}"), &["A1"]);
    // Objects in a request that look like records are none.
    let forged = named("E", "null");
    for request in [
        format!("{{\"list\":[{forged}]}}"),
        format!("{{\"list\":[{{}},{forged},{forged}]}}"),
        format!("[{forged},{forged}]"),
        forged.clone(),
        format!("{{\"text\":{}}}", serde_json::to_string(&format!("x\"}},{forged}]}}")).unwrap()),
    ] {
        let second = named("B", &request);
        let bad = second.replacen("\"eventTime\":", "\"eventTime\"", 1);
        check(&list(&bad), &all);
        // The damage stands behind the object.
        check(&list(&second.replacen("\"eventID\":\"B\"", "\"eventID\"", 1)), &all);
        check(&format!("{{\"Records\":[{first},{bad}]}}"), &["A1"]);
        let cut = second.find(&forged).map_or(0, |at| at + forged.len());
        for (start, end) in ["", "]", "]}", "}", "}]}", "]}]}", "]{\"x\":1}", "]}{\"x\":1}", "]}\n[]"]
            .iter()
            .flat_map(|end| [("{\"Records\":[", end), ("[", end)])
        {
            let file = format!("{start}{first},{}{end}", &second[..cut]);
            assert!(!calls(&fold_of(file.as_bytes())).contains(&"E1".to_owned()), "{file}");
        }
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    /// Whatever is done to one stretch of a list, reading goes on where one of its records starts, and nowhere else.
    #[test]
    fn reading_goes_on_with_records_of_the_list(
        numbers in vec(0_usize..5, 2..6),
        place in any::<prop::sample::Index>(),
        length in 0_usize..200,
        instead in "[\\[\\]{}\",:\\\\ a0]{0,6}",
    ) {
        let forged = named("Forged", "null");
        let requests = [
            "null".to_owned(),
            format!("{{\"list\":[{forged}]}}"),
            format!("[{{}},{forged},{forged}]"),
            format!("{{\"text\":{}}}", serde_json::to_string(&format!("\"}}}},{forged}]}}")).unwrap()),
            r#"{"name":"a{b}c[","x":[[1]]}"#.to_owned(),
        ];
        let records: Vec<String> = numbers.iter().map(|number| named("Call", &requests[*number])).collect();
        let whole = format!("{{\"Records\":[{}]}}", records.join(","));
        let start = place.index(whole.len());
        let end = (start + length).min(whole.len());
        let file = format!("{}{instead}{}", &whole[..start], &whole[end..]);
        let mut at = "{\"Records\":[".len();
        let mut starts = Vec::new();
        for record in &records {
            starts.push(at);
            at += record.len() + 1;
        }
        let behind: Vec<usize> =
            starts.into_iter().filter(|at| *at >= end).map(|at| at + file.len() - whole.len()).collect();
        for gap in fold_of(file.as_bytes()).gaps {
            if let Some((_, next)) = gap.what.split_once("the next record that is read starts at byte ") {
                prop_assert!(behind.contains(&next.parse().unwrap()), "{}: {:?} {}", file, behind, gap.what);
            }
        }
    }
}
