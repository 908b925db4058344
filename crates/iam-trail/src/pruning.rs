//! Which files need not be read, by what their paths tell.

use iam_core::cloudtrail::Selection;

use crate::layout::Layout;

/// How long after an event, in seconds, its record is still looked for.
///
/// The date of a file is that of delivery. CloudTrail delivers nearly all records within 15 minutes and says itself that it
/// does not promise so. Two days leave room for a service that was late and for one that caught up over night.
pub const LATEST_DELIVERY: i64 = 2 * 86_400;

/// Whether a file may hold a record that is selected.
///
/// Nothing is delivered before it happens: a file that was delivered before the selected time holds nothing of it. The
/// other way round nothing is certain, see [`LATEST_DELIVERY`]. Records that are read count by their own time alone.
pub(crate) fn may_hold_selected(layout: &Layout<'_>, selection: &Selection) -> bool {
    let is_in_time = layout.delivered.is_none_or(|day| {
        selection.since.is_none_or(|since| day.end > since)
            && selection.until.is_none_or(|until| day.start <= until.saturating_add(LATEST_DELIVERY))
    });
    let is_in_place = match (layout.account, layout.region) {
        (Some(account), Some(region)) => {
            selection.has_place(account, region)
                || may_hold_global_services(layout, selection)
                    && selection.regions.iter().any(|region| selection.has_place(account, region))
        }
        _ => true,
    };
    is_in_time && is_in_place
}

/// Whether the file may hold records of a Region other than its own that is selected.
///
/// Until 2021-11-22 a trail could log the calls of IAM and other global services in its own Region, wherever that was; the
/// records say us-east-1, or the like in other partitions. Since then they stand in that Region only.
///
/// Source: CloudTrail User Guide, "Global service events".
fn may_hold_global_services(layout: &Layout<'_>, selection: &Selection) -> bool {
    const HOMES: [&str; 4] = ["us-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"];
    /// 2021-11-23.
    const END: i64 = 1_637_625_600;
    layout.delivered.is_none_or(|day| day.start < END)
        && HOMES.iter().any(|home| selection.regions.contains(*home))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A file delivered on 2026-01-15.
    const PATH: &str = "111122223333/CloudTrail/eu-west-1/2026/01/15/x.json.gz";
    const START: i64 = 1_768_435_200;

    fn is_read(path: &str, selection: &Selection) -> bool {
        may_hold_selected(&Layout::of(path), selection)
    }

    #[test]
    fn files_delivered_before_the_time_hold_nothing_of_it() {
        let since = |second| Selection { since: Some(second), ..Selection::default() };
        assert!(is_read(PATH, &since(START + 86_399)));
        assert!(!is_read(PATH, &since(START + 86_400)));
        assert!(is_read("x.json.gz", &since(i64::MAX)));
    }

    #[test]
    fn files_delivered_late_are_read_for_two_days() {
        let until = |second| Selection { until: Some(second), ..Selection::default() };
        assert!(is_read(PATH, &until(START - LATEST_DELIVERY)));
        assert!(!is_read(PATH, &until(START - LATEST_DELIVERY - 1)));
        assert!(is_read(PATH, &until(i64::MAX)));
        assert!(!is_read(PATH, &until(i64::MIN)));
    }

    #[test]
    fn other_accounts_and_regions_are_passed_over_where_the_path_tells_both() {
        let accounts = |id: &str| Selection { accounts: BTreeSet::from([id.into()]), ..Selection::default() };
        let regions =
            |name: &str| Selection { regions: BTreeSet::from([name.into()]), ..Selection::default() };
        assert!(is_read(PATH, &accounts("111122223333")) && is_read(PATH, &regions("eu-west-1")));
        assert!(!is_read(PATH, &accounts("444455556666")) && !is_read(PATH, &regions("us-east-1")));
        assert!(is_read("eu-west-1/2026/01/15/x.json.gz", &regions("us-east-1")));
    }

    #[test]
    fn old_files_of_any_region_may_hold_global_services() {
        let of = |account: &str, region: &str| Selection {
            accounts: BTreeSet::from([account.into()]),
            regions: BTreeSet::from([region.into()]),
            ..Selection::default()
        };
        let old = PATH.replace("2026/01/15", "2021/11/22");
        assert!(is_read(&old, &of("111122223333", "us-east-1")));
        assert!(!is_read(&old, &of("111122223333", "eu-central-1")));
        assert!(!is_read(&old, &of("444455556666", "us-east-1")));
        assert!(!is_read(&PATH.replace("2026/01/15", "2021/11/23"), &of("111122223333", "us-east-1")));
    }
}
