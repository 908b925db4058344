//! Which actions, resource types and condition keys exist: services, access levels, ARN templates, dependent actions.
//!
//! The embedded catalogue is a snapshot with a date ([`Catalogue::data_date`]); print that date wherever a result
//! rests on it, because AWS adds actions every week. A name that is not in it may simply be newer, so that unknown
//! names are values ([`Lookup::Unknown`]) and never errors, and an expanded pattern means "at least these".
//!
//! Names are compared without regard to ASCII case, as IAM does, and are handed out as AWS spells them.
//!
//! ```
//! use iam_policy::catalogue::{Catalogue, Levels};
//!
//! let catalogue = Catalogue::embedded();
//! let pass_role = catalogue.action("IAM", "passrole").known().ok_or("unknown")?;
//! assert_eq!(pass_role.to_string(), "iam:PassRole");
//! assert!(pass_role.levels().contains(Levels::WRITE));
//!
//! let reads = catalogue.expand("s3:Get*");
//! assert!(!reads.is_empty());
//! assert_eq!(catalogue.shrink(&reads), ["s3:Get*"]);
//! # Ok::<(), &str>(())
//! ```
//!
//! Sources: `data/manifest.json` and `data/NOTICE` of this crate. Meaning of the columns: Service Authorization
//! Reference, "Actions, resources, and condition keys for AWS services".

mod action_set;
mod condition_key;
mod decode;
mod draft;
mod expand;
mod glob;
mod index;
mod levels;
mod nearest;
mod service_reference;
mod shrink;
mod views;

use std::sync::OnceLock;

pub use action_set::{ActionId, ActionSet};
pub use condition_key::{ConditionKey, GLOBAL_CONDITION_KEYS, KeyKind};
pub use decode::UnreadableCatalogue;
pub use draft::{Draft, DraftAction, DraftActionResource, DraftResourceType, DraftService, UnusableName};
pub use levels::Levels;
pub use service_reference::{BadFile, FromServiceReference};
pub use views::{Action, ActionResource, ResourceType, Service};

use decode::{ActionRow, KeyRow, Range, ResourceRow, ServiceRow, Span, Template, TypeRow};
use index::Index;

/// The services of AWS with their actions, resource types and condition keys, at one date.
///
/// Names lie in one text and are never copied; tables hold where they begin and end.
#[derive(Debug, Default)]
pub struct Catalogue {
    text: String,
    /// `text` in lower case: the same places hold the names as they are compared.
    lower: String,
    source: Span,
    data_date: Span,
    /// By prefix; the tables below follow this order.
    services: Vec<ServiceRow>,
    /// By service, then by name in lower case.
    actions: Vec<ActionRow>,
    types: Vec<TypeRow>,
    keys: Vec<KeyRow>,
    /// Lists of resource types, one after the other; actions say which part is theirs.
    resources: Vec<ResourceRow>,
    /// Lists of condition keys, likewise, as places in `keys`.
    key_lists: Vec<u32>,
    /// Keys that do not begin with the prefix of their service, such as those of identity providers under `sts`.
    foreign_keys: Vec<u32>,
    /// By the service that they name, then in the order of `types`. Made when first asked for.
    arn_templates: OnceLock<Vec<Template>>,
    /// Made when first asked for.
    index: OnceLock<Index>,
}

/// What a name of an action stands for.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'c> {
    /// The catalogue has the action.
    Known(Action<'c>),
    /// The catalogue does not have it: a typing error, or newer than the data.
    Unknown {
        /// Whether at least the service is there.
        service_known: bool,
    },
}

impl<'c> Lookup<'c> {
    /// The action, if the catalogue has it.
    pub fn known(self) -> Option<Action<'c>> {
        match self {
            Self::Known(action) => Some(action),
            Self::Unknown { .. } => None,
        }
    }
}

impl Catalogue {
    /// The catalogue that is part of this crate. It is decoded once, when first asked for.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Catalogue> = OnceLock::new();
        // A test proves that the data can be read.
        EMBEDDED.get_or_init(|| Self::read(include_bytes!("../../data/catalogue.txt.gz")).unwrap_or_default())
    }

    /// Reads a catalogue in this project's own format, gzipped or as plain text (see `docs/catalogue.md`).
    ///
    /// # Errors
    ///
    /// When the bytes are something else or damaged; the error names the line and what was expected there.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableCatalogue> {
        decode::decode(bytes)
    }

    /// Reads files of the AWS Service Reference, given as names (for messages) and bytes.
    ///
    /// A file that cannot be read is left out and named in the result. The index of the reference and files of other
    /// kinds of JSON arrays are passed over. `data_date` is when they were downloaded (`2026-09-26`), if known:
    /// the files do not say.
    ///
    /// Source: Service Authorization Reference, "Simplified AWS service information for programmatic access".
    pub fn from_service_reference<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        data_date: Option<&str>,
    ) -> FromServiceReference {
        service_reference::read(files, data_date)
    }

    /// The day (UTC, `2026-09-26`) of the data, if the catalogue says so.
    pub fn data_date(&self) -> Option<&str> {
        Some(self.at(self.data_date)).filter(|date| !date.is_empty())
    }

    /// Where the data come from, with versions.
    pub fn source(&self) -> &str {
        self.at(self.source)
    }

    /// All services, by prefix.
    pub fn services(&self) -> impl ExactSizeIterator<Item = Service<'_>> {
        self.services.iter().map(|row| Service { catalogue: self, row })
    }

    /// The service of a prefix such as `s3`.
    pub fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let at = self.place(&self.services, |row| row.prefix, prefix)?;
        self.services.get(at).map(|row| Service { catalogue: self, row })
    }

    /// All actions, by service and name, which is the order of their ids.
    pub fn actions(&self) -> impl Iterator<Item = Action<'_>> {
        self.actions.iter().zip(0..).map(|(row, id)| Action { catalogue: self, row, id: ActionId(id) })
    }

    /// How many actions there are; their ids lie below this number.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether there is no action at all.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Looks up an action by the prefix of its service and its name, such as `s3` and `GetObject`.
    pub fn action(&self, prefix: &str, name: &str) -> Lookup<'_> {
        let Some(service) = self.service(prefix) else {
            return Lookup::Unknown { service_known: false };
        };
        service.action(name).map_or(Lookup::Unknown { service_known: true }, Lookup::Known)
    }

    /// Looks up an action written as in policies, such as `s3:GetObject`.
    pub fn find(&self, text: &str) -> Lookup<'_> {
        match text.split_once(':') {
            Some((prefix, name)) => self.action(prefix, name),
            None => Lookup::Unknown { service_known: false },
        }
    }

    /// The action of an id of this catalogue; ids of other catalogues give other actions or none.
    pub fn by_id(&self, id: ActionId) -> Option<Action<'_>> {
        let row = self.actions.get(usize::try_from(id.0).ok()?)?;
        Some(Action { catalogue: self, row, id })
    }

    /// The actions of a set, by service and name.
    pub fn members<'c>(&'c self, set: &'c ActionSet) -> impl Iterator<Item = Action<'c>> {
        set.iter().filter_map(|id| self.by_id(id))
    }

    /// The set of all actions.
    pub fn all(&self) -> ActionSet {
        ActionSet::range(0, self.actions.len())
    }

    /// The actions that a pattern of a policy's `Action` matches: `*` stands for any text, `?` for one character,
    /// also in the prefix. A pattern that can match no action, such as empty text, gives the empty set.
    ///
    /// A prefix without wildcards costs a scan of that service only.
    ///
    /// Source: IAM User Guide, "IAM JSON policy elements: Action".
    pub fn expand(&self, pattern: &str) -> ActionSet {
        expand::expand(self, pattern)
    }

    /// Few patterns that match exactly the actions of `set` and no other action of this catalogue, sorted.
    ///
    /// A service whose actions are all there becomes `service:*`. Elsewhere a greedy cover looks for patterns with
    /// the wildcard at word boundaries (`Get*`, `*Tags`, `*Object*`, `Get*Tags`); the least number is not promised.
    /// The law `expand(shrink(set)) == set` holds for today's catalogue; patterns also admit what AWS adds later.
    pub fn shrink(&self, set: &ActionSet) -> Vec<String> {
        shrink::shrink(self, set)
    }

    /// Up to three names of actions that `text` may have meant, the likeliest first; none if `text` is known or
    /// nothing comes near. For a prefix without colon, prefixes of services.
    pub fn nearest(&self, text: &str) -> Vec<String> {
        nearest::nearest(self, text)
    }

    /// The condition keys that `name` may have meant: as [`Catalogue::nearest`].
    pub fn nearest_condition_key(&self, name: &str) -> Vec<String> {
        nearest::nearest_condition_key(self, name)
    }

    /// What is known of a condition key, such as `aws:SourceIp`, `s3:x-amz-acl` or `aws:RequestTag/team`. The last
    /// matches the key `aws:RequestTag/${TagKey}`.
    ///
    /// Global keys come first, from [`GLOBAL_CONDITION_KEYS`]; then the keys of the service that the name begins with; where
    /// there is no such service, keys that services have under other prefixes, such as
    /// `token.actions.githubusercontent.com:repository`, and those of any `OpenID` Connect provider, such as
    /// `oidc.example.com:sub`.
    pub fn condition_key(&self, name: &str) -> Option<ConditionKey<'_>> {
        condition_key::find(self, name)
    }

    fn at(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    fn lower_at(&self, span: Span) -> &str {
        span.of(&self.lower)
    }

    /// Where a name in whatever case stands in a table that ascends by names in lower case.
    fn place<T>(&self, rows: &[T], name_of: impl Fn(&T) -> Span, name: &str) -> Option<usize> {
        let lower = self.lower.as_bytes();
        with_lower(name, |name| rows.binary_search_by(|row| name_of(row).bytes_of(lower).cmp(name)).ok())
    }

    /// The place of an action among all.
    fn place_of_action(&self, service: Range, name: &str) -> Option<u32> {
        let lower = self.lower.as_bytes();
        let index = self.index.get_or_init(|| Index::of(&self.services, &self.actions, lower));
        with_lower(name, |name| index.place(service, name, &self.actions, lower))
    }

    /// The ARN templates, of whichever services, that have this text in the place of the service, by owner and type.
    pub(crate) fn arn_templates(&self, service: &str) -> impl Iterator<Item = &str> {
        let templates = self.arn_templates.get_or_init(|| self.sorted_templates());
        let first = templates.partition_point(|template| self.at(template.service) < service);
        let rest = templates.iter().skip(first);
        rest.take_while(move |template| self.at(template.service) == service)
            .map(|template| self.at(template.whole))
    }

    fn sorted_templates(&self) -> Vec<Template> {
        let mut templates: Vec<Template> =
            self.types.iter().flat_map(|row| Template::all(row.arns, &self.text)).collect();
        templates.sort_by(|one, other| self.at(one.service).cmp(self.at(other.service)));
        templates
    }

    fn keys_of(&self, list: Range) -> impl Iterator<Item = ConditionKey<'_>> {
        list.of(&self.key_lists).iter().filter_map(|&at| self.key_at(at))
    }

    fn key_at(&self, at: u32) -> Option<ConditionKey<'_>> {
        let row = self.keys.get(usize::try_from(at).ok()?)?;
        Some(ConditionKey { name: self.at(row.name), kind_name: self.at(row.kind) })
    }
}

/// Hands on a name in lower case. Bytes in a place of their own compare as a block; hardly any name needs one on the heap.
fn with_lower<T>(name: &str, then: impl FnOnce(&[u8]) -> T) -> T {
    let (mut short, mut long) = ([0; 64], Vec::new());
    let folded = short.get_mut(..name.len()).unwrap_or_else(|| {
        long.resize(name.len(), 0);
        &mut long
    });
    folded.copy_from_slice(name.as_bytes());
    folded.make_ascii_lowercase();
    then(folded)
}
