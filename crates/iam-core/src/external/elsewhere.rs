use iam_policy::glob::{Case, Glob, Token};
use iam_policy::pattern::ResourcePattern;
use iam_policy::policy::{Policy, Statement};

/// So many resources are told.
const MOST_TOLD: usize = 3;

/// The resources that a policy is about, if none of its statements that allow something is about one of `resources`: it was
/// saved for another resource, as AWS refuses such a policy or it does nothing. `None` where it may be about one of them.
pub(super) fn about(policy: &Policy, resources: &[String]) -> Option<String> {
    if resources.is_empty() {
        return None;
    }
    let own: Vec<Glob> = resources.iter().map(|pattern| Glob::parse(pattern, Case::Sensitive)).collect();
    let allows = || policy.statements().map(|cited| cited.statement).filter(|statement| statement.allows());
    let mut named: Vec<String> = Vec::new();
    for statement in allows() {
        for pattern in patterns(statement)? {
            if own.iter().any(|own| own.meets(&pattern)) {
                return None;
            }
            named.push(shown(&pattern));
        }
    }
    named.dedup();
    let further = named.len().saturating_sub(MOST_TOLD);
    named.truncate(MOST_TOLD);
    let told = (!named.is_empty()).then(|| named.join(", "))?;
    Some(if further == 0 { told } else { format!("{told} and {further} more") })
}

/// What a statement is about, as patterns of whole ARNs; `None` for one that may be about everything.
fn patterns(statement: &Statement) -> Option<Vec<Glob>> {
    let resources = statement.resources.as_ref().filter(|resources| !resources.negated)?;
    resources.values.iter().map(whole).collect()
}

fn whole(pattern: &ResourcePattern) -> Option<Glob> {
    let ResourcePattern::Fields { fields, resource, .. } = pattern else { return None };
    Some(Glob::with_colons(fields.iter().chain([&resource.widened()])))
}

fn shown(pattern: &Glob) -> String {
    let text = pattern.tokens().iter().map(|token| match token {
        Token::Literal(character) => *character,
        Token::AnyCharacter => '?',
        Token::AnyText => '*',
    });
    text.collect()
}
