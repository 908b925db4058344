//! What a finding says, ours or one of Access Analyzer, and whether others say as much.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::{Finding, actions};
use crate::ident::{AccountId, Arn};
use crate::input::access_analyzer::Access;

/// Who may do what, under which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// An account by its id; `*` is anybody.
    pub(super) principal: String,
    actions: Vec<String>,
    /// By key, in small letters.
    condition: BTreeMap<String, String>,
    /// Whether anybody gets in; `None` where it is not told.
    is_public: Option<bool>,
}

impl Said {
    pub(super) fn here(finding: &Finding) -> Self {
        let condition = finding.condition.iter();
        Self {
            principal: plain(&finding.principal.to_string()),
            actions: finding.actions.clone(),
            condition: condition.map(|(key, value)| (key.folded().to_owned(), plain_value(value))).collect(),
            is_public: Some(finding.is_public),
        }
    }

    /// One for each principal; `None` where the finding does not tell who or what.
    pub(super) fn there(access: &Access) -> Option<Vec<Self>> {
        if access.principal.is_empty() || access.actions.is_empty() {
            return None;
        }
        let condition = access.condition.iter();
        let condition: BTreeMap<String, String> =
            condition.map(|(key, value)| (key.to_ascii_lowercase(), plain_value(value))).collect();
        let of = |who: &str| Self {
            principal: plain(who),
            actions: access.actions.iter().map(ToString::to_string).collect(),
            condition: condition.clone(),
            is_public: access.is_public,
        };
        Some(access.principal.values().map(|who| of(who)).collect())
    }

    /// Whether another names the principal too, or somebody whom he belongs to.
    pub(super) fn is_named_by(&self, other: &Self) -> bool {
        let is_own = |account: AccountId| {
            Arn::parse(&self.principal).ok().and_then(|arn| arn.account().ok()) == Some(account)
        };
        other.principal == "*"
            || other.principal == self.principal
            || other.principal.parse::<AccountId>().is_ok_and(is_own)
    }

    /// Whether another asks for no more than this one.
    fn asks_no_less_than(&self, other: &Self) -> bool {
        other.condition.iter().all(|(key, value)| {
            let own = self.condition.get(key);
            own.is_some_and(|own| own == value || key == "aws:sourceip" && is_within(own, value))
        })
    }

    /// What this says and none of the others do, in words; `None` if they say as much. `where_else` says whose they are.
    pub(super) fn beyond(&self, others: &[Self], where_else: &str) -> Option<String> {
        let who = if self.principal == "*" { "anybody" } else { &self.principal };
        let naming: Vec<&Self> = others.iter().filter(|other| self.is_named_by(other)).collect();
        if naming.is_empty() {
            return Some(format!("{who} is not let in {where_else}"));
        }
        let covering: Vec<&Self> =
            naming.iter().copied().filter(|other| self.asks_no_less_than(other)).collect();
        if covering.is_empty() {
            let theirs: Vec<String> = naming.iter().map(|other| other.shown_condition()).collect();
            return Some(format!(
                "{who} gets in {}; {where_else} {}",
                self.shown_condition(),
                theirs.join(", or ")
            ));
        }
        let known: Vec<&str> = covering.iter().flat_map(|other| &other.actions).map(String::as_str).collect();
        let more = actions::beyond(&self.actions, &known);
        if !more.is_empty() {
            return Some(format!("{who} may not do {} {where_else}", more.join(", ")));
        }
        let told = covering.iter().filter_map(|other| other.is_public);
        let is_told_otherwise = self.is_public == Some(true) && told.clone().all(|public| !public);
        (is_told_otherwise && told.count() > 0).then(|| format!("it is not called public {where_else}"))
    }

    fn shown_condition(&self) -> String {
        if self.condition.is_empty() {
            return "without any condition".to_owned();
        }
        let tests = self.condition.iter().map(|(key, value)| format!("{key} is {value}"));
        format!("if {}", tests.collect::<Vec<_>>().join(" and "))
    }
}

/// An account is named by its id or by the ARN of its root; both are the same.
fn plain(who: &str) -> String {
    let account = Arn::parse(who).ok().filter(|arn| arn.service == "iam" && arn.resource == "root");
    account.map_or_else(|| who.to_owned(), |arn| arn.account_field().to_owned())
}

/// A single address is the network of that address alone.
fn plain_value(value: &str) -> String {
    let network =
        value.parse::<IpNet>().ok().filter(|network| network.prefix_len() == network.max_prefix_len());
    network.map_or_else(|| value.to_owned(), |network| network.addr().to_string())
}

/// Whether all addresses of one network are in another.
fn is_within(one: &str, other: &str) -> bool {
    let network = |text: &str| {
        text.parse::<IpNet>().ok().or_else(|| Some(IpNet::from(text.parse::<std::net::IpAddr>().ok()?)))
    };
    network(one).zip(network(other)).is_some_and(|(one, other)| other.contains(&one))
}
