use iam_report::credentials;

use crate::arguments::{Credentials, TableFormat};
use crate::exit::Exit;
use crate::files;

/// Prints the inventory of credentials.
pub(crate) fn run(arguments: &Credentials) -> anyhow::Result<Exit> {
    let (evidence, _) = files::read(&arguments.paths);
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    let output = &arguments.output;
    let options = credentials::Options {
        as_of: arguments.time.as_of(),
        key_ids: arguments.keys.display(),
        width: u16::try_from(output.width()).ok(),
    };
    for file in evidence.unused.iter().filter(|file| file.is_fault) {
        anstream::eprintln!("warning: {}: {}", file.path.escape_debug(), file.why);
    }
    if evidence.accounts.is_empty() {
        anstream::eprintln!("error: no artefact of an account was recognised");
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
