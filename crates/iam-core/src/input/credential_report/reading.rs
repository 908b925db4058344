use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::Table;
use super::{Column, ROOT_NAME};
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::input::{Artefact, quoted};

/// Rows beyond this number that could not be used share one gap, and so do those that stand there twice: a row of two bytes
/// would otherwise cost a gap, and a verdict of each check of users.
const MOST_ROW_GAPS: usize = 1_000;

/// A row that could not be used, so that whoever stands in it cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRow {
    /// The line in the CSV, counted from 1 with the header.
    pub line: u32,
    /// How many rows it stands for, that line's included; more than one only in a report with very many such rows, which then
    /// share their last entry.
    pub rows: u32,
    /// Whether one of them names the root user.
    pub is_root: bool,
    /// What is wrong with it.
    pub gap: Arc<Gap>,
}

/// What to do about several rows of one user.
pub(super) const ONE_ROW_EACH: &str = "a report has one row for each user; download the report again";

/// What accumulates while a report is read.
pub(super) struct Reading {
    file: FileId,
    pub(super) gaps: Vec<Arc<Gap>>,
    unread: Vec<UnreadRow>,
    further: Option<FurtherRows>,
    repeated: usize,
}

/// Unread rows that have no gap of their own.
struct FurtherRows {
    first_line: u32,
    rows: u32,
    is_root: bool,
}

impl Reading {
    /// `gaps` are those of the container.
    pub(super) fn new(file: FileId, gaps: Vec<Arc<Gap>>) -> Self {
        Self { file, gaps, unread: Vec::new(), further: None, repeated: 0 }
    }

    pub(super) fn gap(&mut self, place: Place, what: String, remedy: &str) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(Artefact::CredentialReport),
            source: Some(Source { file: self.file, place }),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }

    /// Notes a row that cannot be used.
    pub(super) fn unread(&mut self, line: u32, user: &str, what: &str, remedy: &str) {
        let is_root = user == ROOT_NAME;
        if self.unread.len() < MOST_ROW_GAPS {
            let gap = self.gap(Place::File, format!("line {line}: {what}"), remedy);
            self.unread.push(UnreadRow { line, rows: 1, is_root, gap });
            return;
        }
        let further = self.further.get_or_insert(FurtherRows { first_line: line, rows: 0, is_root: false });
        further.first_line = further.first_line.min(line);
        further.rows = further.rows.saturating_add(1);
        further.is_root |= is_root;
    }

    /// Notes a row of which the same stands further above.
    pub(super) fn repeated(&mut self, row: u32, line: u32, user: &str) {
        self.repeated = self.repeated.saturating_add(1);
        if self.repeated <= MOST_ROW_GAPS {
            let what =
                format!("line {line}: the row of user {} stands in the report more than once", quoted(user));
            self.gap(Place::Row(row), what, ONE_ROW_EACH);
        }
    }

    /// The rows that cannot be used, and all gaps.
    pub(super) fn finish(mut self) -> (Vec<UnreadRow>, Vec<Arc<Gap>>) {
        if let Some(FurtherRows { first_line: line, rows, is_root }) = self.further.take() {
            let what = format!("{rows} further rows cannot be used, the first of them in line {line}");
            let gap = self.gap(Place::File, what, "download the report again");
            self.unread.push(UnreadRow { line, rows, is_root, gap });
        }
        if let Some(further) = self.repeated.checked_sub(MOST_ROW_GAPS).filter(|further| *further > 0) {
            let what = format!("{further} further rows stand in the report more than once");
            self.gap(Place::File, what, ONE_ROW_EACH);
        }
        (self.unread, self.gaps)
    }

    pub(super) fn missing_columns(&mut self, table: &Table) -> BTreeMap<Column, Arc<Gap>> {
        let mut missing = BTreeMap::new();
        for column in Column::ALL.into_iter().filter(|column| table.position(*column).is_none()) {
            let name = column.name();
            // Today's reports have no such column, although it is documented. It is listed only where a check asks.
            let is_rare = column == Column::AdditionalCredentialsInfo;
            let is_there = table.header().any(|own| own.eq_ignore_ascii_case(name));
            let (reason, what, remedy) = if is_there {
                let what = format!("the report has more than one column `{name}`");
                (Reason::Malformed, what, "download the report again and do not edit it")
            } else {
                let what = format!("the report has no column `{name}`");
                let remedy = if is_rare {
                    "add the output of `aws iam list-access-keys --user-name USER_NAME` for each user"
                } else {
                    "generate a new report; AWS has added columns over the years"
                };
                (Reason::NotSupplied, what, remedy)
            };
            let gap = Arc::new(Gap {
                reason,
                artefact: Some(Artefact::CredentialReport),
                source: Some(Source { file: self.file, place: Place::File }),
                what: what.into(),
                remedy: remedy.into(),
            });
            if is_there || !is_rare {
                self.gaps.push(Arc::clone(&gap));
            }
            missing.insert(column, gap);
        }
        missing
    }
}
