//! Files that are made from the code. Tests compare them; this makes them anew.

use std::process::Command;

use anyhow::ensure;

use crate::root;

pub(crate) fn make() -> anyhow::Result<()> {
    // Pages are compiled into everything else, so that they come first.
    let _ = cargo_test(&["--package", "iam-core", "--test", "pages"])?;
    let all_pass = cargo_test(&["--workspace"])?;
    ensure!(all_pass, "some tests fail for another reason than an outdated file");
    Ok(())
}

/// Runs tests with leave to write; tells whether they passed.
fn cargo_test(which: &[&str]) -> anyhow::Result<bool> {
    let status = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--no-fail-fast"])
        .args(which)
        .envs([("UPDATE_PAGES", "1"), ("UPDATE_SCHEMA", "1"), ("UPDATE_README", "1"), ("UPDATE_DOCS", "1")])
        .envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
        .current_dir(root())
        .status()?;
    Ok(status.success())
}
