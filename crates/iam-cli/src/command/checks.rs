use iam_core::audit::CheckInRun;
use iam_core::checks;
use iam_report::catalogue;

use crate::arguments::{Checks, Color, ListFormat, Output};
use crate::exit::Exit;
use crate::settings;

/// Lists the checks as they stand under the settings.
pub(crate) fn run(arguments: &Checks) -> anyhow::Result<Exit> {
    let settings = settings::read(arguments.config.config.as_ref())?;
    let checks: Vec<CheckInRun> =
        checks::ALL.iter().map(|check| CheckInRun::under(check, &settings)).collect();
    let output = Output { output: None, color: Color::Auto };
    output.write(|out| match arguments.format {
        ListFormat::Human => catalogue::human(&checks, out),
        ListFormat::Json => catalogue::json(&checks, out),
    })?;
    Ok(Exit::Clean)
}
