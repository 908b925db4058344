use anyhow::{Context as _, bail};
use iam_core::who_can::who_can_in;
use iam_policy::request::Action;
use iam_report::who_can::{self as report, Asked, Options};

use crate::arguments::{ListFormat, WhoCan};
use crate::exit::Exit;
use crate::files::{self, Reading};

/// Prints who can do one thing with one resource.
pub(crate) fn run(arguments: &WhoCan) -> anyhow::Result<Exit> {
    let action: Action = arguments.action.parse().context("ACTION")?;
    iam_core::ident::Arn::parse(&arguments.resource)
        .with_context(|| format!("RESOURCE: found {}", arguments.resource.escape_debug()))?;
    if arguments.resource.contains(['*', '?']) {
        bail!(
            "RESOURCE: found {}, expected the ARN of one resource, without wildcards",
            arguments.resource.escape_debug()
        );
    }
    let evidence = Reading::of(&arguments.paths).artefacts();
    arguments.output.spare_inputs(&evidence.accounts)?;
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    let found = who_can_in(&evidence, &action, &arguments.resource);
    let is_whole = found.iter().all(|found| found.unseen.is_empty());
    let exit = if is_whole { Exit::Clean } else { Exit::Gaps };
    let output = &arguments.output;
    let options = Options {
        width: output.width(),
        color: output.has_color(),
        exit_code: exit.number(),
        ..Options::default()
    };
    let asked = Asked { action: &arguments.action, resource: &arguments.resource };
    output.write(|out| match arguments.format {
        ListFormat::Human => report::human(&found, asked, &options, out),
        ListFormat::Json => report::json(&found, asked, &options, out),
    })?;
    Ok(exit)
}
