use std::cmp::Ordering;

use super::{Column, CredentialReport};

/// Groups of rows with the same user name, ASCII case ignored, because IAM allows no two names that differ in case only.
///
/// AWS writes users in this very order, so that the usual report needs one comparison a row and no sorting.
pub(super) fn find(report: &CredentialReport) -> Vec<Vec<u32>> {
    let rows = || {
        (0..report.table.rows())
            .filter(|row| Some(*row) != report.root && !report.left_out.contains(row))
            .map(|row| (row, report.text(row, Column::User).unwrap_or_default()))
    };
    if rows().map(|(_, name)| name).is_sorted_by(|a, b| compare(a, b) == Ordering::Less) {
        return Vec::new();
    }
    let mut sorted: Vec<(u32, &str)> = rows().collect();
    sorted.sort_by(|a, b| compare(a.1, b.1).then(a.0.cmp(&b.0)));
    sorted
        .chunk_by(|a, b| compare(a.1, b.1) == Ordering::Equal)
        .filter(|group| group.len() > 1)
        .map(|group| group.iter().map(|(row, _)| *row).collect())
        .collect()
}

fn compare(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}
