//! One principal, with its calls nested by service.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::{ExampleField, principal};
use super::scalar::{Names, Tallies, Text, hex, is_default, named, piece, sample, sample_of, second, unhex};
use crate::cloudtrail::watchlist::{ENUMERATION, ESCALATION};
use crate::cloudtrail::{
    self, Bounded, Call, EventKinds, Example, KeyUse, Merge, Principal, PrincipalActivity, Quarter, Usage,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the format")]
pub(super) struct PrincipalLine<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    account: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    name: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    events: Tallies,
    /// By `eventSource`, then by `eventName`.
    #[serde(borrow, default, skip_serializing_if = "BTreeMap::is_empty")]
    calls: BTreeMap<Text<'a>, BTreeMap<Text<'a>, UsageField<'a>>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_calls: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    other_calls: Tallies,
    #[serde(default, skip_serializing_if = "is_default")]
    addresses: BTreeMap<Text<'a>, Tallies>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_addresses: bool,
    #[serde(borrow, default, skip_serializing_if = "BTreeMap::is_empty")]
    quarters: BTreeMap<u32, QuarterField<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_quarters: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    sessions: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_sessions: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    assumed: BTreeMap<Text<'a>, Tallies>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_assumed: bool,
    #[serde(borrow, default, skip_serializing_if = "BTreeMap::is_empty")]
    keys: BTreeMap<Text<'a>, KeyField<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_keys: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    denied_reads: BTreeMap<i64, u32>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    denied_read: Option<Box<ExampleField<'a>>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UsageField<'a> {
    #[serde(default, skip_serializing_if = "is_default")]
    events: Tallies,
    #[serde(default, skip_serializing_if = "is_default")]
    data: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    via_service: u64,
    /// Absent for calls of the API, which nearly all are.
    #[serde(default = "api_call", skip_serializing_if = "is_api_call")]
    kinds: u8,
    #[serde(default, skip_serializing_if = "is_default")]
    regions: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_regions: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    resources: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    more_resources: bool,
    /// Since version 2; parts of version 1 do not tell.
    #[serde(default, skip_serializing_if = "is_default")]
    with_resources: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    denied: Option<Box<ExampleField<'a>>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuarterField<'a> {
    #[serde(default, skip_serializing_if = "is_default")]
    events: Tallies,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    enumeration: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    escalation: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    enumeration_example: Option<Box<ExampleField<'a>>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    escalation_example: Option<Box<ExampleField<'a>>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyField<'a> {
    #[serde(default, skip_serializing_if = "is_default")]
    events: Tallies,
    /// Moment, `eventSource`, `awsRegion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest: Option<(i64, Text<'a>, Text<'a>)>,
}

fn api_call() -> u8 {
    EventKinds::API_CALL.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_api_call(kinds: &u8) -> bool {
    *kinds == api_call()
}

impl<'a> PrincipalLine<'a> {
    pub(super) fn of(principal: &'a Principal, activity: &'a PrincipalActivity) -> Self {
        let PrincipalActivity {
            all,
            calls,
            other_calls,
            addresses,
            quarters,
            quarters_are_cut,
            sessions,
            assumed,
            keys,
            denied_reads,
            denied_read,
        } = activity;
        let mut by_source: BTreeMap<Text<'a>, BTreeMap<Text<'a>, UsageField<'a>>> = BTreeMap::new();
        for (call, usage) in calls.iter() {
            let of_source = by_source.entry(Text::Borrowed(&call.source)).or_default();
            of_source.insert(Text::Borrowed(&call.name), UsageField::of(usage));
        }
        Self {
            kind: Text::Borrowed(principal.kind.as_str()),
            account: Text::Borrowed(&principal.account),
            name: Text::Borrowed(&principal.name),
            events: Tallies::of(*all),
            calls: by_source,
            more_calls: calls.is_cut(),
            other_calls: Tallies::of(*other_calls),
            addresses: named(addresses.iter(), |tallies| Tallies::of(*tallies)),
            more_addresses: addresses.is_cut(),
            quarters: quarters.iter().map(|(quarter, deeds)| (*quarter, QuarterField::of(deeds))).collect(),
            more_quarters: *quarters_are_cut,
            sessions: sample(sessions),
            more_sessions: sessions.is_cut(),
            assumed: named(assumed.iter(), |tallies| Tallies::of(*tallies)),
            more_assumed: assumed.is_cut(),
            keys: named(keys.iter(), KeyField::of),
            more_keys: keys.is_cut(),
            denied_reads: denied_reads.clone(),
            denied_read: denied_read.as_deref().map(boxed),
        }
    }

    pub(super) fn model(self, names: &mut Names) -> Result<(Principal, PrincipalActivity), String> {
        let principal = principal(&self.kind, &self.account, &self.name, names)?;
        let mut calls = Bounded::default();
        for (source, by_name) in self.calls {
            let source = names.of(&source);
            for (name, usage) in by_name {
                let call = Call { source: Arc::clone(&source), name: names.of(&name) };
                calls.add(call, usage.model(names)?);
            }
        }
        if self.more_calls {
            calls.mark_cut();
        }
        let mut quarters = BTreeMap::new();
        for (quarter, deeds) in self.quarters {
            quarters.insert(piece(quarter, 21_600)?, Box::new(deeds.model(names)?));
        }
        for moment in self.denied_reads.keys() {
            second(*moment)?;
        }
        let activity = PrincipalActivity {
            all: self.events.model()?,
            calls,
            other_calls: self.other_calls.model()?,
            addresses: bounded(self.addresses, self.more_addresses, names, |tallies, _| tallies.model())?,
            quarters,
            quarters_are_cut: self.more_quarters,
            sessions: sample_of(&self.sessions, self.more_sessions, names),
            assumed: bounded(self.assumed, self.more_assumed, names, |tallies, _| tallies.model())?,
            keys: bounded(self.keys, self.more_keys, names, KeyField::model)?,
            denied_reads: self.denied_reads,
            denied_read: example(self.denied_read, names)?,
        };
        Ok((principal, activity))
    }
}

/// A bounded map of names; it is cut when the whole part has been read.
fn bounded<W, V: Merge>(
    entries: BTreeMap<Text<'_>, W>,
    is_cut: bool,
    names: &mut Names,
    model: impl Fn(W, &mut Names) -> Result<V, String>,
) -> Result<Bounded<Arc<str>, V>, String> {
    let mut map = Bounded::default();
    for (name, value) in entries {
        map.add(names.of(&name), model(value, names)?);
    }
    if is_cut {
        map.mark_cut();
    }
    Ok(map)
}

fn boxed(example: &Example) -> Box<ExampleField<'_>> {
    Box::new(ExampleField::of(example))
}

fn example(field: Option<Box<ExampleField<'_>>>, names: &mut Names) -> Result<Option<Box<Example>>, String> {
    field.map(|field| field.model(names).map(Box::new)).transpose()
}

impl<'a> UsageField<'a> {
    fn of(usage: &'a Usage) -> Self {
        let Usage { tallies, data, via_service, kinds, regions, resources, with_resources, denied } = usage;
        Self {
            events: Tallies::of(*tallies),
            data: *data,
            via_service: *via_service,
            kinds: kinds.0,
            regions: sample(regions),
            more_regions: regions.is_cut(),
            resources: sample(resources),
            more_resources: resources.is_cut(),
            with_resources: *with_resources,
            denied: denied.as_deref().map(boxed),
        }
    }

    fn model(self, names: &mut Names) -> Result<Usage, String> {
        let tallies = self.events.model()?;
        let (shown, used) = (self.with_resources, tallies.used.count);
        if shown > used {
            return Err(format!("expected with_resources up to the {used} authorised calls, found {shown}"));
        }
        Ok(Usage {
            tallies,
            data: self.data,
            via_service: self.via_service,
            kinds: EventKinds(self.kinds),
            regions: sample_of(&self.regions, self.more_regions, names),
            resources: sample_of(&self.resources, self.more_resources, names),
            with_resources: self.with_resources,
            denied: example(self.denied, names)?,
        })
    }
}

impl<'a> QuarterField<'a> {
    fn of(quarter: &'a Quarter) -> Self {
        let Quarter { tallies, enumeration, escalation, enumeration_example, escalation_example } = quarter;
        let bits = |bits| if bits == 0 { Text::default() } else { Text::Owned(hex(bits)) };
        Self {
            events: Tallies::of(*tallies),
            enumeration: bits(*enumeration),
            escalation: bits(*escalation),
            enumeration_example: enumeration_example.as_deref().map(boxed),
            escalation_example: escalation_example.as_deref().map(boxed),
        }
    }

    fn model(self, names: &mut Names) -> Result<Quarter, String> {
        Ok(Quarter {
            tallies: self.events.model()?,
            enumeration: watched(&self.enumeration, ENUMERATION)?,
            escalation: watched(&self.escalation, ESCALATION)?,
            enumeration_example: example(self.enumeration_example, names)?,
            escalation_example: example(self.escalation_example, names)?,
        })
    }
}

/// Bits that stand for calls of a list.
fn watched(text: &str, list: &[(&str, &str)]) -> Result<u64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let bits = unhex(text)?;
    let used = u64::BITS - bits.leading_zeros();
    if usize::try_from(used).is_ok_and(|used| used <= list.len()) {
        Ok(bits)
    } else {
        Err(format!("expected bits of {} watched calls, found {text}", list.len()))
    }
}

impl<'a> KeyField<'a> {
    fn of(key: &'a KeyUse) -> Self {
        let KeyUse { tallies, latest } = key;
        let latest = latest.as_ref();
        Self {
            events: Tallies::of(*tallies),
            latest: latest.map(|(moment, source, region)| {
                (*moment, Text::Borrowed(&**source), Text::Borrowed(&**region))
            }),
        }
    }

    fn model(self, names: &mut Names) -> Result<KeyUse, String> {
        let latest = match self.latest {
            Some((moment, source, region)) => Some((second(moment)?, names.of(&source), names.of(&region))),
            None => None,
        };
        Ok(cloudtrail::KeyUse { tallies: self.events.model()?, latest })
    }
}
