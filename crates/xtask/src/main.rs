//! Tasks of this workspace. `cargo xtask` lists them.

mod catalogue;
mod gen_report;
#[cfg_attr(not(test), expect(dead_code, reason = "benchmarks make single files"))]
mod gen_trail;
mod generated;
mod new_check;
mod test;
mod trail_archive;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "\
cargo xtask TASK

  test                          every test, with the set-up it needs; what CI runs
  generate                      make generated files anew: pages, schema, snapshots, README transcript
  catalogue --from FOLDER       the embedded catalogue of actions, from unpacked packages; see docs/catalogue.md
  new-check CHECK-ID            make the files of a new check and tell where to go on
  gen-report USERS SEED FILE    a made-up credential report of any size, for measuring
  gen-trail --size 256MB [--seed 1] [--files N] FOLDER
                                a made-up CloudTrail archive of so many bytes of JSON (kB, MB, GB) in a new folder
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "this is a program")]
            {
                eprintln!("xtask: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> anyhow::Result<()> {
    match words {
        ["test"] => test::run(),
        ["generate"] => generated::make(),
        ["catalogue", "--from", folder] => catalogue::make(folder.as_ref()),
        ["new-check", id] => new_check::make(id),
        ["gen-report", users, seed, file] => {
            Ok(gen_report::write(users.parse()?, seed.parse()?, file.as_ref())?)
        }
        ["gen-trail", rest @ ..] => trail_archive::write(rest),
        _ => bail!("no such task\n\n{USAGE}"),
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
