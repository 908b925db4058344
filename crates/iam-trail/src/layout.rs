//! What the place of a log file says about it, in the layout that CloudTrail gives an S3 bucket:
//! `AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`.
//!
//! Copies of archives start anywhere in it, or keep the file names only. What is not told is `None`, never guessed.
//!
//! Source: CloudTrail User Guide, "CloudTrail log file examples", "Log file name format".

use chrono::{NaiveDate, NaiveTime};

/// What a path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout<'p> {
    /// What lies there.
    pub(crate) kind: Kind,
    /// The account, as 12 digits.
    pub(crate) account: Option<&'p str>,
    /// The Region.
    pub(crate) region: Option<&'p str>,
    /// The UTC day of delivery.
    pub(crate) delivered: Option<Day>,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A log file, or something of which the path does not tell what it is.
    Log,
    /// A digest file, which holds hashes of log files.
    Digest,
    /// Records of CloudTrail Insights, which are no calls.
    Insight,
    /// Sums over data events, which are no calls either.
    Aggregated,
    /// What another service writes beside CloudTrail.
    OtherService,
}

/// A day of UTC, or several where folder and file name differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// Where the first one starts, in seconds since 1970-01-01 UTC.
    pub(crate) start: i64,
    /// Where the last one ends, likewise.
    pub(crate) end: i64,
}

impl<'p> Layout<'p> {
    /// Reads a path with `/` between its parts.
    pub(crate) fn of(path: &'p str) -> Self {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        Self::of_folders(folders).with(&Self::of_name(name))
    }

    /// Whether nothing more can be told.
    pub(crate) fn is_whole(&self) -> bool {
        self.account.is_some() && self.region.is_some() && self.delivered.is_some()
    }

    /// Adds what another path of the same file tells.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            kind: if self.kind == Kind::Log { other.kind } else { self.kind },
            account: self.account.or(other.account),
            region: self.region.or(other.region),
            delivered: self.delivered.or(other.delivered),
        }
    }

    /// Brings together what the folders and the file name say. Where they differ, neither is believed.
    fn with(self, name: &Self) -> Self {
        let agreed = |own: Option<&'p str>, other: Option<&'p str>| match (own, other) {
            (Some(own), Some(other)) if own != other => None,
            _ => own.or(other),
        };
        let delivered = match (self.delivered, name.delivered) {
            (Some(own), Some(other)) => {
                Some(Day { start: own.start.min(other.start), end: own.end.max(other.end) })
            }
            (own, other) => own.or(other),
        };
        Self {
            kind: if name.kind == Kind::Log { self.kind } else { name.kind },
            account: agreed(self.account, name.account),
            region: agreed(self.region, name.region),
            delivered,
        }
    }

    /// `.../ACCOUNT/CloudTrail/REGION/YYYY/MM/DD`, read from its end.
    fn of_folders(folders: &'p str) -> Self {
        let mut above = folders.rsplit('/').filter(|part| !part.is_empty()).peekable();
        let delivered = day_of_folders(&mut above.clone());
        if delivered.is_some() {
            above.by_ref().take(3).for_each(drop);
        }
        let region = above.next_if(|part| is_region(part));
        let kind = above.next_if(|part| part.starts_with("CloudTrail"));
        let account = above.next_if(|part| is_account(part));
        // Without a Region below it or an account above it, the folder only happens to have that name.
        let kind = kind.filter(|_| region.is_some() || account.is_some()).map(kind_of);
        Self {
            kind: kind
                .unwrap_or_else(|| if is_of_other_service(folders) { Kind::OtherService } else { Kind::Log }),
            account: account.filter(|_| kind.is_some()),
            region,
            delivered,
        }
    }

    /// `ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`; digests have more parts in between.
    fn of_name(name: &'p str) -> Self {
        let nothing = Self { kind: Kind::Log, account: None, region: None, delivered: None };
        let mut parts = name.split(['_', '.']);
        let (Some(account), Some(kind)) = (parts.next(), parts.next()) else { return nothing };
        if !is_account(account) || !kind.starts_with("CloudTrail") {
            return nothing;
        }
        Self {
            kind: kind_of(kind),
            account: Some(account),
            region: parts.next().filter(|part| is_region(part)),
            delivered: parts.find_map(day_of_stamp),
        }
    }
}

fn kind_of(name: &str) -> Kind {
    match name {
        "CloudTrail-Digest" => Kind::Digest,
        "CloudTrail-Insight" => Kind::Insight,
        "CloudTrail-Aggregated" => Kind::Aggregated,
        _ => Kind::Log,
    }
}

/// Whether the folders are `.../AWSLogs/[o-ID/]ACCOUNT/SERVICE/...` of another service.
fn is_of_other_service(folders: &str) -> bool {
    let mut parts = folders.split('/').skip_while(|part| *part != "AWSLogs").skip(1).peekable();
    parts.next_if(|part| part.starts_with("o-"));
    parts.next().is_some_and(is_account) && parts.next().is_some_and(|part| !part.starts_with("CloudTrail"))
}

pub(crate) fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is written as the names of Regions are: `eu-west-1`, `us-gov-east-1`. Folders of other kinds can end in
/// `-1` as well, so a point of the compass has to be in it.
fn is_region(part: &str) -> bool {
    const COMPASS: [&str; 5] = ["north", "south", "east", "west", "central"];
    let Some((front, number)) = part.rsplit_once('-') else { return false };
    let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|byte| byte.is_ascii_digit());
    let Some((partition, direction)) = front.rsplit_once('-') else { return false };
    is_number
        && (2..=16).contains(&partition.len())
        && partition.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && direction.bytes().all(|byte| byte.is_ascii_lowercase())
        && COMPASS.iter().any(|point| direction.starts_with(point))
}

/// `YYYY/MM/DD`, read from its end.
fn day_of_folders<'p>(above: &mut impl Iterator<Item = &'p str>) -> Option<Day> {
    let (day, month, year) = (above.next()?, above.next()?, above.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    day_of(digits(year)?, digits(month)?, digits(day)?)
}

/// `YYYYMMDDTHHmmZ`, of digests with seconds. Only the day is used.
fn day_of_stamp(part: &str) -> Option<Day> {
    let (date, time) = part.split_once('T')?;
    let time = time.strip_suffix('Z')?;
    digits(time)?;
    if date.len() != 8 || !matches!(time.len(), 4 | 6) {
        return None;
    }
    let date = digits(date)?;
    day_of(date / 10_000, date / 100 % 100, date % 100)
}

fn digits(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn day_of(year: u32, month: u32, day: u32) -> Option<Day> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let start = date.and_time(NaiveTime::MIN).and_utc().timestamp();
    // CloudTrail is from 2013; folders with such names from before that are something else.
    (year >= 2013).then_some(Day { start, end: start + 86_400 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "111122223333_CloudTrail_eu-west-1_20260115T0805Z_a1B2c3D4e5F6g7H8.json.gz";
    const DAY: Day = Day { start: 1_768_435_200, end: 1_768_521_600 };
    const FULL: Layout<'_> = Layout {
        kind: Kind::Log,
        account: Some("111122223333"),
        region: Some("eu-west-1"),
        delivered: Some(DAY),
    };

    #[test]
    fn the_layout_may_start_anywhere() {
        let folders = "bucket/prefix/AWSLogs/o-exampleorg/111122223333/CloudTrail/eu-west-1/2026/01/15/";
        let mut rest = folders;
        while let Some((_, inner)) = rest.split_once('/') {
            assert_eq!(Layout::of(&format!("{inner}{NAME}")), FULL, "{inner}");
            rest = inner;
        }
        assert_eq!(Layout::of(&format!("{folders}{NAME}")), FULL);
        assert_eq!(Layout::of(NAME), FULL);
        assert_eq!(Layout::of(&format!("{folders}renamed.json")), FULL);
        assert_eq!(Layout::of("eu-west-1/2026/01/15/x.json"), Layout { account: None, ..FULL });
        assert_eq!(Layout::of("2026/01/15/x.json"), Layout { account: None, region: None, ..FULL });
    }

    #[test]
    fn what_only_looks_like_it_tells_nothing() {
        let nothing = Layout { kind: Kind::Log, account: None, region: None, delivered: None };
        for path in [
            "",
            "trail.json",
            "my-archive-1/x.json",
            "2026/13/15/x.json",
            "1999/01/15/x.json",
            "111122223333/x.json",
            "CloudTrail-Digest/x.json",
            "11112222333_CloudTrail_eu-west-1_20260115T0805Z_a.json.gz",
            "111122223333_vpcflowlogs_eu-west-1_20260115T0805Z_a.log.gz",
            "+026/01/15/x.json",
            "\u{e4}\u{f6}/\u{fc}",
        ] {
            assert_eq!(Layout::of(path), nothing, "{path}");
        }
    }

    #[test]
    fn where_folder_and_name_differ_neither_is_believed() {
        let path = format!("444455556666/CloudTrail/us-east-1/2026/01/14/{NAME}");
        let layout = Layout::of(&path);
        assert_eq!((layout.account, layout.region), (None, None));
        assert_eq!(layout.delivered, Some(Day { start: DAY.start - 86_400, end: DAY.end }));
    }

    #[test]
    fn siblings_are_told_apart() {
        let digest = "111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20260115T080500Z.json.gz";
        assert_eq!(Layout::of(digest), Layout { kind: Kind::Digest, ..FULL });
        for (folder, kind) in [
            ("CloudTrail-Digest", Kind::Digest),
            ("CloudTrail-Insight", Kind::Insight),
            ("CloudTrail-Aggregated", Kind::Aggregated),
            ("CloudTrail-NotYetKnown", Kind::Log),
        ] {
            let path = format!("AWSLogs/111122223333/{folder}/eu-west-1/2026/01/15/x.json.gz");
            assert_eq!(Layout::of(&path).kind, kind, "{path}");
        }
        for (path, kind) in [
            ("AWSLogs/111122223333/Config/eu-west-1/2026/1/15/ConfigHistory/x.json.gz", Kind::OtherService),
            ("AWSLogs/o-exampleorg/111122223333/vpcflowlogs/eu-west-1/x.log.gz", Kind::OtherService),
            ("AWSLogs/111122223333/x.json.gz", Kind::Log),
        ] {
            assert_eq!(Layout::of(path).kind, kind, "{path}");
        }
    }

    #[test]
    fn regions_of_every_partition_are_known_by_their_shape() {
        for region in [
            "us-east-1",
            "ap-southeast-4",
            "us-gov-west-1",
            "us-isob-east-1",
            "cn-northwest-1",
            "eusc-de-east-1",
            "il-central-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for other in ["global", "logs-1", "my-archive-1", "east-1", "us-east-", "-east-1", "US-EAST-1"] {
            assert!(!is_region(other), "{other}");
        }
    }
}
