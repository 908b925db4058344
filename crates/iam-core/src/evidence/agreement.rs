//! Whether the credential report and the listings of a user say the same about which credentials work.
//!
//! The two are taken at different moments, and nothing tells which is newer. Where they differ, the credential counts as
//! working, so that a pass never rests on the side that says otherwise.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AccessKey, Account, SigningCertificate};
use crate::fact::{Fact, Gap, Reason, shown_time};
use crate::input::access_keys::ListedAccessKey;
use crate::input::credential_report::Row;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Artefact, quoted};

/// A slot of the report that holds a credential made at a known moment.
struct Slot<'s> {
    number: u8,
    made: DateTime<Utc>,
    active: &'s mut Fact<bool>,
}

/// Settles the states of a user's keys; gives back what contradicts.
pub(super) fn of_access_keys<'l>(
    user: &str,
    keys: &mut [AccessKey<'_>],
    listed: impl Iterator<Item = &'l ListedAccessKey>,
) -> Vec<Arc<Gap>> {
    let slots = keys.iter_mut().filter_map(|key| {
        let made = key.created.known().ok().flatten()?;
        Some(Slot { number: key.slot?, made, active: &mut key.active })
    });
    let listed = listed.filter_map(|key| Some((key.created.known().ok()?, &key.active)));
    settle(Artefact::AccessKeys, "access key", user, slots.collect(), &listed.collect::<Vec<_>>())
}

/// Settles the states of a user's signing certificates, likewise.
pub(super) fn of_signing_certificates<'l>(
    user: &str,
    certificates: &mut [SigningCertificate],
    listed: impl Iterator<Item = &'l UploadedCredential>,
) -> Vec<Arc<Gap>> {
    let slots = certificates.iter_mut().filter_map(|certificate| {
        let made = certificate.uploaded.known().ok().flatten()?;
        Some(Slot { number: certificate.slot, made, active: &mut certificate.active })
    });
    let listed = listed.filter_map(|own| Some((own.uploaded.known().ok().flatten()?, &own.active)));
    let (artefact, noun) = (Artefact::SigningCertificates, "signing certificate");
    settle(artefact, noun, user, slots.collect(), &listed.collect::<Vec<_>>())
}

impl Account {
    /// Where the report and the listings contradict each other about users.
    pub(crate) fn contradictions(&self) -> Vec<Arc<Gap>> {
        let Ok(report) = self.credential_report() else { return Vec::new() };
        let mut gaps = Vec::new();
        if !self.users.is_empty() {
            gaps.extend(report.users().flat_map(|row| self.contradictions_of(row)));
        }
        if self.identities().is_ok() {
            let unlike = report.users().filter_map(|row| self.detail_of(row).err());
            gaps.extend(unlike.filter(|gap| gap.reason == Reason::Contradiction));
        }
        gaps
    }

    fn contradictions_of(&self, row: Row<'_>) -> Vec<Arc<Gap>> {
        let Some(listings) = self.listings_of(row.user()) else { return Vec::new() };
        let mut gaps = of_access_keys(row.user(), &mut AccessKey::of_row(row), listings.access_keys.values());
        gaps.extend(of_signing_certificates(
            row.user(),
            &mut SigningCertificate::of_row(row),
            listings.signing_certificates.values(),
        ));
        gaps
    }
}

/// Compares slots and listed credentials made at the same moment: what else could tell which is which.
fn settle(
    artefact: Artefact,
    noun: &str,
    user: &str,
    mut slots: Vec<Slot<'_>>,
    listed: &[(DateTime<Utc>, &Fact<bool>)],
) -> Vec<Arc<Gap>> {
    let contradiction = |by: &Fact<bool>, what: String| {
        Arc::new(Gap {
            reason: Reason::Contradiction,
            artefact: Some(artefact),
            source: by.source(),
            what: what.into(),
            remedy: "have a new credential report made and list again, both at the same time".into(),
        })
    };
    let word = |active: bool| if active { "active" } else { "inactive" };
    let user = quoted(user);
    let mut gaps = Vec::new();
    for moment in slots.iter().map(|slot| slot.made).collect::<BTreeSet<_>>() {
        let mut of_slots: Vec<&mut Slot<'_>> = slots.iter_mut().filter(|slot| slot.made == moment).collect();
        let of_list: Vec<&Fact<bool>> =
            listed.iter().filter(|(made, _)| *made == moment).map(|(_, active)| *active).collect();
        if let ([slot], [other]) = (of_slots.as_mut_slice(), of_list.as_slice()) {
            match (&*slot.active, other) {
                (Fact::Seen(in_report, _), Fact::Seen(in_list, _)) if in_report != in_list => {
                    let what = format!(
                        "{noun} {} of user {user} is {} in the credential report and {} in the {}; it counts as active",
                        slot.number,
                        word(*in_report),
                        word(*in_list),
                        artefact.noun()
                    );
                    gaps.push(contradiction(other, what));
                    if *in_list {
                        *slot.active = (*other).clone();
                    }
                }
                (Fact::Seen(false, _), Fact::Unknown(gap)) => *slot.active = Fact::Unknown(Arc::clone(gap)),
                _ => {}
            }
            continue;
        }
        // Which of several is which cannot be told, but their numbers must fit. A slot may lack in the list.
        let Some(first) = of_list.first() else { continue };
        let unlisted = of_slots.len().saturating_sub(of_list.len());
        let are = |active: bool| of_list.iter().filter(|fact| fact.known() == Ok(active)).count() + unlisted;
        let in_slots =
            |active: bool| of_slots.iter().filter(|slot| slot.active.known() == Ok(active)).count();
        let (too_many_inactive, too_many_active) = (in_slots(false) > are(false), in_slots(true) > are(true));
        if !too_many_inactive && !too_many_active {
            continue;
        }
        let unreadable = of_list.iter().find_map(|fact| fact.seen().err());
        let gap = unreadable.unwrap_or_else(|| {
            let what = format!(
                "the credential report and the {} say different things of the {noun}s of user {user} made at {}",
                artefact.noun(),
                shown_time(moment)
            );
            let gap = contradiction(first, what);
            gaps.push(Arc::clone(&gap));
            gap
        });
        if too_many_inactive {
            let inactive = of_slots.iter_mut().filter(|slot| slot.active.known() == Ok(false));
            inactive.for_each(|slot| *slot.active = Fact::Unknown(Arc::clone(&gap)));
        }
    }
    gaps
}
