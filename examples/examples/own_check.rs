//! Adds a check of one's own beside those of the library: users whose names do not follow the house rule.

use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use iam_core::evidence::{Given, User, assemble};
use iam_core::fact::parse_time;
use iam_core::input::{Artefact, InputFile};

static NAME_BREAKS_RULE: Check = Check {
    id: CheckId("user-name-breaks-rule"),
    since: "1.0.0",
    title: "User whose name breaks the house rule",
    severity: Severity::Low,
    severity_reason: "nobody can tell whom the user belongs to",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&ALLOWED],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Renaming a user changes its ARN; policies that name the ARN stop matching.",
        steps: &[Step::run(
            "Rename the user. This can be undone by renaming it back.",
            "aws iam update-user --user-name {user} --new-user-name NEW_NAME",
        )],
        console: "not possible in the console",
    },
    page: "# User whose name breaks the house rule\n",
    judge: Judge::User(judge),
};

static ALLOWED: Param<Patterns> = Param::new(
    "allowed",
    || Patterns(vec!["*@example.com".to_owned(), "ci-*".to_owned()]),
    (0, 0),
    "names that follow the rule",
);

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if cx.get(&ALLOWED).matches(user.name) {
        return Ok(Verdict::PASS);
    }
    let failure = cx.fail(format!("`{}` matches none of the allowed names", user.name));
    match user.source {
        Some(row) => failure.at(row).judged(),
        None => failure.judged(),
    }
}

fn main() {
    let report = include_bytes!("../../testdata/accounts/bare-csv/credential-report.csv");
    let file = InputFile { path: "credential-report.csv".to_owned(), bytes: report.to_vec() };
    let evidence = assemble(vec![(file, Given::ByName)]);
    let at = parse_time("2026-01-15T08:00:00Z").unwrap_or_default();
    let mut checks = iam_core::checks::ALL.to_vec();
    checks.push(&NAME_BREAKS_RULE);
    let report = audit(&evidence, &checks, &Settings::default(), AsOf { at, from: AsOfFrom::Given });
    for finding in report.findings().filter(|finding| finding.check.id == NAME_BREAKS_RULE.id) {
        println!("{}: {}", finding.subject, finding.message);
        for step in finding.remedy(None) {
            println!("  {}", step.command.unwrap_or(step.text));
        }
    }
}
