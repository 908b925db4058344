//! The credential report: one row per user, root included, with the state of each credential.
//!
//! Sources: IAM User Guide, "Generate credential reports for your AWS account"; IAM API Reference,
//! `GetCredentialReport`. Where the live service differs from its documentation (lower-case booleans, 22 columns, dates
//! kept on inactive keys) both forms are read.

mod cell;
mod column;
mod container;
mod damage;
mod duplicates;
mod reading;
mod row;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use cell::{Flag, Stamp};
pub use column::Column;
pub(super) use container::{BASE64_PREFIX, looks_like_base64};
pub use reading::UnreadRow;
use reading::{ONE_ROW_EACH, Reading};
pub use row::Row;
use table::Table;

use super::error::quoted_up_to;
use super::{InputError, quoted};
use crate::fact::{Fact, FileId, Gap, Place};
use crate::ident::{AccountId, Arn, Partition};

/// The literal name of the root user in the first column.
const ROOT_NAME: &str = "<root_account>";

/// Whose a row or a report is.
type Owner = (AccountId, Partition);

/// A credential report, read but not judged.
#[derive(Debug, Clone)]
pub struct CredentialReport {
    file: FileId,
    table: Table,
    wrapped: bool,
    generated: Fact<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
    account: Option<Owner>,
    root: Option<u32>,
    left_out: BTreeSet<u32>,
    unread: Vec<UnreadRow>,
    missing: BTreeMap<Column, Arc<Gap>>,
    cell_gaps: BTreeMap<(u32, Column), Arc<Gap>>,
    further_cell_gaps: Option<Arc<Gap>>,
}

/// Reads a report: plain CSV, base64 text, or the JSON that `aws iam get-credential-report` prints.
///
/// Damaged rows and cells become gaps; everything else is still read.
///
/// # Errors
///
/// [`InputError`] when there is no header with the columns `user` and `arn`, or the container cannot be decoded.
///
/// ```
/// use iam_core::fact::FileId;
/// use iam_core::input::credential_report;
///
/// let csv = "user,arn,mfa_active\ndeploy,arn:aws:iam::111122223333:user/deploy,perhaps\n";
/// let (report, gaps) = credential_report::parse(csv.into(), FileId(0))?;
/// assert_eq!(report.rows().count(), 1);
/// assert!(gaps.iter().any(|gap| gap.what.contains("`perhaps`")));
/// # Ok::<(), iam_core::input::InputError>(())
/// ```
pub fn parse(bytes: Vec<u8>, file: FileId) -> Result<(CredentialReport, Vec<Arc<Gap>>), InputError> {
    let contents = container::open(super::text::decode(bytes), file)?;
    let mut reading = Reading::new(file, contents.gaps);
    let table = table::read(contents.csv, &mut reading)?;

    let missing = reading.missing_columns(&table);
    let mut report = CredentialReport {
        file,
        table,
        wrapped: contents.wrapped,
        generated: contents.generated,
        latest: None,
        account: None,
        root: None,
        left_out: BTreeSet::new(),
        unread: Vec::new(),
        missing,
        cell_gaps: BTreeMap::new(),
        further_cell_gaps: None,
    };
    report.settle_account(&mut reading);
    report.settle_duplicates(&mut reading);
    damage::look(&mut report, &mut reading);
    let (unread, gaps) = reading.finish();
    report.unread = unread;
    Ok((report, gaps))
}

impl CredentialReport {
    /// The file that it was read from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The rows that could be read, root included, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.table.rows())
            .filter(|index| self.left_out.is_empty() || !self.left_out.contains(index))
            .map(|index| Row { report: self, index })
    }

    /// The rows of IAM users.
    pub fn users(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows().filter(|row| Some(row.index) != self.root)
    }

    /// The row of the root user, if there is exactly one.
    pub fn root(&self) -> Option<Row<'_>> {
        self.root.map(|index| Row { report: self, index })
    }

    /// The rows that could not be used.
    pub fn unread(&self) -> &[UnreadRow] {
        &self.unread
    }

    /// How many rows could not be used.
    pub fn unread_rows(&self) -> usize {
        self.unread.iter().map(|row| usize::try_from(row.rows).unwrap_or(usize::MAX)).sum()
    }

    /// The account and partition that the ARNs name.
    pub fn account(&self) -> Option<(AccountId, &Partition)> {
        self.account.as_ref().map(|(id, partition)| (*id, partition))
    }

    /// When AWS made the report; a bare CSV does not say.
    pub fn generated(&self) -> &Fact<DateTime<Utc>> {
        &self.generated
    }

    /// The newest moment in any cell: the report cannot be older than that.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.latest
    }

    /// Whether the CSV came inside JSON or base64, so that lines of the file are not lines of the report.
    pub fn is_wrapped(&self) -> bool {
        self.wrapped
    }

    /// The column names as the header has them, unknown ones included.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.table.header()
    }

    /// Line (from 1), first and end column (from 1, end exclusive, in Unicode code points) of a place.
    pub fn region(&self, place: Place) -> Option<(u32, u32, u32)> {
        match place {
            Place::Row(row) => self.table.row_region(row),
            Place::Cell { row, column } => self.table.cell_region(row, column),
            _ => None,
        }
    }

    /// Column name and verbatim text of a cell.
    pub fn cell(&self, place: Place) -> Option<(&str, &str)> {
        let Place::Cell { row, column } = place else {
            return None;
        };
        Some((self.table.header_cell(column)?, self.table.cell(row, column)?))
    }

    fn text(&self, row: u32, column: Column) -> Option<&str> {
        self.table.cell(row, self.table.position(column)?)
    }

    fn user_and_arn(&self, row: u32) -> (&str, &str) {
        let text = |column| self.text(row, column).unwrap_or_default();
        (text(Column::User), text(Column::Arn))
    }

    fn place(&self, row: u32, column: Column) -> Place {
        self.table.position(column).map_or(Place::Row(row), |column| Place::Cell { row, column })
    }

    /// Decides which account the report is about (root's, else the one that most rows name) and which row is root's.
    fn settle_account(&mut self, reading: &mut Reading) {
        let mut owners = Owners::default();
        let mut counts: BTreeMap<Owner, u32> = BTreeMap::new();
        let mut root_owner = None;
        let mut roots: Vec<u32> = Vec::new();
        for row in 0..self.table.rows() {
            let (user, arn) = self.user_and_arn(row);
            let owner = owners.owner(user, arn);
            if let Some(owner) = owner {
                match counts.get_mut(owner) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(owner.clone(), 1)),
                }
            }
            if user == ROOT_NAME || arn.ends_with(":root") {
                roots.push(row);
                root_owner = root_owner.or_else(|| owner.cloned());
            }
        }
        let of_most_rows = || {
            let most = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
            most.map(|(owner, _)| owner.clone())
        };
        self.account = root_owner.or_else(of_most_rows);

        for row in 0..self.table.rows() {
            let (user, arn) = self.user_and_arn(row);
            let owner = owners.owner(user, arn);
            let is_one = are_one(user, arn);
            if is_one && owner.is_some() && owner == self.account.as_ref() {
                continue;
            }
            let (what, remedy) = if !is_one && owner.is_some() {
                (
                    format!("user {} with ARN {} is two users", quoted(user), quoted_up_to(80, arn)),
                    "a spreadsheet program may have sorted one column by itself; download the report again",
                )
            } else if owner.is_none() {
                (
                    format!("user {} with ARN {} names no IAM user or account", quoted(user), quoted(arn)),
                    "expected a name and arn:PARTITION:iam::ACCOUNT:user/NAME; download the report again",
                )
            } else {
                (
                    format!("ARN {} belongs to another account than the rest of the report", quoted(arn)),
                    "a report is about one account; keep the reports of several accounts in files of their own",
                )
            };
            reading.unread(self.table.line(row), user, &what, remedy);
            self.left_out.insert(row);
        }
        roots.retain(|row| !self.left_out.contains(row));
        if let [root] = roots.as_slice() {
            self.root = Some(*root);
        } else {
            for row in roots {
                let line = self.table.line(row);
                reading.unread(
                    line,
                    ROOT_NAME,
                    "one of several rows of the root user",
                    "a report has one root row; download the report again",
                );
                self.left_out.insert(row);
            }
        }
    }

    /// Rows of the same user: identical ones count once, differing ones not at all, because none is better than the other.
    fn settle_duplicates(&mut self, reading: &mut Reading) {
        for group in duplicates::find(self) {
            let [first, others @ ..] = group.as_slice() else {
                continue;
            };
            let identical = others.iter().all(|row| self.table.same_cells(*first, *row));
            let left_out = if identical { others } else { group.as_slice() };
            for row in left_out {
                let line = self.table.line(*row);
                let user = self.text(*row, Column::User).unwrap_or_default();
                if identical {
                    reading.repeated(*row, line, user);
                } else {
                    let what = format!("one of several differing rows of user {}", quoted(user));
                    reading.unread(line, "", &what, ONE_ROW_EACH);
                }
                self.left_out.insert(*row);
            }
        }
    }
}

/// Whether name and ARN are those of one user, or one of them is root's: the ARN of a user ends with the name. Source: IAM
/// User Guide, "IAM identifiers".
fn are_one(user: &str, arn: &str) -> bool {
    let start = arn.len().saturating_sub(user.len());
    let (path, name) = arn.split_at_checked(start).unwrap_or_default();
    user == ROOT_NAME || arn.ends_with(":root") || path.ends_with('/') && name.eq_ignore_ascii_case(user)
}

/// Tells whose a row is. Nearly every ARN starts like the one before it; only a change is looked at closely.
#[derive(Default)]
struct Owners {
    prefix: String,
    of_prefix: Option<Owner>,
}

impl Owners {
    /// The account of a row; `None` when the row names no user or no account.
    fn owner(&mut self, user: &str, arn: &str) -> Option<&Owner> {
        if user.is_empty() || user.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        if self.prefix.is_empty() || !arn.starts_with(&self.prefix) {
            let (id, partition) = owner_of(arn)?;
            self.prefix = format!("arn:{partition}:iam::{id}:user/");
            self.of_prefix = Some((id, partition));
        }
        self.of_prefix.as_ref()
    }
}

fn owner_of(arn: &str) -> Option<Owner> {
    let arn = Arn::parse(arn).ok()?;
    let names_someone =
        arn.resource == "root" || arn.resource == ROOT_NAME || arn.resource.starts_with("user/");
    (arn.service == "iam" && names_someone).then(|| Some((arn.account().ok()?, arn.partition())))?
}
