use std::cmp::Ordering;

/// A decimal number as it is written, compared exactly: not rounded as a float would be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// The digits without zeros at either end; none for zero.
    digits: Box<str>,
    /// Where the point stands, counted from before the first digit: the number is 0.digits times ten to this power.
    point: i64,
}

impl Decimal {
    /// Reads digits with an optional sign, point and exponent; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i32>().ok()?)),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let all = [whole, fraction].concat();
        let without_leading = all.trim_start_matches('0');
        let digits = without_leading.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: "".into(), point: 0 });
        }
        let leading = i64::try_from(all.len() - without_leading.len()).ok()?;
        let point = i64::try_from(whole.len()).ok()? - leading + exponent;
        Some(Self { negative, digits: digits.into(), point })
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_sign = self.sign().cmp(&other.sign());
        // Without zeros at the ends, a longer text of digits is the larger number where the shorter begins it.
        let by_size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        by_sign.then_with(|| if self.negative { by_size().reverse() } else { by_size() })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_exact_order() {
        let order = [
            "-1e3",
            "-999.5",
            "-1",
            "-0.1",
            "-0.01",
            "0",
            "1e-2",
            "0.1",
            "0.10000000000000000001",
            "0.3",
            "1",
            "1.5",
            "9",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e20",
            "123456789012345678901",
        ];
        for (one, other) in
            order.iter().enumerate().flat_map(|(i, one)| order[i..].iter().map(move |o| (one, o)))
        {
            let expected = if one == other { Ordering::Equal } else { Ordering::Less };
            assert_eq!(
                Decimal::parse(one).unwrap().cmp(&Decimal::parse(other).unwrap()),
                expected,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn one_number_has_many_spellings() {
        for (one, other) in
            [("1", "+1.00"), ("100", "1e2"), ("-0", "0.0"), (".5", "0.50"), ("5.", "05"), ("1E-3", "0.001")]
        {
            assert_eq!(Decimal::parse(one).unwrap(), Decimal::parse(other).unwrap());
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in
            ["", " 1", "1 ", "-", ".", "e5", "1e", "1,5", "0x1", "NaN", "1e99999999999", "--1", "1.2.3"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
