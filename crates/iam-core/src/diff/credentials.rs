use std::collections::BTreeMap;

use crate::evidence::{Account, Credential, CredentialKind, inventory};
use crate::fact::shown_time;
use crate::ident::KeyIdDisplay;

/// A credential that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The user's name; `root` for root.
    pub owner: String,
    /// The kind.
    pub kind: CredentialKind,
    /// What tells it from others of the same owner and kind: the moment it was made, else its id or slot.
    pub identity: String,
    /// Whether it works; `None` where that was not seen.
    pub active: Option<bool>,
}

/// What became of a credential.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CredentialChange {
    /// What happened.
    pub turn: Turn,
    /// The user's name; `root` for root.
    pub owner: String,
    /// The kind.
    pub kind: CredentialKind,
    /// The credential, as [`Held::identity`]: the new one where one replaced another.
    pub identity: String,
}

/// What can become of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was made.
    Created,
    /// It is gone.
    Deleted,
    /// It took the place of another one that is gone or no longer works.
    Rotated,
    /// It works again.
    Activated,
    /// It no longer works.
    Deactivated,
}

impl Turn {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Deleted => "deleted",
            Self::Rotated => "rotated",
            Self::Activated => "activated",
            Self::Deactivated => "deactivated",
        }
    }
}

/// The credentials of an account; `None` where they are not all known: without a credential report nothing says who there is,
/// and what cannot be told to work may not even exist.
pub(super) fn held(account: &Account) -> Option<Vec<Held>> {
    let report = account.credential_report().ok()?;
    if !report.unread().is_empty() {
        return None;
    }
    let mut all: Vec<Held> = inventory(account).map(one).collect();
    all.sort();
    all.iter().all(|held| held.active.is_some()).then_some(all)
}

fn one(credential: Credential) -> Held {
    let made = credential.created.known().ok().flatten().map(shown_time);
    let id = credential.access_key_id.map(|id| id.shown(KeyIdDisplay::Shortened)).or(credential.id);
    let slot = credential.slot.map(|slot| format!("slot {slot}"));
    Held {
        // A user has one password, which is the same one when it was changed.
        identity: made.or(id).or(slot).unwrap_or_default(),
        owner: credential.owner,
        kind: credential.kind,
        active: credential.active.known().ok(),
    }
}

/// What became of the credentials of an account.
pub(super) fn changes(old: &[Held], new: &[Held]) -> Vec<CredentialChange> {
    type Group<'h> = BTreeMap<(&'h str, CredentialKind), BTreeMap<&'h str, Option<bool>>>;
    fn grouped(all: &[Held]) -> Group<'_> {
        let mut groups = Group::new();
        for held in all {
            let group = groups.entry((held.owner.as_str(), held.kind)).or_default();
            group.insert(held.identity.as_str(), held.active);
        }
        groups
    }
    let (old, new) = (grouped(old), grouped(new));
    let mut changes = Vec::new();
    let mut owners: Vec<_> = old.keys().chain(new.keys()).copied().collect();
    owners.sort_unstable();
    owners.dedup();
    let none = BTreeMap::new();
    for (owner, kind) in owners {
        let before = old.get(&(owner, kind)).unwrap_or(&none);
        let after = new.get(&(owner, kind)).unwrap_or(&none);
        let mut add = |turn, identity: &str| {
            changes.push(CredentialChange {
                turn,
                owner: owner.to_owned(),
                kind,
                identity: identity.to_owned(),
            });
        };
        let made: Vec<&str> = after.keys().filter(|id| !before.contains_key(*id)).copied().collect();
        let gone: Vec<&str> = before.keys().filter(|id| !after.contains_key(*id)).copied().collect();
        let ended =
            |id: &&&str| before.get(**id) == Some(&Some(true)) && after.get(**id) == Some(&Some(false));
        let stopped: Vec<&str> = before.keys().filter(ended).copied().collect();
        // Each new one takes the place of one that is gone, or no longer works.
        let replaced = made.len().min(gone.len() + stopped.len());
        for (index, id) in made.iter().enumerate() {
            add(if index < replaced { Turn::Rotated } else { Turn::Created }, id);
        }
        for id in gone.iter().skip(replaced) {
            add(Turn::Deleted, id);
        }
        for id in &stopped {
            add(Turn::Deactivated, id);
        }
        for (id, active) in after {
            if before.get(id) == Some(&Some(false)) && *active == Some(true) {
                add(Turn::Activated, id);
            }
        }
    }
    changes.sort();
    changes
}
