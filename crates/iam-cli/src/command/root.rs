use iam_core::audit::{Keep, Settings, audit};
use iam_core::checks;
use iam_report::root;

use crate::arguments::{Root, TableFormat};
use crate::exit::Exit;
use crate::files::{self, Reading};

/// Prints how well root is kept and what it did.
pub(crate) fn run(arguments: &Root) -> anyhow::Result<Exit> {
    let output = arguments.output.output.as_deref();
    let evidence = Reading { output, ..Reading::of(&arguments.paths) }.with_trail()?;
    arguments.output.spare_inputs(&evidence.accounts)?;
    arguments.time.say_age(&evidence.accounts);
    if !files::has_account(&evidence) {
        return Ok(Exit::NothingAudited);
    }
    let key_ids = arguments.keys.display();
    let settings = Settings { keep: Keep::All, key_ids, ..Settings::default() };
    let report = audit(&evidence, &checks::of_root(), &settings, arguments.time.as_of());
    let output = &arguments.output;
    let options = root::Options { width: output.width(), color: output.has_color(), key_ids };
    output.write(|out| match arguments.format {
        TableFormat::Human => root::human(&evidence, &report, &options, out),
        TableFormat::Json => root::json(&evidence, &report, &options, out),
        TableFormat::Csv => root::csv(&evidence, &options, out),
    })?;
    Ok(if evidence.has_failed() { Exit::Gaps } else { Exit::Clean })
}
