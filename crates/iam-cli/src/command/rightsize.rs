use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use iam_core::audit::settle_as_of;
use iam_core::evidence::{Evidence, Hints};
use iam_core::fact::Days;
use iam_core::ident::Arn;
use iam_core::rightsize::{Exemption, Level, OptOut, Options, Outcome, TagMatch, from_trail, right_size};
use iam_core::usage::{self, Usage, Whom};
use iam_report::rightsize;

use super::usage::{is_about_somebody, whom_reports_are_about};
use crate::arguments::{EmitFormat, ListFormat, Rightsize, RightsizeLevel};
use crate::exit::Exit;
use crate::files::{self, Reading};
use crate::settings;

/// Prints smaller policies.
pub(crate) fn run(arguments: &Rightsize) -> anyhow::Result<Exit> {
    let exemptions = settings::read(arguments.config.config.as_ref())?.rightsize_keep;
    let hints = Hints { principal: whom_reports_are_about(&arguments.principal), ..Hints::default() };
    let output = arguments.output.output.as_deref();
    let evidence = Reading { hints, output, ..Reading::of(&arguments.paths) }.with_trail()?;
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    if let Some(arn) = &arguments.from_trail {
        return fresh(arguments, &evidence, arn);
    }
    let whom = Whom::of(arguments.principal.iter().map(String::as_str));
    if !is_about_somebody(&whom, &evidence.accounts) {
        return Ok(Exit::NothingAudited);
    }
    let accounts = plans(arguments, whom, exemptions, &evidence);
    if let Some(folder) = &arguments.emit_policies {
        write_policies(folder, &accounts)?;
    }
    arguments.output.write(|out| match (arguments.emit, arguments.format) {
        (Some(EmitFormat::Cli), _) => rightsize::emit(&accounts, rightsize::Emit::Cli, out),
        (Some(EmitFormat::Terraform), _) => rightsize::emit(&accounts, rightsize::Emit::Terraform, out),
        (None, ListFormat::Human) => rightsize::human(&accounts, out),
        (None, ListFormat::Json) => rightsize::json(&accounts, out),
    })?;
    let is_unproven = |own: &iam_core::rightsize::RightSized| matches!(own.outcome, Outcome::Unproven(_));
    let is_incomplete = evidence.has_failed()
        || evidence.accounts.iter().any(|account| account.identities().is_err())
        || accounts.iter().flat_map(|account| &account.policies).any(is_unproven);
    Ok(if is_incomplete { Exit::Gaps } else { Exit::Clean })
}

fn asked(arguments: &Rightsize, account: &iam_core::evidence::Account) -> usage::Options {
    let as_of = settle_as_of(account, arguments.time.as_of()).at;
    usage::Options { as_of, window: Days(arguments.window) }
}

fn plans(
    arguments: &Rightsize,
    whom: Whom,
    exemptions: Vec<Exemption>,
    evidence: &Evidence,
) -> Vec<rightsize::Account> {
    let options = Options {
        whom,
        level: match arguments.level {
            RightsizeLevel::Service => Level::Service,
            RightsizeLevel::Action => Level::Action,
            RightsizeLevel::Resource => Level::Resource,
        },
        opt_out: OptOut {
            sid_prefix: arguments.opt_out.as_str().into(),
            tag: arguments.opt_out_tag.as_deref().map(TagMatch::parse),
            exemptions,
        },
        with_pass_role: arguments.pass_role,
        shrink: arguments.shrink,
        split: arguments.split,
        replace_aws_managed: arguments.replace_aws_managed,
    };
    let plan = |account: &iam_core::evidence::Account| {
        let failed = account.gaps().iter().filter(|gap| gap.reason.is_failure());
        let mut not_seen: Vec<String> = failed.map(|gap| gap.what.to_string()).collect();
        let mut notes = Vec::new();
        let policies = match Usage::of(account, asked(arguments, account)) {
            Ok(mut usage) => {
                notes = options.opt_out.idle(&usage);
                right_size(&mut usage, &options)
            }
            Err(gap) => {
                not_seen.push(format!("{}; {}", gap.what, gap.remedy));
                Vec::new()
            }
        };
        let id = account.id().map(|id| id.to_string()).unwrap_or_default();
        rightsize::Account { id, policies, not_seen, notes }
    };
    evidence.accounts.iter().map(plan).collect()
}

/// A policy made of what the records show of one principal.
fn fresh(arguments: &Rightsize, evidence: &Evidence, arn: &str) -> anyhow::Result<Exit> {
    let of_account = match Arn::parse(arn) {
        Ok(arn) => arn.account_field().to_owned(),
        Err(why) => {
            bail!("--from-trail: found `{}`, expected the ARN of a user or role: {why}", arn.escape_debug())
        }
    };
    let account =
        evidence.accounts.iter().find(|account| account.id().is_some_and(|id| id.to_string() == of_account));
    let Some(account) = account else {
        bail!("nothing was handed in about the account of `{}`", arn.escape_debug())
    };
    if let Err(gap) = account.activity() {
        bail!("{}; {}", gap.what, gap.remedy);
    }
    let made = from_trail(account, asked(arguments, account), arn);
    for note in &made.notes {
        anstream::eprintln!("note: {note}");
    }
    let Some(text) = made.text else {
        let near = made.near.map(|near| format!("; did you mean `{}`?", near.escape_debug()));
        anstream::eprintln!(
            "error: the records show no authorised call of `{}`{}",
            arn.escape_debug(),
            near.unwrap_or_default()
        );
        return Ok(Exit::NothingAudited);
    };
    arguments.output.write(|out| writeln!(out, "{text}"))?;
    Ok(Exit::Clean)
}

/// Writes the files of policies into a folder, which must not hold any of them.
fn write_policies(folder: &Path, accounts: &[rightsize::Account]) -> anyhow::Result<()> {
    for file in rightsize::policy_files(accounts) {
        let path = folder.join(&file.path);
        if path.exists() {
            bail!("{} exists already; choose another folder", path.display());
        }
        let failed = || format!("cannot write {}", path.display());
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).with_context(failed)?;
        }
        fs::write(&path, &file.text).with_context(failed)?;
    }
    Ok(())
}
