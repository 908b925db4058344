//! The verbs of `analyzer`.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use iam_fetch::analyzer::{Analyzer, Comparison, Criterion, Kind, Management};
use iam_fetch::{Pace, Progress as _};

use crate::arguments::{
    AnalyzerVerb, Archive, ArchiveRuleVerb, Create, CreateRule, Delete, Findings, Reach, Rule, Scan, Show,
};
use crate::exit::Exit;
use crate::progress::Steps;

pub(super) type Arguments = crate::arguments::Analyzer;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.verb {
        AnalyzerVerb::List(reach) => list(reach),
        AnalyzerVerb::Create(arguments) => create(arguments),
        AnalyzerVerb::Delete(arguments) => delete(arguments),
        AnalyzerVerb::Findings(arguments) => findings(arguments),
        AnalyzerVerb::Show(arguments) => show(arguments),
        AnalyzerVerb::Archive(arguments) => set_archived(arguments, true),
        AnalyzerVerb::Unarchive(arguments) => set_archived(arguments, false),
        AnalyzerVerb::ArchiveRule(arguments) => match &arguments.verb {
            ArchiveRuleVerb::List(reach) => archive_rules(reach),
            ArchiveRuleVerb::Create(arguments) => create_rule(arguments),
            ArchiveRuleVerb::Apply(arguments) => apply_rule(arguments),
        },
        AnalyzerVerb::Scan(arguments) => scan(arguments),
    }
}

/// Analyzers that are reached, and what could not be.
struct Reached {
    management: Management,
    analyzers: Vec<Analyzer>,
    without: Vec<String>,
    exit: Exit,
}

fn reach(reach: &Reach) -> anyhow::Result<Reached> {
    let steps = Steps::new();
    let management = Management::connect(&(&reach.access).into(), &Pace::default(), &reach.regions, &steps)?;
    let listed = management.list();
    for (region, why) in &listed.failed {
        steps.note(&format!("{region}: {why}"));
    }
    steps.finish();
    let exit = if listed.failed.is_empty() { Exit::Clean } else { Exit::Gaps };
    let is_wanted = |analyzer: &Analyzer| reach.analyzer.as_ref().is_none_or(|name| analyzer.name == *name);
    let analyzers = listed.found.into_iter().filter(is_wanted).collect();
    Ok(Reached { management, analyzers, without: listed.without, exit })
}

/// The same where there has to be an analyzer.
fn reach_some(arguments: &Reach) -> anyhow::Result<Reached> {
    let reached = reach(arguments)?;
    if reached.analyzers.is_empty() {
        bail!(
            "there is no such analyzer in {}; `iam-audit analyzer create --type account` makes one",
            reached.management.regions().join(", ")
        );
    }
    Ok(reached)
}

/// The same where it has to be one.
fn reach_one(arguments: &Reach) -> anyhow::Result<(Management, Analyzer)> {
    let Reached { management, analyzers, .. } = reach_some(arguments)?;
    match <[Analyzer; 1]>::try_from(analyzers) {
        Ok([analyzer]) => Ok((management, analyzer)),
        Err(analyzers) => {
            let names: Vec<String> = analyzers
                .iter()
                .map(|analyzer| format!("{} in {}", analyzer.name, analyzer.region))
                .collect();
            bail!("there are several analyzers ({}); choose with --analyzer and --regions", names.join(", "))
        }
    }
}

fn list(arguments: &Reach) -> anyhow::Result<Exit> {
    let reached = reach(arguments)?;
    let mut out = anstream::stdout();
    for analyzer in &reached.analyzers {
        let Analyzer { region, name, kind, status, .. } = analyzer;
        writeln!(out, "{region}\t{name}\t{kind}\t{status}")?;
    }
    for region in &reached.without {
        writeln!(out, "{region}\tno analyzer")?;
    }
    Ok(reached.exit)
}

/// One analyzer of a type is all that an account may have in a Region, so that running this again changes nothing.
fn create(arguments: &Create) -> anyhow::Result<Exit> {
    let kind: Kind = arguments.kind.parse().map_err(anyhow::Error::msg).context("--type")?;
    if arguments.unused_age.is_some() && !kind.is_of_unused_access() {
        bail!("--unused-age is for analyzers of unused access");
    }
    let reached = reach(&arguments.reach)?;
    let mut out = anstream::stdout();
    for region in reached.management.regions() {
        let own = reached.analyzers.iter().find(|own| own.region == *region && own.kind == kind.as_str());
        if let Some(own) = own {
            writeln!(out, "{region}\t{}\tis there already", own.name)?;
            continue;
        }
        if arguments.reach.dry_run {
            writeln!(out, "{region}\t{}\twould be made as {}", arguments.name, kind.as_str())?;
            continue;
        }
        let arn = reached.management.create(region, &arguments.name, kind, arguments.unused_age)?;
        writeln!(out, "{region}\t{}\tmade: {arn}", arguments.name)?;
    }
    Ok(reached.exit)
}

fn delete(arguments: &Delete) -> anyhow::Result<Exit> {
    let reached = reach(&arguments.reach)?;
    let named: Vec<&Analyzer> =
        reached.analyzers.iter().filter(|analyzer| analyzer.name == arguments.name).collect();
    if named.is_empty() {
        bail!("there is no analyzer `{}` in {}", arguments.name, reached.management.regions().join(", "));
    }
    let mut out = anstream::stdout();
    if arguments.reach.dry_run {
        for analyzer in named {
            writeln!(
                out,
                "{}\t{}\twould be deleted, with its findings and rules",
                analyzer.region, analyzer.name
            )?;
        }
        return Ok(reached.exit);
    }
    if !arguments.yes && !is_confirmed(&named)? {
        bail!("nothing was deleted");
    }
    for analyzer in named {
        reached.management.delete(analyzer)?;
        writeln!(out, "{}\t{}\tdeleted", analyzer.region, analyzer.name)?;
    }
    Ok(reached.exit)
}

/// Asks for the name, as what is deleted cannot be got back.
fn is_confirmed(analyzers: &[&Analyzer]) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("--yes is needed where nobody can be asked");
    }
    let arns: Vec<&str> = analyzers.iter().map(|analyzer| analyzer.arn.as_str()).collect();
    anstream::eprint!(
        "{}\nAll findings and archive rules are deleted as well. Type the analyzer's name to go on: ",
        arns.join("\n")
    );
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(analyzers.iter().all(|analyzer| line.trim() == analyzer.name))
}

fn findings(arguments: &Findings) -> anyhow::Result<Exit> {
    let equals = |key: &str, value: String| Criterion {
        key: key.to_owned(),
        comparison: Comparison::Equal,
        values: vec![value],
    };
    let mut criteria = criteria(&arguments.filter)?;
    if arguments.status != "all" {
        criteria.push(equals("status", arguments.status.to_ascii_uppercase()));
    }
    criteria.extend(arguments.kind.clone().map(|kind| equals("findingType", kind)));
    if let Some(text) = &arguments.resource {
        let (key, values) = ("resource".to_owned(), vec![text.clone()]);
        criteria.push(Criterion { key, comparison: Comparison::Contains, values });
    }
    let reached = reach_some(&arguments.reach)?;
    let mut out = anstream::stdout();
    for analyzer in &reached.analyzers {
        for finding in reached.management.findings(analyzer, &criteria)? {
            let (id, status, kind) = (shown(&finding.id), shown(&finding.status), shown(&finding.kind));
            let (resource, updated) = (shown(&finding.resource), shown(&finding.updated));
            writeln!(out, "{}\t{id}\t{status}\t{kind}\t{resource}\t{updated}", analyzer.region)?;
        }
    }
    for region in &reached.without {
        anstream::eprintln!("note: {region} has no analyzer, and so no findings");
    }
    Ok(reached.exit)
}

/// The analyzer that has this finding is found by asking each.
fn show(arguments: &Show) -> anyhow::Result<Exit> {
    let reached = reach_some(&arguments.reach)?;
    let mut refusals = Vec::new();
    for analyzer in &reached.analyzers {
        match reached.management.show(analyzer, &arguments.id) {
            Ok(text) => {
                write!(anstream::stdout(), "{text}")?;
                return Ok(Exit::Clean);
            }
            Err(error) => refusals.push(format!("{} in {}: {error}", analyzer.name, analyzer.region)),
        }
    }
    bail!("no analyzer has the finding `{}`\n{}", arguments.id, refusals.join("\n"))
}

fn set_archived(arguments: &Archive, is_archived: bool) -> anyhow::Result<Exit> {
    if arguments.reason.trim().is_empty() {
        bail!("--reason is empty");
    }
    let (management, analyzer) = reach_one(&arguments.reach)?;
    let word = match (is_archived, arguments.reach.dry_run) {
        (true, false) => "archived",
        (true, true) => "would be archived",
        (false, false) => "active again",
        (false, true) => "would be active again",
    };
    if !arguments.reach.dry_run {
        management.set_archived(&analyzer, &arguments.ids, is_archived)?;
    }
    for id in &arguments.ids {
        writeln!(
            anstream::stdout(),
            "{}\t{}\t{id}\t{word}\t{}",
            analyzer.region,
            analyzer.name,
            arguments.reason
        )?;
    }
    Ok(Exit::Clean)
}

fn archive_rules(arguments: &Reach) -> anyhow::Result<Exit> {
    let (management, analyzer) = reach_one(arguments)?;
    write!(anstream::stdout(), "{}", management.archive_rules(&analyzer)?)?;
    Ok(Exit::Clean)
}

fn create_rule(arguments: &CreateRule) -> anyhow::Result<Exit> {
    let criteria = criteria(&arguments.filter)?;
    if criteria.iter().any(|criterion| criterion.key == "status") {
        bail!("a rule cannot ask for the status of findings");
    }
    let (management, analyzer) = reach_one(&arguments.rule.reach)?;
    let word = if arguments.rule.reach.dry_run {
        "would be made"
    } else {
        management.create_archive_rule(&analyzer, &arguments.rule.name, &criteria)?;
        "made; `archive-rule apply` archives the findings that there are already"
    };
    tell_rule(&analyzer, &arguments.rule, word)
}

fn apply_rule(arguments: &Rule) -> anyhow::Result<Exit> {
    let (management, analyzer) = reach_one(&arguments.reach)?;
    let word = if arguments.reach.dry_run {
        "would be applied"
    } else {
        management.apply_archive_rule(&analyzer, &arguments.name)?;
        "applied"
    };
    tell_rule(&analyzer, arguments, word)
}

fn tell_rule(analyzer: &Analyzer, rule: &Rule, word: &str) -> anyhow::Result<Exit> {
    writeln!(anstream::stdout(), "{}\t{}\t{}\t{word}", analyzer.region, analyzer.name, rule.name)?;
    Ok(Exit::Clean)
}

fn scan(arguments: &Scan) -> anyhow::Result<Exit> {
    let reached = reach_some(&arguments.reach)?;
    let is_of_outside = |analyzer: &&Analyzer| matches!(analyzer.kind.as_str(), "ACCOUNT" | "ORGANIZATION");
    let outside: Vec<&Analyzer> = reached.analyzers.iter().filter(is_of_outside).collect();
    if outside.is_empty() {
        bail!("only analyzers of outside access can be asked to look at a resource, and there is none");
    }
    for analyzer in outside {
        let word = if arguments.reach.dry_run {
            "would be asked"
        } else {
            reached.management.scan(analyzer, &arguments.resource)?;
            "asked"
        };
        writeln!(
            anstream::stdout(),
            "{}\t{}\t{word} to look at {}",
            analyzer.region,
            analyzer.name,
            arguments.resource
        )?;
    }
    Ok(reached.exit)
}

fn criteria(texts: &[String]) -> anyhow::Result<Vec<Criterion>> {
    let parsed = texts
        .iter()
        .map(|text| text.parse::<Criterion>().map_err(|error| anyhow::anyhow!("`{text}`: {error}")));
    parsed.collect()
}

/// A text of AWS's, without anything that a terminal would act on.
fn shown(text: &str) -> String {
    text.escape_debug().to_string()
}
