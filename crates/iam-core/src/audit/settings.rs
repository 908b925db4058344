use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::{GapPolicy, Origin, Waiver};
use crate::check::{Check, Severity, Value};
use crate::ident::KeyIdDisplay;
use crate::rightsize::Exemption;

/// How a run is made: thresholds and severities per check, waivers, and what counts as failure.
///
/// ```
/// use iam_core::audit::Settings;
///
/// let text = "[checks.access-key-old]\nmax-age-days = 30\n";
/// assert!(Settings::parse(text, iam_core::checks::ALL).is_ok());
///
/// let problems = Settings::parse("[checks.acces-key-old]\n", iam_core::checks::ALL).unwrap_err();
/// assert_eq!(problems[0].to_string(), "line 1 column 9: there is no check `acces-key-old`; did you mean `access-key-old`?");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file they came from, for the report; `None` for the defaults.
    pub file: Option<String>,
    /// What differs from the defaults, by check id.
    pub checks: BTreeMap<String, CheckSettings>,
    /// Accepted findings.
    pub waivers: Vec<Waiver>,
    /// What `rightsize` is to leave alone.
    pub rightsize_keep: Vec<Exemption>,
    /// The severity from which a finding makes the run fail, if set.
    pub fail_on: Option<Severity>,
    /// Which gaps make the run fail, if set.
    pub fail_on_gaps: Option<GapPolicy>,
    /// Which verdicts the report lists.
    pub keep: Keep,
    /// How access key ids are shown.
    pub key_ids: KeyIdDisplay,
}

/// Which verdicts a report lists one by one. All are counted in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// Fail and unknown.
    #[default]
    Failed,
    /// All four.
    All,
}

/// What differs from a check's defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckSettings {
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// Its severity.
    pub severity: Option<Severity>,
    /// Its parameters, with the line that sets them.
    pub values: BTreeMap<String, (Value, Origin)>,
    /// The line of its table.
    pub origin: Origin,
}

/// A fault in a settings file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode code points.
    pub column: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}: {}", self.line, self.column, self.message)
    }
}

impl Settings {
    /// Reads a settings file, in TOML. The checks tell which tables and keys exist.
    ///
    /// # Errors
    ///
    /// All faults at once, in the order of the file.
    pub fn parse(text: &str, checks: &[&'static Check]) -> Result<Self, Vec<Problem>> {
        let mut reading = Reading { text, checks, problems: Vec::new(), settings: Self::default() };
        match DeTable::parse(text) {
            Ok(table) => reading.top(table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reading.problem(at, error.message().to_owned());
            }
        }
        if reading.problems.is_empty() {
            return Ok(reading.settings);
        }
        reading.problems.sort();
        Err(reading.problems)
    }
}

struct Reading<'t> {
    text: &'t str,
    checks: &'t [&'static Check],
    problems: Vec<Problem>,
    settings: Settings,
}

type Entry<'e, 'd> = (&'e Spanned<DeString<'d>>, &'e Spanned<DeValue<'d>>);

impl Reading<'_> {
    fn top(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "fail-on" => self.settings.fail_on = self.severity(value),
                "fail-on-gaps" => self.settings.fail_on_gaps = self.gap_policy(value),
                "checks" => match value.get_ref() {
                    DeValue::Table(checks) => checks.iter().for_each(|entry| self.check(entry)),
                    _ => self.expected(value, "a table for each check: [checks.CHECK-ID]"),
                },
                "waive" => match value.get_ref() {
                    DeValue::Array(waivers) => waivers.iter().for_each(|waiver| self.waiver(waiver)),
                    _ => self.expected(value, "an array of tables: [[waive]]"),
                },
                "rightsize" => match value.get_ref() {
                    DeValue::Table(table) => self.rightsize(table),
                    _ => self.expected(value, "a table"),
                },
                name => {
                    let names = ["checks", "waive", "rightsize", "fail-on", "fail-on-gaps"];
                    self.no_such("key", name, key.span().start, names);
                }
            }
        }
    }

    fn check(&mut self, (key, value): Entry<'_, '_>) {
        let id = key.get_ref().as_ref();
        let Some(check) = self.find_check(id, key.span().start) else {
            return;
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.expected(value, "a table");
            return;
        };
        let line = self.line(key.span().start);
        let mut settings = CheckSettings { origin: Origin::SettingsLine(line), ..CheckSettings::default() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "enabled" => match value.get_ref() {
                    DeValue::Boolean(enabled) => settings.enabled = Some(*enabled),
                    _ => self.expected(value, "true or false"),
                },
                "severity" => settings.severity = self.severity(value),
                name => {
                    let Some(param) = check.params.iter().find(|param| param.name() == name) else {
                        let names = check.params.iter().map(|param| param.name());
                        let names: Vec<&str> = names.chain(["enabled", "severity"]).collect();
                        self.no_such("setting of this check", name, key.span().start, names);
                        continue;
                    };
                    let accepted = read_value(value.get_ref())
                        .ok_or_else(|| "a whole number or a list of texts".to_owned())
                        .and_then(|value| param.accept(&value).map(|()| value).map_err(|invalid| invalid.0));
                    match accepted {
                        Ok(accepted) => {
                            let origin = Origin::SettingsLine(self.line(key.span().start));
                            settings.values.insert(name.to_owned(), (accepted, origin));
                        }
                        Err(expected) => self.expected(value, &expected),
                    }
                }
            }
        }
        self.settings.checks.insert(id.to_owned(), settings);
    }

    fn waiver(&mut self, waiver: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = waiver.get_ref() else {
            self.expected(waiver, "a table");
            return;
        };
        let (mut check, mut subject, mut slot, mut until, mut reason, mut owner) =
            (None, None, None, None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "check" => {
                    check = self.text(value);
                    if let Some(id) = &check {
                        self.find_check(id, value.span().start);
                    }
                }
                "subject" => subject = self.text(value),
                "reason" => reason = self.text(value),
                "owner" => owner = self.text(value),
                "until" => until = self.date(value),
                "slot" => match read_value(value.get_ref()) {
                    Some(Value::Number(number @ 1..=2)) => slot = u8::try_from(number).ok(),
                    _ => self.expected(value, "1 or 2"),
                },
                name => {
                    let names = ["check", "subject", "slot", "until", "reason", "owner"];
                    self.no_such("key of a waiver", name, key.span().start, names);
                }
            }
        }
        let at = waiver.span().start;
        let has = |key: &str| table.keys().any(|own| own.get_ref() == key);
        for key in ["check", "subject", "until", "reason"] {
            if !has(key) {
                self.problem(at, format!("this waiver has no `{key}`, which every waiver needs"));
            }
        }
        if let (Some(check), Some(subject), Some(until), Some(reason)) = (check, subject, until, reason) {
            let line = self.line(at);
            self.settings.waivers.push(Waiver { check, subject, slot, until, reason, owner, line });
        }
    }

    fn rightsize(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("keep", DeValue::Array(entries)) => entries.iter().for_each(|entry| self.exemption(entry)),
                ("keep", _) => self.expected(value, "an array of tables: [[rightsize.keep]]"),
                (name, _) => self.no_such("key of rightsize", name, key.span().start, ["keep"]),
            }
        }
    }

    fn exemption(&mut self, entry: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = entry.get_ref() else {
            self.expected(entry, "a table");
            return;
        };
        let (mut subject, mut until, mut reason, mut actions) = (None, None, None, Vec::new());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "subject" => subject = self.text(value),
                "reason" => reason = self.text(value),
                "until" => until = self.date(value),
                "actions" => match read_value(value.get_ref()) {
                    Some(Value::Texts(patterns))
                        if !patterns.is_empty() && patterns.iter().all(|own| own.contains(':')) =>
                    {
                        actions = patterns;
                    }
                    _ => self.expected(value, "a list of actions such as [\"s3:Get*\"]"),
                },
                name => {
                    let names = ["subject", "actions", "until", "reason"];
                    self.no_such("key of what rightsize keeps", name, key.span().start, names);
                }
            }
        }
        let at = entry.span().start;
        let has = |key: &str| table.keys().any(|own| own.get_ref() == key);
        for key in ["subject", "until", "reason"] {
            if !has(key) {
                self.problem(at, format!("this entry has no `{key}`, which every one needs"));
            }
        }
        if let (Some(subject), Some(until), Some(reason)) = (subject, until, reason) {
            let line = self.line(at);
            self.settings.rightsize_keep.push(Exemption { subject, actions, until, reason, line });
        }
    }

    fn severity(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Severity> {
        let severity = self.text(value)?.parse();
        if let Err(error) = &severity {
            self.problem(value.span().start, format!("{error}"));
        }
        severity.ok()
    }

    fn gap_policy(&mut self, value: &Spanned<DeValue<'_>>) -> Option<GapPolicy> {
        match self.text(value)?.as_str() {
            "never" => Some(GapPolicy::Never),
            "failed" => Some(GapPolicy::Failed),
            "any" => Some(GapPolicy::Any),
            _ => {
                self.expected(value, "\"never\", \"failed\" or \"any\"");
                None
            }
        }
    }

    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.as_ref().to_owned()),
            _ => {
                self.expected(value, "a text");
                None
            }
        }
    }

    fn date(&mut self, value: &Spanned<DeValue<'_>>) -> Option<NaiveDate> {
        let text = match value.get_ref() {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string(),
            DeValue::String(text) => text.as_ref().to_owned(),
            _ => String::new(),
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.expected(value, "a date such as 2026-06-30");
        }
        date
    }

    fn find_check(&mut self, id: &str, at: usize) -> Option<&'static Check> {
        let found = self.checks.iter().find(|check| check.id.as_str() == id).copied();
        if found.is_none() {
            let names: Vec<&str> = self.checks.iter().map(|check| check.id.as_str()).collect();
            self.no_such("check", id, at, names);
        }
        found
    }

    fn no_such<'n>(&mut self, what: &str, name: &str, at: usize, names: impl IntoIterator<Item = &'n str>) {
        let hint = nearest(name, names).map(|own| format!("; did you mean `{own}`?")).unwrap_or_default();
        self.problem(at, format!("there is no {what} `{name}`{hint}"));
    }

    fn expected(&mut self, value: &Spanned<DeValue<'_>>, expected: &str) {
        self.problem(value.span().start, format!("expected {expected}"));
    }

    fn problem(&mut self, at: usize, message: String) {
        let before = self.text.get(..at).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.problems.push(Problem { line: self.line(at), column, message });
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }
}

/// The name that looks most like `name`, for a hint; `None` when none comes near.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, own) = names.into_iter().map(|own| (strsim::damerau_levenshtein(own, name), own)).min()?;
    (distance <= 3.max(name.len() / 3)).then_some(own)
}

fn read_value(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::Integer(number) => {
            u32::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Number)
        }
        DeValue::Array(items) => texts(items).map(Value::Texts),
        _ => None,
    }
}

fn texts(items: &DeArray<'_>) -> Option<Vec<String>> {
    let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::String(text) => Some(text.as_ref().to_owned()),
        _ => None,
    };
    items.iter().map(text).collect()
}
