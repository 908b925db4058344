//! What of a request is not as the catalogue lists it. The request is decided all the same: the catalogue may be older than the
//! action.

use std::fmt;

use crate::catalogue::{Action, Catalogue};
use crate::glob::{Case, Glob};
use crate::request::Request;

/// Something that the catalogue does not list, or lists otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlisted<'c> {
    /// No such action.
    Action(Unknown<'c>),
    /// No such condition key.
    ConditionKey(Unknown<'c>),
    /// The action knows no resource.
    ActionWithoutResource(String),
    /// The action works on other resources.
    OtherResource {
        /// The action.
        action: String,
        /// How the ARNs of one kind that it works on are written.
        template: Option<&'c str>,
    },
    /// The resource has wildcards, which are characters of one name in a request.
    Wildcard,
}

/// A name that the catalogue does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown<'c> {
    /// The name.
    pub name: String,
    /// The nearest that it knows.
    pub nearest: Option<String>,
    /// The day of the catalogue's data, where it tells that.
    pub catalogue: Option<&'c str>,
}

/// Compares a request with the catalogue.
///
/// ```
/// use iam_policy::catalogue::Catalogue;
/// use iam_policy::context::Context;
/// use iam_policy::principal::Principal;
/// use iam_policy::request::{Request, RequestParts};
/// use iam_policy::unlisted::unlisted;
///
/// let anna = Principal::parse("arn:aws:iam::111122223333:user/anna")?;
/// let request = Request::new(RequestParts::new(anna, "s3:ListAllMyBukets".parse()?, Context::open()))?;
/// let found = unlisted(&request, Catalogue::embedded());
/// assert!(found[0].to_string().ends_with("did you mean `s3:ListAllMyBuckets`?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unlisted<'c>(request: &Request, catalogue: &'c Catalogue) -> Vec<Unlisted<'c>> {
    let unknown = |name: String, nearest: Vec<String>| Unknown {
        name,
        nearest: nearest.into_iter().next(),
        catalogue: catalogue.data_date(),
    };
    let action = request.action();
    let mut found = Vec::new();
    if let Some(known) = catalogue.action(action.service(), action.name()).known() {
        found.extend(request.resource().and_then(|resource| unfit(known, resource)));
    } else {
        let name = action.to_string();
        let nearest = catalogue.nearest(&name);
        found.push(Unlisted::Action(unknown(name, nearest)));
    }
    for (key, _) in request.given().iter() {
        if catalogue.condition_key(key.as_str()).is_none() {
            let nearest = catalogue.nearest_condition_key(key.as_str());
            found.push(Unlisted::ConditionKey(unknown(key.to_string(), nearest)));
        }
    }
    if request.resource().is_some_and(|resource| resource.contains(['*', '?'])) {
        found.push(Unlisted::Wildcard);
    }
    found
}

/// Why an action does not work on a resource.
fn unfit<'c>(action: Action<'c>, resource: &str) -> Option<Unlisted<'c>> {
    if !action.has_resources() {
        return Some(Unlisted::ActionWithoutResource(action.to_string()));
    }
    let kinds = || action.resources().filter_map(|resource| resource.resource_type());
    let mut patterns = kinds().flat_map(|kind| kind.arn_patterns());
    if patterns.any(|pattern| Glob::parse(&pattern, Case::Sensitive).matches(resource)) {
        return None;
    }
    let template = kinds().flat_map(|kind| kind.arn_templates()).next();
    Some(Unlisted::OtherResource { action: action.to_string(), template })
}

impl fmt::Display for Unlisted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(unknown) => unknown.told("action", f),
            Self::ConditionKey(unknown) => unknown.told("condition key", f),
            Self::ActionWithoutResource(action) => write!(f, "`{action}` knows no resource"),
            Self::OtherResource { action, template } => {
                write!(f, "`{action}` does not work on this kind of resource")?;
                template.map_or(Ok(()), |template| write!(f, "; it works on `{template}`"))
            }
            Self::Wildcard => {
                f.write_str("the wildcards of the resource are taken as characters of one name")
            }
        }
    }
}

impl Unknown<'_> {
    fn told(&self, noun: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.catalogue.unwrap_or("an unknown day");
        write!(f, "the catalogue of {date} has no {noun} `{}`", self.name)?;
        self.nearest.as_ref().map_or(Ok(()), |name| write!(f, "; did you mean `{name}`?"))
    }
}
