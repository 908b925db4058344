//! What the catalogue says of one service, action or resource type.

use std::fmt;

use super::decode::{ActionRow, ResourceRow, ServiceRow, TypeRow};
use super::expand;
use super::{ActionId, ActionSet, Catalogue, ConditionKey, Levels};

/// A service: all that shares one prefix. The console may show it as several services.
#[derive(Clone, Copy)]
pub struct Service<'c> {
    pub(super) catalogue: &'c Catalogue,
    pub(super) row: &'c ServiceRow,
}

impl<'c> Service<'c> {
    /// The prefix that actions begin with, such as `s3`.
    pub fn prefix(&self) -> &'c str {
        self.catalogue.at(self.row.prefix)
    }

    /// The name that people know, such as `Amazon S3`; empty if the source does not say.
    pub fn name(&self) -> &'c str {
        self.catalogue.at(self.row.name)
    }

    /// Whether resource control policies apply to the service; `None` if the source does not say.
    ///
    /// Source: AWS Organizations User Guide, "List of AWS services that support RCPs".
    pub fn supports_rcp(&self) -> Option<bool> {
        self.row.supports_rcp
    }

    /// The actions, by name.
    pub fn actions(&self) -> impl Iterator<Item = Action<'c>> + use<'c> {
        let catalogue = self.catalogue;
        let rows = self.row.actions.of(&catalogue.actions);
        rows.iter().zip(self.row.actions.start..).map(move |(row, id)| Action {
            catalogue,
            row,
            id: ActionId(id),
        })
    }

    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<Action<'c>> {
        let place = self.catalogue.place_of_action(self.row.actions, name)?;
        self.catalogue.by_id(ActionId(place))
    }

    /// Whether the name of any action of the service matches a pattern with `*` and `?`.
    pub fn has_match(&self, pattern: &str) -> bool {
        expand::has_match(self.catalogue, self.row.actions, pattern)
    }

    /// The set of all actions of the service.
    pub fn all(&self) -> ActionSet {
        ActionSet::range(self.row.actions.start as usize, self.row.actions.end as usize)
    }

    /// The resource types, by name.
    pub fn resource_types(&self) -> impl ExactSizeIterator<Item = ResourceType<'c>> + use<'c> {
        let catalogue = self.catalogue;
        self.row.types.of(&catalogue.types).iter().map(move |row| ResourceType { catalogue, row })
    }

    /// The resource type of this name.
    pub fn resource_type(&self, name: &str) -> Option<ResourceType<'c>> {
        let rows = self.row.types.of(&self.catalogue.types);
        let at = self.catalogue.place(rows, |row| row.name, name)?;
        rows.get(at).map(|row| ResourceType { catalogue: self.catalogue, row })
    }

    /// The condition keys that the service's documentation lists, by name, some global ones among them.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey<'c>> + use<'c> {
        let catalogue = self.catalogue;
        (self.row.keys.start..self.row.keys.end).filter_map(move |at| catalogue.key_at(at))
    }
}

impl fmt::Debug for Service<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({})", self.prefix())
    }
}

/// An action. It prints as `s3:GetObject`.
#[derive(Clone, Copy)]
pub struct Action<'c> {
    pub(super) catalogue: &'c Catalogue,
    pub(super) row: &'c ActionRow,
    pub(super) id: ActionId,
}

impl<'c> Action<'c> {
    /// Its number in this catalogue.
    pub fn id(&self) -> ActionId {
        self.id
    }

    /// The prefix of its service, such as `s3`.
    pub fn prefix(&self) -> &'c str {
        self.service_row().map_or("", |row| self.catalogue.at(row.prefix))
    }

    /// The service.
    pub fn service(&self) -> Option<Service<'c>> {
        self.service_row().map(|row| Service { catalogue: self.catalogue, row })
    }

    /// The name behind the colon, as AWS spells it.
    pub fn name(&self) -> &'c str {
        self.catalogue.at(self.row.name)
    }

    /// The name in lower case.
    pub fn lower_name(&self) -> &'c str {
        self.catalogue.lower_at(self.row.name)
    }

    /// What kind of access it gives.
    pub fn levels(&self) -> Levels {
        self.row.levels
    }

    /// The types of resources it is authorised against, as the source lists them.
    ///
    /// Empty for actions that are authorised against `*` only: a statement that names ARNs never grants those.
    pub fn resources(&self) -> impl ExactSizeIterator<Item = ActionResource<'c>> + use<'c> {
        let catalogue = self.catalogue;
        self.row.resources.of(&catalogue.resources).iter().map(move |row| ActionResource { catalogue, row })
    }

    /// Whether any resource type is listed; see [`Action::resources`].
    pub fn has_resources(&self) -> bool {
        self.row.resources.start < self.row.resources.end
    }

    /// The condition keys of the action itself; resource types have more.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey<'c>> + use<'c> {
        self.catalogue.keys_of(self.row.keys)
    }

    /// Actions that the caller needs as well, such as `iam:PassRole`; not all of them need be in the catalogue.
    pub fn dependents(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.catalogue.at(self.row.dependents).split(' ').filter(|name| !name.is_empty())
    }

    /// Whether Access Analyzer can see the action in CloudTrail when it generates a policy; `None` if the source does not
    /// say, as the embedded catalogue.
    pub fn seen_by_policy_generation(&self) -> Option<bool> {
        self.row.seen_by_generation
    }

    /// Whether the last-accessed information of IAM tracks the action; `None` if the source does not say, as the
    /// embedded catalogue.
    pub fn seen_by_last_accessed(&self) -> Option<bool> {
        self.row.seen_by_last_accessed
    }

    fn service_row(&self) -> Option<&'c ServiceRow> {
        self.catalogue.services.get(self.row.service as usize)
    }
}

impl fmt::Display for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.prefix(), self.name())
    }
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action({self})")
    }
}

/// One type of resources of one action.
#[derive(Clone, Copy)]
pub struct ActionResource<'c> {
    catalogue: &'c Catalogue,
    row: &'c ResourceRow,
}

impl<'c> ActionResource<'c> {
    /// The resource type.
    pub fn resource_type(&self) -> Option<ResourceType<'c>> {
        let row = self.catalogue.types.get(self.row.kind as usize)?;
        Some(ResourceType { catalogue: self.catalogue, row })
    }

    /// Whether both are of the same type.
    pub(crate) fn has_type_of(&self, other: Self) -> bool {
        self.row.kind == other.row.kind
    }

    /// Whether the source marks the type as required. The Service Reference does not mark any.
    pub fn is_required(&self) -> bool {
        self.row.required
    }

    /// The condition keys that count for this type in this action.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey<'c>> + use<'c> {
        self.catalogue.keys_of(self.row.keys)
    }
}

impl fmt::Debug for ActionResource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.resource_type().map_or("", |kind| kind.name());
        write!(f, "ActionResource({name}{})", if self.is_required() { ", required" } else { "" })
    }
}

/// A type of resources, such as the buckets of S3.
#[derive(Clone, Copy)]
pub struct ResourceType<'c> {
    catalogue: &'c Catalogue,
    row: &'c TypeRow,
}

impl<'c> ResourceType<'c> {
    /// Its name within the service, such as `bucket`.
    pub fn name(&self) -> &'c str {
        self.catalogue.at(self.row.name)
    }

    /// How its ARNs look, such as `arn:${Partition}:s3:::${BucketName}`. The parts in braces are not policy variables.
    pub fn arn_templates(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.catalogue.at(self.row.arns).split(' ').filter(|arn| !arn.is_empty())
    }

    /// The templates as patterns: `arn:*:s3:::*`.
    pub fn arn_patterns(&self) -> impl Iterator<Item = String> + use<'c> {
        self.arn_templates().map(pattern_of)
    }

    /// The condition keys of resources of this type.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey<'c>> + use<'c> {
        self.catalogue.keys_of(self.row.keys)
    }
}

impl fmt::Debug for ResourceType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceType({})", self.name())
    }
}

/// Each placeholder becomes a star.
fn pattern_of(template: &str) -> String {
    let mut pattern = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, after)) = after.split_once('}') else { break };
        pattern.push_str(before);
        pattern.push('*');
        rest = after;
    }
    pattern + rest
}

#[cfg(test)]
mod tests {
    use super::pattern_of;

    #[test]
    fn placeholders_become_stars() {
        for (template, pattern) in [
            ("arn:${Partition}:s3:::${BucketName}/${ObjectName}", "arn:*:s3:::*/*"),
            ("arn:${Partition}:dms:${Region}:${Account}:cert:*", "arn:*:dms:*:*:cert:*"),
            ("plain", "plain"),
            ("broken${Name", "broken${Name"),
            ("", ""),
        ] {
            assert_eq!(pattern_of(template), pattern);
        }
    }
}
