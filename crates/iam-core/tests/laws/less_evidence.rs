//! Less of the credential report or of listings never makes anything better.

use iam_core::audit::Status;
use iam_core::check::SubjectKind;
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::fact::FileId;
use iam_core::input::InputFile;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generated::choices::choices;
use crate::generated::{Artefact, Generated};
use crate::testdata;
use crate::verdicts::{Judged, assert_no_better, listed, verdicts};
use crate::{config, now};

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn removing_a_column_never_helps(numbers in choices(), column in 0_usize..22) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        less.header.remove(column);
        less.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn damaging_a_cell_never_helps(numbers in choices(), row in any::<usize>(), column in prop::sample::select(NOT_TEXT.to_vec()), to in prop::sample::select(vec!["perhaps", "", "1/15/2026 8:00", "truefalse"])) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = row % less.rows.len();
        to.clone_into(&mut less.rows[row][column]);
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn losing_an_artefact_never_helps(numbers in choices(), which in any::<usize>(), how in 0_usize..3, cut in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut files = whole.files();
        // Without the alias an account may be lost altogether.
        let is_alias = |file: &(InputFile, Given)| file.0.path.ends_with("account-aliases.json");
        let others: Vec<usize> = (0..files.len()).filter(|index| !is_alias(&files[*index])).collect();
        let which = others[which % others.len()];
        let operation = iam_core::input::read(files[which].0.bytes.clone(), FileId(0))
            .ok()
            .flatten()
            .map(|read| read.artefact.operation());
        match (how, operation) {
            (1, Some(operation)) => {
                let text = format!("An error occurred (AccessDenied) when calling the {operation} operation: no");
                files[which].0.bytes = text.into_bytes();
            }
            (2, _) if which > 0 && files[which].0.bytes[0] == b'{' => {
                let length = files[which].0.bytes.len();
                files[which].0.bytes.truncate(cut % length);
            }
            _ => drop(files.remove(which)),
        }
        assert_no_better(&verdicts(files, now()), &whole.verdicts())?;
    }

    #[test]
    fn cutting_a_listing_never_helps(numbers in choices(), which in any::<usize>(), keep in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let mut listings: Vec<&mut Value> = less
            .artefacts
            .values_mut()
            .filter_map(|artefact| match artefact {
                Artefact::Json(value) => Some(value),
                Artefact::Text(_) => None,
            })
            .filter(|value| {
                ["VirtualMFADevices", "MFADevices", "AccessKeyMetadata", "ServerCertificateMetadataList", "ServiceSpecificCredentials"]
                    .iter()
                    .any(|list| value.get(list).is_some())
            })
            .collect();
        prop_assume!(!listings.is_empty());
        let which = which % listings.len();
        let listing = listings[which].as_object_mut().unwrap();
        let items = listing.values_mut().find_map(Value::as_array_mut).unwrap();
        items.truncate(keep % (items.len() + 1));
        listing.insert("IsTruncated".to_owned(), json!(true));
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn a_listing_that_says_inactive_helps_no_slot(numbers in choices()) {
        let whole = Generated::from(&numbers);
        let mut contradicting = whole.clone();
        for artefact in contradicting.artefacts.values_mut() {
            let Artefact::Json(value) = artefact else { continue };
            let keys = value.get_mut("AccessKeyMetadata").and_then(Value::as_array_mut);
            for key in keys.into_iter().flatten() {
                key["Status"] = json!("Inactive");
            }
        }
        // A key that no slot shows is known from the listing alone.
        let of_others = |judged: &Judged| judged.subject.credential.as_ref().is_none_or(|own| own.slot.is_some());
        let of = |generated: &Generated| generated.verdicts().into_iter().filter(of_others).collect::<Vec<_>>();
        prop_assert_eq!(of(&contradicting), of(&whole));
    }

    #[test]
    fn filtering_the_list_of_virtual_devices_never_helps(numbers in choices(), which in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(Artefact::Json(value)) = less.artefacts.get_mut("virtual-mfa-devices.json") else { return Ok(()) };
        let devices = value["VirtualMFADevices"].as_array_mut().unwrap();
        // Nothing but the list itself tells of root's device and of those that nobody uses.
        let of_users = devices.iter().enumerate().filter(|(_, device)| device["User"].get("UserName").is_some());
        let of_users: Vec<usize> = of_users.map(|(index, _)| index).collect();
        prop_assume!(!of_users.is_empty());
        devices.remove(of_users[which % of_users.len()]);
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
        for judged in less.verdicts().iter().filter(|judged| judged.check == "root-mfa-not-hardware") {
            prop_assert!(judged.status != Status::Pass || judged.says.contains("no password"), "{judged:?}");
        }
    }

    #[test]
    fn cutting_a_row_short_never_helps(numbers in choices(), row in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = row % less.rows.len();
        less.rows[row].pop();
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn removing_a_row_helps_nobody_else(numbers in choices(), row in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = less.rows.remove(row % less.rows.len());
        let is_root = row[0] == "<root_account>";
        let of_others = |judged: &Judged| {
            let is_own = *judged.subject.name == *row[0] || is_root && judged.subject.kind == SubjectKind::Root;
            let is_own_credential = is_root && &*judged.subject.name == "root";
            // A row that leaves no trace may make the numbers agree that did not agree with it, and may be that of the only
            // user with a password.
            let asks_for_all = ["report-incomplete", "federation-missing"].contains(&judged.check);
            !(is_own || is_own_credential || asks_for_all)
        };
        let more: Vec<Judged> = whole.verdicts().into_iter().filter(of_others).collect();
        let less: Vec<Judged> = less.verdicts().into_iter().filter(of_others).collect();
        assert_no_better(&less, &more)?;
    }
}

#[test]
fn losing_a_file_of_the_test_data_never_helps() {
    for name in testdata::names("accounts") {
        let files = testdata::folder(&format!("accounts/{name}"));
        // Evidence that contradicts itself may well look better without one of the two, and several accounts in a run
        // share what one of them knows.
        if ["neglected", "organization"].contains(&name.as_str()) {
            continue;
        }
        let whole = listed(&testdata::judge(files.clone(), checks::ALL));
        for lost in 0..files.len() {
            // A trail that ends early cannot be told from an account in which nothing more was done; what can be told is the
            // subject of laws of its own.
            if testdata::is_trail(&files[lost].0) {
                continue;
            }
            let mut less = files.clone();
            let (file, _) = less.remove(lost);
            let judged = verdicts(less, now());
            if !judged.is_empty() {
                assert_no_better(&judged, &whole)
                    .unwrap_or_else(|error| panic!("{name} without {}: {error}", file.path));
            }
        }
    }
}

/// The columns that hold a truth value or a date, in which damage shows.
const NOT_TEXT: [usize; 16] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 18, 19, 20, 21];
