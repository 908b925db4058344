use aws_sdk_iam::types::ServerCertificateMetadata;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListServerCertificates", action: "iam:ListServerCertificates" };
const FILE: &str = "server-certificates.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "server-certificates",
    about: "TLS certificates kept in IAM",
    calls: &[LIST],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.list(LIST.kept_in(FILE), "ServerCertificateMetadataList", async |items| {
        let stream = run.aws.iam().list_server_certificates().into_paginator().send();
        pages(stream, |page| items.extend(page.server_certificate_metadata_list().iter().map(certificate)))
            .await
    })
    .await
}

fn certificate(certificate: &ServerCertificateMetadata) -> Json {
    object()
        .with("Path", certificate.path())
        .with("ServerCertificateName", certificate.server_certificate_name())
        .with("ServerCertificateId", certificate.server_certificate_id())
        .with("Arn", certificate.arn())
        .maybe("UploadDate", certificate.upload_date())
        .maybe("Expiration", certificate.expiration())
        .into()
}
