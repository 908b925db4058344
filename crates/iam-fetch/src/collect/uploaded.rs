//! What users have uploaded: signing certificates and SSH public keys.

use aws_sdk_iam::types::{SigningCertificate, SshPublicKeyMetadata};

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, object};
use crate::principals::LIST_USERS;
use crate::run::{Halt, Run};

const CERTIFICATES: Call =
    Call { operation: "ListSigningCertificates", action: "iam:ListSigningCertificates" };
const SSH_KEYS: Call = Call { operation: "ListSSHPublicKeys", action: "iam:ListSSHPublicKeys" };

pub(super) static SIGNING_CERTIFICATES: Collector = Collector {
    name: "signing-certificates",
    about: "the X.509 signing certificates of each user",
    calls: &[LIST_USERS, CERTIFICATES],
    files: &["signing-certificates/<user>.json"],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(certificates(run)) }),
};

pub(super) static SSH_PUBLIC_KEYS: Collector = Collector {
    name: "ssh-public-keys",
    about: "the SSH public keys of each user",
    calls: &[LIST_USERS, SSH_KEYS],
    files: &["ssh-public-keys/<user>.json"],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(ssh_keys(run)) }),
};

async fn certificates(run: &Run<'_>) -> Result<(), Halt> {
    run.for_each_user(&CERTIFICATES, "signing-certificates", "Certificates", async |user, items| {
        let stream = run.aws.iam().list_signing_certificates().user_name(user).into_paginator().send();
        pages(stream, |page| items.extend(page.certificates().iter().map(certificate))).await
    })
    .await
}

fn certificate(certificate: &SigningCertificate) -> Json {
    object()
        .with("UserName", certificate.user_name())
        .with("CertificateId", certificate.certificate_id())
        .with("CertificateBody", certificate.certificate_body())
        .with("Status", certificate.status().as_str())
        .maybe("UploadDate", certificate.upload_date())
        .into()
}

async fn ssh_keys(run: &Run<'_>) -> Result<(), Halt> {
    run.for_each_user(&SSH_KEYS, "ssh-public-keys", "SSHPublicKeys", async |user, items| {
        let stream = run.aws.iam().list_ssh_public_keys().user_name(user).into_paginator().send();
        pages(stream, |page| items.extend(page.ssh_public_keys().iter().map(ssh_key))).await
    })
    .await
}

fn ssh_key(key: &SshPublicKeyMetadata) -> Json {
    object()
        .with("UserName", key.user_name())
        .with("SSHPublicKeyId", key.ssh_public_key_id())
        .with("Status", key.status().as_str())
        .with("UploadDate", key.upload_date())
        .into()
}
