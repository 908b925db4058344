use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::column::Kind;
use super::{Column, CredentialReport, Flag, Stamp, damage};
use crate::fact::{Fact, Gap, Place, Reason, Source};
use crate::input::Artefact;

/// One row of the report.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    pub(super) report: &'r CredentialReport,
    pub(super) index: u32,
}

impl<'r> Row<'r> {
    /// The user's name; `<root_account>` for root.
    pub fn user(&self) -> &'r str {
        self.report.text(self.index, Column::User).unwrap_or_default()
    }

    /// The user's ARN.
    pub fn arn(&self) -> &'r str {
        self.report.text(self.index, Column::Arn).unwrap_or_default()
    }

    /// Where the row stands.
    pub fn source(&self) -> Source {
        Source { file: self.report.file, place: Place::Row(self.index) }
    }

    /// A text cell.
    pub fn text(&self, column: Column) -> Fact<&'r str> {
        match self.report.text(self.index, column) {
            Some(text) => Fact::Seen(text, self.at(column)),
            None => Fact::Unknown(self.report.hidden(self.index, column)),
        }
    }

    /// A yes-or-no cell.
    pub fn flag(&self, column: Column) -> Fact<Flag> {
        match self.report.text(self.index, column).and_then(Flag::parse) {
            Some(flag) => Fact::Seen(flag, self.at(column)),
            None => Fact::Unknown(self.report.hidden(self.index, column)),
        }
    }

    /// A cell that holds a moment.
    pub fn stamp(&self, column: Column) -> Fact<Stamp> {
        match self.text_stamp(column) {
            Some(Stamp::NoInformation | Stamp::NotSupported) if self.holds_a_meaningless_word(column) => {
                Fact::Unknown(self.contradiction(column))
            }
            Some(stamp) if self.report.is_after_it(column, stamp) => {
                Fact::Unknown(self.contradiction(column))
            }
            Some(stamp) => Fact::Seen(stamp, self.at(column)),
            None => Fact::Unknown(self.report.hidden(self.index, column)),
        }
    }

    fn text_stamp(&self, column: Column) -> Option<Stamp> {
        self.report.text(self.index, column).and_then(Stamp::parse)
    }

    /// Whether the cell holds `no_information` or `not_supported` where only a moment or `N/A` can be true: a key whose
    /// date AWS does not know would otherwise look like a slot without key.
    fn holds_a_meaningless_word(&self, column: Column) -> bool {
        // AWS writes `not_supported` for root's next rotation, always.
        let is_roots = column == Column::PasswordNextRotation && Some(self.index) == self.report.root;
        let is_word = |text: &str| {
            ["no_information", "not_supported"].iter().any(|word| text.eq_ignore_ascii_case(word))
        };
        damage::WORDLESS.contains(&column)
            && !is_roots
            && self.report.text(self.index, column).is_some_and(is_word)
    }

    /// A yes-or-no cell as a truth value; where AWS writes `not_supported` the answer is unknown.
    pub fn switch(&self, column: Column) -> Fact<bool> {
        match self.flag(column) {
            Fact::Seen(Flag::NotSupported, source) => Fact::Unknown(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(Artefact::CredentialReport),
                source: Some(source),
                what: format!("column `{}`: AWS answered `not_supported`", column.name()).into(),
                remedy: "generate a new report; old ones left this out".into(),
            })),
            Fact::Seen(flag, source) => Fact::Seen(flag == Flag::Yes, source),
            Fact::Unknown(gap) => Fact::Unknown(gap),
        }
    }

    /// Cells with moments after `time`. The next rotation of a password is not among them: it lies ahead by its nature.
    pub fn moments_after(self, time: DateTime<Utc>) -> impl Iterator<Item = (Source, DateTime<Utc>)> {
        let is_past =
            |column: &Column| column.kind() == Kind::Stamp && *column != Column::PasswordNextRotation;
        let moment = move |column| match self.stamp(column) {
            Fact::Seen(Stamp::At(at), source) if at > time => Some((source, at)),
            _ => None,
        };
        Column::ALL.into_iter().filter(is_past).filter_map(moment)
    }

    /// When the user was created; for root, when the account was.
    pub fn created(&self) -> Fact<DateTime<Utc>> {
        match self.stamp(Column::UserCreationTime) {
            Fact::Seen(Stamp::At(time), source) => Fact::Seen(time, source),
            Fact::Seen(..) => Fact::Unknown(self.contradiction(Column::UserCreationTime)),
            Fact::Unknown(gap) => Fact::Unknown(gap),
        }
    }

    /// The gap for a cell that is well formed but cannot be true beside the other cells of its row.
    pub fn contradiction(&self, column: Column) -> Arc<Gap> {
        self.report.hidden(self.index, column)
    }

    fn at(&self, column: Column) -> Source {
        Source { file: self.report.file, place: self.report.place(self.index, column) }
    }
}

impl CredentialReport {
    /// The gap that hides a cell.
    fn hidden(&self, row: u32, column: Column) -> Arc<Gap> {
        let gap = self.missing.get(&column).or_else(|| self.cell_gaps.get(&(row, column)));
        gap.or(self.further_cell_gaps.as_ref()).map_or_else(
            || {
                Arc::new(Gap {
                    reason: Reason::Internal,
                    artefact: Some(Artefact::CredentialReport),
                    source: Some(Source { file: self.file, place: self.place(row, column) }),
                    what: format!("column `{}` was asked for something that it does not hold", column.name())
                        .into(),
                    remedy: "report this as a defect of iam-audit".into(),
                })
            },
            Arc::clone,
        )
    }
}
