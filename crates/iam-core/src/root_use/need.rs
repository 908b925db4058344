use super::permission_for;
use crate::cloudtrail::Event;

/// The day on which the list of tasks was compared with copies of AWS's page "Tasks that require root user credentials" in the
/// IAM User Guide. The page changes.
pub const CHECKED: &str = "2026-11-25";

/// Whether a call needed root. Source: IAM User Guide, "Tasks that require root user credentials".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Only root can do it.
    Needed {
        /// The task.
        task: &'static str,
    },
    /// It depends on what the record does not tell.
    May {
        /// The task for which it may have been.
        task: &'static str,
        /// On what it depends.
        why: &'static str,
        /// The permission that does it otherwise.
        permission: String,
    },
    /// An IAM identity with this permission could have done it.
    NotNeeded {
        /// The permission.
        permission: String,
    },
    /// A way in, or a call that needs no permission.
    None,
}

/// A rule of the table: which calls, of which service.
struct Rule {
    service: &'static str,
    /// Names of calls; a name that ends in `*` stands for all that start so.
    calls: &'static [&'static str],
    /// What else has to be so.
    when: fn(&Event) -> bool,
    /// The task, and on what it depends; an empty reason for tasks of root alone.
    task: &'static str,
    why: &'static str,
}

const OWN_KEYS: &str = "manage root's own access keys";
const OWN_MFA: &str = "manage root's own MFA device";
const MFA_DELETE: &str = "switch MFA Delete of a bucket on or off";
const RESCUE: &str = "restore the permissions of the only administrator";
const NO_ADMINISTRATOR: &str = "needed root only if no administrator was left who could do it";
const DENY_ALL: &str = "change a policy that denies everybody";
const DENIED_ALL: &str =
    "needed root only if the policy denied everybody; a session of sts:AssumeRoot does it as well";
const BILLING: &str = "change what only root may in billing";
const BILLING_WHY: &str = "needed root only to open the Billing console to IAM or for certain tax invoices";

/// The first rule that fits decides.
const RULES: &[Rule] = &[
    // Anybody who knows the address can ask for a new password.
    rule("signin", &["PasswordUpdated", "PasswordRecoveryCompleted"], any, "change root's password", ""),
    rule("signin", &["EmailUpdated", "EmailChange*"], any, "change root's e-mail address", ""),
    rule("iam", &["CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey"], is_about_root, OWN_KEYS, ""),
    rule("iam", &["EnableMFADevice", "DeactivateMFADevice", "ResyncMFADevice"], is_about_root, OWN_MFA, ""),
    rule(
        "iam",
        &["CreateVirtualMFADevice", "DeleteVirtualMFADevice"],
        any,
        OWN_MFA,
        "needed root only if the device was root's own, which this call does not tell",
    ),
    rule(
        "iam",
        &["UploadSigningCertificate", "UpdateSigningCertificate", "DeleteSigningCertificate"],
        is_about_root,
        "manage root's own signing certificates",
        "",
    ),
    rule(
        "iam",
        &["CreateLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile", "ChangePassword"],
        is_about_root,
        "change root's password",
        "",
    ),
    rule(
        "iam",
        &[
            "AddUserToGroup",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreateLoginProfile",
            "CreatePolicyVersion",
            "DeleteGroupPolicy",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DeleteUserPermissionsBoundary",
            "DeleteUserPolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "SetDefaultPolicyVersion",
            "UpdateAssumeRolePolicy",
            "UpdateLoginProfile",
        ],
        any,
        RESCUE,
        NO_ADMINISTRATOR,
    ),
    rule("s3", &["PutBucketVersioning"], enables_mfa_delete, MFA_DELETE, ""),
    rule(
        "s3",
        &["PutBucketVersioning"],
        names_mfa_delete,
        MFA_DELETE,
        "needed root only if MFA Delete was on before; to name it as off, where it is off, needs no root",
    ),
    rule("s3", &["PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicy"], any, DENY_ALL, DENIED_ALL),
    rule("sqs", &["SetQueueAttributes", "GetQueueAttributes"], any, DENY_ALL, DENIED_ALL),
    rule(
        "account",
        &["CloseAccount"],
        any,
        "close the account",
        "a member account can also be closed by the management account, through organizations:CloseAccount",
    ),
    rule(
        "billingconsole",
        &["Update*", "Put*", "Set*", "AWSPaymentPortalService*"],
        any,
        BILLING,
        BILLING_WHY,
    ),
    rule("billing", &["Update*", "Put*", "Set*"], any, BILLING, BILLING_WHY),
    rule("taxconsole", &["*"], any, BILLING, BILLING_WHY),
    rule("invoicing", &["Get*"], any, BILLING, BILLING_WHY),
    rule(
        "support",
        &["CreateCase", "AddCommunicationToCase"],
        any,
        "settle with Support what only root may",
        "needed root only for cases on the ownership of the account, or on a KMS key that nobody can manage",
    ),
    rule(
        "mturk-requester",
        &["*"],
        any,
        "link the account with Mechanical Turk",
        "needed root only for linking the account",
    ),
];

const fn rule(
    service: &'static str,
    calls: &'static [&'static str],
    when: fn(&Event) -> bool,
    task: &'static str,
    why: &'static str,
) -> Rule {
    Rule { service, calls, when, task, why }
}

impl Need {
    /// What a call of root needed.
    pub fn of(event: &Event) -> Self {
        // Such sessions can do nothing else.
        if event.assumed_root {
            return Self::Needed { task: "a task of central root access, for which the session was made" };
        }
        let service = event.call.service();
        let found = RULES.iter().find(|rule| {
            let fits = |call: &&str| match call.strip_suffix('*') {
                Some(start) => event.call.name.starts_with(start),
                None => **call == *event.call.name,
            };
            rule.service == service && rule.calls.iter().any(fits) && (rule.when)(event)
        });
        let permission = permission_for(&event.call);
        match (found, permission) {
            (Some(Rule { task, why: "", .. }), _) => Self::Needed { task },
            (Some(Rule { task, why, .. }), Some(permission)) => Self::May { task, why, permission },
            (_, None) => Self::None,
            (None, Some(permission)) => Self::NotNeeded { permission },
        }
    }

    /// The word used in every output format.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Needed { .. } => "needed",
            Self::May { .. } => "may-have-needed",
            Self::NotNeeded { .. } => "not-needed",
            Self::None => "",
        }
    }
}

fn any(_: &Event) -> bool {
    true
}

/// Whether a call of root, which may name a user, is about root itself: such calls name no user, or one of the console's words for root.
/// Whoever is called `root` is an IAM user of that name.
pub(crate) fn is_about_root(event: &Event) -> bool {
    event.requested("userName").is_none_or(|user| {
        ["AWS ROOT USER", "<root_account>"].iter().any(|own| user.eq_ignore_ascii_case(own))
    })
}

fn names_mfa_delete(event: &Event) -> bool {
    mfa_delete(event).is_some()
}

fn enables_mfa_delete(event: &Event) -> bool {
    mfa_delete(event).is_some_and(|value| value.eq_ignore_ascii_case("Enabled"))
}

fn mfa_delete(event: &Event) -> Option<&str> {
    let found = event.request.iter().find(|(path, _)| path.to_ascii_lowercase().ends_with("mfadelete"));
    found.map(|(_, value)| &**value)
}
