use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use iam_core::cloudtrail::{Limits, Selection, partial};
use iam_core::fact::shown_time;
use iam_core::input::decode_text;
use iam_report::trail;
use iam_trail::Request;

use crate::arguments::{By, Color, Output, TableFormat, Trail};
use crate::exit::Exit;
use crate::output;

/// Sums up CloudTrail log files.
pub(crate) fn run(arguments: &Trail) -> anyhow::Result<Exit> {
    if let (Some(since), Some(until)) = (arguments.since, arguments.until)
        && since >= until
    {
        bail!("--until {} is not after --since {}", shown_time(until), shown_time(since));
    }
    let listed = arguments.files_from.as_deref().map(listed).transpose()?.unwrap_or_default();
    if arguments.save.as_deref() == Some(Path::new("-")) && arguments.output.output.is_some() {
        bail!("--save - leaves nothing to write to --output: save into a file to have both");
    }
    for output in [arguments.save.as_ref(), arguments.output.output.as_ref()].into_iter().flatten() {
        output::spare(output, arguments.paths.iter().chain(&listed))?;
    }
    let request = Request {
        paths: arguments.paths.clone(),
        listed,
        selection: selection(arguments),
        limits: Limits::default(),
        deduplicate: arguments.deduplicate,
        threads: arguments.threads,
        ..Request::default()
    };
    let activity = crate::trail::read(&request)?.activity;
    if let Some(path) = &arguments.save {
        let output = Output { output: Some(path.clone()), color: Color::Never };
        output.write(|out| partial::write(&activity, out))?;
    }
    let is_about_all = request.selection.is_all();
    let exit = if activity.files.records == 0 || (activity.files.counted == 0 && is_about_all) {
        Exit::NothingAudited
    } else if activity.gaps.is_empty() {
        Exit::Clean
    } else {
        Exit::Gaps
    };
    if arguments.save.as_deref() == Some(Path::new("-")) {
        return Ok(exit);
    }
    let out = &arguments.output;
    let options = trail::Options {
        width: out.width(),
        color: out.has_color(),
        by: arguments.by.map(trail::By::from),
        most: arguments.top,
    };
    out.write(|out| match arguments.format {
        TableFormat::Human => trail::human(&activity, &options, out),
        TableFormat::Json => trail::json(&activity, &options, out),
        TableFormat::Csv => trail::csv(&activity, &options, out),
    })?;
    // The process ends here. Giving back the memory piece by piece would only take time.
    std::mem::forget(activity);
    Ok(exit)
}

/// The paths in a list, one in each line.
fn listed(list: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let failed = || format!("cannot read the list of files {}", list.display());
    let mut bytes = Vec::new();
    if list == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).with_context(failed)?;
    } else {
        bytes = fs::read(list).with_context(failed)?;
    }
    let is_utf16 = matches!(bytes.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let text = if is_utf16 {
        decode_text(bytes)
    } else {
        String::from_utf8(bytes).context("paths are UTF-8").with_context(failed)?
    };
    let text = text.trim_start_matches('\u{FEFF}');
    Ok(text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

fn selection(arguments: &Trail) -> Selection {
    let texts = |texts: &[String]| texts.iter().map(|text| Arc::from(text.as_str())).collect::<BTreeSet<_>>();
    Selection {
        since: arguments.since.map(|since| since.timestamp()),
        until: arguments.until.map(|until| until.timestamp()),
        accounts: texts(&arguments.accounts),
        regions: texts(&arguments.regions),
        principals: texts(&arguments.principal),
        services: texts(&arguments.service),
        actions: texts(&arguments.action),
    }
}

impl From<By> for trail::By {
    fn from(by: By) -> Self {
        match by {
            By::Principal => Self::Principal,
            By::Service => Self::Service,
            By::Action => Self::Action,
            By::Day => Self::Day,
            By::Address => Self::Address,
        }
    }
}
