//! The few records of which more is kept than counts.

use std::sync::Arc;

use super::names::to_index;
use super::{Counted, Tables};
use crate::cloudtrail::identity::Identity;
use crate::cloudtrail::kept_event::{Details, cut};
use crate::cloudtrail::known_calls::Keeping;
use crate::cloudtrail::record::{Key, Record};
use crate::cloudtrail::{Call, Event, EventClass, EventKinds, EventPlace, Example};

impl<'r> Counted<'r, '_> {
    /// The record, read once more as a whole.
    pub(super) fn record(&self) -> Record<'r> {
        Record::of(self.origin.bytes)
    }

    /// Whether an example of this record may be lower than the one that is there.
    pub(super) fn precedes(&self, example: Option<&Example>) -> bool {
        example.is_none_or(|example| self.second <= example.second)
    }
}

impl Tables {
    /// Why the event is to be kept, if it is; fills in the details where it has to look at them.
    #[inline]
    pub(super) fn class(&self, it: &Counted<'_, '_>, details: &mut Option<Details>) -> Option<EventClass> {
        let is_root = self.identities.at(it.identity)?.is_root;
        if it.common.kinds == EventKinds::SERVICE_EVENT || !is_root && it.known.keeping == Keeping::RootOnly {
            return None;
        }
        match it.known.keeping {
            Keeping::SignIn => {
                let response = &details.insert(Details::of(it.origin.bytes)).response;
                let is_success =
                    response.iter().any(|(path, value)| &**path == "ConsoleLogin" && &**value == "Success");
                Some(match (is_success, is_root) {
                    (true, true) => EventClass::Root,
                    (true, false) => EventClass::SignIn,
                    (false, _) => EventClass::FailedSignIn,
                })
            }
            _ if is_root && it.common.read_only == Some(true) => Some(EventClass::RootRead),
            _ if is_root => Some(EventClass::Root),
            Keeping::Change => Some(EventClass::Change),
            Keeping::ChangeUnlessReading { by_name } => {
                let is_reading = it.common.read_only.unwrap_or(by_name);
                (!is_reading).then_some(EventClass::Change)
            }
            Keeping::RootOnly => None,
        }
    }

    pub(super) fn event(&self, it: &Counted<'_, '_>, class: EventClass, details: Option<Details>) -> Event {
        let record = it.record();
        let identity = Identity::read(record.at(Key::UserIdentity).object().unwrap_or_default());
        let principal = self.principals.get_index(to_index(it.common.principal));
        let Details { error_message, request, has_request, response, additional } =
            details.unwrap_or_else(|| Details::of(it.origin.bytes));
        let example = self.example(it);
        let place = self.places.get_index(to_index(it.common.place)).map(|(place, _)| place);
        Event {
            second: it.second,
            id: example.id,
            account: place.map(|place| Arc::clone(&place.account)).unwrap_or_default(),
            class,
            principal: principal.map_or_else(|| identity.principal(), |(principal, _)| principal.clone()),
            session: cut(&identity.session),
            access_key: cut(&identity.access_key),
            session_mfa: identity.session_mfa,
            assumed_root: identity.assumed_root,
            invoked_by: cut(&identity.invoked_by),
            call: example.call,
            region: example.region,
            address: example.address,
            agent: example.agent,
            event_type: cut(&record.at(Key::EventType).decoded().unwrap_or_default()),
            read_only: it.common.read_only,
            error_code: cut(&record.at(Key::ErrorCode).decoded().unwrap_or_default()),
            error_message,
            request,
            has_request,
            response,
            additional,
            place: example.place,
        }
    }

    pub(super) fn example(&self, it: &Counted<'_, '_>) -> Example {
        let address = it.common.address.and_then(|address| self.texts.get_index(to_index(address)));
        let call = self.calls.get_index(to_index(it.common.call)).map(|(call, _)| call.clone());
        let place = self.places.get_index(to_index(it.common.place)).map(|(place, _)| place);
        Example {
            second: it.second,
            id: cut(&it.event_id.decoded().unwrap_or_default()),
            call: call.unwrap_or_else(|| Call { source: Arc::default(), name: Arc::default() }),
            region: place.map(|place| Arc::clone(&place.region)).unwrap_or_default(),
            address: address.map(|address| cut(address)).unwrap_or_default(),
            agent: cut(&it.agent.decoded().unwrap_or_default()),
            place: EventPlace { file: Arc::clone(&it.origin.file.path), offset: it.origin.offset },
        }
    }
}
