//! The small things of which lines are made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::expected;
use crate::cloudtrail::{self, Event, Sample};

/// A text that is borrowed from the line where it can be.
pub(super) type Text<'a> = Cow<'a, str>;

/// The last moment that a record can bear: the end of the year 9999, with room for a time zone.
pub(super) const LATEST: i64 = 253_402_300_799 + 86_400;

/// Whether a field says what its absence says.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Checks a moment.
pub(super) fn second(second: i64) -> Result<i64, String> {
    if (0..=LATEST).contains(&second) {
        Ok(second)
    } else {
        Err(format!("expected seconds from 0 to {LATEST}, found {second}"))
    }
}

/// Checks the number of a piece of time that is so many seconds long.
pub(super) fn piece<N: Copy + Into<i64>>(number: N, length: i64) -> Result<N, String> {
    let most = LATEST / length;
    let found: i64 = number.into();
    if (0..=most).contains(&found) {
        Ok(number)
    } else {
        Err(format!("expected a number from 0 to {most}, found {found}"))
    }
}

/// 64 bits as text: JSON numbers of that size are rounded by many programs.
pub(super) fn hex(bits: u64) -> String {
    format!("{bits:016x}")
}

/// The bits of such a text.
pub(super) fn unhex(text: &str) -> Result<u64, String> {
    let is_hex =
        text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let bits = is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten();
    bits.ok_or_else(|| expected("16 digits of 0-9 and a-f", text))
}

/// A text of a kept event, cut again if it is longer than the program writes them.
pub(super) fn bounded(text: &str) -> Arc<str> {
    const DOTS: &str = "...";
    if text.len() <= Event::LONGEST_TEXT + DOTS.len() {
        return Arc::from(text);
    }
    let end = (0..=Event::LONGEST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    Arc::from([text.get(..end).unwrap_or_default(), DOTS].concat())
}

/// Names that have been seen, so that each stands in memory once however many lines repeat it.
#[derive(Default)]
pub(super) struct Names(BTreeSet<Arc<str>>);

impl Names {
    pub(super) fn of(&mut self, name: &str) -> Arc<str> {
        if let Some(own) = self.0.get(name) {
            return Arc::clone(own);
        }
        let own: Arc<str> = Arc::from(name);
        self.0.insert(Arc::clone(&own));
        own
    }
}

/// `[count, first, last]`.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq)]
pub(super) struct Tally(u64, i64, i64);

impl Tally {
    pub(super) fn of(tally: cloudtrail::Tally) -> Option<Self> {
        let cloudtrail::Tally { count, first, last } = tally;
        (count > 0).then_some(Self(count, first, last))
    }

    pub(super) fn model(own: Option<Self>) -> Result<cloudtrail::Tally, String> {
        let Some(Self(count, first, last)) = own else { return Ok(cloudtrail::Tally::default()) };
        if count == 0 || first > last {
            return Err(
                "expected [count, first, last] with a count above 0 and no last before the first".to_owned()
            );
        }
        Ok(cloudtrail::Tally { count, first: second(first)?, last: second(last)? })
    }
}

/// `{"used":[...],"denied":[...],"undecided":[...]}`.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Tallies {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used: Option<Tally>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    denied: Option<Tally>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undecided: Option<Tally>,
}

impl Tallies {
    pub(super) fn of(tallies: cloudtrail::Tallies) -> Self {
        let cloudtrail::Tallies { used, denied, undecided } = tallies;
        Self { used: Tally::of(used), denied: Tally::of(denied), undecided: Tally::of(undecided) }
    }

    pub(super) fn model(self) -> Result<cloudtrail::Tallies, String> {
        Ok(cloudtrail::Tallies {
            used: Tally::model(self.used)?,
            denied: Tally::model(self.denied)?,
            undecided: Tally::model(self.undecided)?,
        })
    }
}

/// A sample without its mark, which stands beside it.
pub(super) fn sample(sample: &Sample) -> Vec<Text<'_>> {
    sample.iter().map(|value| Cow::Borrowed(&**value)).collect()
}

/// The sample of these values, of more if `is_cut`.
pub(super) fn sample_of(values: &[Text<'_>], is_cut: bool, names: &mut Names) -> Sample {
    Sample::from_parts(values.iter().map(|value| names.of(value)), is_cut)
}

/// A map of names, with values turned into their wire form or back.
pub(super) fn named<'a, V, W>(
    entries: impl Iterator<Item = (&'a Arc<str>, &'a V)>,
    of: impl Fn(&'a V) -> W,
) -> BTreeMap<Text<'a>, W>
where
    V: 'a,
{
    entries.map(|(name, value)| (Cow::Borrowed(&**name), of(value))).collect()
}
