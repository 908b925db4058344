use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A number of days of exactly 86,400 seconds each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u32);

impl Days {
    /// The same length of time.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::try_days(i64::from(self.0)).unwrap_or(TimeDelta::MAX)
    }
}

/// Whole days in a length of time, rounded towards zero; for showing only, never for comparing.
///
/// ```
/// use chrono::TimeDelta;
/// use iam_core::fact::days;
///
/// assert_eq!(days(TimeDelta::try_hours(47).unwrap()), 1);
/// ```
pub fn days(length: TimeDelta) -> i64 {
    length.num_seconds() / 86_400
}

/// Parses an RFC 3339 timestamp, with `Z` or an offset, to UTC. Anything else is `None`: dates are never guessed.
///
/// ```
/// use iam_core::fact::parse_time;
///
/// assert_eq!(parse_time("2026-01-15T09:00:00+01:00"), parse_time("2026-01-15T08:00:00Z"));
/// assert_eq!(parse_time("1/15/2026 8:00"), None);
/// ```
pub fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    parse_whole_seconds(text.as_bytes())
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()))
}

/// The one form that AWS writes today, `2026-01-15T08:00:00Z` or `+00:00`. Reports of a million rows hold ten million of
/// them; this path is several times faster than the general parser, which stays the judge of everything else.
fn parse_whole_seconds(text: &[u8]) -> Option<DateTime<Utc>> {
    let ([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z']
    | [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'+',
        b'0',
        b'0',
        b':',
        b'0',
        b'0',
    ]) = text
    else {
        return None;
    };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2];
    if !digits.into_iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: &u8, ones: &u8| u32::from(tens & 0xF) * 10 + u32::from(ones & 0xF);
    let year = i32::try_from(two(y1, y2) * 100 + two(y3, y4)).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two(m1, m2), two(d1, d2))?;
    let time = date.and_hms_opt(two(h1, h2), two(n1, n2), two(s1, s2))?;
    Some(time.and_utc())
}

/// The date as `2026-01-15`, in UTC.
pub fn shown_date(time: DateTime<Utc>) -> String {
    // `Display` of a date is ISO 8601 and several times faster than a format string.
    time.date_naive().to_string()
}

/// The moment as `2026-01-15T08:00:00Z`, in UTC; parts of a second are kept where there are any.
pub fn shown_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_the_general_parser() {
        for text in [
            "2026-01-15T08:00:00Z",
            "2024-02-29T23:59:59+00:00",
            "2023-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-01-01T00:00:0xZ",
            "2026-01-15t08:00:00z",
            "2026-01-15 08:00:00Z",
        ] {
            let general = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
            assert_eq!(parse_time(text), general, "{text}");
        }
    }
}
