//! Files of the AWS Service Reference -> a catalogue.
//!
//! Source: Service Authorization Reference, "Simplified AWS service information for programmatic access"; the files come from
//! `https://servicereference.us-east-1.amazonaws.com/`. Fields that are not known here are passed over.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    Catalogue, Draft, DraftAction, DraftActionResource, DraftResourceType, Levels, UnreadableCatalogue,
};

/// A catalogue made from a set of files, and the files that are not in it.
#[derive(Debug)]
pub struct FromServiceReference {
    /// What could be read.
    pub catalogue: Catalogue,
    /// What could not: a missing service makes its actions unknown, never absent.
    pub bad: Vec<BadFile>,
}

/// A file, or a part of one, that the catalogue lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct BadFile {
    /// The name that was handed in.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceFile {
    name: String,
    #[serde(default)]
    actions: Vec<ActionEntry>,
    #[serde(default)]
    resources: Vec<ResourceEntry>,
    #[serde(default)]
    condition_keys: Vec<KeyEntry>,
    #[serde(default)]
    operations: Vec<OperationEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ActionEntry {
    name: String,
    #[serde(default)]
    action_condition_keys: BTreeSet<String>,
    #[serde(default)]
    resources: Vec<NameOnly>,
    annotations: Option<Annotations>,
    supported_by: Option<SupportedBy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NameOnly {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Annotations {
    properties: Option<Properties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "AWS's own flags; any of them may be set")]
struct Properties {
    #[serde(default)]
    is_list: bool,
    #[serde(default)]
    is_permission_management: bool,
    #[serde(default)]
    is_tagging_only: bool,
    #[serde(default)]
    is_write: bool,
}

#[derive(Deserialize)]
struct SupportedBy {
    #[serde(rename = "IAM Access Analyzer Policy Generation")]
    policy_generation: Option<bool>,
    #[serde(rename = "IAM Action Last Accessed")]
    last_accessed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceEntry {
    name: String,
    #[serde(default, rename = "ARNFormats")]
    arn_formats: BTreeSet<String>,
    #[serde(default)]
    condition_keys: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyEntry {
    name: String,
    #[serde(default)]
    types: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OperationEntry {
    name: String,
    #[serde(default)]
    authorized_actions: Vec<AuthorizedAction>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AuthorizedAction {
    name: String,
    service: String,
}

pub(super) fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    data_date: Option<&str>,
) -> FromServiceReference {
    let mut draft = Draft::new("AWS Service Reference", data_date);
    let mut bad = Vec::new();
    for (file, bytes) in files {
        let problem = |problem: String| BadFile { file: file.to_owned(), problem };
        if bytes.trim_ascii_start().starts_with(b"[") {
            continue; // the index, which only says where the files are
        }
        match serde_json::from_slice::<ServiceFile>(bytes) {
            Err(error) => bad.push(problem(format!("not a file of the AWS Service Reference: {error}"))),
            Ok(service) => bad.extend(add(&mut draft, service).into_iter().map(problem)),
        }
    }
    let catalogue = draft.finish().unwrap_or_else(|error: UnreadableCatalogue| {
        bad.push(BadFile { file: "all files together".to_owned(), problem: error.to_string() });
        Catalogue::default()
    });
    FromServiceReference { catalogue, bad }
}

/// Adds a service; what cannot be added is told.
fn add(draft: &mut Draft, file: ServiceFile) -> Vec<String> {
    if draft.has_service(&file.name) {
        return vec![format!("service `{}` was read from another file", file.name)];
    }
    let service = match draft.service(&file.name) {
        Ok(service) => service,
        Err(error) => return vec![error.to_string()],
    };
    for key in &file.condition_keys {
        // Several types would need one type for all; they are named as they are.
        service.add_condition_key(&key.name, &key.types.join(","));
    }
    for resource in file.resources {
        let (arn_templates, condition_keys) = (resource.arn_formats, resource.condition_keys);
        service.add_resource_type(&resource.name, DraftResourceType { arn_templates, condition_keys });
    }
    let mut problems = Vec::new();
    for entry in file.actions {
        let dependents = dependents(&file.name, &entry.name, &file.operations);
        let name = entry.name.clone();
        if let Err(error) = service.add_action(&name, action(entry, dependents)) {
            problems.push(error.to_string());
        }
    }
    problems
}

fn action(entry: ActionEntry, dependents: BTreeSet<String>) -> DraftAction {
    let resource = |NameOnly { name }| DraftActionResource { name, ..DraftActionResource::default() };
    DraftAction {
        levels: entry.annotations.and_then(|it| it.properties).map_or(Levels::NONE, |it| levels(&it)),
        resources: entry.resources.into_iter().map(resource).collect(),
        condition_keys: entry.action_condition_keys,
        dependents,
        seen_by_policy_generation: entry.supported_by.as_ref().and_then(|it| it.policy_generation),
        seen_by_last_accessed: entry.supported_by.as_ref().and_then(|it| it.last_accessed),
    }
}

/// All four false means that the action reads.
fn levels(flags: &Properties) -> Levels {
    let levels = [
        (flags.is_list, Levels::LIST),
        (flags.is_permission_management, Levels::PERMISSIONS_MANAGEMENT),
        (flags.is_tagging_only, Levels::TAGGING),
        (flags.is_write, Levels::WRITE),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .fold(Levels::NONE, |levels, (_, level)| levels.union(level));
    if levels.is_empty() { Levels::READ } else { levels }
}

/// What the operation of the same name is authorised for besides the action itself.
fn dependents(service: &str, action: &str, operations: &[OperationEntry]) -> BTreeSet<String> {
    operations
        .iter()
        .filter(|operation| operation.name.eq_ignore_ascii_case(action))
        .flat_map(|operation| &operation.authorized_actions)
        .filter(|it| !(it.service.eq_ignore_ascii_case(service) && it.name.eq_ignore_ascii_case(action)))
        .map(|it| format!("{}:{}", it.service, it.name))
        .collect()
}
