use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use iam_policy::catalogue::Catalogue;

use super::param::ParamType;
use super::{Confidence, Failure, Param, Parameter, Value};
use crate::access::Ceiling;
use crate::escalation::Escalation;
use crate::evidence::{AccessKey, Account, AccountActivity, Supplied, User};
use crate::fact::{days, shown_date};
use crate::ident::{AccessKeyId, KeyIdDisplay};
use crate::input::credential_report::Row;

/// What a check may know besides its subject: the moment ages are measured at, its settings, and the account.
#[derive(Debug)]
pub struct Context<'a> {
    account: &'a Account,
    as_of: DateTime<Utc>,
    params: &'static [&'static dyn Parameter],
    values: Vec<Value>,
    key_ids: KeyIdDisplay,
    /// Which settings the check has read for this subject, one bit each.
    read: Cell<u8>,
    ceiling: OnceCell<Ceiling>,
    escalation: OnceCell<Supplied<Escalation>>,
    rows: OnceCell<BTreeMap<&'a str, Row<'a>>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        account: &'a Account,
        as_of: DateTime<Utc>,
        params: &'static [&'static dyn Parameter],
        values: Vec<Value>,
        key_ids: KeyIdDisplay,
    ) -> Self {
        Self {
            account,
            as_of,
            params,
            values,
            key_ids,
            read: Cell::new(0),
            ceiling: OnceCell::new(),
            escalation: OnceCell::new(),
            rows: OnceCell::new(),
        }
    }

    /// Forgets which settings were read, before the next subject.
    pub(crate) fn next_subject(&self) {
        self.read.set(0);
    }

    /// The account that the subject belongs to.
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// Which actions there are.
    pub fn catalogue(&self) -> &'static Catalogue {
        Catalogue::embedded()
    }

    /// What the organization leaves to the account. It is found out once, when first asked for.
    pub fn ceiling(&self) -> Ceiling {
        *self.ceiling.get_or_init(|| Ceiling::over(self.account, self.catalogue()))
    }

    /// Who can become an administrator. It is found out once, when first asked for.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn escalation(&self) -> Supplied<&Escalation> {
        let found = self.escalation.get_or_init(|| Escalation::of(self.account, self.catalogue()));
        found.as_ref().map_err(Arc::clone)
    }

    /// The user with this ARN, as the credential report shows them.
    pub fn user(&self, arn: &str) -> Option<User<'a>> {
        let rows = self.rows.get_or_init(|| self.account.rows_by_arn());
        rows.get(arn).map(|row| self.account.user_of_row(*row))
    }

    /// What CloudTrail records tell about the account.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn activity(&self) -> Supplied<&'a AccountActivity> {
        self.account.activity()
    }

    /// The moment ages are measured at, in UTC.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// How long ago `time` was; zero for moments after the as-of, whose row carries a gap.
    pub fn age(&self, time: DateTime<Utc>) -> TimeDelta {
        self.as_of.signed_duration_since(time).max(TimeDelta::zero())
    }

    /// The value of one of the check's settings.
    pub fn get<T: ParamType>(&self, param: &Param<T>) -> T {
        let index = self.params.iter().position(|own| own.name() == param.name());
        if let Some(index) = index.filter(|index| *index < 8) {
            self.read.set(self.read.get() | 1 << index);
        }
        let value = index.and_then(|index| self.values.get(index));
        value.and_then(T::of).unwrap_or_else(|| param.default())
    }

    /// The subject is in the bad state: one sentence with the values and dates that show it.
    pub fn fail(&self, message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            because: Vec::with_capacity(2),
            records: Vec::new(),
            severity: None,
            confidence: Confidence::Certain,
            parameters: self.read.get(),
        }
    }

    /// A date and how many whole days ago it was: `2025-11-02 (74 d ago)`.
    pub fn ago(&self, time: DateTime<Utc>) -> String {
        if time > self.as_of {
            return format!("{} (after the as-of)", shown_date(time));
        }
        format!("{} ({} d ago)", shown_date(time), days(self.age(time)))
    }

    /// An access key id, as the settings say that it may be shown.
    pub fn key_id(&self, id: &str) -> String {
        AccessKeyId::new(id).shown(self.key_ids)
    }

    /// The key's name in messages: `access key 1`, with its id where it is known.
    pub fn key_name(&self, key: &AccessKey<'_>) -> String {
        let id = key.id.map(|id| id.shown(self.key_ids));
        match (key.slot, id) {
            (Some(slot), None) => format!("access key {slot}"),
            (Some(slot), Some(id)) => format!("access key {slot} ({id})"),
            (None, Some(id)) => format!("access key {id}"),
            (None, None) => "access key".to_owned(),
        }
    }
}
