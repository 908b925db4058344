use iam_report::credentials;

use crate::arguments::{Credentials, TableFormat};
use crate::exit::Exit;
use crate::files::{self, Reading};

/// Prints the inventory of credentials.
pub(crate) fn run(arguments: &Credentials) -> anyhow::Result<Exit> {
    let evidence = Reading::of(&arguments.paths).artefacts();
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    let output = &arguments.output;
    let options = credentials::Options {
        as_of: arguments.time.as_of(),
        key_ids: arguments.keys.display(),
        width: u16::try_from(output.width()).ok(),
    };
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    output.write(|out| match arguments.format {
        TableFormat::Human => credentials::human(&evidence.accounts, options, out),
        TableFormat::Csv => credentials::csv(&evidence.accounts, options, out),
        TableFormat::Json => credentials::json(&evidence.accounts, options, out),
    })?;
    let is_incomplete =
        evidence.has_failed() || evidence.accounts.iter().any(|account| account.credential_report().is_err());
    Ok(if is_incomplete { Exit::Gaps } else { Exit::Clean })
}
