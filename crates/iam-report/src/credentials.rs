//! The inventory of credentials, as a table for people, CSV for spreadsheets and JSON for programs.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use iam_core::audit::{AsOf, settle_as_of};
use iam_core::evidence::{Account, Credential, inventory};
use iam_core::fact::{Fact, Source, days, shown_time};
use iam_core::ident::KeyIdDisplay;
use serde::{Serialize, Serializer};

use crate::neutral;

/// How the inventory is made.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The moment ages are measured at, unless an account's evidence tells a better one.
    pub as_of: AsOf,
    /// How access key ids are shown.
    pub key_ids: KeyIdDisplay,
    /// Columns of the terminal; `None` for as many as the table wants.
    pub width: Option<u16>,
}

/// One credential, in words.
#[derive(Debug, Serialize)]
struct Row {
    account: String,
    owner: String,
    owner_arn: String,
    credential: &'static str,
    slot: Option<u8>,
    id: String,
    state: &'static str,
    created: String,
    age_days: Option<i64>,
    last_used: String,
    idle_days: Option<i64>,
    used_for: String,
    mfa: &'static str,
}

/// What stands where nobody looked.
const UNKNOWN: &str = "unknown";

fn rows(account: &Account, options: Options) -> impl Iterator<Item = Row> {
    let as_of = settle_as_of(account, options.as_of).at;
    let id = account.id().map(|id| id.to_string()).unwrap_or_default();
    inventory(account).map(move |credential| row(&id, credential, as_of, options.key_ids))
}

fn row(account: &str, credential: Credential, as_of: DateTime<Utc>, key_ids: KeyIdDisplay) -> Row {
    let age = |moment: &Fact<Option<DateTime<Utc>>>| {
        let moment = moment.known().ok().flatten()?;
        Some(days(as_of.signed_duration_since(moment).max(chrono::TimeDelta::zero())))
    };
    let moment = |moment: &Fact<Option<DateTime<Utc>>>, none: &str| match moment.seen() {
        Ok(Some(time)) => shown_time(*time),
        Ok(None) => none.to_owned(),
        Err(_) => UNKNOWN.to_owned(),
    };
    Row {
        account: account.to_owned(),
        state: match credential.active {
            Fact::Seen(true, _) => "active",
            Fact::Seen(false, _) => "inactive",
            Fact::Unknown(_) => UNKNOWN,
        },
        created: moment(&credential.created, UNKNOWN),
        age_days: age(&credential.created),
        last_used: moment(&credential.last_used, "never seen"),
        idle_days: age(&credential.last_used),
        mfa: match &credential.mfa {
            None => "",
            Some(Fact::Seen(true, _)) => "yes",
            Some(Fact::Seen(false, _)) => "no",
            Some(Fact::Unknown(_)) => UNKNOWN,
        },
        id: credential.access_key_id.map(|id| id.shown(key_ids)).or(credential.id).unwrap_or_default(),
        credential: credential.kind.as_str(),
        slot: credential.slot,
        used_for: credential.used_for.unwrap_or_default(),
        owner_arn: credential.owner_arn.unwrap_or_default(),
        owner: credential.owner,
    }
}

/// Writes one table per account.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(accounts: &[Account], options: Options, out: &mut dyn Write) -> io::Result<()> {
    for account in accounts {
        let as_of = settle_as_of(account, options.as_of).at;
        let name = account.id().map_or_else(|| "Unknown account".to_owned(), |id| format!("Account {id}"));
        writeln!(out, "{name}, as of {}", shown_time(as_of))?;
        // Without a width the library would ask the terminal, which is the caller's business.
        let width = options.width.unwrap_or(u16::MAX);
        let columns = Columns::fitting(width);
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_header(columns.pick([
            "owner",
            "credential",
            "state",
            "made",
            "days",
            "last used",
            "days",
            "for",
            "MFA",
        ]));
        let mut count = 0;
        for row in rows(account, options) {
            count += 1;
            table.add_row(columns.pick(cells(&row)));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            // Names may be broken where there is no room; dates and numbers never.
            if index > 1 {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            if columns.is_number(index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out, "{count} credentials")?;
        for text in not_seen(account) {
            writeln!(out, "Not seen: {}", neutral::line(&text))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What could not be read, where, and what to do.
fn not_seen(account: &Account) -> impl Iterator<Item = String> {
    let missing = account.credential_report().err();
    let missing =
        missing.filter(|gap| !gap.reason.is_failure()).map(|gap| format!("{}; {}", gap.what, gap.remedy));
    let failed = account.gaps().iter().filter(|gap| gap.reason.is_failure()).map(|gap| {
        let place = gap.source.and_then(|source| place(account, source)).unwrap_or_default();
        format!("{place}{}; {}", gap.what, gap.remedy)
    });
    missing.into_iter().chain(failed)
}

/// `credential-report.csv:4: `; lines of a report inside JSON or base64 are not lines of the file, and are said in words.
fn place(account: &Account, source: Source) -> Option<String> {
    let quote = account.quote(source)?;
    Some(match (quote.region, account.report_line(source)) {
        (Some((line, ..)), _) => format!("{}:{line}: ", quote.path),
        (None, Some(line)) => format!("{}: line {line} of the decoded report: ", quote.path),
        (None, None) => format!("{}: ", quote.path),
    })
}

/// Which columns a table of some width has.
#[derive(Clone, Copy)]
enum Columns {
    All,
    /// Without the date of creation and what the credential was used for.
    Narrow,
}

impl Columns {
    fn fitting(width: u16) -> Self {
        if width < 110 { Self::Narrow } else { Self::All }
    }

    fn pick<T>(self, cells: [T; 9]) -> Vec<T> {
        let keeps = |index: &usize| matches!(self, Self::All) || ![3, 7].contains(index);
        cells.into_iter().enumerate().filter(|(index, _)| keeps(index)).map(|(_, cell)| cell).collect()
    }

    fn is_number(self, index: usize) -> bool {
        match self {
            Self::All => [4, 6].contains(&index),
            Self::Narrow => [3, 5].contains(&index),
        }
    }
}

fn cells(row: &Row) -> [Cell; 9] {
    let day = |text: &str| text.split('T').next().unwrap_or_default().to_owned();
    let number = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let name = match (row.slot, row.id.as_str()) {
        (Some(slot), "") => format!("{} {slot}", row.credential),
        (Some(slot), id) => format!("{} {slot} ({id})", row.credential),
        (None, "") => row.credential.to_owned(),
        (None, id) => format!("{} {id}", row.credential),
    };
    [
        Cell::new(neutral::line(&row.owner)),
        Cell::new(neutral::line(&name)),
        Cell::new(row.state),
        Cell::new(day(&row.created)),
        Cell::new(number(row.age_days)),
        Cell::new(day(&row.last_used)),
        Cell::new(number(row.idle_days)),
        Cell::new(neutral::line(&row.used_for)),
        Cell::new(row.mfa),
    ]
}

/// Writes one CSV for all accounts, with formulas neutralised.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(accounts: &[Account], options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out);
    let header = [
        "account",
        "owner",
        "owner_arn",
        "credential",
        "slot",
        "id",
        "state",
        "created",
        "age_days",
        "last_used",
        "idle_days",
        "used_for",
        "mfa",
    ];
    csv.write_record(header).map_err(crate::csv::io_error)?;
    let number = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    for row in accounts.iter().flat_map(|account| rows(account, options)) {
        let cells = [
            row.account.as_str(),
            &row.owner,
            &row.owner_arn,
            row.credential,
            &row.slot.map(|slot| slot.to_string()).unwrap_or_default(),
            &row.id,
            row.state,
            &row.created,
            &number(row.age_days),
            &row.last_used,
            &number(row.idle_days),
            &row.used_for,
            row.mfa,
        ];
        let cells = cells.map(crate::csv::safe);
        csv.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(crate::csv::io_error)?;
    }
    csv.flush()
}

/// Writes a JSON document: `{"schema_version": "1", "credentials": [...], "not_seen": [...]}`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(accounts: &[Account], options: Options, out: &mut dyn Write) -> io::Result<()> {
    struct Rows<'a>(&'a [Account], Options);
    impl Serialize for Rows<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.0.iter().flat_map(|account| rows(account, self.1)))
        }
    }
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: &'static str,
        credentials: Rows<'a>,
        not_seen: Vec<String>,
    }
    let document = Document {
        schema_version: "1",
        credentials: Rows(accounts, options),
        not_seen: accounts.iter().flat_map(not_seen).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
