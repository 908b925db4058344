#![doc = include_str!("resource_public.md")]

use super::outside::{access, actions, cite, pass_unless_open};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::Resource;
use crate::external::{Finding, Question};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("resource-public"),
    since: "0.1.0",
    title: "Resource that anybody gets into",
    severity: Severity::Critical,
    severity_reason: "whoever finds the name has what the statement allows",
    enabled: true,
    needs: &[Artefact::ResourcePolicy],
    params: &[],
    mappings: Mappings { attack: &["T1530"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Whoever gets in by the statement today no longer does, also those who should.",
        steps: &[
            Step::think("Save the policy, the access control list or the list of accounts as it is."),
            Step::think(
                "Name in the statement who is meant: accounts, roles, or `aws:PrincipalOrgID`. Take grants to everybody out of \
                 access control lists, and `all` out of the lists of snapshots. Putting the saved one back undoes this.",
            ),
            Step::think(
                "Where a bucket is meant to serve everybody, keep it private and put CloudFront before it. Else turn on all \
                 four settings of Block Public Access for the account.",
            ),
        ],
        console: "The console of the resource > Permissions, Access policy or Modify permissions",
    },
    page: include_str!("resource_public.md"),
    judge: Judge::Resource(judge),
};

fn judge(resource: &Resource, cx: &Context<'_>) -> Judged {
    let access = access(resource, &Question::of(cx.account()), cx);
    let public: Vec<&Finding> = access.in_force().filter(|finding| finding.is_public).collect();
    if public.is_empty() && access.is_public_by_s3() {
        let (noun, name) = (resource.kind.noun(), resource.name());
        return cx
            .fail(format!("S3 says that anybody gets into the {noun} {name}; its policy was not seen"))
            .judged();
    }
    if public.is_empty() {
        return pass_unless_open(&access);
    }
    let message =
        format!("anybody gets into the {} {}: {}", resource.kind.noun(), resource.name(), actions(&public));
    cite(cx.fail(message), public).judged()
}
