//! From arguments to a fetch, with its progress on standard error.

pub(crate) mod analyzer;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::bail;
use iam_fetch::{
    Ended, Pace, Request, Stop, Summary, accounts, caller, collectors, fetch, note_unreached, permissions,
};

use crate::arguments::{Access, Fetch, Live, What};
use crate::exit::Exit;
use crate::interrupt;
use crate::progress::Steps;

/// The verb `fetch`.
pub(crate) fn run(arguments: &Fetch) -> anyhow::Result<Exit> {
    let what = &arguments.what;
    if arguments.print_policy {
        write!(anstream::stdout(), "{}", permissions(&what.only, &what.regions)?)?;
        return Ok(Exit::Clean);
    }
    if arguments.dry_run {
        plan(what)?;
        return Ok(Exit::Clean);
    }
    let Some(folder) = &arguments.output else { bail!("--output names the folder to fetch into") };
    let access = iam_fetch::Access::from(&arguments.access);
    if let Some(role) = &arguments.org {
        return organization(what, &access, role, folder);
    }
    let summary = with_progress(what, access, folder, false)?;
    tell(&summary, folder);
    Ok(exit(&summary))
}

fn exit(summary: &Summary) -> Exit {
    let is_whole = summary.ended == Ended::Finished && summary.shortfalls.is_empty();
    if is_whole { Exit::Clean } else { Exit::Gaps }
}

/// One account after the other. One that cannot be entered does not keep the others from being fetched.
fn organization(what: &What, access: &iam_fetch::Access, role: &str, folder: &Path) -> anyhow::Result<Exit> {
    let pace = Pace::default();
    let (own, partition) = caller(access, &pace)?;
    let mut ended = Exit::Clean;
    for id in accounts(access, &pace)? {
        let arn = format!("arn:{partition}:iam::{id}:role/{role}");
        let role_arn = if id == own { None } else { Some(arn) };
        let folder = folder.join(&id);
        let is_member = role_arn.is_some();
        match with_progress(what, iam_fetch::Access { role_arn, ..access.clone() }, &folder, is_member) {
            Ok(summary) => {
                tell(&summary, &folder);
                if exit(&summary) != Exit::Clean {
                    ended = Exit::Gaps;
                }
                if summary.ended != Ended::Finished {
                    return Ok(Exit::Gaps);
                }
            }
            Err(error) => {
                let why = format!("{error:#}");
                anstream::eprintln!("account {}: {}", id.escape_debug(), why.escape_debug());
                // So that a check of the organisation knows of the account that it does not see.
                note_unreached(&folder, &id, &partition, &why)?;
                ended = Exit::Gaps;
            }
        }
    }
    Ok(ended)
}

/// The fetch before a check.
pub(crate) fn for_check(arguments: &Live, folder: &Path) -> anyhow::Result<()> {
    if folder.join("manifest.json").exists() {
        bail!(
            "{} holds a snapshot already; `iam-audit check` audits it, or go on with it with `iam-audit fetch`",
            folder.display()
        );
    }
    let summary = with_progress(&arguments.what, (&arguments.access).into(), folder, false)?;
    match &summary.ended {
        Ended::Finished => Ok(()),
        Ended::Interrupted => bail!("stopped before everything was fetched"),
        Ended::Expired(why) => bail!("the credentials are no longer valid: {why}"),
    }
}

fn with_progress(
    what: &What,
    access: iam_fetch::Access,
    folder: &Path,
    is_member: bool,
) -> anyhow::Result<Summary> {
    let request = Request {
        directory: folder.to_owned(),
        only: what.only.clone(),
        regions: what.regions.clone(),
        archive: what.archive.clone(),
        is_member,
        access,
        ..Request::default()
    };
    let stop = Stop::default();
    let asked = stop.clone();
    interrupt::on_ctrl_c(move || asked.stop())?;
    let steps = Steps::new();
    let summary = fetch(&request, &steps, &stop);
    steps.finish();
    Ok(summary?)
}

/// What a fetch would do.
fn plan(what: &What) -> anyhow::Result<()> {
    // Names that do not exist are refused.
    permissions(&what.only, &what.regions)?;
    let mut out = anstream::stdout();
    for collector in collectors() {
        let is_named = what.only.iter().any(|name| name == collector.name);
        let is_chosen = if what.only.is_empty() { collector.by_default } else { is_named };
        if !is_chosen {
            continue;
        }
        let each = if collector.is_regional() { ", in each Region" } else { "" };
        writeln!(out, "{}: {}{each}", collector.name, collector.about)?;
        let actions: Vec<&str> = collector.calls.iter().map(|call| call.action).collect();
        writeln!(out, "  calls  {}", actions.join(", "))?;
        writeln!(out, "  files  {}", collector.files.join(", "))?;
    }
    Ok(())
}

fn tell(summary: &Summary, folder: &Path) {
    let Summary { account, caller, complete, requests, shortfalls, ended, .. } = summary;
    anstream::eprintln!(
        "{complete} answers of account {} as {} in {} ({requests} requests)",
        account.escape_debug(),
        caller.escape_debug(),
        folder.display()
    );
    // One line for all Regions and users of which AWS said the same.
    let mut lines: BTreeMap<(bool, &str, &str), usize> = BTreeMap::new();
    for shortfall in shortfalls {
        *lines.entry((!shortfall.is_denied, &shortfall.call, &shortfall.error)).or_default() += 1;
    }
    for ((is_failed, call, error), count) in lines {
        let word = if is_failed { "failed" } else { "denied" };
        let times = if count == 1 { String::new() } else { format!(" ({count} times)") };
        anstream::eprintln!("{word}: {call}{times}: {}", error.escape_debug());
    }
    match ended {
        Ended::Finished if shortfalls.is_empty() => {}
        Ended::Finished => {
            anstream::eprintln!("The same command tries again what is missing; `check` tells what it means.");
        }
        Ended::Interrupted => anstream::eprintln!("stopped; the same command goes on from here"),
        Ended::Expired(why) => {
            anstream::eprintln!(
                "the credentials are no longer valid ({}); get new ones, and the same command goes on from here",
                why.escape_debug()
            );
        }
    }
}

impl From<&Access> for iam_fetch::Access {
    fn from(access: &Access) -> Self {
        Self {
            profile: access.profile.clone(),
            region: access.region.clone(),
            role_arn: access.role_arn.clone(),
            external_id: access.external_id.clone(),
            // The SDK reads AWS_ENDPOINT_URL by itself.
            endpoint: None,
            credentials: None,
        }
    }
}
