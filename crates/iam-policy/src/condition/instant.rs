use chrono::{DateTime, NaiveDate};

/// A point in time, in seconds and nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Reads a date in one of the W3C profiles of ISO 8601, or seconds since 1970; `None` for anything else.
    ///
    /// A year, month or day alone stands for its beginning in UTC. Four digits are a year. A time needs its offset from UTC.
    ///
    /// Source: IAM User Guide, "Date condition operators"; W3C note "Date and Time Formats".
    pub fn parse(text: &str) -> Option<Self> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() != 4 && is_number(text.strip_prefix('-').unwrap_or(text)) {
            return Some(Self { seconds: text.parse().ok()?, nanoseconds: 0 });
        }
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let mut part = |digits: usize| match parts.next() {
            Some(part) if part.len() == digits && is_number(part) => part.parse::<u32>().ok().map(Some),
            Some(_) => None,
            None => Some(None),
        };
        let (year, month, day) = (part(4)??, part(2)?, part(2)?);
        if parts.next().is_some() {
            return None;
        }
        let midnight =
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month.unwrap_or(1), day.unwrap_or(1))?
                .and_hms_opt(0, 0, 0)?
                .and_utc();
        let Some(time) = time else {
            return Some(Self { seconds: midnight.timestamp(), nanoseconds: 0 });
        };
        day?;
        let (clock, offset) = time.split_at_checked(time.find(['Z', '+', '-'])?)?;
        let seconds = if clock.len() == 5 { ":00" } else { "" };
        let instant = DateTime::parse_from_rfc3339(&format!("{date}T{clock}{seconds}{offset}")).ok()?;
        Some(Self { seconds: instant.timestamp(), nanoseconds: instant.timestamp_subsec_nanos() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_has_many_spellings() {
        for (text, seconds) in [
            ("2024", 1_704_067_200),
            ("2024-01", 1_704_067_200),
            ("2024-01-01", 1_704_067_200),
            ("2024-01-01T00:00Z", 1_704_067_200),
            ("2024-01-01T00:00:00Z", 1_704_067_200),
            ("2024-01-01T02:30:00+02:30", 1_704_067_200),
            ("2023-12-31T23:00-01:00", 1_704_067_200),
            ("2024-01-01T00:00:00.000Z", 1_704_067_200),
            ("1704067200", 1_704_067_200),
            ("0", 0),
            ("-1", -1),
            ("1704067200000", 1_704_067_200_000),
        ] {
            assert_eq!(Instant::parse(text), Some(Instant { seconds, nanoseconds: 0 }), "{text}");
        }
        assert!(Instant::parse("2024-01-01T00:00:00.5Z") > Instant::parse("2024-01-01"));
    }

    #[test]
    fn other_texts_are_no_instants() {
        for text in [
            "",
            "-",
            "soon",
            "2024-1-1",
            "2024-13",
            "2024-02-30",
            "2024-01-01T00:00:00",
            "2024-01T00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01 00:00:00Z",
            "1.5",
            "99999999999999999999",
            "2024-01-01-01",
            "20240101T000000Z",
            "\u{662}\u{660}\u{662}\u{664}",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
