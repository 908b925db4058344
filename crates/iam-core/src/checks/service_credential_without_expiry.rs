#![doc = include_str!("service_credential_without_expiry.md")]

use crate::check::{
    Check, CheckId, Context, Failure, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::fact::{Days, days, shown_date};
use crate::input::Artefact;
use crate::input::service_specific_credentials::ServiceSpecificCredential;

pub(super) static CHECK: Check = Check {
    id: CheckId("service-credential-without-expiry"),
    since: "0.1.0",
    title: "Service-specific credential without a near expiry",
    severity: Severity::High,
    severity_reason: "a leaked API key works until somebody notices, although it could expire by itself",
    enabled: true,
    needs: &[Artefact::ServiceSpecificCredentials],
    params: &[&MAX_LIFE],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whatever signs in with the credential stops working: a git remote, a database client, a program that calls \
               a model. Deactivate first and wait before you delete.",
        steps: &[
            Step::think(
                "Move the work to a role or another short-lived credential. Where only an API key will do, make one that \
                 expires, with `aws iam create-service-specific-credential` and its option --credential-age-days.",
            ),
            Step::run(
                "Deactivate the credential. This can be undone with --status Active.",
                "aws iam update-service-specific-credential --user-name {user} --service-specific-credential-id {id} \
                 --status Inactive",
            ),
            Step::run(
                "Delete it when nobody has missed it. This cannot be undone.",
                "aws iam delete-service-specific-credential --user-name {user} --service-specific-credential-id {id}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > the section of the service > Actions > Deactivate",
    },
    page: include_str!("service_credential_without_expiry.md"),
    judge: Judge::ServiceSpecificCredential(judge),
};

static MAX_LIFE: Param<Days> = Param::new(
    "max-life-days",
    || Days(365),
    (1, 36_600),
    "fails when the credential works for longer than this from now on",
);

/// Services whose credentials cannot expire. Source: IAM API Reference, `CreateServiceSpecificCredential`, field
/// `CredentialAgeDays`.
const SERVICES_WITHOUT_EXPIRY: [&str; 2] = ["codecommit.amazonaws.com", "cassandra.amazonaws.com"];

fn judge(credential: &ServiceSpecificCredential, cx: &Context<'_>) -> Judged {
    // That its time is over settles it, whatever its state is.
    if credential.expires.known().ok().flatten().is_some_and(|expires| expires <= cx.as_of()) {
        return Ok(Verdict::pass("the credential has expired"));
    }
    if !credential.active.known()? {
        return Ok(Verdict::not_applicable("the credential is inactive or has expired"));
    }
    let limit = cx.get(&MAX_LIFE);
    let service = credential.service.known().ok();
    let name = format!(
        "the credential of {} for {}",
        credential.user_name,
        service.as_deref().unwrap_or("an unknown service")
    );
    let Some(expires) = credential.expires.known()? else {
        let failure = cx.fail(format!("{name} never expires; limit {} d", limit.0));
        return weighed(failure, service.as_deref())
            .because(&credential.expires)
            .because(&credential.service)
            .judged();
    };
    let life = expires.signed_duration_since(cx.as_of());
    if life <= limit.delta() {
        return Ok(Verdict::PASS);
    }
    cx.fail(format!(
        "{name} expires only on {} (in {} d), later than the limit of {} d",
        shown_date(expires),
        days(life),
        limit.0
    ))
    .because(&credential.expires)
    .because(&credential.service)
    .judged()
}

/// Nobody can be blamed for a missing expiry that AWS does not offer. A service that was not seen, or that this tool does
/// not know, may offer it.
fn weighed(failure: Failure, service: Option<&str>) -> Failure {
    match service {
        Some(service) if SERVICES_WITHOUT_EXPIRY.contains(&service) => {
            failure.severity(Severity::Low, "credentials for this service cannot expire")
        }
        _ => failure,
    }
}
