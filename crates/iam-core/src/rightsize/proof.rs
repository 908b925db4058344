//! Proof of a new policy: it allows nothing that the old one does not, and still allows what is to stay.
//!
//! The proof of both, for all requests, compares statements: each new one is an old one, with the same resources and
//! conditions, whose actions are among the old actions; each action that is to stay is in the same statements as before; what
//! went from all statements matches none any more; and nothing that denies is missing. What an action matches is decided by
//! the matcher of the evaluator, which knows nothing of how policies are rewritten.
//!
//! Beside that, the evaluator is asked about every call that `CloudTrail` records show of an action that is to stay.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{self, ActionId, ActionSet, Catalogue};
use iam_policy::context::Context;
use iam_policy::document::{Document, PatternElement, PolicyKind, Statement, Text};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::pattern::ActionPattern;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Action, Request, RequestParts};
use iam_policy::symbolic::{Outcome, Settings, compare};

use crate::usage::{Holders, Usage};

/// What is to be proven.
pub(super) struct Claim<'p> {
    pub(super) catalogue: &'static Catalogue,
    pub(super) old: &'p Document,
    pub(super) new: &'p Document,
    /// Statements of the old policy that went.
    pub(super) dropped: &'p [usize],
    /// Actions that went, by statement of the old policy.
    pub(super) removed: &'p BTreeMap<usize, ActionSet>,
    /// Whether new wildcards were asked for.
    pub(super) has_new_patterns: bool,
}

impl Claim<'_> {
    /// Proves the claim.
    ///
    /// # Errors
    ///
    /// What does not hold, in one line.
    pub(super) fn prove(&self) -> Result<(), String> {
        let stays = self.old.statements.iter().enumerate().filter(|(index, _)| !self.dropped.contains(index));
        let stays: Vec<(usize, &Statement)> = stays.collect();
        if stays.len() != self.new.statements.items.len() || self.old.version() != self.new.version() {
            return Err("statements are missing that should have stayed".to_owned());
        }
        for index in self.dropped {
            if self.old.statements.items.get(*index).is_none_or(|statement| !statement.allows()) {
                return Err(format!("statement {index}, which denies, went"));
            }
        }
        for ((index, old), new) in stays.into_iter().zip(&self.new.statements) {
            let with_old_actions = Statement { action: old.action.clone(), ..new.clone() };
            if with_old_actions != *old {
                return Err("more than the actions of a statement changed".to_owned());
            }
            if old.action == new.action {
                continue;
            }
            if old.action.negated || new.action.negated || !old.allows() {
                return Err("a statement changed that should have stayed".to_owned());
            }
            self.compare_actions(index, old, new)?;
        }
        Ok(())
    }

    fn compare_actions(&self, index: usize, old: &Statement, new: &Statement) -> Result<(), String> {
        let (was, is) = (Matcher::of(&old.action), Matcher::of(&new.action));
        for pattern in &new.action.patterns {
            let is_old = || old.action.patterns.iter().any(|own| own.value == pattern.value);
            let is_within = || {
                let (service, name) = pattern.value.split_once(':').unwrap_or_default();
                !pattern.value.contains(['*', '?']) && was.matches(service, name)
            };
            // A new pattern may match what is not there yet; of what there is, it matches nothing new. That is looked at below.
            if !self.has_new_patterns && !is_old() && !is_within() {
                return Err(format!("the new pattern {} is not among the old ones", pattern.value));
            }
        }
        let none = ActionSet::new();
        let gone = self.removed.get(&index).unwrap_or(&none);
        let services = self.catalogue.services();
        let services = services.filter(|own| was.is_about(own.prefix()) || is.is_about(own.prefix()));
        for action in services.flat_map(|service| service.actions()) {
            let is_there = is.matches_action(&action);
            let should_be = was.matches_action(&action) && !gone.contains(action.id());
            if is_there != should_be {
                let what = if is_there { "still allows" } else { "allows less of" };
                return Err(format!("the new policy {what} {action}"));
            }
        }
        Ok(())
    }
}

/// The actions of a statement: names by service, as there may be many, and patterns. Case does not count.
struct Matcher {
    names: BTreeMap<String, BTreeSet<String>>,
    patterns: Vec<ActionPattern>,
    /// The services of the patterns; `None` for one with wildcards.
    services: BTreeSet<Option<String>>,
}

impl Matcher {
    fn of(element: &PatternElement) -> Self {
        let mut own = Self { names: BTreeMap::new(), patterns: Vec::new(), services: BTreeSet::new() };
        for pattern in &element.patterns {
            let text = pattern.value.to_ascii_lowercase();
            let (service, name) = text.split_once(':').unwrap_or((&text, ""));
            if text.contains(['*', '?']) {
                own.patterns.push(ActionPattern::parse(&pattern.value));
                own.services.insert((!service.contains(['*', '?'])).then(|| service.to_owned()));
            } else {
                own.names.entry(service.to_owned()).or_default().insert(name.to_owned());
            }
        }
        own
    }

    /// Whether it may match anything of the service.
    fn is_about(&self, service: &str) -> bool {
        self.names.contains_key(service)
            || self.services.contains(&None)
            || self.services.iter().flatten().any(|own| own == service)
    }

    fn matches(&self, service: &str, name: &str) -> bool {
        self.is_named(&service.to_ascii_lowercase(), &name.to_ascii_lowercase())
            || self.patterns.iter().any(|pattern| pattern.matches(service, name))
    }

    /// The same for an action of the catalogue, whose prefixes are in small letters.
    fn matches_action(&self, action: &catalogue::Action<'_>) -> bool {
        self.is_named(action.prefix(), action.lower_name())
            || self.patterns.iter().any(|pattern| pattern.matches(action.prefix(), action.name()))
    }

    /// Whether a name without wildcards is this one, in small letters.
    fn is_named(&self, service: &str, name: &str) -> bool {
        self.names.get(service).is_some_and(|names| names.contains(name))
    }
}

/// Asks the evaluator about every call in the records of those who have a policy: what the old one allows, the new one has to
/// allow as much. `asks` chooses the calls: an action, and an ARN in the call or none.
///
/// # Errors
///
/// What is not allowed any more, in one line.
pub(super) fn ask_evaluator(
    usage: &Usage<'_>,
    holders: &Holders<'_>,
    old: &Document,
    new: &Document,
    asks: impl Fn(ActionId, Option<&str>) -> bool,
) -> Result<(), String> {
    let catalogue = usage.catalogue();
    let old = Policy::compile("old", PolicyKind::Identity, old);
    let new = Policy::compile("new", PolicyKind::Identity, new);
    let (before, after) = (PolicySet::new().with(&old), PolicySet::new().with(&new));
    for arn in holders.arns() {
        let principal = Principal::user(arn).or_else(|_| Principal::role_session(arn, None));
        let Ok(principal) = principal else { continue };
        let mut request: Option<Request> = None;
        for (id, own) in usage.uses_by(arn) {
            let on = std::iter::once(None).chain(own.resources().map(Some));
            let on: Vec<Option<&str>> = on.filter(|resource| asks(id, *resource)).collect();
            let Some(action) = request_action(catalogue, id).filter(|_| !on.is_empty()) else { continue };
            for resource in on {
                if let Some(request) = &mut request {
                    if request.ask(action.clone(), resource, None).is_err() {
                        continue;
                    }
                } else {
                    let parts = RequestParts::new(principal.clone(), action.clone(), Context::open());
                    let parts = match resource {
                        Some(arn) => parts.on(arn),
                        None => parts,
                    };
                    request = Request::new(parts).ok();
                }
                let Some(request) = &request else { continue };
                let is = strength(&evaluate(request, &after).answer);
                if is < 2 && is < strength(&evaluate(request, &before).answer) {
                    let on = resource.unwrap_or("no resource");
                    return Err(format!(
                        "the new policy allows less of {}:{} on {on}",
                        action.service(),
                        action.name()
                    ));
                }
            }
        }
    }
    Ok(())
}

fn request_action(catalogue: &Catalogue, id: ActionId) -> Option<Action> {
    catalogue.by_id(id)?.to_string().parse().ok()
}

/// How much an answer allows.
fn strength(answer: &Answer<'_>) -> u8 {
    match answer {
        Answer::Allowed { .. } => 2,
        Answer::Depends { .. } => 1,
        _ => 0,
    }
}

/// Proves that several policies say together what one says: its statements in their order, some of them divided by actions.
///
/// # Errors
///
/// What does not hold, in one line.
pub(super) fn prove_parts(whole: &Document, parts: &[Document]) -> Result<(), String> {
    if parts.iter().any(|part| part.version() != whole.version()) {
        return Err("a part has another version of the language".to_owned());
    }
    let mut pieces = parts.iter().flat_map(|part| part.statements.iter());
    for statement in &whole.statements {
        let mut patterns: Vec<Text> = Vec::new();
        while patterns.len() < statement.action.patterns.items.len() {
            let Some(piece) = pieces.next() else { return Err("a statement is in no part".to_owned()) };
            let action = statement.action.clone();
            if (Statement { action, ..piece.clone() }) != *statement
                || piece.action.negated != statement.action.negated
            {
                return Err("a part has a statement that the whole does not have".to_owned());
            }
            patterns.extend(piece.action.patterns.items.iter().cloned());
        }
        if patterns != statement.action.patterns.items {
            return Err("the parts have other actions than the whole".to_owned());
        }
    }
    if pieces.next().is_some() {
        return Err("the parts have more statements than the whole".to_owned());
    }
    Ok(())
}

/// Proves over all requests that a policy allows nothing that another does not. Where the question is too large or hangs on
/// rules that AWS leaves open, that is what comes back.
///
/// # Errors
///
/// What is allowed in addition, in one line.
pub(super) fn prove_within(existing: &Document, new: &Document) -> Result<Option<String>, String> {
    let existing = Policy::compile("existing", PolicyKind::Identity, existing);
    let new = Policy::compile("new", PolicyKind::Identity, new);
    let outcome = compare(&existing, &new, &Settings::default()).new_access;
    match &outcome {
        Outcome::Never { assuming } if assuming.is_empty() => Ok(None),
        Outcome::Witnessed(request) => {
            let action = request.action();
            let on = request.resource().unwrap_or("no resource");
            Err(format!("the policy allows {}:{} on {on} in addition", action.service(), action.name()))
        }
        other => Ok(Some(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": ["sqs:Send*", "sqs:ListQueues"], "Resource": "arn:aws:sqs:*:*:q"},
        {"Sid": "B", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
        {"Sid": "C", "Effect": "Deny", "Action": "sqs:PurgeQueue", "Resource": "*"}]}"#;

    fn actions(names: &[&str]) -> ActionSet {
        let catalogue = Catalogue::embedded();
        names.iter().map(|name| catalogue.find(name).known().unwrap().id()).collect()
    }

    fn prove(from: &str, to: &str, removed: &[&str], dropped: &[usize]) -> Result<(), String> {
        let changed = OLD.replace(from, to);
        assert!(from.is_empty() || changed != OLD);
        let (old, new) = (Document::parse(OLD).unwrap(), Document::parse(&changed).unwrap());
        let removed = BTreeMap::from([(0, actions(removed))]);
        let catalogue = Catalogue::embedded();
        Claim { catalogue, old: &old, new: &new, dropped, removed: &removed, has_new_patterns: false }.prove()
    }

    #[test]
    fn what_holds_is_proven() {
        assert_eq!(prove("", "", &[], &[]), Ok(()));
        assert_eq!(
            prove(r#"["sqs:Send*", "sqs:ListQueues"]"#, r#""sqs:SendMessage""#, &["sqs:ListQueues"], &[]),
            Ok(())
        );
    }

    #[test]
    fn what_does_not_hold_is_not() {
        let list = r#"["sqs:Send*", "sqs:ListQueues"]"#;
        let deny = r#""Deny", "Action": "sqs:PurgeQueue""#;
        for (from, to, removed, dropped) in [
            (list, r#"["sqs:Send*"]"#, &[][..], &[][..]),
            (list, r#"["sqs:Send*"]"#, &["sqs:ListQueues", "sqs:SendMessage"], &[]),
            (list, r#"["sqs:*"]"#, &[], &[]),
            (list, r#"["sqs:Send*", "sqs:CreateQueue"]"#, &["sqs:ListQueues"], &[]),
            (list, r#"["sqs:Send*", "sqs:List*"]"#, &[], &[]),
            ("arn:aws:sqs:*:*:q", "*", &[], &[]),
            (r#""Deny""#, r#""Allow""#, &[], &[]),
            (deny, r#""Deny", "Action": "sqs:DeleteQueue""#, &[], &[]),
            ("2012-10-17", "2008-10-17", &[], &[]),
            (r#""Sid": "B", "#, "", &[], &[]),
            (
                r#"{"Sid": "B", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},"#,
                "",
                &[],
                &[],
            ),
            ("", "", &[], &[2]),
        ] {
            assert!(prove(from, to, removed, dropped).is_err(), "{to} {removed:?} {dropped:?}");
        }
    }

    #[test]
    fn parts_say_what_the_whole_says() {
        let statement = |list: &str| format!(r#"{{"Effect": "Allow", "Action": {list}, "Resource": "*"}}"#);
        let of = |lists: &[&str]| {
            let statements: Vec<String> = lists.iter().map(|list| statement(list)).collect();
            Document::parse(&format!(r#"{{"Statement": [{}]}}"#, statements.join(","))).unwrap()
        };
        let whole = of(&[r#"["a:A", "a:B", "a:C"]"#, r#""a:D""#]);
        assert_eq!(
            prove_parts(&whole, &[of(&[r#"["a:A", "a:B"]"#]), of(&[r#"["a:C"]"#, r#""a:D""#])]),
            Ok(())
        );
        for parts in [
            vec![of(&[r#"["a:A", "a:B", "a:C"]"#])],
            vec![of(&[r#"["a:A", "a:B"]"#]), of(&[r#""a:D""#])],
            vec![of(&[r#"["a:A", "a:B", "a:C"]"#]), of(&[r#""a:D""#, r#""a:D""#])],
            vec![of(&[r#"["a:A", "a:B", "a:X"]"#]), of(&[r#""a:D""#])],
        ] {
            assert!(prove_parts(&whole, &parts).is_err(), "{parts:?}");
        }
    }
}
