use std::collections::BTreeSet;

use anyhow::bail;
use iam_core::evidence::{Account, Hints};
use iam_core::external::{ExternalAccess, Question, external, organization_of};
use iam_core::ident::AccountId;
use iam_report::external::{self as report, Inside, NotRead, Options};

use crate::arguments::{External, ReportFormat, TrustName};
use crate::exit::Exit;
use crate::files::{self, Reading};

/// Prints who from outside gets into which resource.
pub(crate) fn run(arguments: &External) -> anyhow::Result<Exit> {
    let resource = arguments.resource.as_deref();
    let hints = Hints { resource, ..Hints::default() };
    let evidence = Reading { hints, ..Reading::of(&arguments.paths) }.artefacts();
    arguments.output.spare_inputs(&evidence.accounts)?;
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    let accounts: BTreeSet<AccountId> = arguments.account.iter().filter_map(|id| id.parse().ok()).collect();
    let mut all = Vec::new();
    for account in &evidence.accounts {
        let question = Question { is_concise: arguments.concise, ..Question::of(account) };
        let question = question.only_about(resource).trusting(&accounts);
        let question = match organization(arguments, account)? {
            Some(id) => question.trusting_organization(id),
            None => question,
        };
        all.push(external(account, &question));
    }
    let is_empty = |access: &ExternalAccess| {
        access.resources.is_empty() && access.by_aws.as_ref().is_none_or(Vec::is_empty)
    };
    if all.iter().all(is_empty) {
        let gaps = evidence.accounts.iter().flat_map(Account::gaps);
        for gap in gaps.filter(|gap| gap.reason.is_failure()) {
            anstream::eprintln!("warning: {}; {}", gap.what.escape_debug(), gap.remedy);
        }
        anstream::eprintln!("error: no policy of a resource or role was recognised");
        return Ok(Exit::NothingAudited);
    }
    let exit = exit(&all, evidence.has_failed());
    let output = &arguments.output;
    let options = Options {
        width: output.width(),
        color: output.has_color(),
        exit_code: exit.number(),
        ..Options::default()
    };
    let organization =
        evidence.accounts.first().map(|account| organization(arguments, account)).transpose()?;
    let not_read = NotRead::all(&evidence);
    let inside = Inside {
        organization: organization.flatten(),
        accounts: &arguments.account,
        is_concise: arguments.concise,
        not_read: &not_read,
    };
    output.write(|out| match arguments.format {
        ReportFormat::Human => report::human(&all, inside, &options, out),
        ReportFormat::Json => report::json(&all, inside, &options, out),
        ReportFormat::Sarif => report::sarif(&all, &not_read, &options, out),
        ReportFormat::Csv => report::csv(&all, out),
    })?;
    Ok(exit)
}

/// The organization that counts as inside, if one does.
fn organization<'a>(arguments: &'a External, account: &'a Account) -> anyhow::Result<Option<&'a str>> {
    if arguments.trust == TrustName::Account {
        if arguments.org_id.is_some() {
            bail!("--org-id needs --trust org");
        }
        return Ok(None);
    }
    match arguments.org_id.as_deref().or_else(|| organization_of(account)) {
        Some(id) => Ok(Some(id)),
        None => bail!("--trust org needs --org-id, as the snapshot does not tell the organization"),
    }
}

fn exit(all: &[ExternalAccess], has_failed: bool) -> Exit {
    if all.iter().any(ExternalAccess::is_open) {
        Exit::Findings
    } else if has_failed || all.iter().any(ExternalAccess::has_failed) {
        Exit::Gaps
    } else {
        Exit::Clean
    }
}
