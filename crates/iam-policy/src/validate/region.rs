//! Regions and the partitions they belong to, as of late 2026.
//!
//! Source: AWS General Reference, "AWS service endpoints".

/// The partitions and their Regions.
pub(super) const PARTITIONS: &[(&str, &[&str])] = &[
    (
        "aws",
        &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-us-gov", &["us-gov-east-1", "us-gov-west-1"]),
    ("aws-eusc", &["eusc-de-east-1"]),
    ("aws-iso", &["us-iso-east-1", "us-iso-west-1"]),
    ("aws-iso-b", &["us-isob-east-1", "us-isob-west-1"]),
    ("aws-iso-e", &["eu-isoe-west-1"]),
    ("aws-iso-f", &["us-isof-east-1", "us-isof-south-1"]),
];

/// The partition of a Region; `None` for a Region that does not exist, or is newer than this list.
pub(super) fn partition_of(region: &str) -> Option<&'static str> {
    PARTITIONS.iter().find(|(_, regions)| regions.contains(&region)).map(|(partition, _)| *partition)
}

pub(super) fn is_partition(name: &str) -> bool {
    PARTITIONS.iter().any(|(partition, _)| *partition == name)
}

/// The Regions that are one or two typing errors away.
pub(super) fn nearest(region: &str) -> Vec<String> {
    if region.len() > 32 {
        return Vec::new();
    }
    let region = region.to_ascii_lowercase();
    let all = PARTITIONS.iter().flat_map(|(_, regions)| regions.iter());
    let mut near: Vec<(usize, &str)> = all
        .map(|name| (strsim::damerau_levenshtein(&region, name), *name))
        .filter(|(distance, _)| *distance <= 2)
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
