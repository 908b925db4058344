use std::cmp::Ordering;
use std::fmt;

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

    /// A number between two, or beyond one; whole where that is easy. `low` has to be less than `high`.
    pub(crate) fn between(low: Option<&Self>, high: Option<&Self>) -> Self {
        let zero = Self { negative: false, digits: "".into(), point: 0 };
        let is_above = low.is_none_or(|low| *low < zero);
        let is_below = high.is_none_or(|high| zero < *high);
        if is_above && is_below {
            return zero;
        }
        if !is_above {
            return low.map_or(zero, |low| low.raised_below(high));
        }
        // Both are below zero, or `high` is zero.
        let mirrored = |number: &Self| Self { negative: !number.negative, ..number.clone() };
        let low = low.map(mirrored);
        let number = high.map_or(zero, |high| mirrored(high).raised_below(low.as_ref()));
        mirrored(&number)
    }

    /// A number above this one, which is not negative, and below another.
    fn raised_below(&self, high: Option<&Self>) -> Self {
        let is_below = |number: &Self| high.is_none_or(|high| number < high);
        let whole = self.to_string().split('.').next().and_then(|whole| whole.parse::<i64>().ok());
        let next = whole.and_then(|whole| Self::parse(&whole.checked_add(1)?.to_string()));
        if let Some(next) = next.filter(|next| self < next && is_below(next)) {
            return next;
        }
        let Some(high) = high else {
            return Self { negative: false, digits: "1".into(), point: self.point + 1 };
        };
        if self.digits.is_empty() {
            return Self { negative: false, digits: "1".into(), point: high.point - 1 };
        }
        let raised = |zeros: usize| {
            let digits = format!("{}{}1", self.digits, "0".repeat(zeros));
            Self { negative: false, digits: digits.into(), point: self.point }
        };
        let mut longer = (0..high.digits.len()).map(raised);
        longer.find(is_below).unwrap_or_else(|| raised(high.digits.len()))
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

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        let digits = &*self.digits;
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        match self.point {
            _ if digits.is_empty() => f.write_str("0"),
            point if !(-20..=40).contains(&point) => write!(f, "0.{digits}e{point}"),
            point if point <= 0 => write!(f, "0.{}{digits}", zeros(-point)),
            point if point >= length => write!(f, "{digits}{}", zeros(point - length)),
            point => match digits.split_at_checked(usize::try_from(point).unwrap_or_default()) {
                Some((whole, fraction)) => write!(f, "{whole}.{fraction}"),
                None => f.write_str(digits),
            },
        }
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
    fn numbers_read_what_they_print_and_have_others_between_them() {
        let order = [
            "-1e300",
            "-1000",
            "-11",
            "-10.5",
            "-10",
            "-0.001",
            "-1e-300",
            "0",
            "1e-300",
            "0.00001",
            "0.1",
            "0.10000000000000000001",
            "0.11",
            "1",
            "1.5",
            "10",
            "11",
            "10000",
            "9007199254740993",
            "1e300",
        ];
        let numbers: Vec<Decimal> = order.iter().map(|text| Decimal::parse(text).unwrap()).collect();
        for number in &numbers {
            assert_eq!(Decimal::parse(&number.to_string()).as_ref(), Some(number), "{number}");
        }
        let ends = || std::iter::once(None).chain(numbers.iter().map(Some)).chain([None]);
        for (at, low) in ends().enumerate() {
            for high in ends().skip(at + 1) {
                let between = Decimal::between(low, high);
                assert!(low.is_none_or(|low| *low < between), "{low:?} {between} {high:?}");
                assert!(high.is_none_or(|high| between < *high), "{low:?} {between} {high:?}");
                assert_eq!(Decimal::parse(&between.to_string()).as_ref(), Some(&between), "{between}");
            }
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
