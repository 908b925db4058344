use iam_policy::catalogue::Catalogue;
use iam_policy::document::{Document, PolicyKind};
use iam_policy::issue::IssueKind;
use iam_policy::validate::{Validation, validate, validate_attached};
use iam_report::policy::{self, KindFrom, Options, Unread, Validated, Validations};

use crate::arguments::{PolicyFailOn, PolicyFormat, PolicyKindName, PolicyValidate};
use crate::exit::Exit;
use crate::output;

/// A policy with what was found in it.
struct Read {
    path: String,
    text: String,
    is_decoded: bool,
    kind_from: KindFrom,
    validation: Validation,
}

/// Validates policies, each by itself.
pub(crate) fn run(arguments: &PolicyValidate) -> anyhow::Result<Exit> {
    if let Some(path) = &arguments.output.output {
        output::spare(path, arguments.files.iter())?;
    }
    let given = arguments.catalog.as_deref().map(super::catalogue).transpose()?;
    let catalogue = given.as_ref().unwrap_or_else(|| Catalogue::embedded());
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        match super::read(path) {
            Ok(text) => read.push(validated(super::shown(path), &text, arguments, catalogue)),
            Err(error) => {
                unread.push(Unread { path: super::shown(path), why: format!("cannot be read: {error}") });
            }
        }
    }
    let exit = exit(&read, &unread, arguments.fail_on);
    let policies = read.iter().map(|read| Validated {
        path: &read.path,
        text: &read.text,
        is_decoded: read.is_decoded,
        kind_from: read.kind_from,
        validation: &read.validation,
    });
    let validations = Validations { policies: policies.collect(), unread, catalogue };
    let out = &arguments.output;
    let options = Options {
        width: out.width(),
        color: out.has_color(),
        exit_code: exit.number(),
        ..Options::default()
    };
    out.write(|out| match arguments.format {
        PolicyFormat::Human => policy::human(&validations, options, out),
        PolicyFormat::Json => policy::json(&validations, options, out),
        PolicyFormat::Sarif => policy::sarif(&validations, options, out),
    })?;
    Ok(exit)
}

fn validated(path: String, text: &str, arguments: &PolicyValidate, catalogue: &Catalogue) -> Read {
    let (text, is_decoded) = super::plain(text);
    let (validation, kind_from) = match (arguments.attached_to, arguments.kind) {
        (Some(attached_to), _) => (validate_attached(&text, attached_to, catalogue), KindFrom::Given),
        (None, Some(kind)) => (validate(&text, kind.into(), catalogue), KindFrom::Given),
        (None, None) => (validate(&text, likely(&text), catalogue), KindFrom::Assumed),
    };
    Read { path, text, is_decoded, kind_from, validation }
}

fn likely(text: &str) -> PolicyKind {
    let reading = Document::read(text);
    let fragments = reading.fragments;
    match reading.document {
        Some(mut document) => {
            // What a statement has tells of the kind, also if something else of it could not be read.
            document.statements.items.extend(fragments);
            PolicyKind::likely(&document)
        }
        None => PolicyKind::Identity,
    }
}

fn exit(read: &[Read], unread: &[Unread], fail_on: PolicyFailOn) -> Exit {
    let mut issues = read.iter().flat_map(|read| &read.validation.issues);
    if read.is_empty() {
        Exit::NothingAudited
    } else if fail_on.mildest().is_some_and(|mildest| issues.any(|issue| issue.code.kind() <= mildest)) {
        Exit::Findings
    } else if unread.is_empty() {
        Exit::Clean
    } else {
        Exit::Gaps
    }
}

impl PolicyFailOn {
    /// The mildest kind that counts.
    fn mildest(self) -> Option<IssueKind> {
        match self {
            Self::Error => Some(IssueKind::Error),
            Self::SecurityWarning => Some(IssueKind::SecurityWarning),
            Self::Warning => Some(IssueKind::Warning),
            Self::Suggestion => Some(IssueKind::Suggestion),
            Self::Never => None,
        }
    }
}

impl From<PolicyKindName> for PolicyKind {
    fn from(name: PolicyKindName) -> Self {
        match name {
            PolicyKindName::Identity => Self::Identity,
            PolicyKindName::Boundary => Self::Boundary,
            PolicyKindName::Session => Self::Session,
            PolicyKindName::Resource => Self::Resource,
            PolicyKindName::Trust => Self::Trust,
            PolicyKindName::Scp => Self::ServiceControl,
            PolicyKindName::Rcp => Self::ResourceControl,
            PolicyKindName::VpcEndpoint => Self::VpcEndpoint,
        }
    }
}
