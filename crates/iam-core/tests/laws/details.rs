//! Less of the account authorization details never makes anything better.

use std::collections::BTreeMap;

use iam_core::audit::Status;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generated::choices::choices;
use crate::generated::{Artefact, Generated};
use crate::verdicts::{Judged, about, assert_no_better, verdicts, with};
use crate::{DETAILS, LISTS, config, now, shuffle};

/// What was not seen is no fail either: lists that were found to be cut never show somebody without what they had.
fn assert_no_new_fail(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    for fail in with(less, Status::Fail) {
        let before = about(fail, more, |_| true);
        prop_assert!(before.iter().any(|other| other.status == Status::Fail), "a new fail: {fail:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn filtering_the_details_never_helps(numbers in choices(), has_summary in any::<bool>(), which in 0_usize..4, how in 0_usize..3, keep in any::<usize>()) {
        let mut whole = Generated::from(&numbers);
        if !has_summary {
            whole.artefacts.remove("account-summary.json");
        }
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let fields = details.as_object_mut().unwrap();
        match how {
            0 => fields[LISTS[which]] = json!([]),
            1 => drop(fields.remove(LISTS[which])),
            _ => {
                let items = fields[LISTS[which]].as_array_mut().unwrap();
                items.truncate(keep % (items.len() + 1));
                fields.insert("IsTruncated".to_owned(), json!(true));
                // Otherwise the summary tells that nothing is missing where nothing is.
                less.artefacts.remove("account-summary.json");
            }
        }
        let (less, more) = (less.verdicts(), whole.verdicts());
        assert_no_better(&less, &more)?;
        assert_no_new_fail(&less, &more)?;
    }

    #[test]
    fn damaging_an_entry_of_the_details_never_helps(numbers in choices(), which in 0_usize..4, item in any::<usize>(), field in any::<usize>(), to in prop::sample::select(vec![Value::Null, json!("x"), json!(7), json!({}), json!([7])])) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let items = details[LISTS[which]].as_array_mut().unwrap();
        prop_assume!(!items.is_empty());
        let item = item % items.len();
        let entry = items[item].as_object_mut().unwrap();
        let keys: Vec<String> = entry.keys().cloned().collect();
        let key = &keys[field % keys.len()];
        // AWS leaves these out when they are empty, and an empty object when a role was not used.
        let is_optional = ["UserPolicyList", "Tags", "PermissionsBoundary"].contains(&key.as_str());
        prop_assume!(!(is_optional && to.is_null() || key == "RoleLastUsed" && to == json!({})));
        // A number is a number, and a name of another group is one.
        prop_assume!(!(to == json!(7) && key.ends_with("Count")));
        entry[key] = to;
        let (less, more) = (less.verdicts(), whole.verdicts());
        assert_no_better(&less, &more)?;
        assert_no_new_fail(&less, &more)?;
    }

    #[test]
    fn a_lost_entry_of_the_details_helps_nobody_else(numbers in choices(), which in 0_usize..4, item in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let items = details[LISTS[which]].as_array_mut().unwrap();
        prop_assume!(!items.is_empty());
        let lost = items.remove(item % items.len());
        let is_own = |judged: &Judged| lost["Arn"] == *judged.subject.arn;
        let more: Vec<Judged> = whole.verdicts().into_iter().filter(|judged| !is_own(judged)).collect();
        let less: Vec<Judged> = less.verdicts().into_iter().filter(|judged| !is_own(judged)).collect();
        assert_no_better(&less, &more)?;
    }

    #[test]
    fn neither_pages_nor_order_matter(numbers in choices(), seed in any::<u64>(), pages in 2_usize..6) {
        let mut whole = Generated::from(&numbers);
        let Some(details) = whole.details_mut() else { return Ok(()) };
        let lists = LISTS.map(|list| details[list].as_array().unwrap().clone());
        // Where the summary counts other users than there are, a page may be missing.
        if let Some(Artefact::Json(summary)) = whole.artefacts.get_mut("account-summary.json") {
            summary["SummaryMap"]["Users"] = json!(lists[0].len());
        }
        let expected = whole.verdicts();
        let mut paged = whole.clone();
        paged.artefacts.remove(DETAILS);
        let mut contents = vec![BTreeMap::from(LISTS.map(|list| (list, Vec::new()))); pages];
        let mut page = seed;
        for (list, mut items) in LISTS.into_iter().zip(lists) {
            shuffle(&mut items, seed);
            for item in items {
                page = page.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let page = usize::try_from(page >> 40).unwrap() % pages;
                contents[page].get_mut(list).unwrap().push(item);
            }
        }
        for (number, lists) in contents.into_iter().enumerate() {
            let mut page = json!(lists);
            page["IsTruncated"] = json!(number + 1 < pages);
            paged.json(&format!("details-{number}.json"), page);
        }
        let mut files = paged.files();
        shuffle(&mut files, seed);
        prop_assert_eq!(verdicts(files, now()), expected);
    }
}
