//! Granted against used, as tables for people, CSV for spreadsheets and JSON for programs.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use iam_core::audit::{AsOf, settle_as_of};
use iam_core::evidence::Account;
use iam_core::fact::{Days, shown_date, shown_time};
use iam_core::usage::{
    ActionUsage, Counts, GrantUsage, OrganizationUsage, ServiceUsage, State, Usage, Vote, Whom, by_reports,
};
use iam_policy::catalogue::Catalogue;
use serde::Serialize;

use crate::neutral;

/// What is asked, and how the answer is shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// The moment at which the question is asked, unless an account's evidence tells a better one.
    pub as_of: AsOf,
    /// A use longer ago than this counts no more.
    pub window: Days,
    /// Whom the question is about.
    pub whom: Whom,
    /// What a row is.
    pub by: By,
    /// Columns of the terminal.
    pub width: u16,
}

/// What a row of the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A service.
    Service,
    /// An action.
    Action,
}

/// Takes each answer to `each`, and gives back why there are no others, if so.
fn answers(account: &Account, options: &Options, mut each: impl FnMut(GrantUsage)) -> Vec<String> {
    let as_of = settle_as_of(account, options.as_of).at;
    let asked = iam_core::usage::Options { as_of, window: options.window };
    let mut gaps: Vec<String> = account
        .gaps()
        .iter()
        .filter(|gap| gap.reason.is_failure())
        .map(|gap| format!("{}; {}", gap.what, gap.remedy))
        .collect();
    match Usage::of(account, asked) {
        Ok(mut usage) => usage.for_each(&options.whom, each),
        Err(gap) => {
            gaps.push(format!("{}; {}", gap.what, gap.remedy));
            by_reports(account, asked, &options.whom).into_iter().for_each(&mut each);
        }
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

fn account_name(account: &Account) -> String {
    account.id().map_or_else(|| "Unknown account".to_owned(), |id| format!("Account {id}"))
}

/// The answer to "accessed?" in a word.
fn accessed(state: State) -> &'static str {
    match state {
        State::Used => "yes",
        State::Attempted => "denied only",
        State::Unknown => "unknown",
        State::Unused => "no",
    }
}

/// Writes one table per principal and policy, and one for all accounts.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(accounts: &[Account], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let catalogue = Catalogue::embedded();
    let mut organization = OrganizationUsage::default();
    for account in accounts {
        let as_of = settle_as_of(account, options.as_of).at;
        writeln!(
            out,
            "{}, as of {}, window {} d",
            account_name(account),
            shown_time(as_of),
            options.window.0
        )?;
        writeln!(out, "Actions as AWS had them on {}.", catalogue.data_date().unwrap_or("an unknown day"))?;
        let mut failed = Ok(());
        let mut all = Vec::new();
        let gaps = answers(account, options, |usage| {
            if failed.is_ok() {
                failed = principal(&usage, options, catalogue, out);
            }
            // Actions are not needed any more, and there may be many.
            let services = usage.services.into_iter();
            let services = services.map(|service| ServiceUsage { actions: Vec::new(), ..service }).collect();
            all.push(GrantUsage { services, ..usage });
        });
        failed?;
        organization.add(&all);
        if all.is_empty() {
            writeln!(out, "\nNobody to tell of.")?;
        }
        for gap in gaps {
            writeln!(out, "Not seen: {}", neutral::line(&gap))?;
        }
        writeln!(out)?;
    }
    of_organization(accounts, &organization, out)
}

fn principal(
    usage: &GrantUsage,
    options: &Options,
    catalogue: &Catalogue,
    out: &mut dyn Write,
) -> io::Result<()> {
    let linked = if usage.is_service_linked { " (linked to a service)" } else { "" };
    writeln!(out, "\n{} {}{linked}", usage.kind, neutral::line(&usage.name))?;
    match options.by {
        By::Service => services(usage, options.width, out)?,
        By::Action => actions(usage, options.width, catalogue, out)?,
    }
    let (services, actions) = (usage.service_counts(), usage.action_counts());
    let part = |of: fn(&Counts) -> usize| format!("{} / {}", of(&services), of(&actions));
    writeln!(
        out,
        "services / actions: granted {}, used {}, denied only {}, unknown {}, unused {}",
        part(Counts::all),
        part(|counts| counts.used),
        part(|counts| counts.attempted),
        part(|counts| counts.unknown),
        part(|counts| counts.unused)
    )?;
    if !usage.unknown_names.is_empty() {
        let names: Vec<_> = usage.unknown_names.iter().take(5).map(|name| neutral::line(name)).collect();
        let more = usage.unknown_names.len().saturating_sub(names.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        writeln!(out, "names that the catalogue does not have: {}{more}", names.join(", "))?;
    }
    if let Some(gap) = &usage.incomplete {
        writeln!(out, "there may be more: {}", neutral::line(&gap.what))?;
    }
    Ok(())
}

fn services(usage: &GrantUsage, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(["service", "accessed", "last", "granted", "used", "denied", "unknown", "unused"]);
    table.add_rows(usage.services.iter().map(service_cells));
    for (index, column) in table.column_iter_mut().enumerate() {
        if index > 2 {
            column.set_cell_alignment(CellAlignment::Right);
        }
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Columns that the reasons need beside the rest. Where there are fewer, each has a line of its own.
const REASON_WIDTH: usize = 40;

fn actions(usage: &GrantUsage, width: u16, catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let all: Vec<&ActionUsage> = usage.services.iter().flat_map(|service| &service.actions).collect();
    let mut table = Table::new();
    // The columns before the reasons hold what must not be broken.
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["action", "state", "last", "times"]);
    table.add_rows(all.iter().map(|action| action_cells(catalogue, action)));
    let lines: Vec<String> = table.lines().collect();
    let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let is_wide = widest.saturating_add(REASON_WIDTH) <= usize::from(width);
    let reasons = all.iter().map(|action| because(catalogue, action));
    let header = if is_wide { "because".to_owned() } else { String::new() };
    for (line, reason) in lines.iter().zip(std::iter::once(header).chain(reasons)) {
        if is_wide {
            writeln!(out, "{}", format!("{line}  {reason}").trim_end())?;
            continue;
        }
        writeln!(out, "{}", line.trim_end())?;
        if !reason.is_empty() {
            writeln!(out, "     {reason}")?;
        }
    }
    Ok(())
}

fn service_cells(service: &ServiceUsage) -> [Cell; 8] {
    let counts = service.counts();
    let number = |count: usize| Cell::new(count);
    [
        Cell::new(neutral::line(&service.prefix)),
        Cell::new(accessed(service.state)),
        Cell::new(service.last.map_or_else(|| "never seen".to_owned(), shown_date)),
        number(counts.all()),
        number(counts.used),
        number(counts.attempted),
        number(counts.unknown),
        number(counts.unused),
    ]
}

fn action_cells(catalogue: &Catalogue, action: &ActionUsage) -> [Cell; 4] {
    [
        Cell::new(name_of(catalogue, action)),
        Cell::new(action.state),
        Cell::new(action.votes.last().map_or_else(|| "never seen".to_owned(), shown_date)),
        Cell::new(action.votes.count().map(|count| count.to_string()).unwrap_or_default()),
    ]
}

fn name_of(catalogue: &Catalogue, action: &ActionUsage) -> String {
    catalogue.by_id(action.id).map(|action| action.to_string()).unwrap_or_default()
}

/// What the sources that decided say.
fn because(catalogue: &Catalogue, action: &ActionUsage) -> String {
    let said = action.votes.deciding().map(|(source, vote)| format!("{source}{}", said(catalogue, vote)));
    said.collect::<Vec<_>>().join("; ")
}

/// What a source says, in a few words that may follow its name.
fn said(catalogue: &Catalogue, vote: Vote) -> String {
    match vote {
        Vote::Used { .. } | Vote::Attempted { .. } => String::new(),
        Vote::Possible { because_of: None } => ": a call may have needed it".to_owned(),
        Vote::Possible { because_of: Some(id) } => {
            let name = catalogue.by_id(id).map(|action| action.to_string()).unwrap_or_default();
            format!(": {name} may have needed it")
        }
        Vote::Unused { since, was_used } => {
            format!(": none {} {}", if was_used { "after" } else { "since" }, shown_date(since))
        }
        Vote::Silent(why) => format!(": {why}"),
    }
}

/// The services that no account uses, where there are several accounts or a report about an organisation.
fn of_organization(accounts: &[Account], usage: &OrganizationUsage, out: &mut dyn Write) -> io::Result<()> {
    if accounts.len() > 1 {
        let unused: Vec<&str> = usage
            .services
            .iter()
            .filter(|(_, service)| service.accounts.unused == service.accounts.all())
            .map(|(prefix, _)| &**prefix)
            .collect();
        writeln!(
            out,
            "Of {} services that are granted in {} accounts, nobody used:",
            usage.services.len(),
            accounts.len()
        )?;
        let none =
            if unused.is_empty() { "none that is known for sure".to_owned() } else { unused.join(", ") };
        writeln!(out, "{none}")?;
    }
    for report in accounts.iter().flat_map(Account::organizations_access_reports) {
        let services = &report.services.items;
        let unused: Vec<_> = services
            .iter()
            .filter(|service| matches!(service.last.seen(), Ok(None)))
            .map(|service| neutral::line(&service.namespace))
            .collect();
        writeln!(
            out,
            "Of {} services that the organisation allows, its report lists {} that no account used: {}",
            services.len(),
            unused.len(),
            unused.join(", ")
        )?;
        if let Some(gap) = &report.services.incomplete {
            writeln!(out, "Not seen: {}", neutral::line(&gap.what))?;
        }
    }
    Ok(())
}

/// Writes one CSV for all accounts, with formulas neutralised.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(accounts: &[Account], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let catalogue = Catalogue::embedded();
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out);
    let service = [
        "account",
        "kind",
        "name",
        "arn",
        "service",
        "accessed",
        "last",
        "granted",
        "used",
        "denied",
        "unknown",
        "unused",
        "unused_over_permissions",
        "granted_by",
    ];
    let action = [
        "account",
        "kind",
        "name",
        "arn",
        "action",
        "state",
        "last",
        "times",
        "last_accessed",
        "cloudtrail",
        "role_last_used",
        "access_analyzer",
    ];
    match options.by {
        By::Service => csv.write_record(service),
        By::Action => csv.write_record(action),
    }
    .map_err(crate::csv::io_error)?;
    for account in accounts {
        let id = account.id().map(|id| id.to_string()).unwrap_or_default();
        let mut failed = Ok(());
        answers(account, options, |usage| {
            let head = [id.as_str(), usage.kind.as_str(), &usage.name, &usage.arn];
            let mut row = |cells: &[String]| {
                if failed.is_ok() {
                    let cells = head.iter().copied().chain(cells.iter().map(String::as_str));
                    let cells: Vec<_> = cells.map(crate::csv::safe).collect();
                    failed = csv
                        .write_record(cells.iter().map(|cell| cell.as_bytes()))
                        .map_err(crate::csv::io_error);
                }
            };
            for service in &usage.services {
                match options.by {
                    By::Service => row(&service_row(service)),
                    By::Action => {
                        service.actions.iter().for_each(|action| row(&action_row(catalogue, action)));
                    }
                }
            }
        });
        failed?;
    }
    csv.flush()
}

fn service_row(service: &ServiceUsage) -> [String; 10] {
    let counts = service.counts();
    [
        service.prefix.to_string(),
        accessed(service.state).to_owned(),
        service.last.map(shown_time).unwrap_or_default(),
        counts.all().to_string(),
        counts.used.to_string(),
        counts.attempted.to_string(),
        counts.unknown.to_string(),
        counts.unused.to_string(),
        service.unused_privileged.to_string(),
        service.granted_by.join(" "),
    ]
}

fn action_row(catalogue: &Catalogue, action: &ActionUsage) -> Vec<String> {
    let mut row = vec![
        name_of(catalogue, action),
        action.state.to_string(),
        action.votes.last().map(shown_time).unwrap_or_default(),
        action.votes.count().map(|count| count.to_string()).unwrap_or_default(),
    ];
    row.extend(action.votes.by_source().map(|(_, vote)| word(catalogue, vote)));
    row
}

/// What a source says, by itself.
fn word(catalogue: &Catalogue, vote: Vote) -> String {
    let state = match vote {
        Vote::Used { .. } => "used",
        Vote::Attempted { .. } => "attempted",
        Vote::Possible { .. } => "possible",
        Vote::Unused { .. } => "unused",
        Vote::Silent(_) => "silent",
    };
    format!("{state}{}", said(catalogue, vote))
}

#[derive(Serialize)]
struct Document {
    schema_version: &'static str,
    window_days: u32,
    catalogue_date: String,
    accounts: Vec<AccountWire>,
    organization: Vec<OrganizationWire>,
}

#[derive(Serialize)]
struct AccountWire {
    account: String,
    as_of: String,
    principals: Vec<GrantWire>,
    not_seen: Vec<String>,
}

#[derive(Serialize)]
struct GrantWire {
    kind: &'static str,
    name: String,
    arn: String,
    service_linked: bool,
    services: Vec<ServiceWire>,
    service_counts: CountsWire,
    action_counts: CountsWire,
    unknown_names: Vec<String>,
    incomplete: Option<String>,
}

#[derive(Serialize)]
struct ServiceWire {
    service: String,
    state: &'static str,
    last: Option<String>,
    counts: CountsWire,
    unused_over_permissions: usize,
    granted_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<ActionWire>>,
}

#[derive(Serialize)]
struct ActionWire {
    action: String,
    state: &'static str,
    last: Option<String>,
    times: Option<u64>,
    sources: Vec<SourceWire>,
}

#[derive(Serialize)]
struct SourceWire {
    source: &'static str,
    says: String,
}

#[derive(Serialize)]
struct CountsWire {
    granted: usize,
    used: usize,
    attempted: usize,
    unknown: usize,
    unused: usize,
}

#[derive(Serialize)]
struct OrganizationWire {
    service: String,
    accounts: CountsWire,
    last: Option<String>,
}

impl From<Counts> for CountsWire {
    fn from(counts: Counts) -> Self {
        let Counts { used, attempted, unknown, unused } = counts;
        Self { granted: counts.all(), used, attempted, unknown, unused }
    }
}

/// Writes a JSON document: `{"schema_version": "1", "window_days": 90, "accounts": [...], "organization": [...]}`. Actions
/// are listed where a row is an action.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(accounts: &[Account], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let catalogue = Catalogue::embedded();
    let mut organization = OrganizationUsage::default();
    let mut document = Document {
        schema_version: "1",
        window_days: options.window.0,
        catalogue_date: catalogue.data_date().unwrap_or_default().to_owned(),
        accounts: Vec::new(),
        organization: Vec::new(),
    };
    for account in accounts {
        let mut principals = Vec::new();
        let mut own = Vec::new();
        let not_seen = answers(account, options, |usage| {
            principals.push(grant_wire(catalogue, &usage, options.by));
            let services = usage.services.into_iter();
            let services = services.map(|service| ServiceUsage { actions: Vec::new(), ..service }).collect();
            own.push(GrantUsage { services, ..usage });
        });
        organization.add(&own);
        document.accounts.push(AccountWire {
            account: account.id().map(|id| id.to_string()).unwrap_or_default(),
            as_of: shown_time(settle_as_of(account, options.as_of).at),
            principals,
            not_seen,
        });
    }
    document.organization = organization
        .services
        .into_iter()
        .map(|(service, usage)| OrganizationWire {
            service: service.into(),
            accounts: usage.accounts.into(),
            last: usage.last.map(shown_time),
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn grant_wire(catalogue: &Catalogue, usage: &GrantUsage, by: By) -> GrantWire {
    let services = usage.services.iter().map(|service| ServiceWire {
        service: service.prefix.to_string(),
        state: service.state.as_str(),
        last: service.last.map(shown_time),
        counts: service.counts().into(),
        unused_over_permissions: service.unused_privileged,
        granted_by: service.granted_by.iter().map(ToString::to_string).collect(),
        actions: (by == By::Action)
            .then(|| service.actions.iter().map(|action| action_wire(catalogue, action)).collect()),
    });
    GrantWire {
        kind: usage.kind.as_str(),
        name: usage.name.to_string(),
        arn: usage.arn.to_string(),
        service_linked: usage.is_service_linked,
        services: services.collect(),
        service_counts: usage.service_counts().into(),
        action_counts: usage.action_counts().into(),
        unknown_names: usage.unknown_names.iter().map(ToString::to_string).collect(),
        incomplete: usage.incomplete.as_ref().map(|gap| gap.what.to_string()),
    }
}

fn action_wire(catalogue: &Catalogue, action: &ActionUsage) -> ActionWire {
    let sources = action.votes.by_source();
    ActionWire {
        action: name_of(catalogue, action),
        state: action.state.as_str(),
        last: action.votes.last().map(shown_time),
        times: action.votes.count(),
        sources: sources
            .map(|(source, vote)| SourceWire { source: source.as_str(), says: word(catalogue, vote) })
            .collect(),
    }
}
