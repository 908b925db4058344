use std::fmt;

use sha2::{Digest, Sha256};

use super::subjects::Named;
use crate::check::CheckId;
use crate::fact::shown_time;

/// Names a finding across runs: a hash of the check, the account and the identity of the subject, and of nothing else.
/// Rewording a message, changing a severity, using a credential or moving a row does not change it.
///
/// The identity of a credential is its owner and the moment it was made. Slots may swap between reports, and ids are not
/// always known, so that a slot counts only where no such moment is known, and otherwise as a tie-breaker. Whom CloudTrail
/// events are about is known by name or key id: the ARN may be known from elsewhere, and does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    pub(super) fn of(check: CheckId, account: &str, named: &Named) -> Self {
        let subject = &named.subject;
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(text.as_bytes());
            hash.update([0]);
        };
        part("iam-audit/v1");
        part(check.as_str());
        part(account);
        part(subject.kind.as_str());
        if let Some(identity) = &named.identity {
            part(identity);
            return Self::shortened(hash.finalize().into());
        }
        part(if subject.arn.is_empty() { &subject.name } else { &subject.arn });
        if let Some(credential) = &subject.credential {
            part(&credential.created.map(shown_time).unwrap_or_default());
            if credential.created.is_none() || named.shares_moment {
                part(&credential.slot.map(|slot| slot.to_string()).unwrap_or_default());
                part(named.whole_id.as_deref().unwrap_or_default());
            }
        } else {
            part(&subject.name);
        }
        Self::shortened(hash.finalize().into())
    }

    fn shortened(digest: [u8; 32]) -> Self {
        let mut short = [0; 16];
        short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(short)
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
