//! Whether some role of the account has a policy of AWS.

use crate::check::{Context, Judged, Verdict};
use crate::evidence::Account;
use crate::fact::{Place, Source};

/// Fails unless a role has the policy of AWS with this name attached. One is enough, whatever else is not seen.
pub(super) fn judge(account: &Account, policy: &str, cx: &Context<'_>) -> Judged {
    let identities = account.identities()?;
    let mut unseen = None;
    let mut place = None;
    for role in identities.roles().filter(|role| !role.detail.is_service_linked()) {
        place.get_or_insert(role.detail.source);
        match role.detail.attached.seen() {
            Ok(attached) if attached.iter().any(|attached| attached.is_of_aws(policy)) => {
                return Ok(Verdict::pass(format!("role {} has it", role.detail.name)));
            }
            Ok(_) => {}
            Err(gap) => drop(unseen.get_or_insert(gap)),
        }
    }
    if let Some(gap) = unseen {
        return Err(gap);
    }
    identities.complete_roles()?;
    let failure = cx.fail(format!("no role has the policy {policy}"));
    match place {
        Some(source) => {
            let list = Place::Json { list: "RoleDetailList", item: None, field: "" };
            failure.at(Source { place: list, ..source }).judged()
        }
        None => failure.judged(),
    }
}
