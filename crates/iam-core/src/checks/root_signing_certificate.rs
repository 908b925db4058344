#![doc = include_str!("root_signing_certificate.md")]

use super::root_summary::{Credential, decision};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Root, SigningCertificate};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-signing-certificate"),
    since: "0.1.0",
    title: "Active X.509 signing certificate of the root user",
    severity: Severity::High,
    severity_reason: "a forgotten long-lived credential of root",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Old SOAP clients and the EC2 AMI tools sign with such certificates, and AWS keeps no record of their use. \
               Deactivate first, and wait. In GovCloud do not take root's only key away before this is done: nothing else \
               acts as root there.",
        steps: &[
            Step::run(
                "Find the certificate's id, and keep a copy of its body. Run this and what follows in CloudShell, signed in as \
                 root; in GovCloud, where root has no console, with a CLI profile that holds the root key.",
                "aws iam list-signing-certificates",
            ),
            Step::run(
                "Deactivate the certificate. As long as you can act as root, this can be undone with --status Active.",
                "aws iam update-signing-certificate --certificate-id CERTIFICATE_ID --status Inactive",
            ),
            Step::run(
                "Delete it when nobody has missed it. Only whoever has a copy can upload it again.",
                "aws iam delete-signing-certificate --certificate-id CERTIFICATE_ID",
            ),
        ],
        console: "Not in GovCloud, elsewhere: sign in as root > account name > Security credentials > X.509 Signing certificates > Actions > Deactivate",
    },
    page: include_str!("root_signing_certificate.md"),
    judge: Judge::RootSigningCertificate { each: judge, account: Some(judge_account) },
};

pub(super) const SIGNING_CERTIFICATE: Credential = Credential {
    about: "a signing certificate",
    plural: "signing certificates",
    present: |summary| &summary.root_signing_certificates_present,
};

fn judge(certificate: &SigningCertificate, cx: &Context<'_>) -> Judged {
    if !certificate.active.known()? {
        let why = if certificate.exists() { "the certificate is inactive" } else { "the slot is empty" };
        return Ok(Verdict::pass(why));
    }
    let root = cx.account().root();
    if let Some(gone) = SIGNING_CERTIFICATE.gone_since(&root) {
        return Ok(Verdict::pass(gone));
    }
    let slot = certificate.slot;
    let uploaded = certificate.uploaded.known().ok().flatten();
    let uploaded = uploaded.map_or_else(String::new, |at| format!(", uploaded {}", cx.ago(at)));
    let decision = decision(&root, SIGNING_CERTIFICATE.about).unwrap_or_default();
    cx.fail(format!("signing certificate {slot} of root is active{uploaded}{decision}"))
        .because(&certificate.active)
        .because(&certificate.uploaded)
        .judged()
}

fn judge_account(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    SIGNING_CERTIFICATE.judge_account(root, cx)
}
