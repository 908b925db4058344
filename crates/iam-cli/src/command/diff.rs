use std::fs;
use std::path::Path;

use anyhow::Context as _;
use iam_core::audit::audit;
use iam_core::checks;
use iam_core::diff::{Look, compare};
use iam_report::diff;

use crate::arguments::{Diff, ListFormat};
use crate::exit::Exit;
use crate::files::{self, Reading};
use crate::settings;

/// Tells what changed between two snapshots or reports.
pub(crate) fn run(arguments: &Diff) -> anyhow::Result<Exit> {
    let Some((old, _)) = look(&arguments.old, arguments)? else { return Ok(Exit::NothingAudited) };
    let Some((new, has_failed)) = look(&arguments.new, arguments)? else { return Ok(Exit::NothingAudited) };
    let changes = compare(&old, &new);
    if let Some(warning) = changes.warning() {
        anstream::eprintln!("warning: {warning}");
    }
    let output = &arguments.output;
    let options = diff::Options { width: output.width(), color: output.has_color() };
    output.write(|out| match arguments.format {
        ListFormat::Human => diff::human(&changes, options, out),
        ListFormat::Json => diff::json(&changes, out),
    })?;
    let is_worse = arguments.fail_on_new.is_some_and(|limit| changes.worst_new() >= Some(limit));
    Ok(if is_worse {
        Exit::Findings
    } else if has_failed {
        Exit::Gaps
    } else {
        Exit::Clean
    })
}

/// What a path shows, and whether something of it could not be read; `None` when it shows no account.
fn look(path: &Path, arguments: &Diff) -> anyhow::Result<Option<(Look, bool)>> {
    if path.is_file() {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        if diff::is_report(&bytes) {
            let look = diff::read(&bytes).with_context(|| path.display().to_string())?;
            return Ok(Some((look, false)));
        }
    }
    let settings = settings::read(arguments.config.config.as_ref())?;
    let paths = [path.to_owned()];
    let output = arguments.output.output.as_deref();
    let evidence = Reading { output, ..Reading::of(&paths) }.with_trail()?;
    files::warn_of_unused(&evidence);
    if evidence.accounts.is_empty() {
        anstream::eprintln!("error: {}: no artefact of an account was recognised", path.display());
        return Ok(None);
    }
    arguments.output.spare_inputs(&evidence.accounts)?;
    let report = audit(&evidence, checks::ALL, &settings, arguments.time.as_of());
    Ok(Some((Look::of(&report, &evidence), evidence.has_failed())))
}
