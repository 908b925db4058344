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
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use cell::{Flag, Stamp};
pub use column::Column;
use column::Kind;
pub(super) use container::{BASE64_PREFIX, looks_like_base64};
use table::Table;

use super::{Artefact, InputError, quoted};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};
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
    left_out: BTreeMap<u32, Arc<Gap>>,
    unread: Vec<UnreadRow>,
    missing: BTreeMap<Column, Arc<Gap>>,
    cell_gaps: BTreeMap<(u32, Column), Arc<Gap>>,
    further_cell_gaps: Option<Arc<Gap>>,
}

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

/// One row of the report.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    report: &'r CredentialReport,
    index: u32,
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
    let mut reading = Reading { file, gaps: contents.gaps, unread: Vec::new() };
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
        left_out: BTreeMap::new(),
        unread: Vec::new(),
        missing,
        cell_gaps: BTreeMap::new(),
        further_cell_gaps: None,
    };
    report.settle_account(&mut reading);
    report.settle_duplicates(&mut reading);
    damage::look(&mut report, &mut reading);
    report.unread = reading.unread;
    Ok((report, reading.gaps))
}

/// What accumulates while a report is read.
struct Reading {
    file: FileId,
    gaps: Vec<Arc<Gap>>,
    unread: Vec<UnreadRow>,
}

impl Reading {
    fn gap(&mut self, place: Place, what: String, remedy: &str) -> Arc<Gap> {
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

    fn unread(&mut self, line: u32, user: &str, what: &str, remedy: &str) -> Arc<Gap> {
        let gap = self.gap(Place::File, format!("line {line}: {what}"), remedy);
        self.unread.push(UnreadRow { line, is_root: user == ROOT_NAME, gap: Arc::clone(&gap) });
        gap
    }

    fn missing_columns(&mut self, table: &Table) -> BTreeMap<Column, Arc<Gap>> {
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

impl CredentialReport {
    /// The file that it was read from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The rows that could be read, root included, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.table.rows())
            .filter(|index| self.left_out.is_empty() || !self.left_out.contains_key(index))
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
            if owner.is_some() && owner == self.account.as_ref() {
                continue;
            }
            let (what, remedy) = if owner.is_none() {
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
            let gap = reading.unread(self.table.line(row), user, &what, remedy);
            self.left_out.insert(row, gap);
        }
        roots.retain(|row| !self.left_out.contains_key(row));
        if let [root] = roots.as_slice() {
            self.root = Some(*root);
        } else {
            for row in roots {
                let line = self.table.line(row);
                let gap = reading.unread(
                    line,
                    ROOT_NAME,
                    "one of several rows of the root user",
                    "a report has one root row; download the report again",
                );
                self.left_out.insert(row, gap);
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
                let user = quoted(self.text(*row, Column::User).unwrap_or_default());
                let remedy = "a report has one row for each user; download the report again";
                let gap = if identical {
                    let what =
                        format!("line {line}: the row of user {user} stands in the report more than once");
                    reading.gap(Place::Row(*row), what, remedy)
                } else {
                    reading.unread(line, "", &format!("one of several differing rows of user {user}"), remedy)
                };
                self.left_out.insert(*row, gap);
            }
        }
    }
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
