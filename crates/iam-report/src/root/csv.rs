use std::io::{self, Write};

use iam_core::evidence::Evidence;
use iam_core::fact::shown_time;
use iam_core::ident::AccessKeyId;
use iam_core::root_use::{Need, root_use};

use super::{Options, about};

const HEADER: [&str; 22] = [
    "account",
    "session",
    "session_start",
    "session_kind",
    "mfa",
    "access_key",
    "time",
    "call",
    "about",
    "reads",
    "by_console",
    "need",
    "task",
    "why",
    "permission",
    "region",
    "address",
    "new_address",
    "agent",
    "error_code",
    "event_id",
    "place",
];

/// Writes one row for each event, also for those that the console made by itself, with formulas neutralised.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(evidence: &Evidence, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(HEADER).map_err(crate::csv::io_error)?;
    for account in &evidence.accounts {
        let Ok(activity) = account.activity() else { continue };
        let id = account.id().map(|id| id.to_string()).unwrap_or_default();
        for (number, session) in (1_usize..).zip(&root_use(activity).sessions) {
            for deed in &session.deeds {
                let event = deed.event;
                let (task, why, permission) = match &deed.need {
                    Need::Needed { task } => (*task, "", ""),
                    Need::May { task, why, permission } => (*task, *why, permission.as_str()),
                    Need::NotNeeded { permission } => ("", "", permission.as_str()),
                    Need::None => ("", "", ""),
                };
                let cells = [
                    id.as_str(),
                    &number.to_string(),
                    &shown_time(session.start),
                    session.way.as_str(),
                    session.mfa.map_or("unknown", |mfa| if mfa { "yes" } else { "no" }),
                    &key(&event.access_key, options),
                    &shown_time(event.time()),
                    &event.call.to_string(),
                    &about(event),
                    flag(deed.reads),
                    flag(deed.by_console),
                    deed.need.as_str(),
                    task,
                    why,
                    permission,
                    &event.region,
                    &event.address,
                    flag(session.new_addresses.contains(&*event.address)),
                    &event.agent,
                    &event.error_code,
                    &event.id,
                    &format!("{}, byte {}", event.place.file, event.place.offset),
                ];
                let cells = cells.map(crate::csv::safe);
                csv.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(crate::csv::io_error)?;
            }
        }
    }
    csv.flush()
}

fn key(id: &str, options: &Options) -> String {
    if id.is_empty() { String::new() } else { AccessKeyId::new(id).shown(options.key_ids) }
}

fn flag(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}
