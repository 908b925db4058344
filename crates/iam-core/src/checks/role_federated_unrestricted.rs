#![doc = include_str!("role_federated_unrestricted.md")]

use iam_policy::pattern::PrincipalPattern;
use iam_policy::policy::StatementRef;

use super::policy_statements::cite;
use super::trusted_providers::{Missing, Provider};
use super::trusts::{PUT_TRUST, SAVE_TRUST, Trust};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-federated-unrestricted"),
    since: "0.1.0",
    title: "Role that trusts all users of an identity provider",
    severity: Severity::High,
    severity_reason: "any user or workload of the provider can take the role",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Workloads whose tokens do not meet the condition are refused. CloudTrail shows the subjects of the tokens that the \
               role was assumed with: look for AssumeRoleWithWebIdentity and AssumeRoleWithSAML.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "Require the audience and the subject of the tokens: for GitHub `repo:OWNER/NAME:...`, for GitLab \
                 `project_path:GROUP/NAME:...`, for a Kubernetes cluster `system:serviceaccount:NAMESPACE:NAME`, for Cognito the \
                 identity pool and `authenticated`, for SAML SAML:aud.",
            ),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_federated_unrestricted.md"),
    judge: Judge::Role(judge),
};

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let openings = trust.openings(|one| matches!(one, PrincipalPattern::Federated(_)));
    let mut found: Vec<(Missing, String, StatementRef<'_>)> = Vec::new();
    let mut is_federated = false;
    for opening in &openings {
        for provider in opening.principals().filter_map(Provider::of) {
            if !opening.allows(provider.call()) {
                continue;
            }
            is_federated = true;
            if let Some(missing) = provider.missing(&opening.required) {
                found.push((missing, provider.missed(missing, &opening.required), opening.cited));
            }
        }
    }
    if !is_federated {
        return Ok(Verdict::not_applicable("it trusts no identity provider"));
    }
    let Some(worst) = found.iter().map(|(missing, ..)| *missing).max() else { return Ok(Verdict::PASS) };
    let mut told: Vec<&str> = Vec::new();
    for (_, text, _) in &found {
        if !told.contains(&text.as_str()) {
            told.push(text);
        }
    }
    let failure = cx.fail(format!("role {} {}", role.detail.name, told.join("; it ")));
    let failure = match worst {
        Missing::Audience => failure
            .severity(Severity::Low, "the subject is limited, and the provider has a list of audiences"),
        Missing::Users => failure,
        Missing::World => failure.severity(Severity::Critical, "anybody can have a token of this provider"),
    };
    cite(failure, trust.document, found.iter().map(|(.., cited)| *cited)).judged()
}
