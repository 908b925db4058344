use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::cloudtrail::{
    Call, Coverage, Event, EventClass, EventKinds, EventPlace, Example, KeyUse, Limits, PrincipalActivity,
    PrincipalKind, Quarter, Sample, Selection, Tallies, Tally, TrailGap, Usage,
};
use crate::fact::Reason;

/// Names as they are, and names that try to break the lines of the format or a reader of it.
const WORDS: &[&str] = &[
    "",
    "a",
    "anna",
    "us-east-1",
    "iam.amazonaws.com",
    "GetUser",
    "111122223333",
    "\n{\"end\":{\"lines\":1}}",
    "\u{0}\u{1b}[31m",
    "\u{202e}evil",
    "\"\\",
    "=1+1",
    "arn:aws:iam::111122223333:role/ci/deploy",
    "AKIAIOSFODNN7EXAMPLE",
    "🚀",
];

/// A list of numbers that is asked for one choice after the other; when it ends, every further choice is the first one.
struct Choices<'c>(std::slice::Iter<'c, u8>);

impl Choices<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % end
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }

    fn word(&mut self) -> Arc<str> {
        Arc::from(WORDS[self.below(WORDS.len())])
    }

    fn words(&mut self) -> BTreeSet<Arc<str>> {
        (0..self.below(3)).map(|_| self.word()).collect()
    }

    fn number(&mut self) -> u64 {
        [0, 1, 2, 1_000, u64::MAX][self.below(5)]
    }

    fn second(&mut self) -> i64 {
        [0, 1_768_464_000, 1_768_464_001, 253_402_300_799][self.below(4)]
    }

    fn tally(&mut self) -> Tally {
        let mut tally = Tally { count: self.number(), ..Tally::of(self.second()) };
        if tally.count == 0 {
            return Tally::default();
        }
        tally.add(self.second());
        tally
    }

    fn tallies(&mut self) -> Tallies {
        Tallies { used: self.tally(), denied: self.tally(), undecided: self.tally() }
    }

    fn call(&mut self) -> Call {
        Call { source: self.word(), name: self.word() }
    }

    fn place(&mut self) -> EventPlace {
        EventPlace { file: self.word(), offset: self.number() }
    }

    fn sample(&mut self) -> Sample {
        let mut sample = Sample::default();
        for number in 0..self.below(20) {
            sample.add(&format!("{}{number}", self.word()));
        }
        if self.below(9) == 8 {
            sample.add(&"long".repeat(300));
        }
        sample
    }

    fn example(&mut self) -> Option<Box<Example>> {
        self.maybe().then(|| {
            Box::new(Example {
                second: self.second(),
                id: self.word(),
                call: self.call(),
                region: self.word(),
                address: self.word(),
                agent: self.word(),
                place: self.place(),
            })
        })
    }

    fn principal(&mut self) -> Principal {
        let kind = PrincipalKind::ALL[self.below(PrincipalKind::ALL.len())];
        Principal { kind, account: self.word(), name: self.word() }
    }

    fn usage(&mut self) -> Usage {
        let tallies = self.tallies();
        Usage {
            tallies,
            data: self.number(),
            via_service: self.number(),
            kinds: EventKinds(u8::try_from(self.below(32)).unwrap()),
            regions: self.sample(),
            resources: self.sample(),
            with_resources: self.number().min(tallies.used.count),
            denied: self.example(),
        }
    }

    fn quarter(&mut self) -> Quarter {
        Quarter {
            tallies: self.tallies(),
            enumeration: [0, 1, u64::MAX][self.below(3)],
            escalation: [0, 1, 1 << 57][self.below(3)],
            enumeration_example: self.example(),
            escalation_example: self.example(),
        }
    }

    fn deeds(&mut self) -> PrincipalActivity {
        let mut deeds =
            PrincipalActivity { all: self.tallies(), other_calls: self.tallies(), ..Default::default() };
        for _ in 0..self.below(6) {
            deeds.calls.add(self.call(), self.usage());
            deeds.addresses.add(self.word(), self.tallies());
        }
        for _ in 0..self.below(4) {
            deeds.quarters.insert(u32::try_from(self.below(200)).unwrap(), Box::new(self.quarter()));
            deeds.assumed.add(self.word(), self.tallies());
            let latest = self.maybe().then(|| (self.second(), self.word(), self.word()));
            deeds.keys.add(self.word(), KeyUse { tallies: self.tallies(), latest });
            deeds.denied_reads.insert(self.second(), 3);
        }
        deeds.sessions = self.sample();
        deeds.denied_read = self.example();
        deeds
    }

    fn event(&mut self) -> Event {
        let mut values = || -> Vec<(Arc<str>, Arc<str>)> {
            (0..self.below(4)).map(|_| (self.word(), self.word())).collect()
        };
        let (request, response, additional) = (values(), values(), values());
        let flag = |number| [None, Some(false), Some(true)][number];
        Event {
            second: self.second(),
            id: self.word(),
            account: self.word(),
            class: EventClass::ALL[self.below(EventClass::ALL.len())],
            principal: self.principal(),
            session: self.word(),
            access_key: self.word(),
            session_mfa: flag(self.below(3)),
            assumed_root: self.maybe(),
            invoked_by: self.word(),
            call: self.call(),
            region: self.word(),
            address: self.word(),
            agent: self.word(),
            event_type: self.word(),
            read_only: flag(self.below(3)),
            error_code: self.word(),
            error_message: self.word(),
            request,
            has_request: self.maybe(),
            response,
            additional,
            place: self.place(),
        }
    }

    fn selection(&mut self) -> Selection {
        Selection {
            since: self.maybe().then(|| self.second()),
            until: self.maybe().then(|| self.second()),
            accounts: self.words(),
            regions: self.words(),
            principals: self.words(),
            services: self.words(),
            actions: self.words(),
        }
    }

    fn gap(&mut self) -> TrailGap {
        TrailGap {
            file: self.word(),
            offset: self.maybe().then(|| self.number()),
            reason: Reason::ALL[self.below(Reason::ALL.len())],
            what: self.word(),
        }
    }

    fn limits(&mut self) -> Limits {
        if self.maybe() {
            return Limits::default();
        }
        let mut limit = || self.below(4);
        Limits {
            principals: limit(),
            calls: limit(),
            addresses: limit(),
            quarters: limit(),
            credentials: limit(),
            events: limit(),
            places: limit(),
            gaps: limit(),
        }
    }

    fn activity(mut self) -> Activity {
        let mut activity = Activity::empty(self.selection(), self.limits());
        if self.maybe() {
            activity.selections.insert(self.selection());
        }
        let files = &mut activity.files;
        for count in [
            &mut files.read,
            &mut files.bytes,
            &mut files.records,
            &mut files.counted,
            &mut files.repeated,
            &mut files.digests,
            &mut files.insights,
            &mut files.passed_over,
        ] {
            *count = self.number();
        }
        files.deduplicated = self.maybe();
        files.ids.extend((0..self.below(200)).map(|id| u64::MAX / 200 * u64::try_from(id).unwrap()));
        activity.others = self.tallies();
        for _ in 0..self.below(5) {
            let place = Place { account: self.word(), region: self.word() };
            let days = (0..self.below(4)).map(|day| (i32::try_from(day).unwrap(), self.number())).collect();
            let (all, reads, writes, data) = (self.tally(), self.number(), self.number(), self.number());
            activity.coverage.add(place, Coverage { all, reads, writes, data, days });
        }
        for _ in 0..self.below(5) {
            activity.principals.add(self.principal(), self.deeds());
            let event = self.event();
            activity.events.add(event, activity.limits.events);
            activity.add_gap(self.gap());
        }
        activity.cut();
        activity
    }
}

fn any_activity() -> impl Strategy<Value = Activity> {
    vec(any::<u8>(), 0..1_500).prop_map(|choices| Choices(choices.iter()).activity())
}

fn written(activity: &Activity) -> Vec<u8> {
    let mut out = Vec::new();
    write(activity, &mut out).unwrap();
    out
}

/// An activity with something of everything.
fn rich() -> Activity {
    let choices = |seed: u32| -> Vec<u8> {
        (0..3_000).map(|index| u8::try_from((seed + index * index * 7) % 251).unwrap()).collect()
    };
    let is_rich = |activity: &Activity| {
        activity.coverage.len() > 1
            && activity.principals.len() > 1
            && activity.events.iter().count() > 1
            && activity.gaps.len() > 1
            && !activity.files.ids.is_empty()
    };
    (0..1_000).map(|seed| Choices(choices(seed).iter()).activity()).find(is_rich).unwrap()
}

fn rejoined(lines: &[&[u8]]) -> Vec<u8> {
    lines.concat()
}

fn lines_of(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 192,
        rng_seed: RngSeed::Fixed(20_260_115),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_written_is_read(activity in any_activity()) {
        let bytes = written(&activity);
        prop_assert!(is_partial(&bytes));
        let is_json = |line: &&[u8]| serde_json::from_slice::<serde_json::Value>(line).is_ok();
        prop_assert!(lines_of(&bytes).iter().all(is_json));
        prop_assert_eq!(&read(&bytes).unwrap(), &activity);
        prop_assert_eq!(written(&read(&bytes).unwrap()), bytes);
    }

    #[test]
    fn parts_merge_as_the_activities_do(a in any_activity(), b in any_activity()) {
        let mut whole = a.clone();
        whole.merge(b.clone());
        let mut read_whole = read(&written(&b)).unwrap();
        read_whole.merge(read(&written(&a)).unwrap());
        prop_assert_eq!(read_whole, whole);
    }

    #[test]
    fn a_part_without_one_of_its_lines_is_an_error(activity in any_activity(), at in any::<prop::sample::Index>()) {
        let bytes = written(&activity);
        let mut lines = lines_of(&bytes);
        lines.remove(at.index(lines.len()));
        prop_assert!(read(&rejoined(&lines)).is_err());
    }

    #[test]
    fn damaged_bytes_never_panic(
        activity in any_activity(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = written(&activity);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(activity) = read(&bytes) {
            prop_assert_eq!(read(&written(&activity)).unwrap(), activity);
        }
    }

    #[test]
    fn garbage_never_panics(garbage in vec(any::<u8>(), 0..200), line in "[ -~]{0,60}") {
        let _ = read(&garbage);
        let header = written(&rich());
        let header = lines_of(&header)[0];
        let _ = read(&[header, &garbage].concat());
        let _ = read(&[header, line.as_bytes()].concat());
        let _ = read(&[START.as_bytes(), line.as_bytes()].concat());
    }
}

#[test]
fn a_part_that_ends_early_is_noticed_at_every_line() {
    let bytes = written(&rich());
    let lines = lines_of(&bytes);
    assert!(lines.len() > 10);
    for most in 0..lines.len() {
        let error = read(&rejoined(&lines[..most])).unwrap_err();
        let expected = match most {
            0 => PartialError::NotAPart,
            _ => PartialError::CutOff { lines: u64::try_from(most).unwrap() },
        };
        assert_eq!(error, expected);
    }
    for most in (0..bytes.len() - 1).step_by(97) {
        assert!(read(&bytes[..most]).is_err(), "{most}");
    }
    assert!(read(&bytes[..bytes.len() - 1]).is_ok(), "a last newline is no matter");
}

#[test]
fn lines_twice_out_of_order_and_after_the_end_are_errors() {
    let bytes = written(&rich());
    let lines = lines_of(&bytes);
    let at = |key: &str| {
        lines.iter().position(|line| line.starts_with(format!("{{\"{key}\"").as_bytes())).unwrap()
    };
    for key in ["coverage", "principal"] {
        let mut twice = lines.clone();
        twice.insert(at(key), lines[at(key)]);
        let error = read(&rejoined(&twice)).unwrap_err().to_string();
        assert!(error.contains("in order, each once"), "{error}");
    }
    let error = read(&[bytes.as_slice(), bytes.as_slice()].concat()).unwrap_err().to_string();
    assert_eq!(error, format!("line {}: expected nothing after the end", lines.len() + 1));
}

/// The smallest part, with one piece of it replaced.
fn replaced(from: &str, to: &str) -> PartialError {
    let text = String::from_utf8(written(&Activity::empty(Selection::default(), Limits::default()))).unwrap();
    assert!(text.contains(from), "{text}");
    read(text.replace(from, to).as_bytes()).unwrap_err()
}

#[test]
fn errors_say_the_line_and_what_was_expected() {
    assert_eq!(
        replaced("\"version\":2", "\"version\":3").to_string(),
        "line 1: version 3 of the activity format; this program reads 1 to 2"
    );
    assert_eq!(
        replaced("\"limits\":{", "\"limits\":{\"new\":1,").to_string(),
        "line 1: unknown field `new`, expected one of `principals`, `calls`, `addresses`, `quarters`, `credentials`, \
         `events`, `places`, `gaps` (column 83)"
    );
    assert_eq!(
        replaced("{\"end\"", "{\"\u{202e}n\\u001bew\":{}}\n{\"end\"").to_string(),
        "line 2: unknown variant `\\u{202e}n\\u{1b}ew`, expected one of `coverage`, `principal`, `event`, `gap`, \
         `file_ids`, `end` (column 15)"
    );
    assert_eq!(replaced(&header::watchlists(), "0000000000000000"), PartialError::Watchlists);
    assert_eq!(
        replaced("\"lines\":1", "\"lines\":2").to_string(),
        "line 2: expected 2 lines before this one, found 1"
    );
    let line = |line: &str| replaced("{\"end\"", &format!("{line}\n{{\"end\"")).to_string();
    assert_eq!(
        line(r#"{"coverage":{"all":[1,-1,5]}}"#),
        format!("line 2: expected seconds from 0 to {}, found -1", scalar::LATEST)
    );
    assert!(line(r#"{"coverage":{"all":[0,1,5]}}"#).contains("a count above 0"));
    assert!(line(r#"{"coverage":{"all":[1,6,5]}}"#).contains("no last before the first"));
    assert!(line(r#"{"coverage":{"all":[1,5]}}"#).contains("expected tuple struct Tally"));
    assert!(line(r#"{"coverage":{"days":{"2147483647":1}}}"#).contains("from 0 to 2932897"));
    assert!(line(r#"{"principal":{"kind":"king"}}"#).ends_with("a kind of principal, found `king`"));
    assert!(
        line(r#"{"principal":{"kind":"user","quarters":{"1":{"escalation":"8000000000000000"}}}}"#)
            .contains("watched")
    );
    assert!(
        line(r#"{"principal":{"kind":"user","calls":{"a":{"b":{"events":{"used":[3,1,5]},"with_resources":4}}}}}"#)
            .contains("with_resources up to the 3 authorised calls, found 4")
    );
    assert!(line(r#"{"file_ids":["0x00000000000000"]}"#).contains("16 digits"));
    assert!(line("").contains("EOF"));
}

#[test]
fn limits_and_texts_of_a_part_are_bounded() {
    let mut activity = rich();
    activity.limits.principals = usize::MAX;
    activity.limits.events = usize::MAX;
    let limits = read(&written(&activity)).unwrap().limits;
    assert_eq!((limits.principals, limits.events), (MOST.principals, MOST.events));

    let mut activity = Activity::empty(Selection::default(), Limits::default());
    let mut event = Choices([].iter()).event();
    event.error_message = Arc::from("ä".repeat(5_000));
    event.request = vec![(Arc::from("path"), Arc::from("value")); Event::MOST_VALUES + 1];
    activity.events.add(event, 1);
    let again = read(&written(&activity)).unwrap();
    let event = again.events.iter().next().unwrap();
    assert_eq!(event.error_message.len(), Event::LONGEST_TEXT + 3);
    assert!(event.error_message.ends_with("ä..."));
    assert_eq!(event.request.len(), Event::MOST_VALUES);
}

#[test]
fn counts_that_a_part_makes_up_do_not_overflow() {
    let mut activity = rich();
    activity.files.read = u64::MAX;
    let part = written(&activity);
    let mut sum = read(&part).unwrap();
    sum.merge(read(&part).unwrap());
    sum.merge(activity);
    assert_eq!(sum.files.read, u64::MAX);
}

#[test]
fn a_part_of_the_first_version_does_not_tell_how_many_calls_showed_arns() {
    let part = |with_resources: u64| {
        let mut usage = Usage { kinds: EventKinds::API_CALL, with_resources, ..Usage::default() };
        usage.tallies.used = Tally { count: 3, first: 1_768_464_000, last: 1_768_550_400 };
        usage.resources.add("arn:aws:sqs:eu-west-1:111122223333:orders");
        let mut deeds = PrincipalActivity::default();
        deeds.calls.add(Call { source: "sqs.amazonaws.com".into(), name: "DeleteQueue".into() }, usage);
        let mut activity = Activity::empty(Selection::default(), Limits::default());
        activity.principals.add(
            Principal { kind: PrincipalKind::Role, account: "111122223333".into(), name: "r".into() },
            deeds,
        );
        activity
    };
    let text = String::from_utf8(written(&part(3))).unwrap();
    let field = r#","with_resources":3"#;
    assert!(text.contains(field), "{text}");
    let first = text.replace("\"version\":2", "\"version\":1").replace(field, "");
    let mut sum = read(first.as_bytes()).unwrap();
    assert_eq!(sum, part(0));
    // Beside a part that tells, it is still less than all.
    sum.merge(part(3));
    let (_, deeds) = sum.principals.iter().next().unwrap();
    let (_, usage) = deeds.calls.iter().next().unwrap();
    assert_eq!((usage.tallies.used.count, usage.with_resources), (6, 3));
}

#[test]
fn the_document_shows_a_part_that_is_read_and_written_so() {
    let document = include_str!("../../../../../docs/activity-format.md");
    let (_, rest) = document.split_once("```json\n").unwrap();
    let (part, _) = rest.split_once("```").unwrap();
    // The hash of the watchlists is another one when a list is.
    let (before, rest) = part.split_once("\"watchlists\":\"").unwrap();
    let part = format!("{before}\"watchlists\":\"{}{}", header::watchlists(), rest.split_at(16).1);
    let activity = read(part.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(written(&activity)).unwrap(), part);
}

#[test]
fn a_call_takes_few_bytes() {
    let mut activity = Activity::empty(Selection::default(), Limits::default());
    let (principals, calls) = (100_u64, 40_u64);
    for number in 0..principals {
        let mut deeds = PrincipalActivity::default();
        for call in 0..calls {
            let mut usage = Usage { kinds: EventKinds::API_CALL, ..Usage::default() };
            usage.tallies.used = Tally { count: 12 + call, first: 1_768_464_000, last: 1_768_550_400 };
            usage.regions.add("us-east-1");
            deeds.all.merge(usage.tallies);
            let call =
                Call { source: "ec2.amazonaws.com".into(), name: format!("DescribeThings{call:02}").into() };
            deeds.calls.add(call, usage);
        }
        let name = format!("arn:aws:iam::111122223333:role/service/worker-{number:03}");
        let principal =
            Principal { kind: PrincipalKind::Role, account: "111122223333".into(), name: name.into() };
        activity.principals.add(principal, deeds);
    }
    let bytes = u64::try_from(written(&activity).len()).unwrap();
    let of_call = bytes / (principals * calls);
    assert!(of_call < 100, "{of_call} bytes per principal and call");
}
