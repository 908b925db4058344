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
        if behind.first() != Some(&b'"') {
            return None;
        }
        scanner.move_to(scanner.at() + raw.len() + 1);
        match self.second_of_day(raw) {
            Some(second) => Some(self.midnight + second),
            // What is a time holds neither quotation marks nor escapes.
            None => self.second(Text { raw, has_escapes: false }),
        }
    }

    /// The second of the day that a time of the usual form names, if it is the day of the time before.
    #[inline]
    fn second_of_day(&self, time: &[u8; 20]) -> Option<i64> {
        let [day @ .., h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] = time else { return None };
        let digits = [h1, h2, m1, m2, s1, s2].map(|digit| u32::from(digit.wrapping_sub(b'0')));
        let [h1, h2, m1, m2, s1, s2] = digits;
        let (hour, minute, second) = (h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2);
        let are_digits = digits.into_iter().all(|digit| digit < 10);
        let is_usual = are_digits && hour < 24 && minute < 60 && second < 60 && self.midnight > 0;
        (is_usual && *day == self.day).then(|| i64::from(hour * 3_600 + minute * 60 + second))
    }

    /// The second that `eventTime` names, counted from 1970-01-01 UTC; `None` for what is no time or lies before that.
    pub(super) fn second(&mut self, time: Text<'_>) -> Option<i64> {
        let usual: Option<&[u8; 20]> = time.raw.try_into().ok();
        if let Some(usual) = usual
            && !time.has_escapes
            && let Some(second) = self.second_of_day(usual)
        {
            return Some(self.midnight + second);
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
