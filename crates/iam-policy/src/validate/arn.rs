//! ARNs of `Resource` and `NotResource`: their form, and that the service has such resources.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: Resource"; AWS General Reference, "Amazon Resource Names (ARNs)".

use super::cover::{fits, has_wildcard, is_star};
use super::variable::{self, has_variable};
use super::{Findings, did_you_mean, region};
use crate::catalogue::ResourceType;
use crate::document::{Statement, Text};
use crate::issue::IssueCode;
use crate::span::At;

pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    let Some(element) = &statement.resource else { return };
    for resource in &element.patterns {
        if !is_star(&resource.value) {
            check_resource(resource, findings);
        }
    }
}

/// The six fields of an ARN, with where each begins.
struct Fields<'t> {
    text: &'t Text,
    fields: [(usize, &'t str); 6],
}

/// The fields of a text; their number where it is not six.
fn fields_of(text: &Text) -> Result<Fields<'_>, usize> {
    let mut fields = [(0, ""); 6];
    let mut count = 0;
    for (field, slot) in split(&text.value).zip(&mut fields) {
        *slot = field;
        count += 1;
    }
    if count == 6 { Ok(Fields { text, fields }) } else { Err(count) }
}

/// The fields of an ARN with where each begins, at most six. Colons of variables part no fields.
fn split(arn: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut start, mut number) = (Some(0), 0);
    std::iter::from_fn(move || {
        let from = start?;
        number += 1;
        let rest = arn.get(from..)?;
        let end = if number == 6 { None } else { colon(rest) };
        start = end.map(|end| from + end + 1);
        Some((from, rest.get(..end.unwrap_or(rest.len()))?))
    })
}

/// The first colon outside of variables.
fn colon(text: &str) -> Option<usize> {
    let mut is_variable = false;
    let mut before = b' ';
    text.bytes().position(|byte| {
        match byte {
            b'{' if before == b'$' => is_variable = true,
            b'}' => is_variable = false,
            _ => {}
        }
        before = byte;
        byte == b':' && !is_variable
    })
}

impl<'t> Fields<'t> {
    fn at(&self, index: usize) -> At {
        let (start, field) = self.fields.get(index).copied().unwrap_or_default();
        // An empty field is shown with its colons.
        match field.len() {
            0 => self.text.part(start.saturating_sub(1), (start + 1).min(self.text.value.len())),
            length => self.text.part(start, start + length),
        }
    }

    fn partition(&self) -> &'t str {
        self.fields[1].1
    }

    fn service(&self) -> &'t str {
        self.fields[2].1
    }

    fn region(&self) -> &'t str {
        self.fields[3].1
    }

    fn account(&self) -> &'t str {
        self.fields[4].1
    }

    fn resource(&self) -> &'t str {
        self.fields[5].1
    }
}

fn check_resource(text: &Text, findings: &mut Findings<'_>) {
    let value = &*text.value;
    if !value.starts_with("arn:") {
        let hint = value.get(..4).filter(|start| start.eq_ignore_ascii_case("arn:"));
        let hint = hint.map(|_| "write `arn` in small letters".to_owned());
        let message = format!("found the resource `{value}`, expected an ARN or `*`");
        findings.report_with(IssueCode::InvalidArnPrefix, text.at, message, hint);
        return;
    }
    // A variable may hold a colon in its default, so that variables come first.
    variable::check(value, |from, to| text.part(from, to), findings);
    let fields = match fields_of(text) {
        Ok(fields) => fields,
        Err(count) => {
            let message = format!("found an ARN of {count} fields, expected six");
            let hint = completed(value).map(|arn| format!("write `{arn}`"));
            findings.report_with(IssueCode::MissingArnField, text.at, message, hint);
            return;
        }
    };
    let last = fields.fields[5].0;
    if value.find("${").is_some_and(|at| at < last) {
        let message = "variables are plain text before the fifth colon of an ARN";
        findings.report(
            IssueCode::VariableUnsupportedInElement,
            text.part(0, last.saturating_sub(1)),
            message,
        );
        return;
    }
    check_fields(&fields, findings);
}

/// `arn:aws:sqs` and `arn:aws:s3*` with the fields that are missing.
fn completed(value: &str) -> Option<String> {
    let value = value.trim_end_matches([':', '*']);
    let missing = 6_usize.checked_sub(value.split(':').count())?;
    Some(format!("{value}{}", ":*".repeat(missing)))
}

fn check_fields(fields: &Fields<'_>, findings: &mut Findings<'_>) {
    let is_open = |field: &str| has_wildcard(field);
    let partition = fields.partition();
    let has_partition = !is_open(partition) && region::is_partition(partition);
    if !is_open(partition) && !has_partition {
        let message = format!("there is no partition `{partition}`");
        findings.report(IssueCode::InvalidPartition, fields.at(1), message);
    }
    let has_region = check_region(fields, has_partition, findings);
    let has_account = check_account(fields, findings);
    let service = fields.service();
    if is_open(service) {
        let message = format!("the service of the ARN, `{service}`, has a wildcard");
        findings.report(IssueCode::WildcardInServiceName, fields.at(2), message);
        return;
    }
    if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let hint = format!("write `{}`", service.to_ascii_lowercase());
        let message = format!("the service of the ARN, `{service}`, has capital letters");
        findings.report_with(IssueCode::InvalidArnServiceCase, fields.at(2), message, Some(hint));
        return;
    }
    check_type(fields, has_region && has_account, findings);
}

fn check_region(fields: &Fields<'_>, has_partition: bool, findings: &mut Findings<'_>) -> bool {
    let region = fields.region();
    if region.is_empty() || has_wildcard(region) {
        return true;
    }
    match region::partition_of(region) {
        None => {
            let message = format!("there is no Region `{region}`");
            let hint = did_you_mean(&region::nearest(region));
            findings.report_with(IssueCode::InvalidArnRegion, fields.at(3), message, hint);
            false
        }
        Some(partition) if has_partition && partition != fields.partition() => {
            let message =
                format!("the Region `{region}` belongs to `{partition}`, not to `{}`", fields.partition());
            let hint = format!("write `{partition}`");
            findings.report_with(IssueCode::InvalidPartition, fields.at(1), message, Some(hint));
            true
        }
        Some(_) => true,
    }
}

fn check_account(fields: &Fields<'_>, findings: &mut Findings<'_>) -> bool {
    let account = fields.account();
    let is_id = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if account.is_empty() || has_wildcard(account) || is_id || account.starts_with("aws") {
        return true;
    }
    // Some resources belong to AWS under a word of their own.
    let mut templates = findings.catalogue.arn_templates(fields.service());
    let is_word = templates.any(|template| template.split(':').nth(4) == Some(account));
    if is_word {
        return true;
    }
    let message = format!("found the account `{account}`, expected twelve digits");
    let digits: String = account.chars().filter(char::is_ascii_digit).collect();
    let hint = (digits.len() == 12).then(|| format!("write `{digits}`"));
    findings.report_with(IssueCode::InvalidArnAccount, fields.at(4), message, hint);
    false
}

fn check_type(fields: &Fields<'_>, fields_are_valid: bool, findings: &mut Findings<'_>) {
    let catalogue = findings.catalogue;
    let (service, resource) = (fields.service(), fields.resource());
    let owner = catalogue.service(service);
    let mut misfit = None;
    if let Some(owner) = owner {
        for template in owner.resource_types().flat_map(|kind| kind.arn_templates()) {
            match fit(template, fields) {
                Fit::All => return,
                Fit::None => {}
                Fit::Resource(code) => misfit = misfit.or(Some((code, template))),
            }
        }
    }
    // Some services name resources of others.
    let mut shapes: Vec<&str> = Vec::new();
    for template in catalogue.arn_templates(service) {
        match fit(template, fields) {
            Fit::All => return,
            Fit::None => shapes.extend(template.splitn(6, ':').last()),
            Fit::Resource(code) => misfit = misfit.or(Some((code, template))),
        }
    }
    if let Some((code, template)) = misfit {
        if fields_are_valid {
            report_misfit(code, template, fields, findings);
        }
        return;
    }
    if shapes.is_empty() {
        if owner.is_some() {
            // The catalogue knows no resources of the service at all.
            return;
        }
        let message = format!("the service `{service}` is not in {}", findings.catalogue_name());
        let hint = findings.guess(|catalogue| catalogue.nearest(service));
        findings.report_with(IssueCode::InvalidService, fields.at(2), message, hint);
        return;
    }
    shapes.sort_unstable();
    shapes.dedup();
    let hint = nearest_shapes(resource, &shapes);
    let message =
        format!("no resource type of `{service}` in {} looks like `{resource}`", findings.catalogue_name());
    findings.report_with(IssueCode::InvalidArnResource, fields.at(5), message, hint);
}

fn nearest_shapes(resource: &str, shapes: &[&str]) -> Option<String> {
    let word = |text: &str| text.split(['/', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let own = word(resource);
    let near = shapes.iter().filter(|shape| {
        let other = word(shape);
        !other.is_empty()
            && (other == own || own.len() < 64 && strsim::damerau_levenshtein(&other, &own) <= 2)
    });
    let near: Vec<String> = near.take(3).map(|shape| (*shape).to_owned()).collect();
    if !near.is_empty() {
        return did_you_mean(&near);
    }
    if shapes.len() > 6 {
        return None;
    }
    let listed: Vec<String> = shapes.iter().map(|shape| format!("`{shape}`")).collect();
    Some(format!("write it like {}", listed.join(", ")))
}

/// Whether an ARN, or a pattern of ARNs, may be of a resource type, with Region and account. A text that is no whole ARN may be
/// anything.
pub(super) fn may_be(text: &Text, kind: ResourceType<'_>) -> bool {
    let Ok(fields) = fields_of(text) else { return true };
    kind.arn_templates().any(|template| matches!(fit(template, &fields), Fit::All))
}

enum Fit {
    /// The ARN may be one of the type.
    All,
    /// It may, but for its Region or account.
    Resource(IssueCode),
    /// It is none.
    None,
}

fn fit(template: &str, fields: &Fields<'_>) -> Fit {
    let mut parts = template.splitn(6, ':').skip(2);
    let mut part = || parts.next().unwrap_or_default();
    let (service, region, account, resource) = (part(), part(), part(), part());
    if service != fields.service() && !has_variable(service) {
        return Fit::None;
    }
    if !fits(resource, fields.resource()) {
        return Fit::None;
    }
    for (wanted, found, too_much, missing) in [
        (region, fields.region(), IssueCode::ArnRegionNotAllowed, IssueCode::MissingArnRegion),
        (account, fields.account(), IssueCode::ArnAccountNotAllowed, IssueCode::MissingArnAccount),
    ] {
        if wanted.is_empty() && !found.is_empty() && !is_star(found) {
            return Fit::Resource(too_much);
        }
        if !wanted.is_empty() && found.is_empty() && wanted != "*" {
            return Fit::Resource(missing);
        }
    }
    Fit::All
}

fn report_misfit(code: IssueCode, template: &str, fields: &Fields<'_>, findings: &mut Findings<'_>) {
    let service = fields.service();
    let (index, message) = match code {
        IssueCode::ArnRegionNotAllowed => {
            (3, format!("found the Region `{}`, but ARNs like `{template}` have none", fields.region()))
        }
        IssueCode::MissingArnRegion => (3, format!("ARNs of `{service}` like `{template}` have a Region")),
        IssueCode::ArnAccountNotAllowed => {
            (4, format!("found the account `{}`, but ARNs like `{template}` have none", fields.account()))
        }
        _ => (4, format!("ARNs of `{service}` like `{template}` have an account")),
    };
    findings.report(code, fields.at(index), message);
}

/// The fields of an ARN, or a pattern of ARNs, that tell which resource types it may be of. Region and account are not looked
/// at.
pub(super) struct Like<'t> {
    /// Service and resource. A short ARN is one with stars behind it, which may be anything.
    fields: Option<(&'t str, &'t str)>,
    has_open_service: bool,
}

impl<'t> Like<'t> {
    pub(super) fn new(arn: &'t str) -> Self {
        let mut fields = split(arn).map(|(_, field)| field);
        let (service, resource) = (fields.nth(2), fields.nth(2));
        Self { fields: service.zip(resource), has_open_service: service.is_some_and(has_wildcard) }
    }

    /// Whether it may be of a resource type.
    pub(super) fn may_be(&self, kind: ResourceType<'_>) -> bool {
        let Some((service, resource)) = self.fields else { return true };
        kind.arn_templates().any(|template| {
            let mut parts = template.splitn(6, ':');
            let (wanted, like) = (parts.nth(2).unwrap_or_default(), parts.nth(2).unwrap_or_default());
            (wanted == service || self.has_open_service || has_variable(wanted)) && fits(like, resource)
        })
    }
}
