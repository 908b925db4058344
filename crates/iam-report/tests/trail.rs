//! What CloudTrail logged, in every format: over one small story in `testdata/trail/story`, told by records that a person, a
//! pipeline, a thief and a joker left.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "functions that tests share; clippy excuses only the tests themselves"
)]

mod schema;

use std::path::PathBuf;

use iam_core::cloudtrail::{Activity, Fold, Limits, Selection, TrailFile, TrailGap, partial};
use iam_core::fact::Reason;
use iam_report::trail::{self, By, Options};
use serde_json::Value;

use schema::{assert_committed, assert_valid, closed};

fn story(selection: Selection, limits: Limits) -> Activity {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/trail/story");
    let mut fold = Fold::new(selection, limits);
    for name in ["a.json", "b.json", "cut-off.json"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        fold.read(TrailFile::named(&format!("story/{name}")), &bytes);
    }
    fold.start(TrailFile::named("story/\u{1b}[2Jgone.json.gz"));
    fold.end(Some(TrailGap {
        file: "story/\u{1b}[2Jgone.json.gz".into(),
        offset: None,
        reason: Reason::Malformed,
        what: "not gzip: \u{202e}expected 1f 8b".into(),
    }));
    fold.finish()
}

fn whole_story() -> Activity {
    story(Selection::default(), Limits::default())
}

fn human(activity: &Activity, options: Options) -> String {
    let mut out = Vec::new();
    trail::human(activity, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json_text(activity: &Activity, by: Option<By>) -> String {
    let mut out = Vec::new();
    trail::json(activity, &Options { by, ..Options::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(activity: &Activity, by: Option<By>) -> Value {
    serde_json::from_str(&json_text(activity, by)).unwrap()
}

fn csv(activity: &Activity, by: Option<By>) -> String {
    let mut out = Vec::new();
    trail::csv(activity, &Options { by, ..Options::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    assert_committed("trail-v1.json", &trail::schema());
}

/// What is not in the schema is not promised, so that nothing may be written that is not in it.
#[test]
fn json_is_as_its_schema_says_and_nothing_else() {
    let (schema, closed) = (trail::schema(), closed(trail::schema()));
    let nothing = Activity::empty(Selection::default(), Limits::default());
    let cut = story(Selection::default(), Limits { principals: 1, calls: 1, ..Limits::default() });
    for activity in [whole_story(), nothing, cut] {
        for by in By::ALL.iter().copied().map(Some).chain([None]) {
            let document = json(&activity, by);
            assert_valid(&schema, &document);
            assert_valid(&closed, &document);
        }
    }
}

#[test]
fn the_overview_fits_narrow_and_wide_terminals() {
    let activity = whole_story();
    for width in [80, 200] {
        let text = human(&activity, Options { width, ..Options::default() });
        insta::assert_snapshot!(format!("overview-{width}"), text);
    }
}

#[test]
fn each_way_of_grouping_is_one_table() {
    let activity = whole_story();
    let mut all = String::new();
    for by in By::ALL {
        all.push_str(&human(&activity, Options { by: Some(*by), most: 5, ..Options::default() }));
        all.push('\n');
    }
    insta::assert_snapshot!("grouped", all);
}

#[test]
fn json_and_csv_hold_everything() {
    let activity = whole_story();
    insta::assert_snapshot!("json", visible(&json_text(&activity, None)));
    insta::assert_snapshot!("json-by-service", visible(&json_text(&activity, Some(By::Service))));
    let mut tables = csv(&activity, None);
    for by in By::ALL.iter().skip(1) {
        tables.push('\n');
        tables.push_str(&csv(&activity, Some(*by)));
    }
    insta::assert_snapshot!("csv", tables);
}

/// Snapshots are read in terminals and browsers too.
fn visible(text: &str) -> String {
    let show = |character: char| match character {
        '\n' | ' '..='~' => character.to_string(),
        other => other.escape_unicode().to_string(),
    };
    text.chars().map(show).collect()
}

#[test]
fn what_is_missing_or_left_out_is_said() {
    let limits = Limits { principals: 4, calls: 2, events: 1, places: 2, gaps: 1, ..Limits::default() };
    let selection = Selection { services: ["iam".into(), "signin".into()].into(), ..Selection::default() };
    let mut activity = story(selection, limits);
    let since = Selection {
        since: Some(1_768_435_200),
        actions: ["=Create\u{1b}*".into()].into(),
        ..Selection::default()
    };
    activity.merge(story(since, limits));
    insta::assert_snapshot!("missing", human(&activity, Options::default()));
    for by in By::ALL {
        let document = json(&activity, Some(*by));
        let rows = document["rows"].as_array().unwrap();
        let in_rows: u64 = rows.iter().map(|row| row["events"].as_u64().unwrap()).sum();
        let elsewhere = document["events_in_no_row"].as_u64().unwrap();
        assert_eq!(in_rows + elsewhere, activity.all().all().count, "{}", by.as_str());
        let has_row = csv(&activity, Some(*by)).contains("(in no other row)");
        assert_eq!(has_row, elsewhere > 0, "{}", by.as_str());
    }
}

#[test]
fn nothing_is_shown_as_nothing() {
    let activity = Activity::empty(Selection::default(), Limits::default());
    insta::assert_snapshot!("nothing", human(&activity, Options::default()));
    assert_eq!(csv(&activity, Some(By::Day)).lines().count(), 1);
    assert_eq!(json(&activity, None)["window"]["first"], Value::Null);
    for by in By::ALL {
        let text = human(&activity, Options { by: Some(*by), ..Options::default() });
        assert!(text.contains("none") && text.contains("Everything that was handed in was read"), "{text}");
    }
}

#[test]
fn no_terminal_obeys_what_a_record_says() {
    let activity = whole_story();
    let is_obeyed = |character: char| {
        character != '\n' && character.is_control()
            || ('\u{202a}'..='\u{202e}').contains(&character)
            || ('\u{2066}'..='\u{2069}').contains(&character)
    };
    for by in By::ALL.iter().map(|by| Some(*by)).chain([None]) {
        for width in [0, 40, 80, 120, 200, usize::MAX] {
            let text = human(&activity, Options { width, by, most: usize::MAX, ..Options::default() });
            assert!(!text.contains(is_obeyed), "{text}");
        }
        let text = csv(&activity, by);
        assert!(!text.contains(is_obeyed), "{text}");
        for cell in text.lines().flat_map(|line| line.split(',')) {
            assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn colours_change_nothing_else() {
    let activity = whole_story();
    let plain = human(&activity, Options::default());
    let coloured = human(&activity, Options { color: true, ..Options::default() });
    let mut text = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        let shown = if index == 0 { part } else { part.split_once('m').unwrap().1 };
        text.push_str(shown);
    }
    // Blanks at the end of a line are cut before the colour ends.
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&text), trimmed(&plain));
}

#[test]
fn lines_fit_the_terminal() {
    let activity = whole_story();
    for by in By::ALL.iter().map(|by| Some(*by)).chain([None]) {
        for width in [80, 100, 116, 200] {
            let text = human(&activity, Options { width, by, ..Options::default() });
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= width, "{longest} columns of {width}:\n{text}");
        }
    }
}

#[test]
fn access_key_ids_are_shortened() {
    let activity = whole_story();
    let text = json_text(&activity, None);
    assert!(text.contains("AKIA...MPLE") && !text.contains("AKIAIOSFODNN7EXAMPLE"));
    let text = human(&activity, Options { most: usize::MAX, ..Options::default() });
    assert!(!text.contains("AKIAIOSFODNN7EXAMPLE"));
}

#[test]
fn a_part_shows_what_the_logs_show() {
    let activity = whole_story();
    let mut part = Vec::new();
    partial::write(&activity, &mut part).unwrap();
    let again = partial::read(&part).unwrap();
    assert_eq!(again, activity);
    assert_eq!(json_text(&again, None), json_text(&activity, None));
}
