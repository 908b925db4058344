use std::collections::BTreeSet;

use anyhow::bail;
use iam_core::evidence::{Account, Hints};
use iam_core::external::{Agreement, ExternalAccess, Question, ResourceAccess, external, organization_of};
use iam_core::ident::{AccountId, Arn};
use iam_report::external::{self as report, Inside, NotRead, Options};

use crate::arguments::{External, TableFormat, TrustName};
use crate::exit::Exit;
use crate::files;

/// Prints who from outside gets into which resource.
pub(crate) fn run(arguments: &External) -> anyhow::Result<Exit> {
    let resource = arguments.resource.as_deref();
    let (evidence, _) = files::read_with(&arguments.paths, Hints { resource, ..Hints::default() });
    arguments.output.spare_inputs(&evidence.accounts)?;
    for file in evidence.unused.iter().filter(|file| file.is_fault) {
        anstream::eprintln!("warning: {}: {}", file.path.escape_debug(), file.why);
    }
    if evidence.accounts.is_empty() {
        anstream::eprintln!("error: no artefact of an account was recognised");
        return Ok(Exit::NothingAudited);
    }
    let accounts: BTreeSet<AccountId> = arguments.account.iter().filter_map(|id| id.parse().ok()).collect();
    let mut all = Vec::new();
    for account in &evidence.accounts {
        let question = Question { is_concise: arguments.concise, resource, ..Question::of(account) };
        let question = question.trusting(&accounts);
        // Without a word on the account, it is the one that owns the resource asked for.
        let owner = resource.filter(|_| account.id().is_none()).and_then(owner_of);
        let question = question.trusting(&owner.into_iter().collect());
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
        TableFormat::Human => report::human(&all, inside, &options, out),
        TableFormat::Json => report::json(&all, inside, &options, out),
        TableFormat::Csv => report::csv(&all, out),
    })?;
    Ok(exit)
}

fn owner_of(resource: &str) -> Option<AccountId> {
    Arn::parse(resource).ok()?.account().ok()
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
    let mut resources = all.iter().flat_map(|access| &access.resources);
    if resources.clone().any(ResourceAccess::is_open) {
        return Exit::Findings;
    }
    let mut compared = all.iter().flat_map(|access| &access.by_aws).flatten();
    if compared.clone().any(|one| one.agreement == Agreement::OnlyAws) {
        return Exit::Findings;
    }
    let is_not_analyzed = compared.any(|one| one.agreement == Agreement::NotAnalyzed || !one.is_seen_here);
    let is_half_told =
        all.iter().filter_map(|access| access.by_aws_unseen.as_ref()).any(|gap| gap.reason.is_failure());
    let is_open = resources.any(|resource| resource.failed().next().is_some());
    let is_unseen = all.iter().flat_map(|access| &access.unseen).any(|gap| gap.reason.is_failure());
    if is_open || is_unseen || is_not_analyzed || is_half_told || has_failed {
        Exit::Gaps
    } else {
        Exit::Clean
    }
}
