//! Users, groups and roles.

use chrono::{DateTime, Utc};
use iam_policy::document::PolicyKind;
use serde_json::Value;

use super::item::{Absent, Item, Reader};
use super::{GroupDetail, InstanceProfile, RoleDetail, RoleUse, UserDetail};
use crate::fact::{Fact, parse_time};
use crate::ident::Arn;

pub(super) fn user<'t>(reader: &mut Reader<'t>, item: &Item<'t>) -> Option<UserDetail> {
    let (name, arn) = identity(reader, item, "UserName", "user/")?;
    Some(UserDetail {
        name,
        arn,
        id: reader.text(item, "UserId"),
        created: reader.time(item, "CreateDate"),
        groups: reader.required(item, "GroupList", "a list of names", |value| {
            value.as_array()?.iter().map(|name| name.as_str().map(Box::from)).collect()
        }),
        inline: reader.inline_policies(item, "UserPolicyList", Absent::Empty),
        attached: reader.attached_policies(item),
        boundary: reader.boundary(item),
        tags: reader.tags(item),
        source: reader.source(item, ""),
        entry: reader.slice(item),
    })
}

pub(super) fn group<'t>(reader: &mut Reader<'t>, item: &Item<'t>) -> Option<GroupDetail> {
    let (name, arn) = identity(reader, item, "GroupName", "group/")?;
    Some(GroupDetail {
        name,
        arn,
        id: reader.text(item, "GroupId"),
        created: reader.time(item, "CreateDate"),
        inline: reader.inline_policies(item, "GroupPolicyList", Absent::Unseen),
        attached: reader.attached_policies(item),
        source: reader.source(item, ""),
        entry: reader.slice(item),
    })
}

pub(super) fn role<'t>(reader: &mut Reader<'t>, item: &Item<'t>) -> Option<RoleDetail> {
    let (name, arn) = identity(reader, item, "RoleName", "role/")?;
    let trust = reader.document(item, "AssumeRolePolicyDocument", PolicyKind::Trust, &name);
    Some(RoleDetail {
        name,
        arn,
        path: reader.text(item, "Path"),
        id: reader.text(item, "RoleId"),
        created: reader.time(item, "CreateDate"),
        trust,
        inline: reader.inline_policies(item, "RolePolicyList", Absent::Unseen),
        attached: reader.attached_policies(item),
        boundary: reader.boundary(item),
        tags: reader.tags(item),
        last_used: last_used(reader, item),
        max_session: reader.optional(item, "MaxSessionDuration", "a number of seconds", Value::as_u64),
        instance_profiles: reader.list(item, "InstanceProfileList", Absent::Unseen, |reader, entry| {
            let name = reader.text(entry, "InstanceProfileName").known();
            let arn = reader.text(entry, "Arn").known();
            Some(InstanceProfile { name: name.ok()?, arn: arn.ok()? })
        }),
        source: reader.source(item, ""),
        entry: reader.slice(item),
    })
}

/// Name and ARN, which belong together: an entry in which they do not is about nobody in particular.
fn identity<'t>(
    reader: &mut Reader<'t>,
    item: &Item<'t>,
    name_field: &'static str,
    kind: &str,
) -> Option<(Box<str>, Box<str>)> {
    let name = reader.text(item, name_field).known();
    let name = name.ok()?;
    let expected = "the ARN of the entry's own name";
    let arn = reader.required(item, "Arn", expected, |value| {
        let text = value.as_str()?;
        let arn = Arn::parse(text).ok()?;
        let own = arn.resource.strip_prefix(kind)?;
        let is_own = super::last_name(own) == &*name && arn.service == "iam" && arn.account().is_ok();
        is_own.then(|| Box::from(text))
    });
    Some((name, arn.known().ok()?))
}

/// AWS writes an empty object for a role without a recorded use. Where the object is missing nobody looked.
fn last_used<'t>(reader: &mut Reader<'t>, item: &Item<'t>) -> Fact<Option<RoleUse>> {
    let expected = "an object with `LastUsedDate`, or an empty one";
    let read = |value: &Value| {
        let fields = value.as_object()?;
        let at: Option<DateTime<Utc>> = match fields.get("LastUsedDate") {
            None | Some(Value::Null) => None,
            Some(date) => Some(date.as_str().and_then(parse_time)?),
        };
        let region = fields.get("Region").and_then(Value::as_str).map(Box::from);
        Some(at.map(|at| RoleUse { at, region }))
    };
    reader.required(item, "RoleLastUsed", expected, read)
}
