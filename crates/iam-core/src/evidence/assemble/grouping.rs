use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::{Given, UnusedFile};
use crate::ident::AccountId;

/// The files of one account.
pub(super) struct Group {
    pub(super) location: String,
    pub(super) id: Option<AccountId>,
    pub(super) files: Vec<Candidate>,
}

/// Files by account folder; the files that were named themselves make one group.
pub(super) fn by_folder(candidates: Vec<Candidate>) -> BTreeMap<Option<String>, Vec<Candidate>> {
    let account_folders: BTreeSet<String> = candidates
        .iter()
        .filter(|candidate| candidate.given == Given::InFolder && candidate.marks_account())
        .map(|candidate| candidate.folder().to_owned())
        .collect();
    let mut groups: BTreeMap<Option<String>, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let group = (candidate.given == Given::InFolder).then(|| {
            let own = candidate.folder();
            // A relative path ends in the folder that has no name, the one that was handed in itself.
            let above = std::iter::successors(Some(own), |folder| {
                let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
                (!folder.is_empty()).then_some(above)
            });
            above.into_iter().find(|folder| account_folders.contains(*folder)).unwrap_or(own).to_owned()
        });
        groups.entry(group).or_default().push(candidate);
    }
    groups
}

/// Splits a group that holds reports of several accounts. Files that then name no account cannot be used.
pub(super) fn by_account(
    folder: Option<String>,
    candidates: Vec<Candidate>,
    unused: &mut Vec<UnusedFile>,
) -> Vec<Group> {
    let ids: BTreeSet<AccountId> =
        candidates.iter().filter_map(|candidate| Some(candidate.account()?.0)).collect();
    if ids.len() <= 1 {
        let location = folder
            .map(|folder| if folder.is_empty() { ".".to_owned() } else { folder })
            .or_else(|| Some(candidates.first()?.file.path.clone()))
            .unwrap_or_default();
        return vec![Group { location, id: ids.first().copied(), files: candidates }];
    }
    let mut groups: BTreeMap<AccountId, Group> = BTreeMap::new();
    for candidate in candidates {
        if let Some((id, _)) = candidate.account() {
            let group = || Group { location: candidate.file.path.clone(), id: Some(id), files: Vec::new() };
            groups.entry(id).or_insert_with(group).files.push(candidate);
            continue;
        }
        let (why, remedy) = if let Err(error) = &candidate.content {
            (error.to_string(), error.remedy().to_owned())
        } else {
            let noun = candidate.file.artefact.noun();
            (
                format!("the {noun} does not say which of {} accounts it is about", ids.len()),
                "keep the files of each account in a folder of their own".to_owned(),
            )
        };
        unused.push(UnusedFile { path: candidate.file.path, why, remedy, is_fault: true });
    }
    groups.into_values().collect()
}
