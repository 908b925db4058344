//! The kinds of lines, and those that are small enough to be told here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::EventLine;
use super::expected;
use super::principal::PrincipalLine;
use super::scalar::{Names, Tally, Text, is_default, piece};
use crate::cloudtrail::{Coverage, Place, TrailGap};
use crate::fact::Reason;

/// A line after the first.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line<'a> {
    #[serde(borrow)]
    Coverage(CoverageLine<'a>),
    #[serde(borrow)]
    Principal(Box<PrincipalLine<'a>>),
    #[serde(borrow)]
    Event(Box<EventLine<'a>>),
    #[serde(borrow)]
    Gap(GapLine<'a>),
    FileIds(Vec<Text<'a>>),
    End(End),
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) lines: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoverageLine<'a> {
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    account: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    region: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    all: Option<Tally>,
    #[serde(default, skip_serializing_if = "is_default")]
    reads: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    writes: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    data: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    days: BTreeMap<i32, u64>,
}

impl<'a> CoverageLine<'a> {
    pub(super) fn of(place: &'a Place, coverage: &Coverage) -> Self {
        let Coverage { all, reads, writes, data, days } = coverage;
        Self {
            account: Text::Borrowed(&place.account),
            region: Text::Borrowed(&place.region),
            all: Tally::of(*all),
            reads: *reads,
            writes: *writes,
            data: *data,
            days: days.clone(),
        }
    }

    pub(super) fn model(self, names: &mut Names) -> Result<(Place, Coverage), String> {
        for day in self.days.keys() {
            piece(*day, 86_400)?;
        }
        let place = Place { account: names.of(&self.account), region: names.of(&self.region) };
        let coverage = Coverage {
            all: Tally::model(self.all)?,
            reads: self.reads,
            writes: self.writes,
            data: self.data,
            days: self.days,
        };
        Ok((place, coverage))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GapLine<'a> {
    #[serde(borrow)]
    file: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(borrow)]
    reason: Text<'a>,
    #[serde(borrow)]
    what: Text<'a>,
}

impl<'a> GapLine<'a> {
    pub(super) fn of(gap: &'a TrailGap) -> Self {
        let TrailGap { file, offset, reason, what } = gap;
        Self {
            file: Text::Borrowed(file),
            offset: *offset,
            reason: Text::Borrowed(reason.as_str()),
            what: Text::Borrowed(what),
        }
    }

    pub(super) fn model(self, names: &mut Names) -> Result<TrailGap, String> {
        let reason =
            Reason::named(&self.reason).ok_or_else(|| expected("the reason of a gap", &self.reason))?;
        Ok(TrailGap { file: names.of(&self.file), offset: self.offset, reason, what: names.of(&self.what) })
    }
}
