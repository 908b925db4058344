//! What a trust policy has to require of the tokens and assertions of an identity provider.

use iam_policy::glob::Glob;
use iam_policy::identity_provider::{begins_with_owner, is_name, issuer, names_owner};
use iam_policy::pattern::PrincipalPattern;

use super::trusts::{Requirement, beginning, is_fixed};

/// An identity provider that a role trusts.
pub(super) struct Provider<'p> {
    kind: Kind,
    /// The host, and the path of those that have one: what its condition keys begin with.
    issuer: &'p str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Saml,
    /// GitHub Actions.
    GitHub,
    /// GitLab.com.
    GitLab,
    /// A cluster of Amazon EKS.
    Eks,
    /// Identity pools of Amazon Cognito.
    Cognito,
    /// Google, Facebook, Login with Amazon: a token is for one app.
    Social,
    /// The customer's own, or one that is not known here.
    Other,
}

/// What is missing, from the least to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Missing {
    /// The audience; the subject is limited.
    Audience,
    /// What tells the users of a provider of one's own apart.
    Users,
    /// The same of a provider whose users are everybody.
    World,
}

/// Claims that name the owner or the repository by themselves. A claim that AWS does not know lets nobody in.
const OF_GITHUB: [&str; 5] =
    ["repository", "repository_id", "repository_owner", "repository_owner_id", "job_workflow_ref"];

impl<'p> Provider<'p> {
    /// `None` for principals that are no identity provider.
    pub(super) fn of(principal: &'p PrincipalPattern) -> Option<Self> {
        let PrincipalPattern::Federated(text) = principal else { return None };
        if let Some((_, name)) = text.split_once(":saml-provider/") {
            return Some(Self { kind: Kind::Saml, issuer: name });
        }
        let issuer = issuer(text);
        let host = issuer.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let kind = match host.as_str() {
            "token.actions.githubusercontent.com" => Kind::GitHub,
            "gitlab.com" => Kind::GitLab,
            "cognito-identity.amazonaws.com" => Kind::Cognito,
            "accounts.google.com" | "graph.facebook.com" | "www.amazon.com" => Kind::Social,
            host if host.starts_with("oidc.eks.") => Kind::Eks,
            _ => Kind::Other,
        };
        Some(Self { kind, issuer })
    }

    /// The call with which its users assume roles.
    pub(super) fn call(&self) -> &'static str {
        if self.kind == Kind::Saml { "AssumeRoleWithSAML" } else { "AssumeRoleWithWebIdentity" }
    }

    /// What the requirements leave open.
    pub(super) fn missing(&self, required: &[Requirement<'_>]) -> Option<Missing> {
        let (audience, subject) = (self.limits_audience(required), self.limits_subject(required));
        match self.kind {
            Kind::GitHub | Kind::GitLab if !subject => Some(Missing::World),
            Kind::Eks if !subject => Some(Missing::Users),
            Kind::GitHub | Kind::GitLab | Kind::Eks => (!audience).then_some(Missing::Audience),
            Kind::Cognito if !audience => Some(Missing::World),
            // Guests are users of a pool as well.
            Kind::Cognito if !subject => Some(Missing::Users),
            Kind::Social => (!audience && !subject).then_some(Missing::World),
            Kind::Saml | Kind::Other => (!audience && !subject).then_some(Missing::Users),
            Kind::Cognito => None,
        }
    }

    /// What is missing, in words that follow the name of the role.
    pub(super) fn missed(&self, missing: Missing, required: &[Requirement<'_>]) -> String {
        let issuer = self.issuer;
        if missing == Missing::Audience {
            return format!("requires no audience of tokens of {issuer}: {issuer}:aud is missing");
        }
        let has = |claim: &str| required.iter().any(|required| self.is_claim(required, claim));
        let (others, sub) = if has("sub") { ("other", "says too little") } else { ("all", "is missing") };
        match self.kind {
            Kind::Saml => format!("trusts every assertion of SAML provider {issuer}: SAML:aud is missing"),
            Kind::GitHub => format!("trusts repositories of {others} owners on GitHub: {issuer}:sub {sub}"),
            Kind::GitLab => format!("trusts projects of {others} groups on GitLab: {issuer}:sub {sub}"),
            Kind::Eks => format!("trusts {others} service accounts of cluster {issuer}: {issuer}:sub {sub}"),
            Kind::Cognito if !self.limits_audience(required) => {
                format!("trusts every identity pool of Cognito: {issuer}:aud is missing")
            }
            Kind::Cognito => {
                format!("trusts guests of the identity pool: {issuer}:amr is not `authenticated`")
            }
            Kind::Social | Kind::Other => {
                format!("trusts every user of {issuer}: neither {issuer}:aud nor {issuer}:sub is limited")
            }
        }
    }

    fn limits_audience(&self, required: &[Requirement<'_>]) -> bool {
        let claims: &[&str] = match self.kind {
            Kind::Saml => {
                return required.iter().any(|one| one.is_about("saml:aud") && one.texts_are(is_fixed));
            }
            Kind::Social => &["aud", "oaud", "app_id"],
            _ => &["aud"],
        };
        required
            .iter()
            .any(|one| claims.iter().any(|claim| self.is_claim(one, claim)) && one.texts_are(is_fixed))
    }

    fn limits_subject(&self, required: &[Requirement<'_>]) -> bool {
        let limits = |claim: &str, is_one: fn(&Glob) -> bool| {
            required.iter().any(|one| self.is_claim(one, claim) && one.texts_are(is_one))
        };
        match self.kind {
            Kind::Saml => false,
            Kind::GitHub => {
                limits("sub", names_owner)
                    || OF_GITHUB.into_iter().any(|claim| limits(claim, begins_with_owner))
            }
            Kind::GitLab => limits("sub", names_owner) || limits("project_path", begins_with_owner),
            Kind::Eks => limits("sub", names_namespace),
            Kind::Cognito => limits("sub", is_fixed) || limits("amr", |glob| !may_be_guest(glob)),
            Kind::Social | Kind::Other => limits("sub", |glob| !beginning(glob).is_empty()),
        }
    }

    /// Whether a requirement is about a claim of the provider's tokens.
    fn is_claim(&self, required: &Requirement<'_>, claim: &str) -> bool {
        required.is_about(&format!("{}:{claim}", self.issuer.to_ascii_lowercase()))
    }
}

/// `system:serviceaccount:NAMESPACE:...` Source: Kubernetes Documentation, "Authenticating", "Service account tokens".
fn names_namespace(glob: &Glob) -> bool {
    let beginning = beginning(glob);
    let rest = beginning.strip_prefix("system:serviceaccount:");
    rest.and_then(|rest| rest.split_once(':')).is_some_and(|(namespace, _)| is_name(namespace))
}

/// Whether the pattern matches the `amr` of guests. Source: Amazon Cognito Developer Guide, "Role trust and permissions".
fn may_be_guest(glob: &Glob) -> bool {
    glob.matches("unauthenticated")
}
