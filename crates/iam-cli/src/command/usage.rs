use iam_core::evidence::{Account, Hints, ReportSubject};
use iam_core::fact::Days;
use iam_core::usage::Whom;
use iam_report::usage;

use crate::arguments::{TableFormat, Usage, UsageBy};
use crate::exit::Exit;
use crate::files::{self, Reading};

/// Prints what is granted and what of it is used.
pub(crate) fn run(arguments: &Usage) -> anyhow::Result<Exit> {
    let hints = Hints { principal: whom_reports_are_about(&arguments.principal), ..Hints::default() };
    let output = arguments.output.output.as_deref();
    let evidence = Reading { hints, output, ..Reading::of(&arguments.paths) }.with_trail()?;
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    let whom = Whom::of(arguments.principal.iter().map(String::as_str));
    if !is_about_somebody(&whom, &evidence.accounts) {
        return Ok(Exit::NothingAudited);
    }
    let output = &arguments.output;
    let options = usage::Options {
        as_of: arguments.time.as_of(),
        window: Days(arguments.window),
        whom,
        by: match arguments.by {
            UsageBy::Service => usage::By::Service,
            UsageBy::Action => usage::By::Action,
        },
        width: u16::try_from(output.width()).unwrap_or(u16::MAX),
    };
    output.write(|out| match arguments.format {
        TableFormat::Human => usage::human(&evidence.accounts, &options, out),
        TableFormat::Csv => usage::csv(&evidence.accounts, &options, out),
        TableFormat::Json => usage::json(&evidence.accounts, &options, out),
    })?;
    let is_incomplete =
        evidence.has_failed() || evidence.accounts.iter().any(|account| account.identities().is_err());
    Ok(if is_incomplete { Exit::Gaps } else { Exit::Clean })
}

/// Whether each pattern matches somebody. Those that do not are told.
pub(super) fn is_about_somebody(whom: &Whom, accounts: &[Account]) -> bool {
    let nobody = whom.nobody(accounts);
    for own in &nobody {
        let near = own.near.as_ref().map(|near| format!("; did you mean `{}`?", near.escape_debug()));
        anstream::eprintln!(
            "error: --principal `{}` matches no user, group, role or policy{}",
            own.pattern.escape_debug(),
            near.unwrap_or_else(|| "; without --principal, all are listed".to_owned())
        );
    }
    nobody.is_empty()
}

/// Where one principal is asked about by its ARN, reports that do not say whom they are about are about that one.
pub(super) fn whom_reports_are_about(principals: &[String]) -> Option<&str> {
    match principals {
        [arn] if !arn.contains(['*', '?']) && ReportSubject::of_arn(arn).is_some() => Some(arn),
        _ => None,
    }
}
