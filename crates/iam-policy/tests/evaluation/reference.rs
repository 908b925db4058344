//! A second evaluator, as simple as can be: two truth values, strings, recursion, JSON as it stands. It shares nothing with
//! the crate. What a request leaves open is filled in beforehand, and each doubtful rule is read in one way.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and the pages of the elements, as cited in `tests/rules`.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::scene::{Choices, HERE, KEYS, PROVIDER, ROLE, SERVICE, SESSIONS, Said, Scene, THERE, USERS, Who};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// A scene of which everything is known.
#[derive(Debug)]
pub(crate) struct World<'s> {
    scene: &'s Scene,
    /// How each doubtful rule is read, one bit for each.
    readings: u16,
    /// Values of the keys that the request has, by their names in lower case.
    keys: BTreeMap<String, Vec<String>>,
    /// Keys that were filled in.
    filled: BTreeSet<String>,
    session: &'static str,
    federating: &'static str,
    owner: &'static str,
    /// Whether something counted that the scene leaves open.
    pub(crate) is_doubtful: Cell<bool>,
}

const STAR_BEYOND: u16 = 0;
const NOT_PRINCIPAL: u16 = 1;
const MULTIVALUED: u16 = 2;
const VARIABLE_IN_BOOL: u16 = 3;
const UNREADABLE: u16 = 4;
const NULL_OF_EMPTY: u16 = 5;
const REFUSED: u16 = 6;
const RESOURCE_CONTROL: u16 = 7;
const AWS_STAR: u16 = 8;

/// Fills in what a scene leaves open.
pub(crate) fn world<'s>(scene: &'s Scene, c: &mut Choices<'_>) -> World<'s> {
    let readings = u16::try_from(c.below(512)).unwrap();
    let owner = match (scene.owner, scene.resource) {
        (Some(owner), _) => owner,
        (None, Some(arn)) if arn.contains(":444455556666:") => THERE,
        (None, Some(arn)) if arn.contains(":s3:::") => c.of(&[HERE, THERE]),
        _ => HERE,
    };
    let (mut keys, mut filled) = (BTreeMap::new(), BTreeSet::new());
    for (key, values, _) in KEYS {
        let name = key.to_lowercase();
        let said = scene.context.iter().find(|(said, _)| said == key).map(|(_, said)| said.clone());
        let default = if scene.closed { Said::Absent } else { Said::Unknown };
        let follows = follows(scene, key);
        let known = match (follows, said) {
            (Some(Said::Present), Some(said @ (Said::One(_) | Said::Many(_)))) => said,
            (Some(follows), _) => follows,
            (None, Some(said)) => said,
            (None, None) => default,
        };
        let mut fill = || match (*key, c.below(4)) {
            ("aws:ResourceAccount", _) => vec![owner.to_owned()],
            ("aws:TagKeys", n) => values.iter().take(n).map(|value| (*value).to_owned()).collect(),
            _ => vec![c.of(values).to_owned()],
        };
        let value = match known {
            Said::One(value) => Some(vec![value.to_owned()]),
            Said::Many(values) => Some(values.iter().map(|value| (*value).to_owned()).collect()),
            Said::Absent => None,
            Said::Present => {
                filled.insert(name.clone());
                Some(fill())
            }
            Said::Unknown => {
                filled.insert(name.clone());
                let value = fill();
                c.once_in(2).then_some(value)
            }
        };
        keys.extend(value.map(|value| (name, value)));
    }
    let session = match scene.who {
        Who::Role(_, Some(session)) => session,
        _ => c.of(SESSIONS),
    };
    let federating = match scene.who {
        Who::FederatedUser(_, Some(user)) => user,
        _ => c.of(USERS),
    };
    World { scene, readings, keys, filled, session, federating, owner, is_doubtful: Cell::new(false) }
}

/// What follows for a key from who asks for what.
fn follows(scene: &Scene, key: &str) -> Option<Said> {
    use Said::{Absent, One, Present};
    let who = &scene.who;
    match (key, who) {
        ("aws:CurrentTime" | "aws:SecureTransport", _) => Some(Present),
        ("aws:PrincipalTag/Team" | "aws:PrincipalArn" | "aws:MultiFactorAuthPresent", Who::Anonymous) => {
            Some(Absent)
        }
        ("aws:PrincipalAccount" | "aws:userid", Who::Anonymous) => Some(One("anonymous")),
        ("aws:username", Who::User(arn)) => Some(One(arn.rsplit('/').next().unwrap())),
        ("aws:username", _) => Some(Absent),
        ("aws:PrincipalArn", Who::User(arn) | Who::Role(arn, _) | Who::FederatedUser(arn, _)) => {
            Some(One(arn))
        }
        ("aws:PrincipalArn", Who::Root) => Some(One("arn:aws:iam::111122223333:root")),
        ("aws:PrincipalAccount", Who::Service(_) | Who::Provider(_)) => None,
        ("aws:PrincipalAccount", _) => Some(One(HERE)),
        ("aws:userid", Who::Root) => Some(One(HERE)),
        ("aws:userid", Who::FederatedUser(..)) => Some(One("111122223333:fred")),
        ("aws:userid", _) => Some(Present),
        ("aws:MultiFactorAuthPresent", Who::Role(..) | Who::FederatedUser(..)) => Some(Present),
        ("aws:ResourceAccount", _) => match (scene.owner, scene.resource) {
            (Some(owner), _) => Some(One(owner)),
            (None, Some(arn)) if arn.contains(":111122223333:") => Some(One(HERE)),
            (None, Some(arn)) if arn.contains(":444455556666:") => Some(One(THERE)),
            _ => None,
        },
        _ => None,
    }
}

impl World<'_> {
    fn reads(&self, rule: u16) -> bool {
        self.is_doubtful.set(true);
        self.readings >> rule & 1 == 1
    }

    fn key(&self, name: &str) -> Option<Vec<String>> {
        let name = name.to_lowercase();
        if self.filled.contains(&name) {
            self.is_doubtful.set(true);
        }
        self.keys.get(&name).cloned()
    }
}

pub(crate) fn decide(w: &World<'_>) -> Verdict {
    let s = w.scene;
    let is_aws = !matches!(s.who, Who::Anonymous | Who::Provider(_) | Who::Service(_));
    let has_policies = matches!(s.who, Who::User(_) | Who::Role(..) | Who::FederatedUser(..));
    let is_session = matches!(s.who, Who::Role(..) | Who::FederatedUser(..));
    if s.action == "sts:GetCallerIdentity" && !matches!(s.who, Who::Anonymous | Who::Provider(_)) {
        return Verdict::Allowed;
    }
    if s.action == "iam:DeletePolicy" && s.resource == Some("arn:aws:iam::aws:policy/Some") {
        return Verdict::ImplicitDeny;
    }
    if s.action == "sts:AssumeRole" && s.who == Who::Root {
        return Verdict::ImplicitDeny;
    }
    let is_linked = matches!(s.who, Who::Role(arn, _) if arn.contains("aws-service-role"));
    if w.owner_is_open() {
        w.is_doubtful.set(true);
    }
    let levels_bind = is_aws && !is_linked && s.managing != Some(HERE);
    let known_owner = known_owner(s);
    let resource_control_binds = !is_linked && (s.managing.is_none() || s.managing != known_owner);
    let service = s.action.split(':').next().unwrap();
    let is_covered = ["s3", "sts", "kms", "sqs", "secretsmanager", "logs"].contains(&service);

    let denies = |policy: &Value, kind| {
        statements(policy).iter().any(|statement| {
            statement["Effect"] == "Deny"
                && holds(w, policy, statement, kind)
                && !names(w, statement).is_empty()
        })
    };
    let allows = |policy: &Value, kind| {
        statements(policy).iter().any(|statement| {
            statement["Effect"] == "Allow"
                && holds(w, policy, statement, kind)
                && !names(w, statement).is_empty()
        })
    };
    let trust = s.action == "sts:AssumeRole";
    let attached = if trust { "trust" } else { "resource" };

    let mut denied = false;
    if has_policies {
        denied |= s.identity.iter().any(|policy| denies(policy, "identity"));
        denied |= s.boundary.iter().any(|policy| denies(policy, "identity"));
    }
    if is_session {
        denied |= s.session.iter().any(|policy| denies(policy, "identity"));
    }
    if levels_bind {
        denied |= s.levels.iter().flatten().any(|policy| denies(policy, "identity"));
    }
    if resource_control_binds && s.resource_control.iter().any(|policy| denies(policy, "endpoint")) {
        denied |= is_covered || w.reads(RESOURCE_CONTROL);
    }
    denied |= s.attached.iter().any(|policy| denies(policy, attached));
    denied |= s.endpoint.iter().any(|policy| denies(policy, "endpoint"));
    if denied {
        return Verdict::ExplicitDeny;
    }

    if levels_bind && !s.levels.iter().all(|level| level.iter().any(|policy| allows(policy, "identity"))) {
        return Verdict::ImplicitDeny;
    }
    if !s.endpoint.iter().all(|policy| allows(policy, "endpoint")) {
        return Verdict::ImplicitDeny;
    }
    let is_own = w.owner == HERE || s.resource.is_none();
    if s.restricts && !matches!(s.who, Who::Service(_)) && !(is_aws && is_own) {
        return Verdict::ImplicitDeny;
    }
    let identity = s.who == Who::Root || s.identity.iter().any(|policy| allows(policy, "identity"));
    let boundary = !has_policies || s.boundary.iter().all(|policy| allows(policy, "identity"));
    let needs_session = matches!(s.who, Who::FederatedUser(..)) || (is_session && !s.session.is_empty());
    let session = !needs_session || s.session.iter().any(|policy| allows(policy, "identity"));
    let by_identity = identity && boundary && session;
    let allowed = if !is_aws {
        s.attached.iter().any(|policy| allows(policy, attached))
    } else if !is_own {
        s.attached.iter().any(|policy| allows(policy, attached)) && by_identity
    } else {
        let mut by_resource = false;
        if let Some(policy) = &s.attached {
            for statement in statements(policy) {
                if statement["Effect"] != "Allow" || !holds(w, policy, statement, attached) {
                    continue;
                }
                for name in names(w, statement) {
                    by_resource |= match name {
                        "account" => identity && boundary && session,
                        "role" => boundary && session,
                        "federating" => session,
                        _ => true,
                    };
                }
            }
        }
        let alone = trust || (s.action == "kms:Decrypt");
        by_resource || (!alone && by_identity)
    };
    if allowed { Verdict::Allowed } else { Verdict::ImplicitDeny }
}

fn known_owner(s: &Scene) -> Option<&'static str> {
    match (s.owner, s.resource) {
        (Some(owner), _) => Some(owner),
        (None, Some(arn)) if arn.contains(":111122223333:") => Some(HERE),
        (None, Some(arn)) if arn.contains(":444455556666:") => Some(THERE),
        _ => None,
    }
}

impl World<'_> {
    fn owner_is_open(&self) -> bool {
        self.scene.owner.is_none() && self.scene.resource.is_some_and(|arn| arn.contains(":s3:::"))
    }
}

fn statements(policy: &Value) -> Vec<&Value> {
    list(&policy["Statement"])
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<String> {
    list(value).into_iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// Whether a statement is about the request, apart from who asks.
fn holds(w: &World<'_>, policy: &Value, statement: &Value, kind: &str) -> bool {
    let variables = policy["Version"] == "2012-10-17";
    let has = |name: &str| !statement[name].is_null();
    let action = if has("NotAction") {
        !texts(&statement["NotAction"]).iter().any(|pattern| is_action(pattern, w.scene.action))
    } else {
        texts(&statement["Action"]).iter().any(|pattern| is_action(pattern, w.scene.action))
    };
    if !action {
        return false;
    }
    let has_principal = has("Principal") || has("NotPrincipal");
    let has_resource = has("Resource") || has("NotResource");
    let refused = match kind {
        "identity" => has_principal || !has_resource,
        "resource" => !has_principal,
        "trust" => !has("Principal") || has_resource,
        _ => !has_principal || !has_resource,
    };
    if refused && !w.reads(REFUSED) {
        return false;
    }
    let resource = if has("Resource") {
        texts(&statement["Resource"]).iter().any(|pattern| is_resource(w, pattern, variables) == Some(true))
    } else if has("NotResource") {
        texts(&statement["NotResource"])
            .iter()
            .all(|pattern| is_resource(w, pattern, variables) == Some(false))
    } else {
        true
    };
    resource
        && statement["Condition"].as_object().is_none_or(|condition| {
            condition.iter().all(|(operator, keys)| {
                keys.as_object()
                    .unwrap()
                    .iter()
                    .all(|(key, values)| test(w, operator, key, &texts(values), variables))
            })
        })
}

/// A character of a pattern and whether it is a wildcard.
type Pattern = Vec<(char, bool)>;

fn pattern(text: &str, wildcards: bool) -> Pattern {
    text.chars().map(|c| (c, wildcards && (c == '*' || c == '?'))).collect()
}

fn like(pattern: &[(char, bool)], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(('*', true)), _) if like(&pattern[1..], text) => true,
        (Some(('*', true)), Some(_)) => like(pattern, &text[1..]),
        (Some(('?', true)), Some(_)) => like(&pattern[1..], &text[1..]),
        (Some((p, false)), Some(c)) if p == c => like(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// Puts values in place of variables. `None`: a variable has no value.
fn substituted(w: &World<'_>, text: &str, wildcards: bool, variables: bool) -> Option<Pattern> {
    let Some(start) = text.find("${").filter(|_| variables) else {
        return Some(pattern(text, wildcards));
    };
    let end = start + text[start..].find('}').unwrap();
    let inner = &text[start + 2..end];
    let value = match inner {
        "*" | "?" | "$" => inner.to_owned(),
        _ => {
            let (key, default) = match inner.split_once(", ") {
                Some((key, default)) => (key, Some(default.trim_matches('\'').to_owned())),
                None => (inner, None),
            };
            let single = w.key(key).filter(|values| values.len() == 1).map(|values| values[0].clone());
            single.or(default)?
        }
    };
    let mut all = pattern(&text[..start], wildcards);
    all.extend(pattern(&value, false));
    all.extend(substituted(w, &text[end + 1..], wildcards, variables)?);
    Some(all)
}

fn is_action(pattern: &str, action: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    if !pattern.contains(':') || pattern.contains([' ', ',']) {
        return false;
    }
    like(&self::pattern(&pattern.to_lowercase(), true), &chars(&action.to_lowercase()))
}

/// Whether a resource matches; `None`: a variable has no value.
fn is_resource(w: &World<'_>, text: &str, variables: bool) -> Option<bool> {
    if text.chars().all(|c| c == '*') {
        return Some(true);
    }
    let Some(arn) = w.scene.resource else {
        return Some(false);
    };
    let mut parts: Vec<&str> = text.splitn(6, ':').collect();
    // As it stands, a star in it may be all that is missing.
    let is_short = parts.len() < 6 && like(&pattern(text, true), &chars(arn));
    while parts.len() < 6 {
        parts.push("*");
    }
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let first = (0..5).all(|i| like(&pattern(parts[i], true), &chars(fields[i])));
    let begins: Vec<Pattern> = parts[..5].iter().map(|part| pattern(part, true)).collect();
    // The prefix is looked at before the variables, so that their values count only where they matter.
    let could_reach = is_short || reaches(&begins, &chars(arn), &pattern("*", true));
    if !first && !could_reach {
        return Some(false);
    }
    let last = substituted(w, parts[5], true, variables)?;
    let narrow = first && like(&last, &chars(fields[5]));
    let wide = is_short || reaches(&begins, &chars(arn), &last);
    Some(if narrow == wide { narrow } else { w.reads(STAR_BEYOND) })
}

/// Whether a text matches when a star at the end of a field may take colons too.
fn reaches(fields: &[Pattern], text: &[char], last: &Pattern) -> bool {
    let Some((field, rest)) = fields.split_first() else {
        return like(last, text);
    };
    match (field.split_first(), text.first()) {
        (None, Some(':')) => reaches(rest, &text[1..], last),
        (None, _) => false,
        (Some((('*', true), behind)), _) => {
            let mut shorter = vec![behind.to_vec()];
            shorter.extend(rest.iter().cloned());
            let is_last = behind.is_empty();
            reaches(&shorter, text, last)
                || text.first().is_some_and(|c| is_last || *c != ':') && reaches(fields, &text[1..], last)
        }
        (Some(((p, wild), behind)), Some(c)) => {
            let fits = if *wild { *c != ':' } else { p == c };
            let mut shorter = vec![behind.to_vec()];
            shorter.extend(rest.iter().cloned());
            fits && reaches(&shorter, &text[1..], last)
        }
        (Some(_), None) => false,
    }
}

/// In which ways a statement names who asks.
fn names(w: &World<'_>, statement: &Value) -> Vec<&'static str> {
    let is_negated = !statement["NotPrincipal"].is_null();
    let element = if is_negated { &statement["NotPrincipal"] } else { &statement["Principal"] };
    if element.is_null() {
        return vec!["everyone"];
    }
    let named = listed(w, element);
    if !is_negated {
        return named;
    }
    let has_policies = matches!(w.scene.who, Who::User(_) | Who::Role(..) | Who::FederatedUser(..));
    if statement["Effect"] == "Deny" && has_policies && w.scene.boundary.is_some() {
        return vec!["everyone"];
    }
    let has = |name: &str| named.contains(&name);
    let account = |named: bool| named && (has("account") || w.reads(NOT_PRINCIPAL));
    let spared = has("everyone")
        || match w.scene.who {
            Who::Anonymous => false,
            Who::Root => has("account"),
            Who::User(_) => account(has("user")),
            Who::Role(..) => account(has("role") && has("session")),
            Who::FederatedUser(..) => account(has("session") && has("federating")),
            Who::Provider(_) => has("provider"),
            Who::Service(_) => has("service"),
        };
    if spared { Vec::new() } else { vec!["everyone"] }
}

fn listed(w: &World<'_>, element: &Value) -> Vec<&'static str> {
    if element == "*" {
        return vec!["everyone"];
    }
    let who = &w.scene.who;
    let is_aws = !matches!(who, Who::Anonymous | Who::Provider(_) | Who::Service(_));
    let mut named = Vec::new();
    for text in texts(&element["AWS"]) {
        match (text.as_str(), who) {
            ("*", Who::Provider(_) | Who::Service(_)) if !w.reads(AWS_STAR) => {}
            ("*", _) => named.push("everyone"),
            ("111122223333" | "arn:aws:iam::111122223333:root", _) if is_aws => named.push("account"),
            (text, Who::User(arn)) if text == *arn => named.push("user"),
            (text, Who::Role(arn, _)) if text == *arn => named.push("role"),
            (text, Who::Role(arn, known)) if text.contains(":assumed-role/") && *arn == ROLE => {
                if known.is_none() {
                    w.is_doubtful.set(true);
                }
                if text == format!("arn:aws:sts::111122223333:assumed-role/Deploy/{}", w.session) {
                    named.push("session");
                }
            }
            (text, Who::FederatedUser(arn, _)) if text == *arn => named.push("session"),
            (text, Who::FederatedUser(_, known)) if text.contains(":user/") => {
                if known.is_none() {
                    w.is_doubtful.set(true);
                }
                if text == w.federating {
                    named.push("federating");
                }
            }
            _ => {}
        }
    }
    if *who == Who::Service(SERVICE) && texts(&element["Service"]).iter().any(|text| text == SERVICE) {
        named.push("service");
    }
    if *who == Who::Provider(PROVIDER) && texts(&element["Federated"]).iter().any(|text| text == PROVIDER) {
        named.push("provider");
    }
    named
}

// ---- conditions ----

fn test(w: &World<'_>, operator: &str, key: &str, wanted: &[String], variables: bool) -> bool {
    let is_multivalued = key.eq_ignore_ascii_case("aws:TagKeys");
    let values = w.key(key);
    if operator == "Null" {
        let absent = match &values {
            None => true,
            Some(values) if is_multivalued && values.iter().all(String::is_empty) => w.reads(NULL_OF_EMPTY),
            Some(_) => false,
        };
        return wanted.iter().any(|wanted| (wanted == "true") == absent);
    }
    if operator.contains("StringEqualsly") {
        return w.reads(REFUSED);
    }
    let (set, rest) = match operator.split_once(':') {
        Some((set, rest)) => (Some(set), rest),
        None => (None, operator),
    };
    let base = rest.trim_end_matches("IfExists");
    let if_exists = base != rest;
    let is_negated = base.contains("Not");
    let passes = |value: &String| {
        let mut matched = false;
        let mut unreadable = false;
        for wanted in wanted {
            match compare(w, base, value, wanted, variables) {
                Some(matches) => matched |= matches,
                None => unreadable = true,
            }
        }
        match (is_negated, matched, unreadable) {
            (false, matched, _) => matched,
            (true, false, true) => w.reads(UNREADABLE),
            (true, matched, _) => !matched,
        }
    };
    let without = |set: Option<&str>| {
        if_exists
            || match set {
                Some("ForAllValues") => true,
                Some(_) => false,
                None => is_negated,
            }
    };
    let Some(values) = values else {
        return without(set);
    };
    let as_set = |set: &str| {
        if values.iter().all(String::is_empty) {
            without(Some(set))
        } else if set == "ForAllValues" {
            values.iter().all(passes)
        } else {
            values.iter().any(passes)
        }
    };
    match set {
        Some(set) => as_set(set),
        None if is_multivalued => as_set("ForAnyValue") && w.reads(MULTIVALUED),
        None => passes(&values[0]),
    }
}

/// Whether a value of the request matches one of the policy; `None` if one of them cannot be read.
fn compare(w: &World<'_>, base: &str, value: &str, wanted: &str, variables: bool) -> Option<bool> {
    let matches = |order: std::cmp::Ordering| {
        (order.is_eq() && (base.ends_with("Equals")))
            || (order.is_lt() && base.contains("Less"))
            || (order.is_gt() && base.contains("Greater"))
    };
    if base.starts_with("String") {
        let wildcards = base.ends_with("Like");
        let Some(pattern) = substituted(w, wanted, wildcards, variables) else {
            return Some(false);
        };
        return Some(if base.ends_with("IgnoreCase") {
            let text: String = pattern.iter().map(|(c, _)| c).collect();
            text.to_lowercase() == value.to_lowercase()
        } else {
            like(&pattern, &chars(value))
        });
    }
    if base.starts_with("Arn") {
        let Some(pattern) = substituted(w, wanted, true, variables) else {
            return Some(false);
        };
        let parts: Vec<&[(char, bool)]> = pattern.splitn(6, |c| *c == (':', false)).collect();
        let fields: Vec<&str> = value.splitn(6, ':').collect();
        return Some(
            parts.len() == 6
                && fields.len() == 6
                && fields[0] == "arn"
                && parts.iter().zip(fields).all(|(part, field)| like(part, &chars(field))),
        );
    }
    if base.starts_with("Numeric") {
        let (value, wanted): (f64, f64) = (value.parse().ok()?, wanted.parse().ok()?);
        return Some(matches(value.partial_cmp(&wanted)?));
    }
    if base.starts_with("Date") {
        return Some(matches(seconds(value)?.cmp(&seconds(wanted)?)));
    }
    if base.ends_with("IpAddress") {
        let (value, wanted) = (bits(value)?, bits(wanted)?);
        return Some(value.0 == wanted.0 && value.1 >> (128 - wanted.2) == wanted.1 >> (128 - wanted.2));
    }
    if base == "BinaryEquals" {
        let is_base64 = |text: &str| text.len() == 4 && text.chars().all(char::is_alphanumeric);
        return Some(is_base64(value) && value == wanted);
    }
    let value = value.to_lowercase();
    let is_bool = |text: &str| text == "true" || text == "false";
    if variables && wanted.contains("${") {
        let text =
            substituted(w, wanted, false, true).map(|text| text.iter().map(|(c, _)| *c).collect::<String>());
        let equal = text.is_some_and(|text| is_bool(&value) && text.to_lowercase() == value);
        return Some(equal && w.reads(VARIABLE_IN_BOOL));
    }
    Some(is_bool(&value) && wanted.to_lowercase() == value)
}

/// Seconds since 1970 of the few forms that scenes have.
fn seconds(text: &str) -> Option<i64> {
    if text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let date: Vec<i64> = date.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = date[..] else {
        return None;
    };
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let months = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = (1970..year).map(|year| 365 + leap(year)).sum::<i64>()
        + months.iter().take(usize::try_from(month).ok()? - 1).sum::<i64>()
        + day
        - 1;
    let hours: i64 = time[..2].parse().ok()?;
    let offset: i64 = if time.ends_with("+02:00") { 2 } else { 0 };
    Some(days * 86_400 + (hours - offset) * 3_600)
}

/// Whether an address has version 6, its bits from the left, and how many of them count.
fn bits(text: &str) -> Option<(bool, u128, u32)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    if address.contains(':') {
        let address: std::net::Ipv6Addr = address.parse().ok()?;
        return Some((true, u128::from_be_bytes(address.octets()), length.unwrap_or(128)));
    }
    let mut bits: u128 = 0;
    let numbers: Vec<u128> = address.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    for number in &numbers {
        bits = bits << 8 | number;
    }
    (numbers.len() == 4).then_some((false, bits << 96, length.unwrap_or(32)))
}
