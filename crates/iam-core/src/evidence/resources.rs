use std::collections::BTreeMap;
use std::sync::Arc;

use super::Supplied;
use crate::fact::{Fact, Gap, Reason};
use crate::ident::AccountId;
use crate::input::resource_policies::{
    AccessPoint, BucketAcl, KeyGrant, PublicAccessBlock, ResourceKind, Share,
};
use crate::input::{Artefact, Listing, PolicyDocument};

/// The resources of an account that say themselves who gets in, as far as they were handed in.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// By ARN.
    pub(super) items: BTreeMap<String, Resource>,
    /// What blocks public access to all buckets of the account; `None` when nobody handed it in.
    pub(super) account_block: Option<Supplied<PublicAccessBlock>>,
    pub(super) unlisted: Vec<Unlisted>,
    /// The types that were listed to their end, with the Regions.
    pub(super) listed: BTreeMap<ResourceKind, Vec<String>>,
    /// Trust policies that were handed in by themselves, by the ARN of the role.
    pub(super) trusts: BTreeMap<String, Supplied<PolicyDocument>>,
}

/// A resource that says itself who gets in.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its type.
    pub kind: ResourceKind,
    /// Its ARN. That of a secret whose policy could not be read lacks the six characters that AWS adds.
    pub arn: String,
    /// The account that owns it, as far as that is known.
    pub account: Option<AccountId>,
    /// Its Region, as far as that is known.
    pub region: Option<String>,
    pub(super) policy: Option<Supplied<Fact<Option<PolicyDocument>>>>,
    pub(super) acl: Option<Supplied<BucketAcl>>,
    pub(super) public_access_block: Option<Supplied<PublicAccessBlock>>,
    pub(super) access_point: Option<Supplied<AccessPoint>>,
    pub(super) policy_status: Option<Supplied<Fact<bool>>>,
    pub(super) grants: Option<Supplied<Listing<KeyGrant>>>,
    pub(super) shares: Option<Supplied<Listing<Share>>>,
}

/// Resources of a type that could not be listed, or not all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    /// The type.
    pub kind: ResourceKind,
    /// The Region, where the call has one.
    pub region: Option<String>,
    /// Why not.
    pub gap: Arc<Gap>,
}

impl Resources {
    /// Whether nothing of all this was handed in, and nobody looked.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
            && self.account_block.is_none()
            && self.unlisted.is_empty()
            && self.listed.is_empty()
            && self.trusts.is_empty()
    }

    /// Trust policies that were handed in by themselves, with the ARN of the role; each may be a gap. Those of account
    /// authorization details are not among them: see [`Role`](super::Role).
    pub fn trusts(&self) -> impl Iterator<Item = (&str, Supplied<&PolicyDocument>)> {
        self.trusts.iter().map(|(arn, trust)| (arn.as_str(), trust.as_ref().map_err(Arc::clone)))
    }

    /// The resources, by ARN.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.items.values()
    }

    /// The resource with this ARN.
    pub fn named(&self, arn: &str) -> Option<&Resource> {
        self.items.get(arn)
    }

    /// Whether all resources are there that somebody looked for.
    ///
    /// # Errors
    ///
    /// The gap, when nobody looked, or when some could not be listed.
    pub fn all_listed(&self) -> Supplied<()> {
        if self.items.is_empty() && self.listed.is_empty() && self.unlisted.is_empty() {
            let artefact = Artefact::ResourcePolicy;
            return Err(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(artefact),
                source: None,
                what: artefact.not_handed_in().into(),
                remedy: format!("add the output of `{}`", artefact.command()).into(),
            }));
        }
        self.unlisted.first().map_or(Ok(()), |unlisted| Err(Arc::clone(&unlisted.gap)))
    }

    /// The resource with this ARN, or the one that holds it: of an object the bucket, of an index the table.
    pub fn holding(&self, arn: &str) -> Option<&Resource> {
        let mut above = std::iter::successors(Some(arn), |arn| Some(arn.rsplit_once(['/', ':'])?.0));
        above.find_map(|arn| self.named(arn))
    }

    /// The policy that decides about an ARN, that of the resource or of the one that holds it; `None` for one that has none,
    /// as all resources of other types.
    ///
    /// # Errors
    ///
    /// The gap, when the policy was not seen.
    pub fn policy_of(&self, arn: &str) -> Supplied<Option<&PolicyDocument>> {
        if let Some(resource) = self.holding(arn) {
            return resource.policy();
        }
        match ResourceKind::of_arn(arn) {
            None => Ok(None),
            Some(kind) if kind.is_shared_by_list() => Ok(None),
            Some(kind) => {
                let unlisted = self.unlisted.iter().find(|unlisted| unlisted.kind == kind);
                match unlisted {
                    Some(unlisted) => Err(Arc::clone(&unlisted.gap)),
                    None => part::<Fact<Option<PolicyDocument>>>(None, Artefact::ResourcePolicy, arn)
                        .map(|_| None),
                }
            }
        }
    }

    /// What could not be listed.
    pub fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    /// Whether resources of the type were listed to their end in some Region.
    pub fn is_listed(&self, kind: ResourceKind) -> bool {
        self.listed.contains_key(&kind)
    }

    /// Whether all resources of the type in a Region were listed.
    pub fn is_listed_in(&self, kind: ResourceKind, region: &str) -> bool {
        let is_there = |unlisted: &Unlisted| {
            unlisted.kind == kind && unlisted.region.as_deref().is_none_or(|own| own == region)
        };
        self.listed.get(&kind).is_some_and(|regions| regions.iter().any(|own| own == region))
            && !self.unlisted.iter().any(is_there)
    }

    /// What blocks public access to all buckets of the account.
    ///
    /// # Errors
    ///
    /// The gap, when it was not handed in or could not be read.
    pub fn account_block(&self) -> Supplied<&PublicAccessBlock> {
        part(self.account_block.as_ref(), Artefact::PublicAccessBlock, "the account")
    }
}

impl Resource {
    pub(super) fn new(kind: ResourceKind, arn: String) -> Self {
        Self {
            kind,
            arn,
            account: None,
            region: None,
            policy: None,
            acl: None,
            public_access_block: None,
            access_point: None,
            policy_status: None,
            grants: None,
            shares: None,
        }
    }

    /// The name within the type.
    pub fn name(&self) -> &str {
        self.kind.name_in(&self.arn)
    }

    /// The policy; `None` for a resource that has none, as all snapshots.
    ///
    /// # Errors
    ///
    /// The gap, when it was not handed in or could not be read.
    pub fn policy(&self) -> Supplied<Option<&PolicyDocument>> {
        if self.kind.is_shared_by_list() {
            return Ok(None);
        }
        let policy = part(self.policy.as_ref(), Artefact::ResourcePolicy, &self.arn)?;
        Ok(policy.seen()?.as_ref())
    }

    /// The access control list of a bucket.
    ///
    /// # Errors
    ///
    /// As [`Resource::policy`], here and below.
    pub fn acl(&self) -> Supplied<&BucketAcl> {
        part(self.acl.as_ref(), Artefact::BucketAcl, &self.arn)
    }

    /// What an access point is attached to, and from where it can be reached.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn access_point(&self) -> Supplied<&AccessPoint> {
        part(self.access_point.as_ref(), Artefact::AccessPoint, &self.arn)
    }

    /// What blocks public access to a bucket or through an access point, whose settings tell it.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn public_access_block(&self) -> Supplied<&PublicAccessBlock> {
        if self.kind == ResourceKind::AccessPoint && self.public_access_block.is_none() {
            return self.access_point().map(|point| &point.block);
        }
        part(self.public_access_block.as_ref(), Artefact::PublicAccessBlock, &self.arn)
    }

    /// Whether S3 takes the policy of a bucket for public.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn is_public_by_s3(&self) -> Supplied<bool> {
        part(self.policy_status.as_ref(), Artefact::BucketPolicyStatus, &self.arn)?.known()
    }

    /// The grants of a key.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn grants(&self) -> Supplied<&Listing<KeyGrant>> {
        part(self.grants.as_ref(), Artefact::KeyGrants, &self.arn)
    }

    /// The accounts that a snapshot is shared with.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn shares(&self) -> Supplied<&Listing<Share>> {
        part(self.shares.as_ref(), Artefact::SnapshotSharing, &self.arn)
    }
}

fn part<'a, T>(part: Option<&'a Supplied<T>>, artefact: Artefact, about: &str) -> Supplied<&'a T> {
    match part {
        Some(part) => part.as_ref().map_err(Arc::clone),
        None => Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(artefact),
            source: None,
            what: format!("the {} of {about} was not handed in", artefact.noun()).into(),
            remedy: format!("add the output of `{}`", artefact.command()).into(),
        })),
    }
}
