//! What the checks of the password policy share.

use crate::check::{Context, Failure, Judged, Severity, Step, Verdict};
use crate::evidence::Account;
use crate::fact::Fact;
use crate::input::password_policy::{PasswordPolicy, Rules};

/// The way through the console.
pub(super) const CONSOLE: &str = "IAM > Account settings > Password policy > Edit > Custom";

/// AWS replaces the policy as a whole, so that a command with one option would undo all the others.
pub(super) const STEPS: &[Step] = &[
    Step::run(
        "Keep a copy of the rules in force, to go back to. AWS answers NoSuchEntity when there are none.",
        "aws iam get-account-password-policy",
    ),
    Step::run(
        "Set the whole policy: each option left out falls back to its default. Add --max-password-age, --hard-expiry and \
         other values that are in force, and leave out --allow-users-to-change-password if users may not do so today.",
        "aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24 \
         --require-uppercase-characters --require-lowercase-characters --require-symbols --require-numbers \
         --allow-users-to-change-password",
    ),
];

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
