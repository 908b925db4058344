//! How large a policy may be.
//!
//! Sources: IAM User Guide, "IAM and AWS STS quotas"; AWS Organizations User Guide, "Quotas and service limits"; Amazon S3 User
//! Guide, "Bucket policies"; Amazon VPC User
//! Guide of `PrivateLink`, "Endpoint policies".

use super::Findings;
use crate::document::PolicyKind;
use crate::issue::IssueCode;
use crate::span::At;

/// A quota, and what counts against it.
struct Quota {
    most: usize,
    counts_blanks: bool,
    code: IssueCode,
    note: &'static str,
}

fn quota(kind: PolicyKind) -> Quota {
    match kind {
        PolicyKind::Identity | PolicyKind::Boundary => Quota {
            most: 6_144,
            counts_blanks: false,
            code: IssueCode::IdentityPolicySize,
            note: "for a managed policy; all inline policies of a user may have 2048, of a group 5120, of a role 10240",
        },
        PolicyKind::Session => Quota {
            most: 2_048,
            counts_blanks: true,
            code: IssueCode::SessionPolicySize,
            note: "for the inline policy of a session",
        },
        PolicyKind::Trust => Quota {
            most: 2_048,
            counts_blanks: false,
            code: IssueCode::TrustPolicySize,
            note: "for a trust policy unless the quota was raised",
        },
        PolicyKind::ServiceControl => Quota {
            most: 5_120,
            counts_blanks: true,
            code: IssueCode::ScpSize,
            note: "for a service control policy, blanks counted",
        },
        PolicyKind::ResourceControl => Quota {
            most: 5_120,
            counts_blanks: true,
            code: IssueCode::RcpSize,
            note: "for a resource control policy, blanks counted",
        },
        PolicyKind::Resource | PolicyKind::VpcEndpoint => Quota {
            most: 20_480,
            counts_blanks: true,
            code: IssueCode::ResourcePolicySize,
            note: "for the policy of a bucket or endpoint; other resources take less",
        },
    }
}

pub(super) fn check(text: &str, findings: &mut Findings<'_>) {
    let quota = quota(findings.kind);
    // Bytes are never fewer than characters.
    if text.len() <= quota.most {
        return;
    }
    let counts = |character: &char| quota.counts_blanks || !character.is_whitespace();
    let size = text.trim().chars().filter(counts).count();
    if size > quota.most {
        let message = format!("found {size} characters, at most {} are taken {}", quota.most, quota.note);
        findings.report(quota.code, At::default(), message);
    }
}
