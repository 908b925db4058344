//! A kept event, and an event that stands for others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::expected;
use super::scalar::{Names, Text, bounded, is_default, second};
use crate::cloudtrail::{Call, Event, EventClass, EventPlace, Example, Principal, PrincipalKind};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventLine<'a> {
    time: i64,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    id: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    account: Text<'a>,
    #[serde(borrow)]
    class: Text<'a>,
    #[serde(borrow)]
    principal: Named<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    session: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    access_key: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    session_mfa: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    assumed_root: bool,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    invoked_by: Text<'a>,
    #[serde(borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    call: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    region: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    address: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    agent: Text<'a>,
    #[serde(rename = "type", borrow, default, skip_serializing_if = "is_default")]
    event_type: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    read_only: Option<bool>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    error_code: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    error_message: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    request: Values<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    has_request: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    response: Values<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    additional: Values<'a>,
    #[serde(borrow)]
    file: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    offset: u64,
}

/// `["path","value"]` pairs.
type Values<'a> = Vec<(Text<'a>, Text<'a>)>;

/// Who a principal is, without what it did.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    account: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    name: Text<'a>,
}

impl<'a> EventLine<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        fn values(values: &[(Arc<str>, Arc<str>)]) -> Values<'_> {
            values.iter().map(|(path, value)| (Text::Borrowed(&**path), Text::Borrowed(&**value))).collect()
        }
        let Event {
            second,
            id,
            account,
            class,
            principal,
            session,
            access_key,
            session_mfa,
            assumed_root,
            invoked_by,
            call,
            region,
            address,
            agent,
            event_type,
            read_only,
            error_code,
            error_message,
            request,
            has_request,
            response,
            additional,
            place,
        } = event;
        Self {
            time: *second,
            id: Text::Borrowed(id),
            account: Text::Borrowed(account),
            class: Text::Borrowed(class.as_str()),
            principal: Named {
                kind: Text::Borrowed(principal.kind.as_str()),
                account: Text::Borrowed(&principal.account),
                name: Text::Borrowed(&principal.name),
            },
            session: Text::Borrowed(session),
            access_key: Text::Borrowed(access_key),
            session_mfa: *session_mfa,
            assumed_root: *assumed_root,
            invoked_by: Text::Borrowed(invoked_by),
            source: Text::Borrowed(&call.source),
            call: Text::Borrowed(&call.name),
            region: Text::Borrowed(region),
            address: Text::Borrowed(address),
            agent: Text::Borrowed(agent),
            event_type: Text::Borrowed(event_type),
            read_only: *read_only,
            error_code: Text::Borrowed(error_code),
            error_message: Text::Borrowed(error_message),
            request: values(request),
            has_request: *has_request,
            response: values(response),
            additional: values(additional),
            file: Text::Borrowed(&place.file),
            offset: place.offset,
        }
    }

    pub(super) fn model(self, names: &mut Names) -> Result<Event, String> {
        let values = |values: Values<'_>| {
            let first = values.iter().take(Event::MOST_VALUES);
            first.map(|(path, value)| (bounded(path), bounded(value))).collect()
        };
        Ok(Event {
            second: second(self.time)?,
            id: bounded(&self.id),
            account: names.of(&self.account),
            class: EventClass::named(&self.class)
                .ok_or_else(|| expected("a class of events", &self.class))?,
            principal: principal(&self.principal.kind, &self.principal.account, &self.principal.name, names)?,
            session: bounded(&self.session),
            access_key: names.of(&self.access_key),
            session_mfa: self.session_mfa,
            assumed_root: self.assumed_root,
            invoked_by: bounded(&self.invoked_by),
            call: Call { source: names.of(&self.source), name: names.of(&self.call) },
            region: names.of(&self.region),
            address: names.of(&self.address),
            agent: names.of(&bounded(&self.agent)),
            event_type: names.of(&self.event_type),
            read_only: self.read_only,
            error_code: names.of(&bounded(&self.error_code)),
            error_message: bounded(&self.error_message),
            request: values(self.request),
            has_request: self.has_request,
            response: values(self.response),
            additional: values(self.additional),
            place: EventPlace { file: names.of(&self.file), offset: self.offset },
        })
    }
}

/// The principal of these words.
pub(super) fn principal(
    kind: &str,
    account: &str,
    name: &str,
    names: &mut Names,
) -> Result<Principal, String> {
    let kind = PrincipalKind::named(kind).ok_or_else(|| expected("a kind of principal", kind))?;
    Ok(Principal { kind, account: names.of(account), name: names.of(name) })
}

/// One event that stands for others.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleField<'a> {
    time: i64,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    id: Text<'a>,
    #[serde(borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    call: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    region: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    address: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    agent: Text<'a>,
    #[serde(borrow)]
    file: Text<'a>,
    #[serde(default, skip_serializing_if = "is_default")]
    offset: u64,
}

impl<'a> ExampleField<'a> {
    pub(super) fn of(example: &'a Example) -> Self {
        let Example { second, id, call, region, address, agent, place } = example;
        Self {
            time: *second,
            id: Text::Borrowed(id),
            source: Text::Borrowed(&call.source),
            call: Text::Borrowed(&call.name),
            region: Text::Borrowed(region),
            address: Text::Borrowed(address),
            agent: Text::Borrowed(agent),
            file: Text::Borrowed(&place.file),
            offset: place.offset,
        }
    }

    pub(super) fn model(self, names: &mut Names) -> Result<Example, String> {
        Ok(Example {
            second: second(self.time)?,
            id: bounded(&self.id),
            call: Call { source: names.of(&self.source), name: names.of(&self.call) },
            region: names.of(&self.region),
            address: names.of(&self.address),
            agent: names.of(&bounded(&self.agent)),
            place: EventPlace { file: names.of(&self.file), offset: self.offset },
        })
    }
}
