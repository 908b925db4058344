#![doc = include_str!("signing_certificate_active.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{SigningCertificate, User};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("signing-certificate-active"),
    since: "0.1.0",
    title: "Active signing certificate of an IAM user",
    severity: Severity::Low,
    severity_reason: "a legacy credential whose use AWS does not record",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "AWS does not record use, so that nothing here tells whether an old tool still signs with it. Look for SOAP \
               requests and tools that bundle AMIs, deactivate, and wait for a full cycle.",
        steps: &[
            Step::run(
                "Find the certificate's id, by the moment it was uploaded, and keep a copy of its body.",
                "aws iam list-signing-certificates --user-name {user} \
                 --query \"Certificates[?starts_with(UploadDate, '{created}')]\"",
            ),
            Step::run(
                "Deactivate the certificate. This can be undone with --status Active.",
                "aws iam update-signing-certificate --user-name {user} --certificate-id {id} --status Inactive",
            ),
            Step::run(
                "Delete it when nobody has missed it. Only whoever has a copy can upload it again.",
                "aws iam delete-signing-certificate --user-name {user} --certificate-id {id}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > X.509 Signing certificates > Actions > Deactivate",
    },
    page: include_str!("signing_certificate_active.md"),
    judge: Judge::SigningCertificate(judge),
};

fn judge(certificate: &SigningCertificate, user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !certificate.active.known()? {
        return Ok(Verdict::pass("the certificate is inactive"));
    }
    let uploaded = certificate.uploaded.known().ok().flatten();
    let uploaded = uploaded.map(|at| format!(", uploaded {}", cx.ago(at)));
    cx.fail(format!(
        "signing certificate {} of {} is active{}",
        certificate.slot,
        user.name,
        uploaded.unwrap_or_default()
    ))
    .because(&certificate.active)
    .because(&certificate.uploaded)
    .judged()
}
