use std::io::{self, Write};

use iam_core::audit::Region;
use iam_core::evidence::Quote;
use iam_core::external::{Agreement, Cited, Comparison, ExternalAccess, Finding, Open, ResourceAccess};
use serde::Serialize;

use super::{NotRead, Options, failures};
use crate::sarif::location::Location;
use crate::sarif::log::Log;
use crate::sarif::plain::{About, Notification, Rule};
use crate::sarif::shape::Text;
use crate::wire::Stream;
use crate::witness;

/// The kinds of findings, which are the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    Shared,
    OnlyAws,
    Blocked,
}

/// Nothing more is said of a rule.
#[derive(Serialize)]
struct NoMore {}

impl Kind {
    const ALL: &[Self] = &[Self::Public, Self::Shared, Self::OnlyAws, Self::Blocked];

    fn about(self) -> About<NoMore> {
        let about = |id, level, severity, title, help| About {
            id,
            level,
            severity,
            title,
            help,
            page: "external.md",
            tags: ["security", "aws", "iam"],
            more: NoMore {},
        };
        match self {
            Self::Public => about(
                "external-access-public",
                "error",
                Some("9.5"),
                "Anybody gets in",
                "Name in the statement who is meant: accounts, roles, or `aws:PrincipalOrgID`.",
            ),
            Self::Shared => about(
                "external-access-shared",
                "warning",
                Some("5.5"),
                "Somebody from outside gets in",
                "See whether they are meant to; hand in their account with --account if it counts as inside.",
            ),
            Self::OnlyAws => about(
                "external-access-only-access-analyzer",
                "warning",
                Some("5.5"),
                "Only IAM Access Analyzer finds that somebody from outside gets in",
                "Hand in what lets others in, or see whether it has been changed since AWS looked.",
            ),
            Self::Blocked => about(
                "external-access-blocked",
                "note",
                None,
                "A public access block alone keeps somebody from outside out",
                "Take the statement away, so that nobody gets in when the block is taken away.",
            ),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    properties: OutcomeProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeProperties {
    account: Option<String>,
    resource_type: String,
    exact: bool,
    access_analyzer: Option<&'static str>,
}

/// Writes the access as SARIF 2.1.0: one result for each finding, for each resource that S3 alone says is public, and for each that
/// only IAM Access Analyzer finds open; the worst first. What is not known, and what was not read, stands among the notifications.
///
/// # Errors
///
/// Only what the writer returns.
pub fn sarif(
    accounts: &[ExternalAccess],
    not_read: &[NotRead],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut results: Vec<Outcome> = accounts.iter().flat_map(of_account).collect();
    results.sort_by_key(|result| result.rule_index);
    let notifications = || accounts.iter().flat_map(not_known).chain(not_read.iter().map(notification));
    let log = Log {
        tool: options.tool,
        rules: Stream::of(|| Kind::ALL.iter().map(|kind| Rule::of(kind.about()))),
        is_done: !accounts.is_empty(),
        exit_code: options.exit_code,
        notifications: Stream::of(notifications),
        properties: None::<()>,
        results: Stream::of(|| results.iter()),
    };
    log.write(out)
}

fn of_account(access: &ExternalAccess) -> impl Iterator<Item = Outcome> {
    let of_resources = access.resources.iter().flat_map(move |resource| {
        let findings = resource.findings.iter().map(move |finding| Outcome::of(access, resource, finding));
        let public = resource.open.iter().filter(|open| open.is_public);
        findings.chain(public.map(move |open| Outcome::of_s3(access, resource, open)))
    });
    let by_aws = access.by_aws.iter().flatten().filter(|one| one.agreement == Agreement::OnlyAws);
    of_resources.chain(by_aws.map(move |one| Outcome::of_aws(access, one)))
}

fn not_known(access: &ExternalAccess) -> impl Iterator<Item = Notification> {
    let whole = failures(access).map(|gap| gap.what.to_string());
    let of_resources = access.resources.iter().flat_map(|resource| {
        let open = resource.failed().filter(|open| !open.is_public);
        open.map(|open| format!("{} of {}: {}", open.via.noun(), resource.arn, open.why))
    });
    whole.chain(of_resources).map(Notification::warning)
}

fn notification(one: &NotRead) -> Notification {
    let place = if one.path.is_empty() { String::new() } else { format!("{}: ", one.path) };
    Notification::warning(format!("{place}{}; {}", one.reason, one.remedy))
}

impl Outcome {
    fn of(access: &ExternalAccess, resource: &ResourceAccess, finding: &Finding) -> Self {
        let kind = match (&finding.blocked_by, finding.is_public) {
            (Some(_), _) => Kind::Blocked,
            (None, true) => Kind::Public,
            (None, false) => Kind::Shared,
        };
        let (noun, arn) = (resource.kind.noun(), &resource.arn);
        let who = if finding.is_public { "anybody".to_owned() } else { finding.principal.to_string() };
        let conditions: Vec<String> =
            finding.condition.iter().map(|(key, value)| format!("{key} is {value}")).collect();
        let condition =
            if conditions.is_empty() { String::new() } else { format!(" if {}", conditions.join(" and ")) };
        let through = finding.access_point.as_ref().map(|point| format!(" through {point}"));
        let blocked = finding.blocked_by.as_ref().map(|by| format!("; {by} keeps them out"));
        let doubts = match finding.depends_on.as_slice() {
            [] => String::new(),
            doubts => format!("; depends on {}", doubts.join(", ")),
        };
        let message = format!(
            "{who} may {} with the {noun} {arn}{}{condition}{}{doubts}. For example: {}",
            finding.actions.join(", "),
            through.unwrap_or_default(),
            blocked.unwrap_or_default(),
            witness::lines(&finding.witness).join(", ")
        );
        let mut places = finding.statements.iter();
        let first = places.next().and_then(|cited| cited.quote.as_ref());
        let related = places.zip(1..).filter_map(|(cited, id)| related(cited, id));
        let result = Self::new(kind, access, resource.kind.as_str(), arn, first, message);
        let properties = OutcomeProperties { exact: finding.is_exact(), ..result.properties };
        Self { related_locations: related.collect(), properties, ..result }
    }

    fn of_s3(access: &ExternalAccess, resource: &ResourceAccess, open: &Open) -> Self {
        let message = format!("{} {}: {}", resource.kind.noun(), resource.arn, open.why);
        Self::new(Kind::Public, access, resource.kind.as_str(), &resource.arn, None, message)
    }

    fn of_aws(access: &ExternalAccess, one: &Comparison) -> Self {
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why.join("; ")) };
        let message = format!(
            "only IAM Access Analyzer finds that {} gets into {}{why}",
            one.only_aws.join(", "),
            one.arn
        );
        let place = one.findings.iter().find_map(|told| told.quote.as_ref());
        Self::new(Kind::OnlyAws, access, &one.resource_type, &one.arn, place, message)
    }

    fn new(
        kind: Kind,
        access: &ExternalAccess,
        resource_type: &str,
        arn: &str,
        at: Option<&Quote>,
        message: String,
    ) -> Self {
        let About { id, level, .. } = kind.about();
        let compared = access.by_aws.iter().flatten().find(|one| one.arn == arn);
        let location = match at {
            Some(quote) => place(quote),
            None => Location::of_file(&access.location, None),
        };
        Self {
            rule_id: id,
            rule_index: Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default(),
            kind: "fail",
            level,
            message: Text::of(message),
            locations: [location.about(arn.to_owned(), arn)],
            related_locations: Vec::new(),
            properties: OutcomeProperties {
                account: access.account.map(|id| id.to_string()),
                resource_type: resource_type.to_owned(),
                exact: false,
                access_analyzer: compared.map(|one| one.agreement.as_str()),
            },
        }
    }
}

/// A further statement that lets the same in.
fn related(cited: &Cited, id: usize) -> Option<Location> {
    let quote = cited.quote.as_ref()?;
    let of = cited.policy_of.as_ref().map(|arn| format!(" of the policy of {arn}"));
    let name = cited.sid.as_ref().map(|sid| format!(" ({sid})"));
    let (of, name) = (of.unwrap_or_default(), name.unwrap_or_default());
    let text = format!("statement {}{name}{of}", cited.index);
    Some(place(quote).numbered(id).saying(text))
}

fn place(quote: &Quote) -> Location {
    let region = quote.region.map(|(line, start, end)| Region { line, start, end });
    Location::of_file(&quote.path, region)
}
