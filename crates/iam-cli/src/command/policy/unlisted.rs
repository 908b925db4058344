use iam_policy::catalogue::{Action, Catalogue};
use iam_policy::glob::{Case, Glob};
use iam_policy::request::Request;

/// What of a request is not as the catalogue lists it: an action or a condition key that it does not know, a resource that the
/// action does not work on, a wildcard. The request is decided all the same, as the catalogue may be older than the action.
pub(super) fn notes(request: &Request, notes: &mut Vec<String>) {
    let catalogue = Catalogue::embedded();
    let date = catalogue.data_date().unwrap_or("an unknown day");
    let nearest = |names: Vec<String>| {
        names.first().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    };
    let action = request.action();
    if let Some(known) = catalogue.action(action.service(), action.name()).known() {
        notes.extend(unfit(known, request.resource()));
    } else {
        let hint = nearest(catalogue.nearest(&action.to_string()));
        notes.push(format!("the catalogue of {date} has no action `{action}`{hint}"));
    }
    for (key, _) in request.given().iter() {
        if catalogue.condition_key(key.as_str()).is_none() {
            let hint = nearest(catalogue.nearest_condition_key(key.as_str()));
            notes.push(format!("the catalogue of {date} has no condition key `{key}`{hint}"));
        }
    }
    if request.resource().is_some_and(|resource| resource.contains(['*', '?'])) {
        notes.push(
            "the wildcards of --resource are taken as characters of one name; `policy granted` asks about all resources of \
             a pattern"
                .to_owned(),
        );
    }
}

/// Why an action does not work on a resource.
fn unfit(action: Action<'_>, resource: Option<&str>) -> Option<String> {
    let resource = resource?;
    if !action.has_resources() {
        return Some(format!("`{action}` knows no resource: leave --resource out"));
    }
    let kinds = || action.resources().filter_map(|resource| resource.resource_type());
    let mut patterns = kinds().flat_map(|kind| kind.arn_patterns());
    if patterns.any(|pattern| Glob::parse(&pattern, Case::Sensitive).matches(resource)) {
        return None;
    }
    let templates: Vec<&str> = kinds().flat_map(|kind| kind.arn_templates()).collect();
    let works = templates.first().map(|template| format!("; it works on `{template}`")).unwrap_or_default();
    Some(format!("`{action}` does not work on this kind of resource{works}"))
}
