use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::Table;
use super::{Column, ROOT_NAME};
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::input::Artefact;

/// A row that could not be used, so that whoever stands in it cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRow {
    /// The line in the CSV, counted from 1 with the header.
    pub line: u32,
    /// Whether its first cell names the root user.
    pub is_root: bool,
    /// What is wrong with it.
    pub gap: Arc<Gap>,
}

/// What accumulates while a report is read.
pub(super) struct Reading {
    file: FileId,
    pub(super) gaps: Vec<Arc<Gap>>,
    pub(super) unread: Vec<UnreadRow>,
}

impl Reading {
    /// `gaps` are those of the container.
    pub(super) fn new(file: FileId, gaps: Vec<Arc<Gap>>) -> Self {
        Self { file, gaps, unread: Vec::new() }
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

    pub(super) fn unread(&mut self, line: u32, user: &str, what: &str, remedy: &str) -> Arc<Gap> {
        let gap = self.gap(Place::File, format!("line {line}: {what}"), remedy);
        self.unread.push(UnreadRow { line, is_root: user == ROOT_NAME, gap: Arc::clone(&gap) });
        gap
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
