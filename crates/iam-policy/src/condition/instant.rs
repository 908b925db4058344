use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat};

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

    /// A moment between two, or beyond one; in whole seconds where there is one. `None` if there is nothing between them.
    pub(crate) fn between(low: Option<Self>, high: Option<Self>) -> Option<Self> {
        let second = 1_000_000_000;
        let between = match (low.map(Self::nanoseconds), high.map(Self::nanoseconds)) {
            (None, None) => 0,
            (None, Some(high)) => high - second,
            (Some(low), None) => low + second,
            (Some(low), Some(high)) if low + second < high => low + second,
            (Some(low), Some(high)) => low + (high - low) / 2,
        };
        let seconds = i64::try_from(between.div_euclid(second)).ok()?;
        let instant = Self { seconds, nanoseconds: u32::try_from(between.rem_euclid(second)).ok()? };
        (low != Some(instant)).then_some(instant)
    }

    fn nanoseconds(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = DateTime::from_timestamp(self.seconds, self.nanoseconds);
        let date = date.map(|date| date.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        match date.filter(|text| Self::parse(text) == Some(*self)) {
            Some(date) => f.write_str(&date),
            // Before the year 0 or after 9999.
            None => write!(f, "{}", self.seconds),
        }
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
    fn instants_read_what_they_print_and_have_others_between_them() {
        let texts = ["-99999999999999", "-1", "0", "2024", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:01Z"];
        let instants: Vec<Instant> = texts.iter().map(|text| Instant::parse(text).unwrap()).collect();
        for instant in &instants {
            assert_eq!(Instant::parse(&instant.to_string()), Some(*instant), "{instant}");
        }
        let ends = || std::iter::once(None).chain(instants.iter().copied().map(Some)).chain([None]);
        for (at, low) in ends().enumerate() {
            for high in ends().skip(at + 1) {
                let between = Instant::between(low, high).unwrap();
                assert!(low.is_none_or(|low| low < between) && high.is_none_or(|high| between < high));
            }
        }
        let [one, other] =
            ["2024-01-01T00:00:00.000000001Z", "2024-01-01T00:00:00.000000002Z"].map(Instant::parse);
        assert_eq!(Instant::between(one, other), None);
        let last = Instant::parse(&i64::MAX.to_string());
        assert_eq!(Instant::between(last, None), None);
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
