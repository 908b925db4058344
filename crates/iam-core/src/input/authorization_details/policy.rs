//! Managed policies and their versions.

use iam_policy::document::PolicyKind;
use serde_json::Value;

use super::item::{Absent, Item, Reader};
use super::{ManagedPolicyDetail, PolicyVersion};
use crate::ident::Arn;

pub(super) fn managed<'t>(reader: &mut Reader<'t>, item: &Item<'t>) -> Option<ManagedPolicyDetail> {
    let name = reader.text(item, "PolicyName").known().ok()?;
    let arn = reader.required(item, "Arn", "the ARN of the entry's own name", |value| {
        let text = value.as_str()?;
        let arn = Arn::parse(text).ok()?;
        let is_own = arn.resource.starts_with("policy/") && super::last_name(arn.resource) == &*name;
        let is_somebodys = arn.account().is_ok() || arn.account_field() == "aws";
        (is_own && is_somebodys && arn.service == "iam").then(|| Box::from(text))
    });
    let versions = reader.list(item, "PolicyVersionList", Absent::Unseen, |reader, entry| {
        let id = reader.text(entry, "VersionId").known().ok()?;
        Some(PolicyVersion {
            id,
            created: reader.time(entry, "CreateDate"),
            document: reader.document(entry, "Document", PolicyKind::Identity, &name),
        })
    });
    Some(ManagedPolicyDetail {
        name,
        arn: arn.known().ok()?,
        id: reader.text(item, "PolicyId"),
        created: reader.time(item, "CreateDate"),
        default_version: reader.text(item, "DefaultVersionId"),
        attachments: reader.required(item, "AttachmentCount", "a whole number", Value::as_u64),
        boundary_uses: reader.required(
            item,
            "PermissionsBoundaryUsageCount",
            "a whole number",
            Value::as_u64,
        ),
        versions,
        source: reader.source(item, ""),
        entry: reader.slice(item),
    })
}
