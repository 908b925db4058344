use super::scan::{Scanner, Text};
use crate::fact::parse_time;

/// Reads the moments of records. Neighbouring records are of the same day, so that mostly the hours are read only.
#[derive(Debug, Default)]
pub(super) struct EventClock {
    day: [u8; 11],
    midnight: i64,
}

impl EventClock {
    /// Reads `eventTime` as the next member of a record, if it has the usual form.
    #[inline]
    pub(super) fn pass(&mut self, scanner: &mut Scanner<'_>) -> Option<i64> {
        if !scanner.pass(b",\"eventTime\":\"") {
            return None;
        }
        let (raw, behind) = scanner.ahead().split_first_chunk::<20>()?;
        // What is a time holds neither quotation marks nor escapes.
        let second = self.second(Text { raw, has_escapes: false })?;
        if behind.first() != Some(&b'"') {
            return None;
        }
        scanner.move_to(scanner.at() + raw.len() + 1);
        Some(second)
    }

    /// The second that `eventTime` names, counted from 1970-01-01 UTC; `None` for what is no time or lies before that.
    pub(super) fn second(&mut self, time: Text<'_>) -> Option<i64> {
        let usual: Option<&[u8; 20]> = time.raw.try_into().ok();
        if let Some(&[ref day @ .., h1, h2, b':', m1, m2, b':', s1, s2, b'Z']) = usual
            && !time.has_escapes
        {
            let (hour, minute, second) = (number(h1, h2)?, number(m1, m2)?, number(s1, s2)?);
            if *day == self.day && self.midnight > 0 && hour < 24 && minute < 60 && second < 60 {
                return Some(self.midnight + hour * 3_600 + minute * 60 + second);
            }
        }
        let at = parse_time(&time.decoded())?.timestamp();
        if at < 0 {
            return None;
        }
        if let Some(day) = usual.and_then(|usual| usual.first_chunk::<11>()) {
            self.day = *day;
            self.midnight = at - at.rem_euclid(86_400);
        }
        Some(at)
    }
}

fn number(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i64::from(tens & 0xF) * 10 + i64::from(ones & 0xF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembering_the_day_changes_nothing() {
        let mut clock = EventClock::default();
        for text in [
            "2026-01-15T08:00:01Z",
            "2026-01-15T23:59:59Z",
            "2026-01-15T24:00:00Z",
            "2026-01-15 08:00:00Z",
            "2026-01-15T08:00:61Z",
            "2026-01-15T0x:00:00Z",
            "2026-01-15T08:00:01.999Z",
            "2026-01-16T01:00:00+02:00",
            "2026-01-16T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "never",
            "",
        ] {
            let expected = parse_time(text).map(|time| time.timestamp()).filter(|at| *at >= 0);
            let given = Text { raw: text.as_bytes(), has_escapes: false };
            assert_eq!(clock.second(given), expected, "{text}");
        }
    }
}
