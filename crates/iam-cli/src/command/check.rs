use chrono::{SubsecRound as _, TimeDelta, Utc};
use iam_core::audit::{AsOf, AsOfFrom, DEFAULT_FAIL_ON, GapPolicy, Keep, audit};
use iam_core::checks;
use iam_core::evidence::Account;
use iam_core::fact::days;
use iam_core::ident::KeyIdDisplay;
use iam_report::{csv, human, json, sarif};

use crate::arguments::{Check, Gaps, Keys, ReportFormat, Time};
use crate::exit::Exit;
use crate::{files, settings};

/// Audits files and writes the report.
pub(crate) fn run(arguments: &Check) -> anyhow::Result<Exit> {
    let mut settings = settings::read(arguments.config.config.as_ref())?;
    settings.key_ids = arguments.keys.display();
    if arguments.include_passes {
        settings.keep = Keep::All;
    }
    let fail_on = arguments.fail_on.or(settings.fail_on).unwrap_or(DEFAULT_FAIL_ON);
    let fail_on_gaps =
        arguments.fail_on_gaps.map(GapPolicy::from).or(settings.fail_on_gaps).unwrap_or_default();

    let evidence = files::read(&arguments.paths);
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    let report = audit(&evidence, checks::ALL, &settings, arguments.time.as_of());
    drop(evidence);
    let outcome = report.outcome(fail_on, fail_on_gaps);
    let exit = Exit::from(outcome);

    let output = &arguments.output;
    output.write(|out| match arguments.format {
        ReportFormat::Human => {
            let options = human::Options {
                width: output.width(),
                detail: if arguments.brief { human::Detail::Brief } else { human::Detail::Full },
                color: output.has_color(),
                outcome,
                fail_on,
                exit_code: exit.number(),
            };
            human::render(&report, options, out)
        }
        ReportFormat::Json => json::render(&report, json::Options::default(), out),
        ReportFormat::Sarif => {
            let settings_path = arguments.config.shown();
            let all = arguments.include_passes;
            let options = sarif::Options {
                all,
                exit_code: exit.number(),
                settings_path: &settings_path,
                ..Default::default()
            };
            sarif::render(&report, options, out)
        }
        ReportFormat::Csv => {
            csv::render(&report, csv::Options { all: arguments.include_passes, ..Default::default() }, out)
        }
    })?;
    // The process ends here. Giving back the memory of a large report piece by piece would only take time.
    std::mem::forget(report);
    Ok(exit)
}

impl From<Gaps> for GapPolicy {
    fn from(gaps: Gaps) -> Self {
        match gaps {
            Gaps::Never => Self::Never,
            Gaps::Failed => Self::Failed,
            Gaps::Any => Self::Any,
        }
    }
}

impl Time {
    /// The moment ages are measured at. This is the one place where the clock is read.
    pub(crate) fn as_of(&self) -> AsOf {
        self.as_of.map_or_else(
            || AsOf { at: Utc::now().trunc_subsecs(0), from: AsOfFrom::Now },
            |at| AsOf { at, from: AsOfFrom::Given },
        )
    }
}

/// Evidence older than this is worth a word; a credential report alone may be four hours old.
const FRESH: TimeDelta = TimeDelta::days(1);

impl Time {
    /// Says on standard error when ages are measured at a moment that lies well in the past, because nobody asked for it.
    pub(crate) fn say_age(&self, accounts: &[Account]) {
        if self.as_of.is_some() {
            return;
        }
        let now = Utc::now();
        for account in accounts {
            let Some(taken) = account.taken().filter(|taken| now - taken.at > FRESH) else { continue };
            anstream::eprintln!(
                "note: the evidence of {} is {} days old, and ages are measured at that moment; --as-of {} measures them \
                 today",
                account.location().escape_debug(),
                days(now - taken.at),
                now.date_naive()
            );
        }
    }
}

impl Keys {
    pub(crate) fn display(&self) -> KeyIdDisplay {
        if self.show_key_ids { KeyIdDisplay::Full } else { KeyIdDisplay::Shortened }
    }
}
