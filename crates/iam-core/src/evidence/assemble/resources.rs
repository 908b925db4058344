//! Sorts the answers about resources by resource. What an answer does not say of that, its place in the snapshot does:
//! `resource-policies/REGION/TYPE/NAME.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::document::PolicyKind;
use percent_encoding::percent_decode_str;

use crate::evidence::Supplied;
use crate::evidence::resources::{Resource, Resources, Unlisted};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};
use crate::ident::{AccountId, Arn, Partition};
use crate::input::manifest::{Call, Manifest, Status};
use crate::input::resource_policies::{AnswerAbout, ResourceAnswer, ResourceKind, Told};
use crate::input::{Artefact, quoted};

/// The folder of a snapshot.
pub(super) const FOLDER: &str = "resource-policies";

/// Answers about resources, and files that should have held some.
#[derive(Default)]
pub(super) struct Board {
    /// With the paths of the files and the hashes of their bytes.
    pub(super) answers: Vec<(String, [u8; 32], ResourceAnswer)>,
    /// With the paths of the files.
    pub(super) damaged: Vec<(String, Artefact, Arc<Gap>)>,
}

/// Whose resources they are.
pub(super) struct Owner<'a> {
    pub(super) account: Option<AccountId>,
    pub(super) partition: &'a Partition,
    /// The resource that answers are about which do not say it and lie in no folder that does.
    pub(super) hint: Option<&'a str>,
}

/// Joins the answers; gives back a gap for each that does not tell what it is about.
pub(super) fn join(
    board: Board,
    owner: &Owner<'_>,
    manifests: &[Manifest],
    paths: &[&str],
) -> (Resources, Vec<Arc<Gap>>) {
    let mut joining =
        Joining { owner, found: Resources::default(), hashes: BTreeMap::new(), gaps: Vec::new() };
    for (path, sha256, answer) in board.answers {
        joining.answer(&path, sha256, answer);
    }
    for (path, artefact, gap) in &board.damaged {
        joining.lacks(path, *artefact, gap);
    }
    for call in manifests.iter().flat_map(|manifest| &manifest.calls) {
        joining.call(call, paths);
    }
    (joining.found, joining.gaps)
}

/// What a path says of the resource.
struct Placed<'p> {
    region: &'p str,
    folder: &'p str,
    name: String,
}

impl<'p> Placed<'p> {
    fn of(path: &'p str) -> Option<Self> {
        let mut parts = path.rsplitn(4, '/');
        let (file, folder, region) = (parts.next()?, parts.next()?, parts.next()?);
        let above = parts.next()?;
        if above != FOLDER && !above.ends_with(&format!("/{FOLDER}")) {
            return None;
        }
        let stem = file.rsplit_once('.').filter(|(_, extension)| extension.eq_ignore_ascii_case("json"));
        let stem = stem.map_or(file, |(stem, _)| stem);
        let name = percent_decode_str(stem).decode_utf8().ok()?.into_owned();
        Some(Self { region, folder, name })
    }

    fn kind(&self) -> Option<ResourceKind> {
        ResourceKind::in_folder(self.folder)
    }

    /// What else than the policy the folder is for, such as `s3-bucket-acl`.
    fn artefact(&self) -> Option<Artefact> {
        let further = self.folder.strip_prefix(self.kind()?.folder())?;
        Some(match further {
            "-acl" => Artefact::BucketAcl,
            "-public-access-block" => Artefact::PublicAccessBlock,
            "-settings" => Artefact::AccessPoint,
            "-policy-status" => Artefact::BucketPolicyStatus,
            "-grants" => Artefact::KeyGrants,
            _ => return None,
        })
    }

    /// Whether it is about all buckets of the account.
    fn is_of_account(&self) -> bool {
        self.folder.starts_with("s3-account")
    }
}

/// Whether a path says that the file is about a resource.
pub(super) fn is_placed(path: &str) -> bool {
    Placed::of(path).is_some_and(|placed| placed.kind().is_some() || placed.is_of_account())
}

/// The folder of the account that the path of an answer lies in.
pub(super) fn account_folder(path: &str) -> Option<&str> {
    path.match_indices(FOLDER)
        .filter(|(at, _)| *at == 0 || path.as_bytes().get(at.saturating_sub(1)) == Some(&b'/'))
        .find(|(at, _)| path.get(at.saturating_add(FOLDER.len())..).is_some_and(|rest| rest.starts_with('/')))
        .and_then(|(at, _)| path.get(..at.saturating_sub(1)))
}

struct Joining<'a> {
    owner: &'a Owner<'a>,
    found: Resources,
    /// The bytes that each part of a resource was read from.
    hashes: BTreeMap<(String, Artefact), [u8; 32]>,
    gaps: Vec<Arc<Gap>>,
}

impl Joining<'_> {
    fn answer(&mut self, path: &str, sha256: [u8; 32], answer: ResourceAnswer) {
        let placed = Placed::of(path);
        if let Told::PublicAccessBlock(block) = &answer.told
            && placed.as_ref().is_some_and(Placed::is_of_account)
        {
            let artefact = Artefact::PublicAccessBlock;
            let named = placed.as_ref().map(|placed| placed.name.as_str()).unwrap_or_default();
            if let Some(gap) = self.of_another_account(named, answer.file) {
                self.found.account_block.get_or_insert(Err(gap));
                return;
            }
            let conflict = self.conflict("the account", artefact, sha256, answer.file);
            self.found.account_block = Some(conflict.map_or_else(|| Ok(block.clone()), Err));
            return;
        }
        if let Some(role) = self.role(&answer, placed.as_ref()) {
            return self.trust(role, sha256, answer);
        }
        let Some((kind, arn)) = self.resource(&answer, placed.as_ref()) else {
            return self.nobody(&answer);
        };
        let artefact = answer.told.artefact();
        let conflict =
            match (&answer.told, self.found.items.get(&arn).and_then(|known| known.policy.as_ref())) {
                // Several shapes may hold the same policy.
                (Told::Policy(Fact::Seen(policy, _)), Some(Ok(Fact::Seen(known, _)))) if policy == known => {
                    return;
                }
                _ => self.conflict(&arn, artefact, sha256, answer.file),
            };
        let region = placed.map(|placed| placed.region.to_owned());
        let resource = self.of(kind, arn, region, answer.about.account);
        match answer.told {
            Told::Policy(policy) => set(&mut resource.policy, policy, conflict),
            Told::Acl(acl) => set(&mut resource.acl, acl, conflict),
            Told::PublicAccessBlock(block) => set(&mut resource.public_access_block, block, conflict),
            Told::AccessPoint(point) => set(&mut resource.access_point, *point, conflict),
            Told::PolicyStatus(status) => set(&mut resource.policy_status, status, conflict),
            Told::KeyGrants(grants) => set(&mut resource.grants, grants, conflict),
            Told::Shared(shares) => set(&mut resource.shares, shares, conflict),
        }
    }

    /// The gap for a public access block of an account that its file does not name as this one: AWS's answer names none.
    fn of_another_account(&mut self, named: &str, file: FileId) -> Option<Arc<Gap>> {
        let named_id = named.parse::<AccountId>().ok();
        if named_id.is_some_and(|id| self.owner.account.is_none_or(|own| own == id)) {
            return None;
        }
        let own = self.owner.account.map_or_else(|| "ID".to_owned(), |id| id.to_string());
        let what = match named_id {
            Some(other) => format!("the public access block is that of the account {other}, not of {own}"),
            None => {
                format!("the public access block of {} does not say which account it is of", quoted(named))
            }
        };
        let remedy =
            format!("keep that of the account as {FOLDER}/REGION/s3-account-public-access-block/{own}.json");
        Some(self.gap(Reason::Contradiction, Artefact::PublicAccessBlock, Some(file), what, remedy))
    }

    /// The role that an answer is about: the one that is hinted at, where the answer and its place tell of nothing else.
    fn role(&self, answer: &ResourceAnswer, placed: Option<&Placed<'_>>) -> Option<String> {
        let says_nothing = answer.about == AnswerAbout::default() && placed.and_then(Placed::kind).is_none();
        let hint = self.owner.hint.filter(|_| says_nothing && matches!(answer.told, Told::Policy(_)))?;
        let is_role =
            Arn::parse(hint).is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
        is_role.then(|| hint.to_owned())
    }

    /// A trust policy that was handed in by itself.
    fn trust(&mut self, role: String, sha256: [u8; 32], answer: ResourceAnswer) {
        let trust = match answer.told {
            Told::Policy(Fact::Seen(Some(policy), _)) => Ok(policy.attached_as(PolicyKind::Trust, &role)),
            Told::Policy(Fact::Unknown(gap)) => Err(gap),
            _ => {
                let what = format!("the trust policy of {} is empty, and every role has one", quoted(&role));
                let remedy = "save the trust policy again".to_owned();
                Err(self.gap(Reason::Malformed, Artefact::ResourcePolicy, Some(answer.file), what, remedy))
            }
        };
        let mut known = self.found.trusts.remove(&role);
        let is_same = matches!((&trust, &known), (Ok(trust), Some(Ok(known))) if trust == known);
        let conflict =
            if is_same { None } else { self.conflict(&role, Artefact::ResourcePolicy, sha256, answer.file) };
        match trust {
            Ok(trust) => set(&mut known, trust, conflict),
            Err(gap) => known = Some(Err(gap)),
        }
        self.found.trusts.extend(known.map(|trust| (role, trust)));
    }

    /// The type and ARN of the resource that an answer is about.
    fn resource(
        &self,
        answer: &ResourceAnswer,
        placed: Option<&Placed<'_>>,
    ) -> Option<(ResourceKind, String)> {
        let about = &answer.about;
        if let Some(arn) =
            about.arn.as_deref().or(about.name.as_deref().filter(|name| name.starts_with("arn:")))
        {
            return Some((about.kind.or_else(|| ResourceKind::of_arn(arn))?, arn.to_owned()));
        }
        let of_path = placed.and_then(Placed::kind);
        if about.kind.is_some() && of_path.is_some() && about.kind != of_path {
            return None;
        }
        if let Some(hint) = self.owner.hint.filter(|_| of_path.is_none()) {
            let kind = ResourceKind::of_arn(hint)?;
            return about.kind.is_none_or(|own| own == kind).then(|| (kind, hint.to_owned()));
        }
        let kind = about.kind.or(of_path)?;
        let name = about.name.as_deref().or(placed.map(|placed| placed.name.as_str()))?;
        let arn = self.arn(kind, placed.map(|placed| placed.region), about.account, name)?;
        Some((kind, arn))
    }

    /// `None` where the ARN needs what is not known.
    fn arn(
        &self,
        kind: ResourceKind,
        region: Option<&str>,
        account: Option<AccountId>,
        name: &str,
    ) -> Option<String> {
        if name.starts_with("arn:") {
            return Some(name.to_owned());
        }
        let partition = self.owner.partition.as_str();
        let account = account.or(self.owner.account).map(|account| account.to_string());
        match kind {
            ResourceKind::Bucket => Some(kind.arn(partition, "", "", name)),
            ResourceKind::VolumeSnapshot => Some(kind.arn(partition, region?, "", name)),
            _ => Some(kind.arn(partition, region?, &account?, name)),
        }
    }

    fn of(
        &mut self,
        kind: ResourceKind,
        arn: String,
        region: Option<String>,
        account: Option<AccountId>,
    ) -> &mut Resource {
        let owner = self.owner.account;
        let resource = self.found.items.entry(arn).or_insert_with_key(|arn| {
            let (of_arn, own_region) = Arn::parse(arn).map_or((None, None), |arn| {
                (arn.account().ok(), Some(arn.region).filter(|region| !region.is_empty()))
            });
            let region = own_region.map(str::to_owned);
            Resource { account: of_arn.or(account).or(owner), region, ..Resource::new(kind, arn.clone()) }
        });
        resource.region = resource.region.take().or(region);
        resource
    }

    /// The gap for two files that differ about the same thing.
    fn conflict(
        &mut self,
        about: &str,
        artefact: Artefact,
        sha256: [u8; 32],
        file: FileId,
    ) -> Option<Arc<Gap>> {
        let known = *self.hashes.entry((about.to_owned(), artefact)).or_insert(sha256);
        (known != sha256).then(|| {
            let what =
                format!("two files say different things of the {} of {}", artefact.noun(), quoted(about));
            self.gap(
                Reason::Contradiction,
                artefact,
                Some(file),
                what,
                "hand in the newest one only".to_owned(),
            )
        })
    }

    /// A file that should tell of a resource and does not.
    fn lacks(&mut self, path: &str, artefact: Artefact, gap: &Arc<Gap>) {
        let Some(placed) = Placed::of(path) else { return };
        if placed.is_of_account() {
            self.found.account_block.get_or_insert_with(|| Err(Arc::clone(gap)));
            return;
        }
        let Some(kind) = placed.kind() else { return };
        let Some(arn) = self.arn(kind, Some(placed.region), None, &placed.name) else { return };
        let arn = self.same_secret(kind, &arn).unwrap_or(arn);
        let resource = self.of(kind, arn, Some(placed.region.to_owned()), None);
        match placed.artefact().unwrap_or(artefact) {
            Artefact::BucketAcl => lacking(&mut resource.acl, gap),
            Artefact::PublicAccessBlock => lacking(&mut resource.public_access_block, gap),
            Artefact::AccessPoint => lacking(&mut resource.access_point, gap),
            Artefact::BucketPolicyStatus => lacking(&mut resource.policy_status, gap),
            Artefact::KeyGrants => lacking(&mut resource.grants, gap),
            Artefact::SnapshotSharing => lacking(&mut resource.shares, gap),
            _ if kind.is_shared_by_list() => lacking(&mut resource.shares, gap),
            _ => lacking(&mut resource.policy, gap),
        }
    }

    /// The known ARN of a secret, which ends in six characters that its name does not have.
    fn same_secret(&self, kind: ResourceKind, arn: &str) -> Option<String> {
        if kind != ResourceKind::Secret {
            return None;
        }
        let is_it = |known: &&String| {
            known.strip_prefix(arn).is_some_and(|rest| rest.len() == 7 && rest.starts_with('-'))
        };
        self.found.items.keys().find(is_it).cloned()
    }

    /// What a manifest says of a call about resources.
    fn call(&mut self, call: &Call, paths: &[&str]) {
        let region = || call.region.clone();
        let error = call.error.as_deref().map(|error| format!(": {}", quoted(error))).unwrap_or_default();
        let verb = match call.status {
            Status::Complete => "names an answer that is missing",
            Status::Denied => "was denied",
            Status::Partial | Status::Failed => "did not finish",
        };
        if let Some(file) = &call.file {
            let is_there = paths.iter().any(|path| {
                path.strip_suffix(file.as_str()).is_some_and(|above| above.is_empty() || above.ends_with('/'))
            });
            let Some(artefact) = Artefact::of_operation(&call.operation).filter(|_| is_placed(file)) else {
                return;
            };
            if is_there && call.status == Status::Complete {
                return;
            }
            let what = format!("manifest.json: {} for {} {verb}{error}", call.operation, quoted(file));
            let gap = Arc::new(Gap {
                reason: call.status.reason().unwrap_or(Reason::CutOff),
                artefact: Some(artefact),
                source: None,
                what: what.into(),
                remedy: call.again().into(),
            });
            return self.lacks(file, artefact, &gap);
        }
        let is_of_service =
            |kind: &ResourceKind| call.service.as_deref().is_none_or(|service| service == kind.service());
        for kind in ResourceKind::listed_by(&call.operation).filter(is_of_service) {
            let Some(reason) = call.status.reason() else {
                self.found.listed.entry(kind).or_default().extend(region());
                continue;
            };
            let what = format!("manifest.json says that {} {verb}{error}", call.operation);
            // The account's gaps tell of it once for all Regions.
            let gap = Arc::new(Gap {
                reason,
                artefact: Some(Artefact::ResourcePolicy),
                source: None,
                what: what.into(),
                remedy: call.again().into(),
            });
            self.found.unlisted.push(Unlisted { kind, region: region(), gap });
        }
    }

    fn nobody(&mut self, answer: &ResourceAnswer) {
        let artefact = answer.told.artefact();
        if let Some(hint) = self.owner.hint {
            let noun = answer.about.kind.map_or(artefact.noun(), ResourceKind::noun);
            let what = match ResourceKind::of_arn(hint) {
                Some(kind) => {
                    format!("{} is a {}, and the file is about a {noun}", quoted(hint), kind.noun())
                }
                None => format!("{} is neither a role nor a resource with a policy of its own", quoted(hint)),
            };
            let remedy = "name the role or resource that the policy is attached to".to_owned();
            self.gap(Reason::Contradiction, artefact, Some(answer.file), what, remedy);
            return;
        }
        let what = format!("the {} does not say which resource it is about", artefact.noun());
        let folder = answer.about.kind.map_or("TYPE", ResourceKind::folder);
        let remedy = format!(
            "keep it as {FOLDER}/REGION/{folder}/NAME.json in the snapshot of the account that owns it"
        );
        self.gap(Reason::Malformed, artefact, Some(answer.file), what, remedy);
    }

    fn gap(
        &mut self,
        reason: Reason,
        artefact: Artefact,
        file: Option<FileId>,
        what: String,
        remedy: String,
    ) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason,
            artefact: Some(artefact),
            source: file.map(|file| Source { file, place: Place::File }),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

fn set<T>(slot: &mut Option<Supplied<T>>, value: T, conflict: Option<Arc<Gap>>) {
    match (conflict, &slot) {
        (Some(gap), _) => *slot = Some(Err(gap)),
        (None, None) => *slot = Some(Ok(value)),
        (None, Some(_)) => {}
    }
}

fn lacking<T>(slot: &mut Option<Supplied<T>>, gap: &Arc<Gap>) {
    slot.get_or_insert_with(|| Err(Arc::clone(gap)));
}
