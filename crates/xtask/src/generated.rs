//! Files that are made from the code. Tests compare them; this makes them anew.

use std::process::Command;

use anyhow::ensure;

use crate::root;

pub(crate) fn make() -> anyhow::Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--quiet", "--no-fail-fast"])
        .envs([("UPDATE_PAGES", "1"), ("UPDATE_SCHEMA", "1"), ("UPDATE_README", "1"), ("UPDATE_DOCS", "1")])
        .envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
        .current_dir(root())
        .status()?;
    ensure!(status.success(), "some tests fail for another reason than an outdated file");
    Ok(())
}
