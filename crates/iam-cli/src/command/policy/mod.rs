//! Verbs about policies alone.

mod compare;
mod eval;
mod granted;
mod public;
mod validate;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use iam_policy::catalogue::Catalogue;
use iam_policy::document::{Document, MAX_TEXT, decoded, unwrapped};
use iam_policy::symbolic::Outcome;
use iam_report::proof::{self, Options, Proof};

use crate::arguments::{ListFormat, Output, Policy, PolicyVerb};
use crate::exit::Exit;
use crate::files;

/// Runs the verb below `policy`.
pub(crate) fn run(arguments: &Policy) -> anyhow::Result<Exit> {
    match &arguments.verb {
        PolicyVerb::Validate(arguments) => validate::run(arguments),
        PolicyVerb::Eval(arguments) => eval::run(arguments),
        PolicyVerb::Compare(arguments) => compare::run(arguments),
        PolicyVerb::Granted(arguments) => granted::run(arguments),
        PolicyVerb::Public(arguments) => public::run(arguments),
    }
}

/// A policy whose every part is understood: what cannot be read cannot be proved anything about.
fn document(path: &Path) -> Result<Document, String> {
    let text = read(path).map_err(|error| format!("{}: cannot be read: {error}", shown(path)))?;
    let text = plain(&text).0;
    Document::parse(&text).map_err(|issues| {
        let issues = issues.iter().map(|issue| format!("{}:{}", shown(path), issue.in_text(&text)));
        issues.collect::<Vec<_>>().join("\n")
    })
}

/// The policy in a text, URL-decoded and out of what the AWS CLI prints around it; and whether its places are others than in the
/// text.
fn plain(text: &str) -> (String, bool) {
    let decoded = decoded(text);
    let is_decoded = matches!(decoded, Cow::Owned(_));
    let policy = unwrapped(&decoded);
    let moves = policy.len() > decoded.len() || !decoded.contains(policy.trim());
    (policy.into_owned(), is_decoded || moves)
}

/// URL encoding makes a text up to three times as long; of longer ones only so much is read that they are seen to be.
const LARGEST_FILE: u64 = 3 * MAX_TEXT as u64 + 1;

/// The text of a policy, without a byte order mark; `-` is standard input.
fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(LARGEST_FILE).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(LARGEST_FILE).read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        io::Error::other(format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The path as it is shown.
fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { "stdin".to_owned() } else { files::shown(path) }
}

/// The catalogue of a file in our own format, of one file of the AWS Service Reference, or of a folder of such files.
fn catalogue(path: &Path) -> anyhow::Result<Catalogue> {
    let failed = || format!("cannot read the catalogue {}", path.display());
    if path.is_dir() {
        return service_reference(path).with_context(failed);
    }
    let bytes = fs::read(path).with_context(failed)?;
    match Catalogue::read(&bytes) {
        Ok(catalogue) => Ok(catalogue),
        Err(error) => {
            let made = Catalogue::from_service_reference([(shown(path).as_str(), bytes.as_slice())], None);
            if made.catalogue.is_empty() { Err(error).with_context(failed) } else { Ok(made.catalogue) }
        }
    }
}

fn service_reference(folder: &Path) -> anyhow::Result<Catalogue> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push((shown(&path), fs::read(&path)?));
        }
    }
    files.sort();
    let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let made = Catalogue::from_service_reference(files, None);
    if let Some(bad) = made.bad.first() {
        bail!("{bad}");
    }
    if made.catalogue.is_empty() {
        bail!("it holds no file of the AWS Service Reference");
    }
    Ok(made.catalogue)
}

/// How a proof ends the run.
fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Never { .. } => Exit::Clean,
        Outcome::Witnessed(_) => Exit::Findings,
        Outcome::Possible { .. } | Outcome::Undetermined(_) => Exit::Gaps,
    }
}

fn write(proof: &Proof<'_>, format: ListFormat, output: &Output, exit: Exit) -> anyhow::Result<Exit> {
    let options = Options {
        width: output.width(),
        color: output.has_color(),
        exit_code: exit.number(),
        ..Options::default()
    };
    output.write(|out| match format {
        ListFormat::Human => proof::human(proof, options, out),
        ListFormat::Json => proof::json(proof, options, out),
    })?;
    Ok(exit)
}
