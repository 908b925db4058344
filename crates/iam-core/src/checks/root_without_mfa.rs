#![doc = include_str!("root_without_mfa.md")]

use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Root;
use crate::ident::Partition;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-without-mfa"),
    since: "0.1.0",
    title: "Root user without MFA",
    severity: Severity::Critical,
    severity_reason: "the password alone opens the whole account",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.5", "1.4", "2.4", "2.5"),
        security_hub: &["IAM.9"],
        pci_dss: &["8.4.1", "8.4.2", "8.4.3"],
        attack: &["T1078", "T1098", "T1556", "T1550", "T1110", "T1040"],
    },
    remedy: Remedy {
        risk: "Nothing breaks. Register two devices, so that losing one does not lock you out of the account.",
        steps: &[
            Step::think("Sign in as root and register a passkey or a FIDO2 security key, then a second one."),
            Step::think(
                "In an organisation, member accounts need no root password at all: see `root-credentials-management-disabled` \
                 for switching that on, and `member-root-credentials-present` for deleting what is left.",
            ),
        ],
        console: "Sign in as root > account name > Security credentials > Multi-factor authentication > Assign MFA device",
    },
    page: include_str!("root_without_mfa.md"),
    judge: Judge::Root(judge),
};

fn judge(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    if *cx.account().partition() == Partition::GovCloud {
        return Ok(Verdict::not_applicable("root cannot sign in to the console in GovCloud"));
    }
    // With MFA on, or without a password, the other fact does not matter; either one alone is enough to pass.
    if root.mfa_active.known() == Ok(true) {
        return Ok(Verdict::PASS);
    }
    if root.password_present.known() == Ok(false) {
        return Ok(Verdict::pass("root has no password to sign in with"));
    }
    root.password_present.known()?;
    root.mfa_active.known()?;
    let why =
        |about| root.disagreement(about).map(|it| format!("; report and summary disagree, {}", it.decision));
    let why = why("an MFA device").or_else(|| why("a password")).unwrap_or_default();
    cx.fail(format!("root has a password and no MFA device{why}"))
        .because(&root.mfa_active)
        .because(&root.password_present)
        .judged()
}
