//! Rules and notifications that are told in plain sentences: those of logs that are not about checks.

use serde::Serialize;

use super::shape::{Configuration, REPOSITORY, Text, shortened};

/// A rule; what more there is to say of it decides the form of its properties `P`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rule<P> {
    id: &'static str,
    short_description: Text,
    help: Text,
    help_uri: String,
    default_configuration: Configuration,
    properties: Properties<P>,
}

#[derive(Serialize)]
struct Properties<P> {
    tags: [&'static str; 3],
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
    #[serde(flatten)]
    more: P,
}

/// What is said of a rule.
pub(crate) struct About<P> {
    pub(crate) id: &'static str,
    pub(crate) level: &'static str,
    /// Inside one of GitHub's bands; none for what is not about security.
    pub(crate) severity: Option<&'static str>,
    pub(crate) title: &'static str,
    pub(crate) help: &'static str,
    /// The page that says more, in the folder of documents.
    pub(crate) page: &'static str,
    pub(crate) tags: [&'static str; 3],
    pub(crate) more: P,
}

impl<P> Rule<P> {
    pub(crate) fn of(about: About<P>) -> Self {
        let About { id, level, severity, title, help, page, tags, more } = about;
        Self {
            id,
            short_description: Text::of(shortened(title)),
            help: Text::of(help.to_owned()),
            help_uri: format!("{REPOSITORY}/blob/main/docs/{page}"),
            default_configuration: Configuration { level },
            properties: Properties { tags, security_severity: severity, more },
        }
    }
}

/// What was not read or is not known.
#[derive(Serialize)]
pub(crate) struct Notification {
    level: &'static str,
    message: Text,
}

impl Notification {
    pub(crate) fn warning(text: String) -> Self {
        Self { level: "warning", message: Text::of(text) }
    }
}
