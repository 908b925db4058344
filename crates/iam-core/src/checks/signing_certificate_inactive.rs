#![doc = include_str!("signing_certificate_inactive.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{SigningCertificate, User};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("signing-certificate-inactive"),
    since: "0.1.0",
    title: "Inactive signing certificate that still exists",
    severity: Severity::Info,
    severity_reason: "it is off, but one call switches it on again",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing uses an inactive certificate. Once deleted it can only be uploaded again by whoever has a copy.",
        steps: &[
            Step::run(
                "Find the certificate's id, by the moment it was uploaded, and keep a copy of its body.",
                "aws iam list-signing-certificates --user-name {user} \
                 --query \"Certificates[?starts_with(UploadDate, '{created}')]\"",
            ),
            Step::run(
                "Delete the certificate.",
                "aws iam delete-signing-certificate --user-name {user} --certificate-id {id}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > X.509 Signing certificates > Actions > Delete",
    },
    page: include_str!("signing_certificate_inactive.md"),
    judge: Judge::SigningCertificate(judge),
};

fn judge(certificate: &SigningCertificate, user: &User<'_>, cx: &Context<'_>) -> Judged {
    if certificate.active.known()? {
        return Ok(Verdict::pass("the certificate is active"));
    }
    let Some(uploaded) = certificate.uploaded.known()? else {
        return Ok(Verdict::not_applicable("there is no certificate"));
    };
    cx.fail(format!(
        "signing certificate {} of {} is inactive and still there, uploaded {}",
        certificate.slot,
        user.name,
        cx.ago(uploaded)
    ))
    .because(&certificate.active)
    .because(&certificate.uploaded)
    .judged()
}
