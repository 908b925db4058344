//! A snapshot made by hand, with the AWS CLI alone.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use super::front::environment;
use super::moto::python;

/// One process for all commands, as the AWS CLI takes a second to start. What it prints is written to these files.
const COMMANDS: &str = "
import contextlib, json, pathlib, sys
from awscli.clidriver import create_clidriver
for file, words in json.load(sys.stdin).items():
    path = pathlib.Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('w') as out, contextlib.redirect_stdout(out):
        if create_clidriver().main(words):
            sys.exit(f'{file}: {words}')
";

/// Runs AWS CLI commands, each with its own file of a folder.
pub(crate) fn write(endpoint: &str, folder: &Path, commands: &[(String, String)]) {
    let commands: BTreeMap<String, Vec<&str>> = commands
        .iter()
        .map(|(file, words)| {
            let words = words.split(' ').chain(["--output", "json", "--endpoint-url", endpoint]);
            (folder.join(file).to_str().unwrap().to_owned(), words.collect())
        })
        .collect();
    let mut child = python()
        .args(["-c", COMMANDS])
        .envs(environment(endpoint))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(&commands).unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}
