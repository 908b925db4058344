use iam_core::audit::{DEFAULT_FAIL_ON, GapPolicy, Keep, audit};
use iam_core::checks;
use iam_report::{csv, human, json, sarif};

use super::fetch::{self, Fetched};
use crate::arguments::{Check, Gaps, ReportFormat};
use crate::exit::Exit;
use crate::files::Reading;
use crate::settings;

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

    let mut paths = arguments.paths.clone();
    let live = fetch::for_check(&arguments.live)?;
    paths.extend(live.as_ref().map(Fetched::path));
    let output = arguments.output.output.as_deref();
    let reading = Reading { output, deduplicate: arguments.deduplicate, ..Reading::of(&paths) };
    let evidence = reading.with_trail()?;
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
