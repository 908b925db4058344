//! What the checks of the password policy share.

use crate::check::{Context, Failure, Judged, Severity, Step, Verdict};
use crate::evidence::Account;
use crate::fact::Fact;
use crate::input::password_policy::{PasswordPolicy, Rules};

/// The way through the console.
pub(super) const CONSOLE: &str = "IAM > Account settings > Password policy > Edit > Custom";

/// AWS replaces the policy as a whole, so that a command with one option would undo all the others. The values that are
/// right depend on the policy in force and on the settings, which a fixed text cannot know: they are left to the reader.
pub(super) const STEPS: &[Step] = &[
    KEEP_A_COPY,
    Step::run(
        "Replace the whole policy. Each option that the command does not name is reset to its default, so write the command \
         from the copy. For LENGTH and COUNT put what the copy says or what the settings ask for (14 and 24 unless changed), \
         whichever is greater; never lower a value. Add --max-password-age and --hard-expiry if the copy has them. Leave out \
         a --require option only if neither the copy nor a finding asks for it, and --allow-users-to-change-password if \
         the copy says false. To undo it, run it with the values of the copy, or `aws iam \
         delete-account-password-policy` if there was none.",
        "aws iam update-account-password-policy --minimum-password-length LENGTH --password-reuse-prevention COUNT \
         --require-uppercase-characters --require-lowercase-characters --require-symbols --require-numbers \
         --allow-users-to-change-password",
    ),
];

/// Nothing brings the policy in force back after it was replaced.
pub(super) const KEEP_A_COPY: Step = Step::run(
    "Keep a copy of the policy in force: there is no other way back. AWS answers NoSuchEntity when there is none.",
    "aws iam get-account-password-policy --output json > password-policy-before.json",
);

/// Judges a policy that should require one kind of character, named by `kind`.
pub(super) fn judge_required(
    account: &Account,
    cx: &Context<'_>,
    kind: &str,
    required: impl FnOnce(&Rules) -> &Fact<bool>,
) -> Judged {
    let failure = match account.password_policy()? {
        PasswordPolicy::NotSet(source) => {
            cx.fail(format!("no password policy is set, so that no {kind} is required")).at(*source)
        }
        PasswordPolicy::Set(rules) => {
            let required = required(rules);
            if required.known()? {
                return Ok(Verdict::PASS);
            }
            cx.fail(format!("the password policy requires no {kind}")).because(required)
        }
    };
    weighed(failure, account).judged()
}

/// Lowers a failure to a note where the report shows that the policy applies to nobody.
pub(super) fn weighed(failure: Failure, account: &Account) -> Failure {
    if nobody_has_a_password(account) {
        failure.severity(Severity::Info, "no IAM user has a password")
    } else {
        failure
    }
}

/// Whether the credential report shows it of every single user. A row that cannot be read may be one with a password.
fn nobody_has_a_password(account: &Account) -> bool {
    account.credential_report().is_ok_and(|report| report.unread().is_empty())
        && account.users().all(|user| user.password_enabled.known() == Ok(false))
}
