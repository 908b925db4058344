//! `aws iam get-account-password-policy`: the rules for the passwords of IAM users.

use std::sync::Arc;

use serde_json::Value;

use super::{Artefact, json::Reader};
use crate::fact::{Fact, FileId, Gap, Source};

/// The policy, or AWS's statement that there is none.
#[derive(Debug, Clone)]
pub enum PasswordPolicy {
    /// The account has a policy of its own.
    Set(Box<Rules>),
    /// `NoSuchEntity`: AWS's defaults apply, length 8 and nothing else that the checks ask for.
    NotSet(Source),
}

/// The rules of a password policy. Source: IAM API Reference, `PasswordPolicy`.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Fewest characters, 6 to 128.
    pub minimum_length: Fact<Option<u64>>,
    /// Whether a capital letter is required.
    pub require_uppercase: Fact<bool>,
    /// Whether a small letter is required.
    pub require_lowercase: Fact<bool>,
    /// Whether a non-alphanumeric character is required.
    pub require_symbols: Fact<bool>,
    /// Whether a digit is required.
    pub require_numbers: Fact<bool>,
    /// Whether passwords expire.
    pub expire_passwords: Fact<bool>,
    /// Days until a password expires, 1 to 1,095.
    pub max_age_days: Fact<Option<u64>>,
    /// Earlier passwords that cannot be used again, 1 to 24.
    pub reuse_prevention: Fact<Option<u64>>,
    /// Whether a user with an expired password is locked out until an administrator resets it.
    pub hard_expiry: Fact<bool>,
    /// Where the policy stands.
    pub source: Source,
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<PasswordPolicy>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::PasswordPolicy, file);
    let policy = reader.object(document, "PasswordPolicy").map(|item| {
        PasswordPolicy::Set(Box::new(Rules {
            minimum_length: reader.optional_number(item, "MinimumPasswordLength"),
            require_uppercase: reader.flag_or_false(item, "RequireUppercaseCharacters"),
            require_lowercase: reader.flag_or_false(item, "RequireLowercaseCharacters"),
            require_symbols: reader.flag_or_false(item, "RequireSymbols"),
            require_numbers: reader.flag_or_false(item, "RequireNumbers"),
            expire_passwords: reader.flag_or_false(item, "ExpirePasswords"),
            max_age_days: reader.optional_number(item, "MaxPasswordAge"),
            reuse_prevention: reader.optional_number(item, "PasswordReusePrevention"),
            hard_expiry: reader.flag_or_false(item, "HardExpiry"),
            source: reader.source(item),
        }))
    });
    (policy, reader.into_gaps())
}
