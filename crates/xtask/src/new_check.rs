//! The files of a new check, from the check that is the model for all.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::root;

/// The check whose files are copied.
const MODEL: &str = "console-without-mfa";

pub(crate) fn make(id: &str) -> anyhow::Result<()> {
    let is_kebab = !id.is_empty()
        && id.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    ensure!(is_kebab, "`{id}` is not a check id: small letters and digits, words joined by hyphens");
    let folder = root().join("crates/iam-core/src/checks");
    let (model, stem) = (MODEL.replace('-', "_"), id.replace('-', "_"));
    for ending in ["rs", "md"] {
        let target = folder.join(format!("{stem}.{ending}"));
        if target.exists() {
            bail!("{} is there already", target.display());
        }
        let source = folder.join(format!("{model}.{ending}"));
        let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
        fs::write(&target, text.replace(MODEL, id).replace(&model, &stem))?;
    }
    let registry = folder.join("mod.rs");
    let text = fs::read_to_string(&registry)?;
    let text =
        text.replacen("\nuse crate::check::Check;", &format!("mod {stem};\n\nuse crate::check::Check;"), 1);
    let text = text.replacen("\n];", &format!("\n    &{stem}::CHECK,\n];"), 1);
    fs::write(&registry, text)?;
    // Formatting puts the new module where it belongs in the alphabet.
    ensure!(
        Command::new(env!("CARGO")).args(["fmt", "--all"]).current_dir(root()).status()?.success(),
        "cargo fmt"
    );
    #[expect(clippy::print_stdout, reason = "this is a program")]
    {
        println!("made crates/iam-core/src/checks/{stem}.rs and .md from {MODEL}, and an entry in mod.rs");
        println!("next: write the check and its page, then `cargo xtask generate`, and read the diff");
    }
    Ok(())
}
