use anyhow::bail;
use iam_core::audit::{CheckInRun, Settings};
use iam_core::checks;
use iam_report::catalogue;

use crate::arguments::{Color, Explain, ListFormat, Output};
use crate::exit::Exit;

/// Prints the page of a check.
pub(crate) fn run(arguments: &Explain) -> anyhow::Result<Exit> {
    let Some(check) = checks::find(&arguments.check) else {
        let near =
            checks::nearest(&arguments.check).map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
        bail!("there is no check `{}`{near} (`iam-audit checks` lists them)", arguments.check.escape_debug());
    };
    let check = CheckInRun::under(check, &Settings::default());
    let output = Output { output: None, color: Color::Auto };
    output.write(|out| match arguments.format {
        ListFormat::Human => catalogue::page(&check, output.has_color(), out),
        ListFormat::Json => catalogue::json(std::slice::from_ref(&check), out),
    })?;
    Ok(Exit::Clean)
}
