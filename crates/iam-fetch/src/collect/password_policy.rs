use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::Run;

const GET: Call = Call { operation: "GetAccountPasswordPolicy", action: "iam:GetAccountPasswordPolicy" };
const FILE: &str = "account-password-policy.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "account-password-policy",
    about: "the rules for passwords of IAM users",
    calls: &[GET],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), crate::run::Halt> {
    let made = GET.kept_in(FILE);
    run.answer_or(made, async || ask(run).await, |failure| failure.is("NoSuchEntity")).await
}

async fn ask(run: &Run<'_>) -> Result<Json, Failure> {
    let answer = run.aws.iam().get_account_password_policy().send().await?;
    let policy = answer.password_policy().map(|policy| {
        object()
            .maybe("MinimumPasswordLength", policy.minimum_password_length())
            .with("RequireSymbols", policy.require_symbols())
            .with("RequireNumbers", policy.require_numbers())
            .with("RequireUppercaseCharacters", policy.require_uppercase_characters())
            .with("RequireLowercaseCharacters", policy.require_lowercase_characters())
            .with("AllowUsersToChangePassword", policy.allow_users_to_change_password())
            .with("ExpirePasswords", policy.expire_passwords())
            .maybe("MaxPasswordAge", policy.max_password_age())
            .maybe("PasswordReusePrevention", policy.password_reuse_prevention())
            .maybe("HardExpiry", policy.hard_expiry())
    });
    Ok(object().maybe("PasswordPolicy", policy).into())
}
