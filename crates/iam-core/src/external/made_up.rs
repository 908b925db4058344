//! What lets others in and is no policy, as a policy, so that all of it is looked at in the same way. What the resource's own
//! policy denies counts as well.

use std::sync::Arc;

use iam_policy::document::{Document, PolicyKind};
use iam_policy::policy::Policy;
use serde_json::{Value, json};

use super::Via;
use super::way::{Opened, Way};
use crate::evidence::{Resource, Supplied};
use crate::fact::{Gap, Reason, Source};
use crate::input::resource_policies::{Constraints, Grantee, KeyGrant, ResourceKind, SharedWith};
use crate::input::{Artefact, PolicyDocument, quoted};

/// What a statement stands for.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: Option<String>,
    pub(crate) source: Source,
}

/// The access control list of a bucket.
///
/// Source: Amazon S3 User Guide, "Access control list (ACL) overview", "Mapping of ACL permissions and access policy
/// permissions".
pub(super) fn of_acl<'a>(bucket: &'a Resource, policy: Option<&'a PolicyDocument>) -> Way<'a> {
    let way = |opened, incomplete| Way { via: Via::Acl, opened, incomplete };
    let acl = match bucket.acl() {
        Ok(acl) => acl,
        Err(gap) => return way(Err(gap), Vec::new()),
    };
    let mut incomplete: Vec<Arc<Gap>> = acl.grants.incomplete.iter().cloned().collect();
    let mut statements = Vec::new();
    for grant in &acl.grants.items {
        let principal = match &grant.grantee {
            Grantee::Everyone => json!("*"),
            Grantee::AnyAccount => json!({"AWS": "*"}),
            Grantee::CanonicalUser(id) if Some(id) == acl.owner.as_ref() => continue,
            Grantee::CanonicalUser(id) => json!({"CanonicalUser": id}),
            Grantee::LogDelivery => continue,
            Grantee::Email(name) | Grantee::Group(name) => {
                incomplete.push(not_understood("grantee", name, grant.source));
                continue;
            }
        };
        let actions: &[&str] = match &*grant.permission {
            "READ" => &["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
            "WRITE" => &["s3:PutObject", "s3:DeleteObject"],
            "READ_ACP" => &["s3:GetBucketAcl"],
            "WRITE_ACP" => &["s3:PutBucketAcl"],
            "FULL_CONTROL" => &[
                "s3:ListBucket",
                "s3:ListBucketVersions",
                "s3:ListBucketMultipartUploads",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:GetBucketAcl",
                "s3:PutBucketAcl",
            ],
            other => {
                incomplete.push(not_understood("permission", other, grant.source));
                continue;
            }
        };
        let entry = Entry { name: Some(grant.permission.to_string()), source: grant.source };
        statements.push((allow(&principal, &json!(actions), None), entry));
    }
    way(made(bucket, statements, policy), incomplete)
}

fn not_understood(what: &str, found: &str, source: Source) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Malformed,
        artefact: Some(Artefact::BucketAcl),
        source: Some(source),
        what: format!("the {what} {} of the access control list is not known", quoted(found)).into(),
        remedy: "look at the access control list of the bucket".into(),
    })
}

/// The grants of a key. Source: AWS KMS Developer Guide, "Grants in AWS KMS".
pub(crate) fn of_grants<'a>(key: &'a Resource, policy: Option<&'a PolicyDocument>) -> Way<'a> {
    let way = |opened, incomplete| Way { via: Via::Grant, opened, incomplete };
    let grants = match key.grants() {
        Ok(grants) => grants,
        Err(gap) => return way(Err(gap), Vec::new()),
    };
    // Services get in by grants that users made for them.
    let of_users = grants.items.iter().filter(|grant| !grant.is_of_service());
    let statements = of_users.map(|grant| {
        let actions: Vec<String> =
            grant.operations.iter().map(|operation| format!("kms:{operation}")).collect();
        let name = grant.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&grant.id);
        let entry = Entry { name: Some(name.to_owned()), source: grant.source };
        (allow(&json!({"AWS": grant.grantee}), &json!(actions), condition(grant)), entry)
    });
    let opened = made(key, statements.collect(), policy);
    way(opened, grants.incomplete.iter().cloned().collect())
}

/// Source: AWS KMS Developer Guide, "Using grant constraints", and the condition keys of the same meaning.
fn condition(grant: &KeyGrant) -> Option<Value> {
    let Constraints { is_exact, context } = grant.constraints.as_ref()?;
    let pairs = context.iter().map(|(key, value)| (format!("kms:EncryptionContext:{key}"), json!(value)));
    let mut condition = json!({"StringEquals": pairs.collect::<serde_json::Map<_, _>>()});
    if *is_exact && let Some(fields) = condition.as_object_mut() {
        let keys: Vec<&String> = context.keys().collect();
        fields.insert("ForAllValues:StringEquals".to_owned(), json!({"kms:EncryptionContextKeys": keys}));
    }
    Some(condition)
}

/// The accounts that a snapshot is shared with. Sources: Amazon EBS User Guide, "Share an Amazon EBS snapshot"; Amazon RDS
/// User Guide, "Sharing a DB snapshot".
pub(super) fn of_shares(snapshot: &Resource) -> Way<'_> {
    let way = |opened, incomplete| Way { via: Via::SharedList, opened, incomplete };
    let shares = match snapshot.shares() {
        Ok(shares) => shares,
        Err(gap) => return way(Err(gap), Vec::new()),
    };
    let actions = json!(match snapshot.kind {
        ResourceKind::VolumeSnapshot => ["ec2:CopySnapshot", "ec2:CreateVolume"],
        ResourceKind::ClusterSnapshot => ["rds:CopyDBClusterSnapshot", "rds:RestoreDBClusterFromSnapshot"],
        _ => ["rds:CopyDBSnapshot", "rds:RestoreDBInstanceFromDBSnapshot"],
    });
    let statements = shares.items.iter().map(|share| {
        let principal = match share.with {
            SharedWith::Everyone => json!({"AWS": "*"}),
            SharedWith::Account(account) => json!({"AWS": account.to_string()}),
        };
        (allow(&principal, &actions, None), Entry { name: None, source: share.source })
    });
    way(made(snapshot, statements.collect(), None), shares.incomplete.iter().cloned().collect())
}

fn allow(principal: &Value, actions: &Value, condition: Option<Value>) -> Value {
    let mut statement =
        json!({"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"});
    if let (Some(condition), Some(fields)) = (condition, statement.as_object_mut()) {
        fields.insert("Condition".to_owned(), condition);
    }
    statement
}

/// A policy of these statements, and of what the resource's own policy denies.
fn made<'a>(
    resource: &Resource,
    statements: Vec<(Value, Entry)>,
    policy: Option<&PolicyDocument>,
) -> Supplied<Option<Opened<'a>>> {
    if statements.is_empty() {
        return Ok(None);
    }
    let (mut all, entries): (Vec<Value>, Vec<Entry>) = statements.into_iter().unzip();
    let own: Option<Value> = policy.and_then(|policy| serde_json::from_str(&policy.json()).ok());
    let version = own.as_ref().and_then(|own| own.get("Version")).cloned();
    let denies = |statement: &&Value| statement.get("Effect").and_then(Value::as_str) == Some("Deny");
    match own.as_ref().and_then(|own| own.get("Statement")) {
        Some(Value::Array(own)) => all.extend(own.iter().filter(denies).cloned()),
        Some(own) => all.extend(Some(own).filter(denies).cloned()),
        None => {}
    }
    let document = json!({"Version": version.unwrap_or(json!("2012-10-17")), "Statement": all});
    let document = Document::parse(&document.to_string()).map_err(|_| {
        Arc::new(Gap {
            reason: Reason::Internal,
            artefact: Some(Artefact::ResourcePolicy),
            source: None,
            what: format!("what opens {} beside its policy cannot be read as a policy", resource.arn).into(),
            remedy: "look at its access control list, grants and shares".into(),
        })
    })?;
    let policy = Box::new(Policy::compile(&resource.arn, PolicyKind::Resource, &document));
    Ok(Some(Opened::Made { policy, entries }))
}
