//! A catalogue in the making, and as the text of a catalogue file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::decode::{FIRST_LINE, is_name};
use super::{Catalogue, Levels, UnreadableCatalogue};

/// A catalogue that is being put together from some source. Names are kept once, whatever their case.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    source: String,
    data_date: Option<String>,
    services: BTreeMap<String, DraftService>,
}

/// A service of a [`Draft`].
#[derive(Debug, Clone, Default)]
pub struct DraftService {
    /// The name that people know.
    pub name: String,
    /// Whether resource control policies apply; `None` if unknown.
    pub supports_rcp: Option<bool>,
    prefix: String,
    /// By name in lower case, as the other maps: the key's name and type.
    keys: BTreeMap<String, (String, String)>,
    types: BTreeMap<String, (String, DraftResourceType)>,
    actions: BTreeMap<String, (String, DraftAction)>,
}

/// A resource type of a [`Draft`].
#[derive(Debug, Clone, Default)]
pub struct DraftResourceType {
    /// How its ARNs look.
    pub arn_templates: BTreeSet<String>,
    /// Names of its condition keys.
    pub condition_keys: BTreeSet<String>,
}

/// An action of a [`Draft`].
#[derive(Debug, Clone, Default)]
pub struct DraftAction {
    /// What kind of access it gives.
    pub levels: Levels,
    /// The types of resources it is authorised against.
    pub resources: Vec<DraftActionResource>,
    /// Names of its condition keys.
    pub condition_keys: BTreeSet<String>,
    /// Names of the actions that it needs as well, such as `iam:PassRole`.
    pub dependents: BTreeSet<String>,
    /// Whether Access Analyzer's policy generation can see it; `None` if unknown.
    pub seen_by_policy_generation: Option<bool>,
    /// Whether the last-accessed information tracks it; `None` if unknown.
    pub seen_by_last_accessed: Option<bool>,
}

/// One type of resources of a [`DraftAction`].
#[derive(Debug, Clone, Default)]
pub struct DraftActionResource {
    /// The name of the resource type.
    pub name: String,
    /// Whether the source marks it as required.
    pub required: bool,
    /// Names of the condition keys that count for this type in this action.
    pub condition_keys: BTreeSet<String>,
}

/// A name that policies could not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be the name of a service or an action: expected up to 128 letters, digits, `-`, `_`, `.`"
)]
pub struct UnusableName(pub String);

impl Draft {
    /// A catalogue without services; `source` says with versions where the data come from, `data_date` is their day (UTC,
    /// `2026-09-26`), if known.
    pub fn new(source: &str, data_date: Option<&str>) -> Self {
        Self { source: source.to_owned(), data_date: data_date.map(str::to_owned), services: BTreeMap::new() }
    }

    /// Names another source of the data.
    pub fn add_source(&mut self, source: &str) {
        self.source.push_str(", ");
        self.source.push_str(source);
    }

    /// The service of a prefix; it is added if it is new.
    ///
    /// # Errors
    ///
    /// [`UnusableName`] when no policy could name it.
    pub fn service(&mut self, prefix: &str) -> Result<&mut DraftService, UnusableName> {
        let lower = lower_name(prefix)?;
        let new = || DraftService { prefix: prefix.to_owned(), ..DraftService::default() };
        Ok(self.services.entry(lower).or_insert_with(new))
    }

    /// Whether the service is there.
    pub fn has_service(&self, prefix: &str) -> bool {
        self.services.contains_key(&prefix.to_ascii_lowercase())
    }

    /// The text of a catalogue file, the same for the same content.
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        if let Some(date) = &self.data_date {
            push_line(&mut text, &format!("d{}", clean(date)));
        }
        push_line(&mut text, &format!("o{}", clean(&self.source)));
        for service in self.services.values() {
            service.write(&mut text);
        }
        text
    }

    /// The finished catalogue.
    ///
    /// # Errors
    ///
    /// When there is more text than a catalogue may have.
    pub fn finish(&self) -> Result<Catalogue, UnreadableCatalogue> {
        Catalogue::read(self.to_text().as_bytes())
    }
}

impl DraftService {
    /// Adds a condition key with its type in AWS's words (`ArrayOfString`).
    pub fn add_condition_key(&mut self, name: &str, kind: &str) {
        self.keys.insert(name.to_ascii_lowercase(), (name.to_owned(), kind.to_owned()));
    }

    /// Adds a resource type.
    pub fn add_resource_type(&mut self, name: &str, resource_type: DraftResourceType) {
        for key in &resource_type.condition_keys {
            self.mention_key(key);
        }
        self.types.insert(name.to_ascii_lowercase(), (name.to_owned(), resource_type));
    }

    /// Adds an action. Condition keys and resource types that it mentions and that are not there are added without details.
    ///
    /// # Errors
    ///
    /// [`UnusableName`] when no policy could name it.
    pub fn add_action(&mut self, name: &str, action: DraftAction) -> Result<(), UnusableName> {
        let lower = lower_name(name)?;
        for key in action.resources.iter().flat_map(|r| &r.condition_keys).chain(&action.condition_keys) {
            self.mention_key(key);
        }
        for resource in &action.resources {
            let new = || (resource.name.clone(), DraftResourceType::default());
            self.types.entry(resource.name.to_ascii_lowercase()).or_insert_with(new);
        }
        self.actions.insert(lower, (name.to_owned(), action));
        Ok(())
    }

    /// The action of this name, to add to it.
    pub fn action_mut(&mut self, name: &str) -> Option<&mut DraftAction> {
        self.actions.get_mut(&name.to_ascii_lowercase()).map(|(_, action)| action)
    }

    fn mention_key(&mut self, name: &str) {
        let new = || (name.to_owned(), String::new());
        self.keys.entry(name.to_ascii_lowercase()).or_insert_with(new);
    }

    fn write(&self, text: &mut String) {
        let keys = numbers(&self.keys);
        let types = numbers(&self.types);
        let listed = |names: &BTreeSet<String>, separator: &str| numbered(names, &keys, separator);
        push_line(
            text,
            &format!("s{}\t{}\t{}", self.prefix, answer(self.supports_rcp, ""), clean(&self.name)),
        );
        for (name, kind) in self.keys.values() {
            push_line(text, &format!("k{}\t{}", clean(name), clean(kind)));
        }
        for (name, resource_type) in self.types.values() {
            let arns: Vec<String> =
                resource_type.arn_templates.iter().map(|arn| clean(arn).replace(' ', "")).collect();
            let keys = listed(&resource_type.condition_keys, " ");
            push_line(text, &format!("t{}\t{}\t{keys}", clean(name), arns.join(" ")));
        }
        for (name, action) in self.actions.values() {
            let resources: Vec<String> = action
                .resources
                .iter()
                .filter_map(|resource| {
                    let number = types.get(resource.name.to_ascii_lowercase().as_str())?;
                    let required = if resource.required { "!" } else { "" };
                    let keys = listed(&resource.condition_keys, ",");
                    let colon = if keys.is_empty() { "" } else { ":" };
                    Some(format!("{number}{required}{colon}{keys}"))
                })
                .collect();
            let dependents: Vec<String> =
                action.dependents.iter().map(|name| clean(name).replace(' ', "")).collect();
            let seen = match (action.seen_by_policy_generation, action.seen_by_last_accessed) {
                (None, None) => String::new(),
                (generation, last) => format!("{}{}", answer(generation, "."), answer(last, ".")),
            };
            let line = format!(
                "a{name}\t{}\t{}\t{}\t{}\t{seen}",
                action.levels.letters(),
                resources.join(" "),
                listed(&action.condition_keys, " "),
                dependents.join(" ")
            );
            push_line(text, &line);
        }
    }
}

fn lower_name(name: &str) -> Result<String, UnusableName> {
    if is_name(name) { Ok(name.to_ascii_lowercase()) } else { Err(UnusableName(name.to_owned())) }
}

fn numbers<T>(map: &BTreeMap<String, T>) -> BTreeMap<&str, usize> {
    map.keys().enumerate().map(|(at, name)| (name.as_str(), at)).collect()
}

fn numbered(names: &BTreeSet<String>, numbers: &BTreeMap<&str, usize>, separator: &str) -> String {
    let found: BTreeSet<usize> =
        names.iter().filter_map(|name| numbers.get(name.to_ascii_lowercase().as_str()).copied()).collect();
    let mut text = String::new();
    for number in found {
        let between = if text.is_empty() { "" } else { separator };
        let _ = write!(text, "{between}{number}");
    }
    text
}

fn answer(known: Option<bool>, unknown: &'static str) -> &'static str {
    match known {
        Some(true) => "y",
        Some(false) => "n",
        None => unknown,
    }
}

/// Without the characters that the format itself uses.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end_matches('\t'));
    text.push('\n');
}
