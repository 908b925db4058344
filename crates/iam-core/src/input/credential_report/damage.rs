//! One look at every cell, so that all damage is listed whether or not a check asks for it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::column::Kind;
use super::reading::Reading;
use super::{Column, CredentialReport, Flag, Stamp};
use crate::fact::{Gap, Place, Reason, Source};
use crate::input::{Artefact, quoted};

/// Damaged cells beyond this number share one gap, so that a hostile file cannot make a list longer than itself.
const MOST_CELL_GAPS: usize = 1_000;

/// A credential that works, and the cell that then holds a date.
const DATED: [(Column, Column); 5] = [
    (Column::AccessKey1Active, Column::AccessKey1LastRotated),
    (Column::AccessKey2Active, Column::AccessKey2LastRotated),
    (Column::Cert1Active, Column::Cert1LastRotated),
    (Column::Cert2Active, Column::Cert2LastRotated),
    (Column::PasswordEnabled, Column::PasswordLastUsed),
];

/// A key that was used was made before that.
const USED: [(Column, Column); 2] = [
    (Column::AccessKey1LastUsedDate, Column::AccessKey1LastRotated),
    (Column::AccessKey2LastUsedDate, Column::AccessKey2LastRotated),
];

/// Columns in which AWS writes a moment or `N/A` and nothing else.
pub(super) const WORDLESS: [Column; 7] = [
    Column::PasswordNextRotation,
    Column::AccessKey1LastRotated,
    Column::AccessKey1LastUsedDate,
    Column::AccessKey2LastRotated,
    Column::AccessKey2LastUsedDate,
    Column::Cert1LastRotated,
    Column::Cert2LastRotated,
];

/// AWS looks at the users while it makes a report, and clocks differ a little: so much later than its time may a moment be.
const SLACK: TimeDelta = TimeDelta::hours(1);

/// A cell that cannot be used.
struct Damage {
    row: u32,
    column: Column,
    kind: DamageKind,
}

enum DamageKind {
    /// It holds no word or date that belongs there.
    Unreadable,
    /// It holds a moment after the report was made.
    AfterReport,
    /// It is well formed but cannot be true beside this cell of its row; beside itself, it can never be true.
    Contradicts(Column),
}

/// Lists the damage of a report, and finds the newest moment in it.
pub(super) fn look(report: &mut CredentialReport, reading: &mut Reading) {
    let columns: Vec<(Column, u16)> = Column::ALL
        .into_iter()
        .filter(|column| column.kind() != Kind::Text)
        .filter_map(|column| Some((column, report.table.position(column)?)))
        .collect();
    let mut found = Vec::new();
    let mut latest = None;
    for row in report.rows() {
        let mut cells = Cells::default();
        for (column, position) in &columns {
            let Some(text) = report.table.cell(row.index, *position) else { continue };
            let kind = if !cells.read(*column, text) {
                DamageKind::Unreadable
            } else if cells.stamp(*column).is_some_and(|stamp| report.is_after_it(*column, stamp)) {
                cells.forget(*column);
                DamageKind::AfterReport
            } else {
                continue;
            };
            found.push(Damage { row: row.index, column: *column, kind });
        }
        latest = latest.max(cells.latest());
        let is_root = Some(row.index) == report.root;
        cells.contradictions(is_root, |column, other| {
            found.push(Damage { row: row.index, column, kind: DamageKind::Contradicts(other) });
        });
    }
    report.latest = latest;
    report.list(&found, reading);
}

/// The flags and moments of a row.
#[derive(Default)]
struct Cells {
    flags: [Option<Flag>; Column::ALL.len()],
    stamps: [Option<Stamp>; Column::ALL.len()],
}

impl Cells {
    /// Reads a cell; `false` when it cannot be read.
    fn read(&mut self, column: Column, text: &str) -> bool {
        let index = column.index();
        match (column.kind(), self.flags.get_mut(index), self.stamps.get_mut(index)) {
            (Kind::Flag, Some(flag), _) => {
                *flag = Flag::parse(text);
                flag.is_some()
            }
            (Kind::Stamp, _, Some(stamp)) => {
                *stamp = Stamp::parse(text);
                stamp.is_some()
            }
            _ => true,
        }
    }

    fn forget(&mut self, column: Column) {
        if let Some(stamp) = self.stamps.get_mut(column.index()) {
            *stamp = None;
        }
    }

    fn is_yes(&self, column: Column) -> bool {
        self.flags.get(column.index()).copied().flatten() == Some(Flag::Yes)
    }

    fn stamp(&self, column: Column) -> Option<Stamp> {
        self.stamps.get(column.index()).copied().flatten()
    }

    /// The newest moment. A password's next rotation lies ahead and proves nothing about the report's age.
    fn latest(&self) -> Option<DateTime<Utc>> {
        let is_past = |(index, _): &(usize, &Option<Stamp>)| *index != Column::PasswordNextRotation.index();
        self.stamps
            .iter()
            .enumerate()
            .filter(is_past)
            .filter_map(|(_, stamp)| stamp.and_then(Stamp::at))
            .max()
    }

    /// Tells each cell that cannot be true, and the cell of its row that shows it.
    fn contradictions(&self, is_root: bool, mut tell: impl FnMut(Column, Column)) {
        let is_none = |column| self.stamp(column) == Some(Stamp::NotApplicable);
        let is_moment = |column| matches!(self.stamp(column), Some(Stamp::At(_)));
        let is_word = |column| matches!(self.stamp(column), Some(Stamp::NoInformation | Stamp::NotSupported));
        for (flag, date) in DATED {
            if self.is_yes(flag) && is_none(date) {
                tell(date, flag);
            }
        }
        for ((used, made), (active, _)) in USED.into_iter().zip(DATED) {
            if is_moment(used) && is_none(made) && !self.is_yes(active) {
                tell(made, used);
            }
        }
        for column in WORDLESS {
            // AWS writes `not_supported` for root's next rotation, always.
            let is_roots = is_root && column == Column::PasswordNextRotation;
            if is_word(column) && !is_roots {
                tell(column, column);
            }
        }
        let created = Column::UserCreationTime;
        if self.stamp(created).is_some() && !is_moment(created) {
            tell(created, created);
        }
    }
}

impl CredentialReport {
    /// Whether a cell holds a moment that cannot be, because the report was made before. The next rotation of a password lies
    /// ahead by its nature.
    pub(super) fn is_after_it(&self, column: Column, stamp: Stamp) -> bool {
        let made = self.generated.known().ok();
        column != Column::PasswordNextRotation
            && made.zip(stamp.at()).is_some_and(|(made, at)| at.signed_duration_since(made) > SLACK)
    }

    fn list(&mut self, found: &[Damage], reading: &mut Reading) {
        for damage in found.iter().take(MOST_CELL_GAPS) {
            let Damage { row, column, kind } = damage;
            let (reason, remedy) = match kind {
                DamageKind::Unreadable => (
                    Reason::Malformed,
                    "download the report again; spreadsheet programs rewrite dates and truth values",
                ),
                DamageKind::AfterReport | DamageKind::Contradicts(_) => {
                    (Reason::Contradiction, "download the report again; if it stays, ask AWS Support")
                }
            };
            let gap = Arc::new(Gap {
                reason,
                artefact: Some(Artefact::CredentialReport),
                source: Some(Source { file: self.file, place: self.place(*row, *column) }),
                what: self.what(damage).into(),
                remedy: remedy.into(),
            });
            reading.gaps.push(Arc::clone(&gap));
            self.cell_gaps.insert((*row, *column), gap);
        }
        if let Some(further) = found.len().checked_sub(MOST_CELL_GAPS).filter(|count| *count > 0) {
            let what = format!("{further} further cells cannot be read or contradict others of their row");
            self.further_cell_gaps = Some(reading.gap(Place::File, what, "download the report again"));
        }
    }

    fn what(&self, damage: &Damage) -> String {
        let text = |column| quoted(self.text(damage.row, column).unwrap_or_default());
        let (name, found) = (damage.column.name(), text(damage.column));
        match damage.kind {
            DamageKind::Unreadable => {
                let expected = match damage.column.kind() {
                    Kind::Flag => "`true`, `false` or `not_supported`",
                    _ => {
                        "a timestamp such as `2026-01-15T08:00:00Z`, `N/A`, `no_information` or `not_supported`"
                    }
                };
                format!("column `{name}`: found {found}, expected {expected}")
            }
            DamageKind::AfterReport => {
                format!("column `{name}`: found {found}, which is after the report was made")
            }
            DamageKind::Contradicts(Column::UserCreationTime) => {
                format!("column `{name}`: found {found}, but every user was created at some moment")
            }
            DamageKind::Contradicts(other) if other == damage.column => {
                format!("column `{name}`: found {found}, but only a moment or `N/A` has a meaning there")
            }
            DamageKind::Contradicts(other) if other.kind() == Kind::Flag => {
                format!("column `{}` is `true`, but column `{name}` is {found}", other.name())
            }
            DamageKind::Contradicts(other) => {
                format!("column `{}` is {}, but column `{name}` is {found}", other.name(), text(other))
            }
        }
    }
}
