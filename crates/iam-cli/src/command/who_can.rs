use std::sync::Arc;

use anyhow::{Context as _, bail};
use iam_core::fact::{Gap, Reason};
use iam_core::who_can::who_can;
use iam_policy::request::Action;
use iam_report::who_can::{self as report, Asked, Options};

use crate::arguments::{ListFormat, WhoCan};
use crate::exit::Exit;
use crate::files;

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
    let (evidence, _) = files::read(&arguments.paths);
    arguments.output.spare_inputs(&evidence.accounts)?;
    for file in evidence.unused.iter().filter(|file| file.is_fault) {
        anstream::eprintln!("warning: {}: {}", file.path.escape_debug(), file.why);
    }
    if evidence.accounts.is_empty() {
        anstream::eprintln!("error: no artefact of an account was recognised");
        return Ok(Exit::NothingAudited);
    }
    let mut found: Vec<_> =
        evidence.accounts.iter().map(|account| who_can(account, &action, &arguments.resource)).collect();
    // What could not be read may be a policy that decides.
    for file in evidence.unused.iter().filter(|file| file.is_fault) {
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: None,
            source: None,
            what: format!("{} was not read: {}", file.path, file.why).into(),
            remedy: file.remedy.as_str().into(),
        });
        for found in &mut found {
            found.unseen.push(Arc::clone(&gap));
        }
    }
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
