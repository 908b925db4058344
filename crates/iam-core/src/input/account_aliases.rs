//! `aws iam list-account-aliases`: the account's name in sign-in addresses.

use serde_json::Value;

/// The alias; an account has at most one.
pub(super) fn read(document: &Value) -> Option<String> {
    document.get("AccountAliases")?.as_array()?.first()?.as_str().map(str::to_owned)
}
