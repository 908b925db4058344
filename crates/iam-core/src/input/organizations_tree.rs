//! Where the accounts of an organisation stand: `aws organizations describe-organization`, `list-roots`, `list-accounts`, and
//! what stands below one root or organizational unit: `list-children`, `list-organizational-units-for-parent`,
//! `list-accounts-for-parent`.
//!
//! Answers about what stands below do not name their root or unit. The snapshots of this project add it as `ParentId`; without
//! that, the path tells it: a folder or file is called by its id.
//!
//! ```text
//! organizations/organization.json
//! organizations/roots.json
//! organizations/accounts.json
//! organizations/children/r-ab12/accounts.json
//! organizations/children/r-ab12/organizational-units.json
//! organizations/children/ou-ab12-example1.json
//! organizations/service-control-policies.json
//! organizations/policies/p-example1.json
//! organizations/targets/p-example1.json
//! ```
//!
//! `list-accounts` alone tells everything where AWS says `Paths` of each account.
//!
//! Source: AWS Organizations API Reference, version 2016-11-28.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::json::{Item, Listing, Reader};
use super::organizations_policies::OrganizationPolicyKind;
use super::{Artefact, InputError};
use crate::fact::{FileId, Gap};
use crate::ident::AccountId;

/// An organisation. Source: AWS Organizations API Reference, `Organization`.
#[derive(Debug, Clone)]
pub struct DescribedOrganization {
    /// The account that its policies do not bind.
    pub management_account: AccountId,
}

/// What stands below one root or unit, or roots and accounts wherever they stand.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The root or unit, where the file names it.
    pub parent: Option<String>,
    /// What stands there.
    pub nodes: Listing<Node>,
}

/// A root, a unit or an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The id: `r-…`, `ou-…`, or that of the account.
    pub id: String,
    /// Of a root: the types of policies that are in force below it, or are about to be or to cease.
    pub in_force: Option<BTreeSet<OrganizationPolicyKind>>,
    /// What an account stands in, from the root down, where the answer tells it.
    pub above: Option<Vec<String>>,
}

/// Whether the first item of a list is one of Organizations.
type IsOwn = fn(&Value) -> bool;

/// The lists that hold nodes, with what their items have that those of other services have not.
const LISTS: &[(&str, IsOwn)] = &[
    ("Roots", |root| id_of(root).is_some_and(is_root)),
    ("OrganizationalUnits", |unit| id_of(unit).is_some_and(is_unit)),
    ("Children", |child| {
        let kind = child.get("Type").and_then(Value::as_str);
        kind.is_some_and(|kind| ["ACCOUNT", "ORGANIZATIONAL_UNIT"].contains(&kind))
    }),
    ("Accounts", |account| {
        account.get("Arn").and_then(Value::as_str).is_some_and(|arn| arn.contains(":organizations:"))
    }),
];

fn id_of(value: &Value) -> Option<&str> {
    value.get("Id").and_then(Value::as_str)
}

/// Whether a text is the id of a root. Source: AWS Organizations API Reference, `Root`.
pub(crate) fn is_root(text: &str) -> bool {
    text.strip_prefix("r-").is_some_and(|id| is_word(id, 4..=32))
}

/// Whether a text is the id of an organizational unit. Source: AWS Organizations API Reference, `OrganizationalUnit`.
pub(crate) fn is_unit(text: &str) -> bool {
    let parts = text.strip_prefix("ou-").and_then(|id| id.split_once('-'));
    parts.is_some_and(|(root, own)| is_word(root, 4..=32) && is_word(own, 8..=32))
}

fn is_word(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Whether an object under `Organization` is one of Organizations.
pub(super) fn is_organization(document: &Value) -> bool {
    document.get("Organization").is_some_and(|organization| organization.get("MasterAccountId").is_some())
}

/// Whether a document lists what stands in an organisation.
pub(super) fn is_branch(document: &Value) -> bool {
    list_in(document).is_some()
}

/// The list of nodes in a document. An empty one counts where it is nobody else's.
fn list_in(document: &Value) -> Option<&'static str> {
    let is_ours = document.get("ParentId").is_some();
    let (key, _) = LISTS.iter().find(|(key, is_own)| {
        document.get(key).and_then(Value::as_array).is_some_and(|items| match items.first() {
            Some(first) => is_own(first),
            None => is_ours || *key == "OrganizationalUnits",
        })
    })?;
    Some(key)
}

pub(super) fn read_organization(
    document: &Value,
    file: FileId,
) -> Result<(DescribedOrganization, Vec<Arc<Gap>>), InputError> {
    let mut reader = Reader::new(Artefact::Organization, file);
    let account = reader.object(document, "Organization").and_then(|item| {
        let parse = |text: &str| text.parse().ok();
        reader.text_that(item, "MasterAccountId", "the id of an account", parse).known().ok()
    });
    let gaps = reader.into_gaps();
    let Some(management_account) = account else {
        let what = gaps.first().map_or_else(String::new, |gap| gap.what.to_string());
        let remedy = "save the whole output of `aws organizations describe-organization` again";
        return Err(InputError::new(Some(Artefact::Organization), what, remedy));
    };
    Ok((DescribedOrganization { management_account }, gaps))
}

pub(super) fn read_branch(document: &Value, file: FileId) -> (Branch, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::OrganizationsTree, file);
    let nodes = reader.listing(document, list_in(document).unwrap_or("Children"), node);
    let parent = document.get("ParentId").and_then(Value::as_str).map(str::to_owned);
    (Branch { parent, nodes }, reader.into_gaps())
}

fn node(reader: &mut Reader, item: Item<'_>) -> Option<Node> {
    let id = reader.text(item, "Id").known().ok()?;
    let in_force = reader.optional(item, "PolicyTypes", "a list of types of policies", |types| {
        let word = |kind: &Value| kind.get("Type")?.as_str().map(OrganizationPolicyKind::named);
        types.as_array()?.iter().map(word).collect()
    });
    let in_force = in_force.known().ok().flatten().filter(|_| is_root(&id));
    let paths =
        reader.optional(item, "Paths", "a list of paths", |paths| match paths.as_array()?.as_slice() {
            [] => Some(None),
            [path] => Some(Some(above(path.as_str()?)?)),
            _ => None,
        });
    Some(Node { id, in_force, above: paths.known().ok().flatten().flatten() })
}

/// What stands above an account by its path: the organisation, the root, units, the account itself. Source: IAM User Guide,
/// "AWS global condition context keys", `aws:PrincipalOrgPath`.
fn above(path: &str) -> Option<Vec<String>> {
    let mut parts = path.trim_end_matches('/').split('/');
    parts.next().filter(|organization| organization.starts_with("o-"))?;
    parts.next_back()?;
    let (root, units) = (parts.next().filter(|root| is_root(root))?, parts);
    let units: Option<Vec<&str>> = units.map(|unit| is_unit(unit).then_some(unit)).collect();
    Some([root].into_iter().chain(units?).map(str::to_owned).collect())
}
