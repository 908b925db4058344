#![doc = include_str!("principal_admin.md")]

use std::collections::BTreeSet;

use super::policy_statements::conditions;
use crate::access::{Administrator, Deciding, Origin};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, SubjectKind, Verdict, When,
};
use crate::evidence::{Grant, GrantedPolicy, Identity, Via};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("principal-admin"),
    since: "0.1.0",
    title: "User, group or role that may do everything",
    severity: Severity::High,
    severity_reason: "whoever takes it over owns the account",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.16", "1.15", "2.15", "2.14"),
        pci_dss: &["7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "8.2.7", "8.2.8", "8.3.4"],
        attack: &["T1078", "T1648", "T1098", "T1578", "T1550", "T1040", "T1580", "T1538", "T1619", "T1201"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Whatever it did with full access and nothing else allows stops working. Make sure that somebody else can still administer the account.",
        steps: &[
            Step::think(
                "Find out which services it really uses (IAM > Access Advisor), and give it a policy that allows these. For people, \
                 give full access to a role that they assume with MFA.",
            ),
            Step::run_when(
                When::Of(SubjectKind::User),
                "Detach the policy that the finding names. This can be undone with `aws iam attach-user-policy`. If a group has it, \
                 take the user out of the group instead (`aws iam remove-user-from-group`).",
                "aws iam detach-user-policy --user-name {user} --policy-arn {arn}",
            ),
            Step::run_when(
                When::Of(SubjectKind::Group),
                "Detach the policy that the finding names. This can be undone with `aws iam attach-group-policy`.",
                "aws iam detach-group-policy --group-name {group} --policy-arn {arn}",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "Detach the policy that the finding names. This can be undone with `aws iam attach-role-policy`. For a role of IAM \
                 Identity Center, change its permission set instead.",
                "aws iam detach-role-policy --role-name {role} --policy-arn {arn}",
            ),
        ],
        console: "IAM > Users, User groups or Roles > {name} > Permissions",
    },
    page: include_str!("principal_admin.md"),
    judge: Judge::Identity(judge),
};

fn judge(identity: &Identity<'_>, cx: &Context<'_>) -> Judged {
    let (is_certain, deciding) = match Administrator::of(identity, cx.ceiling(), cx.catalogue())? {
        Administrator::No => return Ok(Verdict::PASS),
        Administrator::Certain(deciding) => (true, deciding),
        Administrator::Depends(deciding) => (false, deciding),
    };
    let failure = cx.fail(format!("{identity} {}", told(is_certain, &deciding)));
    let failure = match (identity, is_certain) {
        (Identity::Role(role), _) if role.detail.is_of_identity_center() => failure.severity(
            Severity::Low,
            "IAM Identity Center gives it out for short sessions, to those who were assigned",
        ),
        (Identity::User(_), true) => failure
            .severity(Severity::Critical, "the credentials of a user last until somebody takes them away"),
        (Identity::Group(group), _)
            if group.all_members_seen().is_ok() && group.members().next().is_none() =>
        {
            failure.severity(Severity::Medium, "nobody is in the group yet")
        }
        (Identity::User(_), false) | (Identity::Group(_) | Identity::Role(_), true) => failure,
        (Identity::Group(_) | Identity::Role(_), false) => {
            failure.severity(Severity::Medium, "only under a condition")
        }
    };
    deciding.iter().fold(failure, |failure, one| failure.at(one.source)).judged()
}

/// What makes an administrator: `may do everything, by policy AdministratorAccess of group admins`.
pub(super) fn told(is_certain: bool, deciding: &[Deciding<'_>]) -> String {
    let mut by: BTreeSet<String> = BTreeSet::new();
    let allows = deciding.iter().filter(|one| one.statement.statement.allows());
    for one in allows {
        if let Origin::Grant(grant) = &one.origin {
            by.insert(named(grant));
        }
    }
    let by = by.into_iter().collect::<Vec<_>>().join(" and ");
    if is_certain {
        return format!("may do everything, by {by}");
    }
    let conditions = match conditions(deciding.iter().map(|one| one.statement)) {
        none if none.is_empty() => "the organization's service control policies".to_owned(),
        some => some,
    };
    format!("may do everything, by {by}, depending on {conditions}")
}

fn named(grant: &Grant<'_>) -> String {
    let noun = match grant.policy {
        GrantedPolicy::Inline(_) => "inline policy",
        GrantedPolicy::Managed { .. } => "policy",
    };
    match grant.via {
        Via::Own => format!("{noun} {}", grant.name()),
        Via::Group(group) => format!("{noun} {} of group {}", grant.name(), group.name),
    }
}
