//! Identity providers with which everybody can have an account, and what of their tokens says whose they are.
//!
//! Source: IAM User Guide, "Create a role for `OpenID` Connect federation" and "Available keys for AWS OIDC federation".

use crate::glob::{Glob, Token};

/// Whether everybody can have a token of a provider, named as policies name it: by its ARN, or by the host of one that is
/// built into AWS.
///
/// ```
/// use iam_policy::identity_provider::is_open_to_everybody;
///
/// assert!(is_open_to_everybody("accounts.google.com"));
/// assert!(!is_open_to_everybody("arn:aws:iam::111122223333:saml-provider/Corp"));
/// ```
pub fn is_open_to_everybody(provider: &str) -> bool {
    matches!(
        host(provider).to_ascii_lowercase().as_str(),
        "token.actions.githubusercontent.com"
            | "gitlab.com"
            | "cognito-identity.amazonaws.com"
            | "accounts.google.com"
            | "graph.facebook.com"
            | "www.amazon.com"
    )
}

/// What the condition keys of a provider begin with: the host of an `OpenID` Connect provider, and the path of one that has one.
pub fn issuer(provider: &str) -> &str {
    provider.split_once(":oidc-provider/").map_or(provider, |(_, issuer)| issuer)
}

fn host(provider: &str) -> &str {
    issuer(provider).split('/').next().unwrap_or_default()
}

/// Whether a pattern for the subject of a token names the owner: `repo:OWNER/...`, or the like with another claim in front.
/// Source: GitHub Docs, "`OpenID` Connect reference"; GitLab Docs, "Configure `OpenID`
/// Connect in AWS".
pub fn names_owner(subject: &Glob) -> bool {
    let beginning = beginning(subject);
    let Some((claim, rest)) = beginning.split_once(':') else { return false };
    let is_whole = subject.only_text().is_some() && !claim.is_empty();
    let owner = rest.split_once(['/', ':']).map(|(owner, _)| owner);
    match claim {
        "repo" | "project_path" => owner.is_some_and(is_name),
        _ => owner.is_some_and(is_name) || (is_whole && is_name(rest)),
    }
}

/// Whether a pattern is `OWNER`, or `OWNER/...`.
pub fn begins_with_owner(claim: &Glob) -> bool {
    let beginning = beginning(claim);
    let owner = beginning.split_once('/').map(|(owner, _)| owner);
    owner.is_some_and(is_name) || (claim.only_text().is_some() && is_name(&beginning))
}

/// What a pattern begins with before its first wildcard.
fn beginning(glob: &Glob) -> String {
    let literals = glob.tokens().iter().map_while(|token| match token {
        Token::Literal(character) => Some(*character),
        Token::AnyCharacter | Token::AnyText => None,
    });
    literals.collect()
}

/// Whether a text is a name. A star under an operator without wildcards is text that no name has, and becomes a wildcard as soon
/// as the operator is changed.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?'])
}
