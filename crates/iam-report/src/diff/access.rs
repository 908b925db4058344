//! What policies allow now and did not before: for people, and as JSON.

use std::io;

use anstyle::Style;
use iam_core::diff::{
    AccessChanges, AccountChanges, BoundaryChange, Cited, Extent, Extents, Place, PolicyChange, Presence,
    PrincipalChange,
};
use iam_policy::symbolic::Outcome;
use schemars::JsonSchema;
use serde::Serialize;

use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted};
use crate::witness::{Request, lines};

/// Policies and principals, the grown ones with a request that shows it.
pub(super) fn human(page: &mut Page<'_>, account: &AccountChanges) -> io::Result<()> {
    let Some(access) = &account.access else {
        if account.only_in.is_some() {
            return Ok(());
        }
        return page.paragraph(2, "", DIM, "Rights are not compared: not both looks show policies.");
    };
    for (place, gap) in &access.unseen {
        let text =
            format!("not every {} is shown by both looks: {}", place.as_str().replace('-', " "), gap.what);
        page.paragraph(2, "", CAUTION, &text)?;
    }
    for change in &access.policies {
        // A policy of an identity says nothing about who, and a trust policy nothing about what.
        let hidden = match change.policy.place {
            Place::Managed | Place::Inline => "principal ",
            Place::Trust => "resource ",
            Place::Resource => "none",
        };
        extents(page, change.presence, &change.policy.to_string(), &change.extent, hidden)?;
    }
    for change in &access.principals {
        // Where only the boundary is another one, what the policies say is not all that counts.
        let is_of_boundary = change.presence == Presence::Changed
            && change.boundary != BoundaryChange::Same
            && change.extent.grown.is_never()
            && change.extent.shrunk.is_never();
        if !is_of_boundary {
            extents(page, change.presence, &change.arn, &change.extent, "principal ")?;
        }
        boundary(page, change)?;
    }
    let text = format!(
        "policies: {} with another text, {} unchanged; {} with other policies or another boundary",
        access.policies.len(),
        access.unchanged,
        counted(access.principals.len(), "principal")
    );
    page.paragraph(2, "", DIM, &text)
}

fn extents(
    page: &mut Page<'_>,
    presence: Presence,
    who: &str,
    extents: &Extents,
    hidden: &str,
) -> io::Result<()> {
    if presence == Presence::Unseen {
        return page.paragraph(2, "unseen", CAUTION, &format!("{who}: only one of the looks shows it"));
    }
    let turn = match presence {
        Presence::Created => " (new)",
        Presence::Deleted => " (gone)",
        Presence::Changed | Presence::Unseen => "",
    };
    if extents.grown.is_never() && extents.shrunk.is_never() {
        let text = format!("{who}{turn}: allows the same as before");
        return page.paragraph(2, "same", DIM, &text);
    }
    extent(
        page,
        "grown",
        &format!("{who}{turn}"),
        &extents.grown,
        ("allows what it did not", "may allow what it did not"),
        hidden,
    )?;
    extent(
        page,
        "shrunk",
        &format!("{who}{turn}"),
        &extents.shrunk,
        ("no longer allows what it did", "may no longer allow what it did"),
        hidden,
    )
}

fn extent(
    page: &mut Page<'_>,
    label: &str,
    who: &str,
    extent: &Extent,
    words: (&str, &str),
    hidden: &str,
) -> io::Result<()> {
    let (yes, perhaps) = words;
    let (outcome, through) = match extent {
        Extent::Unseen(gap) => {
            return page.paragraph(2, label, CAUTION, &format!("{who}: not known: {}", gap.what));
        }
        Extent::Proved { outcome, .. } if outcome.is_never() => return Ok(()),
        Extent::Proved { outcome, through } => (outcome, through),
    };
    let style = if label == "grown" { BOLD } else { GOOD };
    match outcome {
        Outcome::Witnessed(_) => page.paragraph(2, label, style, &format!("{who}: {yes}, for example"))?,
        Outcome::Possible { depends_on, .. } => {
            let on: Vec<String> = depends_on.iter().map(ToString::to_string).collect();
            page.paragraph(
                2,
                label,
                CAUTION,
                &format!("{who}: {perhaps}, depending on {}; for example", on.join("; ")),
            )?;
        }
        other => return page.paragraph(2, label, CAUTION, &format!("{who}: {other}")),
    }
    if let Some(witness) = outcome.witness() {
        for line in lines(witness).iter().filter(|line| !line.starts_with(hidden)) {
            page.paragraph(6, "", Style::new(), line)?;
        }
    }
    for cited in through {
        page.paragraph(6, "", DIM, &format!("by {}", named(cited)))?;
    }
    Ok(())
}

fn boundary(page: &mut Page<'_>, change: &PrincipalChange) -> io::Result<()> {
    let who = &change.arn;
    match &change.boundary {
        BoundaryChange::Same => {}
        BoundaryChange::Set => page.paragraph(2, "shrunk", GOOD, &format!("{who}: a boundary was set"))?,
        BoundaryChange::Removed => {
            page.paragraph(
                2,
                "grown",
                BOLD,
                &format!("{who}: its boundary was removed, and what its policies allow counts wholly"),
            )?;
        }
        BoundaryChange::Changed(change) => {
            extents(page, Presence::Changed, &format!("boundary of {who}"), change, "principal ")?;
        }
    }
    if let Some(bound) = &change.bounded_by {
        let text = format!("{who} is bounded by {bound}, which may take away what its policies allow");
        page.paragraph(6, "", DIM, &text)?;
    }
    Ok(())
}

fn named(cited: &Cited) -> String {
    let sid = cited.sid.as_deref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    format!("{}, statement {}{sid}", cited.policy, cited.index)
}

/// What became of rights.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Access")]
pub(super) struct Wire {
    /// Policies that are new, gone or have another text.
    policies: Vec<Policy>,
    /// Users and roles whose policies or boundary are new, gone or have another text.
    principals: Vec<Principal>,
    /// Places of which one of the looks does not show all policies.
    unseen: Vec<Unseen>,
    /// Policies whose text is the same.
    unchanged_policies: usize,
}

#[derive(Serialize, JsonSchema)]
struct Policy {
    #[serde(flatten)]
    which: PolicyName,
    #[schemars(extend("enum" = ["created", "deleted", "changed", "unseen"]))]
    change: &'static str,
    grown: Answer,
    shrunk: Answer,
}

#[derive(Serialize, JsonSchema)]
struct PolicyName {
    /// Where it stands.
    #[schemars(extend("enum" = ["managed-policy", "inline-policy", "trust-policy", "resource-policy"]))]
    place: &'static str,
    /// The ARN of a managed policy; else that of the user, group, role or resource that it stands in.
    of: String,
    /// The name of an inline policy.
    name: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Principal {
    arn: String,
    #[schemars(extend("enum" = ["created", "deleted", "changed", "unseen"]))]
    change: &'static str,
    /// By all its policies together, before its boundary takes something away.
    grown: Answer,
    shrunk: Answer,
    /// The ARN of the policy that bounds it now.
    bounded_by: Option<String>,
    /// What became of its boundary.
    #[schemars(extend("enum" = ["same", "set", "removed", "changed"]))]
    boundary: &'static str,
    /// What another boundary allows that the earlier one did not.
    boundary_grown: Option<Answer>,
    boundary_shrunk: Option<Answer>,
}

/// Whether there is such a request.
#[derive(Serialize, JsonSchema)]
struct Answer {
    /// `no` and `yes` are proved. With `depends`, `depends_on` says on what; with `undetermined`, `limit` says why; with `unseen`, `gap`.
    #[schemars(extend("enum" = ["no", "yes", "depends", "undetermined", "unseen"]))]
    #[serde(rename = "answer")]
    word: &'static str,
    /// Doubtful rules of AWS that had to be read as AWS recommends.
    assuming: Vec<String>,
    /// What is not known.
    depends_on: Vec<String>,
    /// Why the question was given up.
    limit: Option<String>,
    /// What was not seen.
    gap: Option<String>,
    /// A request that shows it.
    witness: Option<Request>,
    /// The statements that allow it.
    through: Vec<Statement>,
}

#[derive(Serialize, JsonSchema)]
struct Statement {
    #[serde(flatten)]
    policy: PolicyName,
    /// From 0.
    index: usize,
    sid: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Unseen {
    #[schemars(extend("enum" = ["managed-policy", "inline-policy", "trust-policy", "resource-policy"]))]
    place: &'static str,
    gap: String,
}

impl Wire {
    pub(super) fn of(access: &AccessChanges) -> Self {
        let unseen = access
            .unseen
            .iter()
            .map(|(place, gap)| Unseen { place: place.as_str(), gap: gap.what.to_string() });
        Self {
            policies: access.policies.iter().map(Policy::of).collect(),
            principals: access.principals.iter().map(Principal::of).collect(),
            unseen: unseen.collect(),
            unchanged_policies: access.unchanged,
        }
    }
}

impl Policy {
    fn of(change: &PolicyChange) -> Self {
        Self {
            which: PolicyName::of(&change.policy),
            change: change.presence.as_str(),
            grown: Answer::of(&change.extent.grown),
            shrunk: Answer::of(&change.extent.shrunk),
        }
    }
}

impl PolicyName {
    fn of(policy: &iam_core::diff::PolicyRef) -> Self {
        let name = Some(&policy.name).filter(|name| !name.is_empty());
        Self { place: policy.place.as_str(), of: policy.of.to_string(), name: name.map(ToString::to_string) }
    }
}

impl Principal {
    fn of(change: &PrincipalChange) -> Self {
        let (boundary, extents) = match &change.boundary {
            BoundaryChange::Same => ("same", None),
            BoundaryChange::Set => ("set", None),
            BoundaryChange::Removed => ("removed", None),
            BoundaryChange::Changed(extents) => ("changed", Some(extents)),
        };
        Self {
            arn: change.arn.to_string(),
            change: change.presence.as_str(),
            grown: Answer::of(&change.extent.grown),
            shrunk: Answer::of(&change.extent.shrunk),
            bounded_by: change.bounded_by.as_deref().map(str::to_owned),
            boundary,
            boundary_grown: extents.map(|extents| Answer::of(&extents.grown)),
            boundary_shrunk: extents.map(|extents| Answer::of(&extents.shrunk)),
        }
    }
}

impl Answer {
    fn of(extent: &Extent) -> Self {
        let mut own = Self {
            word: "no",
            assuming: Vec::new(),
            depends_on: Vec::new(),
            limit: None,
            gap: None,
            witness: None,
            through: Vec::new(),
        };
        let (outcome, through) = match extent {
            Extent::Unseen(gap) => return Self { word: "unseen", gap: Some(gap.what.to_string()), ..own },
            Extent::Proved { outcome, through } => (outcome, through),
        };
        match outcome {
            Outcome::Never { assuming } => own.assuming = assuming.iter().map(ToString::to_string).collect(),
            Outcome::Witnessed(_) => own.word = "yes",
            Outcome::Possible { depends_on, .. } => {
                own.word = "depends";
                own.depends_on = depends_on.iter().map(ToString::to_string).collect();
            }
            Outcome::Undetermined(limit) => {
                own.word = "undetermined";
                own.limit = Some(limit.to_string());
            }
        }
        own.witness = outcome.witness().map(Request::of);
        own.through = through.iter().map(Statement::of).collect();
        own
    }
}

impl Statement {
    fn of(cited: &Cited) -> Self {
        Self {
            policy: PolicyName::of(&cited.policy),
            index: cited.index,
            sid: cited.sid.as_deref().map(str::to_owned),
        }
    }
}
