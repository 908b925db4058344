#![doc = include_str!("server_certificate_expired.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::fact::{Days, days, shown_date};
use crate::input::Artefact;
use crate::input::server_certificates::ServerCertificate;

pub(super) static CHECK: Check = Check {
    id: CheckId("server-certificate-expired"),
    since: "0.1.0",
    title: "Expired server certificate",
    severity: Severity::Medium,
    severity_reason: "put on a load balancer, it breaks connections or teaches people to click warnings away",
    enabled: true,
    needs: &[Artefact::ServerCertificates],
    params: &[&WARN],
    mappings: Mappings {
        cis: Cis::at("1.19", "1.18", "2.18", "2.17"),
        security_hub: &["IAM.26"],
        pci_dss: &[],
        attack: &["T1078"],
    },
    remedy: Remedy {
        risk: "IAM does not always notice that a load balancer or a CloudFront distribution still uses the certificate. Take \
               it off them first, or they stop serving. IAM never gives the private key back.",
        steps: &[
            Step::think(
                "Look for listeners and distributions that use the certificate, and give them a new one from AWS \
                 Certificate Manager, which renews by itself.",
            ),
            Step::run(
                "Keep a copy of the certificate. It comes without the private key.",
                "aws iam get-server-certificate --server-certificate-name {name}",
            ),
            Step::run(
                "Delete it. This cannot be undone.",
                "aws iam delete-server-certificate --server-certificate-name {name}",
            ),
        ],
        console: "The IAM console does not list server certificates; see EC2 > Load Balancers > Listeners for their use",
    },
    page: include_str!("server_certificate_expired.md"),
    judge: Judge::ServerCertificate(judge),
};

static WARN: Param<Days> = Param::new(
    "warn-days",
    || Days(0),
    (0, 3_650),
    "fails when the certificate has this long or less to live",
);

fn judge(certificate: &ServerCertificate, cx: &Context<'_>) -> Judged {
    let expiration = certificate.expiration.known()?;
    let warn = cx.get(&WARN);
    let left = expiration.signed_duration_since(cx.as_of());
    if left > warn.delta() {
        return Ok(Verdict::PASS);
    }
    let name = &certificate.name;
    let message = if expiration <= cx.as_of() {
        format!("server certificate {name} expired {}", cx.ago(expiration))
    } else {
        format!(
            "server certificate {name} expires {} (in {} d); limit {} d",
            shown_date(expiration),
            days(left),
            warn.0
        )
    };
    cx.fail(message).because(&certificate.expiration).judged()
}
