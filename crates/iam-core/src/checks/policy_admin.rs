#![doc = include_str!("policy_admin.md")]

use iam_policy::permissions::OnEverything;

use super::policy_statements::{cite, conditions};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, SubjectKind, Verdict, When,
};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-admin"),
    since: "0.1.0",
    title: "Policy that allows everything",
    severity: Severity::Critical,
    severity_reason: "whoever has it can do anything to the account, its guardrails included",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.16", "1.15", "2.15", "2.14"),
        security_hub: &["IAM.1"],
        pci_dss: &["7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "8.2.7", "8.2.8", "8.3.4"],
        attack: &["T1078", "T1648", "T1098", "T1578", "T1550", "T1040", "T1580", "T1538", "T1619", "T1201"],
    },
    remedy: Remedy {
        risk: "Whatever relied on a permission that the smaller policy lacks stops working. Keep the old text until a full \
               cycle of the work has passed.",
        steps: &[
            Step::think("See who has the policy and which services they use (IAM > Access Advisor)."),
            Step::run_when(
                When::Of(SubjectKind::ManagedPolicy),
                "Put the smaller policy into policy.json and make it the version that counts. This can be undone with \
                 `aws iam set-default-policy-version`.",
                "aws iam create-policy-version --policy-arn {arn} --policy-document file://policy.json --set-as-default",
            ),
            Step::run_when(
                When::Of(SubjectKind::UserPolicy),
                "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
                "aws iam put-user-policy --user-name {user} --policy-name {policy} --policy-document file://policy.json",
            ),
            Step::run_when(
                When::Of(SubjectKind::GroupPolicy),
                "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
                "aws iam put-group-policy --group-name {group} --policy-name {policy} --policy-document file://policy.json",
            ),
            Step::run_when(
                When::Of(SubjectKind::RolePolicy),
                "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
                "aws iam put-role-policy --role-name {role} --policy-name {policy} --policy-document file://policy.json",
            ),
        ],
        console: "IAM > Policies > {name} > Permissions defined in this policy > Edit",
    },
    page: include_str!("policy_admin.md"),
    judge: Judge::Policy(judge),
};

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    let catalogue = cx.catalogue();
    let (all, allowed) = (catalogue.all(), OnEverything::of([said], catalogue));
    if !all.is_subset(&allowed.possible) {
        return Ok(Verdict::PASS);
    }
    let deciding = || said.statements().filter(|cited| cited.statement.is_on_everything());
    let failure = if all.is_subset(&allowed.certain) {
        let failure = cx.fail(format!("{policy} allows every action on every resource"));
        match policy.is_attached() {
            Ok(false) => failure.severity(Severity::Medium, "nobody has it yet"),
            _ => failure,
        }
    } else {
        let conditions = conditions(deciding());
        cx.fail(format!("{policy} allows every action on every resource, depending on {conditions}"))
            .severity(Severity::High, "only under a condition")
    };
    cite(failure, document, deciding()).judged()
}
