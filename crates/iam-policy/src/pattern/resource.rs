use crate::arn::Fields;
use crate::context::Context;
use crate::glob::{Case, Glob, Token};
use crate::pattern::text::{Match, Syntax, Text};
use crate::truth::{Rule, Truth};

/// One value of `Resource` or `NotResource`.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Resource".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourcePattern {
    /// `*`: everything, also requests that name no resource.
    Every,
    /// The six fields of an ARN. Fields that the text leaves out are `*`.
    Fields {
        /// All but the last: `arn`, partition, service, Region, account.
        fields: [Glob; 5],
        /// The last, in which alone variables stand.
        resource: Text,
        /// All of the text, where it leaves fields out: a `*` that runs over colons stands for those.
        short: Option<Glob>,
    },
}

/// Whether a request's resource matches, under both readings of `*` at the end of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceMatch {
    /// If stars stay in their field, which is what AWS recommends to write for.
    pub by_field: Match,
    /// If a `*` at the end of a field may reach beyond it.
    pub beyond: Match,
}

impl ResourcePattern {
    /// Reads a pattern. `variables` tells whether the document's version has policy variables.
    pub fn parse(text: &str, variables: bool) -> Self {
        if Glob::parse(text, Case::Sensitive).is_any() {
            return Self::Every;
        }
        let mut parts = text.splitn(6, ':');
        let fields = std::array::from_fn(|_| {
            parts.next().map_or_else(Glob::any, |part| Glob::parse(part, Case::Sensitive))
        });
        let syntax = Syntax { wildcards: true, variables, case: Case::Sensitive };
        let last = parts.next();
        let short = last.is_none().then(|| Glob::parse(text, Case::Sensitive));
        Self::Fields { fields, resource: Text::parse(last.unwrap_or("*"), syntax), short }
    }

    /// Whether every ARN matches.
    pub fn is_everything(&self) -> bool {
        match self {
            Self::Every => true,
            Self::Fields { fields: [prefix, rest @ ..], resource, .. } => {
                (prefix.is_any() || prefix.matches("arn"))
                    && rest.iter().all(Glob::is_any)
                    && resource.glob().is_some_and(Glob::is_any)
            }
        }
    }

    /// The patterns of what is called `to` and a rest, for all that is called `from` and that rest and matches. `None` where that
    /// depends on a variable or on how far a `*` reaches.
    pub(crate) fn renamed(&self, from: &str, to: &str) -> Option<Vec<Self>> {
        let Self::Fields { fields, resource, short } = self else {
            return Some(vec![Self::Every]);
        };
        let (from_fields, to) = (Fields::split(from)?, Fields::split(to)?);
        if fields.iter().zip(from_fields.fields()).all(|(pattern, field)| pattern.matches(field)) {
            let fields = to.fields().map(|field| Glob::literal(field, Case::Sensitive));
            let renamed = |rest: Text| Self::Fields {
                fields: fields.clone(),
                resource: rest.behind(to.resource()),
                short: None,
            };
            return Some(resource.after(from_fields.resource())?.into_iter().map(renamed).collect());
        }
        let mut whole: Vec<Token> = Vec::new();
        for field in fields {
            whole.extend(field.tokens());
            whole.push(Token::Literal(':'));
        }
        whole.extend(resource.widened().tokens());
        let whole = Glob::new(whole, Case::Sensitive);
        let is_elsewhere =
            [Some(&whole), short.as_ref()].into_iter().flatten().all(|all| all.after(from).is_empty());
        is_elsewhere.then(Vec::new)
    }

    /// Whether a resource matches; `None` stands for a request without one.
    pub fn matches(&self, resource: Option<Fields<'_>>, context: &Context) -> ResourceMatch {
        let (fields, pattern, short) = match self {
            Self::Every => return ResourceMatch::both(Match::Yes),
            Self::Fields { fields, resource, short } => (fields, resource, short),
        };
        let Some(arn) = resource else {
            return ResourceMatch::both(Match::No);
        };
        let by_field = || {
            if fields.iter().zip(arn.fields()).all(|(pattern, field)| pattern.matches(field)) {
                pattern.matches(arn.resource(), context)
            } else {
                Match::No
            }
        };
        let by_field = by_field();
        if by_field == Match::No && short.as_ref().is_some_and(|short| short.matches(arn.text())) {
            return ResourceMatch { by_field, beyond: Match::Yes };
        }
        // Only a resource with a colon in its last field can be split in another way.
        if by_field == Match::Yes || !arn.resource().contains(':') {
            return ResourceMatch::both(by_field);
        }
        let beyond = beyond(fields, pattern, arn.text(), context);
        ResourceMatch { by_field, beyond }
    }
}

/// Matches with stars at the end of a field reaching as far as they like. They then end at any later colon, so each field may
/// begin at several places.
fn beyond(fields: &[Glob; 5], resource: &Text, text: &str, context: &Context) -> Match {
    let parts: Vec<&str> = text.split(':').collect();
    // Whether the field to be matched next may begin with the part.
    let mut begins = vec![false; parts.len()];
    if let Some(first) = begins.first_mut() {
        *first = true;
    }
    for field in fields {
        let mut next = vec![false; parts.len()];
        let reaches_on = field.tokens().last() == Some(&Token::AnyText);
        let mut running = false;
        for ((part, begins), next) in parts.iter().zip(&begins).zip(next.iter_mut().skip(1)) {
            let matched = *begins && field.matches(part);
            running |= matched && reaches_on;
            *next = matched || running;
        }
        begins = next;
    }
    let mut from = 0;
    let mut best = Match::No;
    for (part, begins) in parts.iter().zip(begins) {
        if begins {
            match resource.matches(text.get(from..).unwrap_or_default(), context) {
                Match::Yes => return Match::Yes,
                Match::No => {}
                other => {
                    if !matches!(best, Match::Unknown(_)) {
                        best = other;
                    }
                }
            }
        }
        from += part.len() + 1;
    }
    best
}

impl ResourceMatch {
    fn both(matched: Match) -> Self {
        Self { by_field: matched.clone(), beyond: matched }
    }

    /// Whether a `Resource` with this value covers the request.
    pub fn covers(self) -> Truth {
        let (by_field, beyond) = (Truth::from(self.by_field), Truth::from(self.beyond));
        if by_field == beyond {
            return by_field;
        }
        Truth::any([by_field, Truth::rule(Rule::StarBeyondField).and(|| beyond)])
    }

    /// Whether a `NotResource` with this value leaves the request in. With a variable that has no value the element matches no
    /// resource at all.
    pub fn leaves(self) -> Truth {
        let left = |matched| match matched {
            Match::Yes | Match::Unresolved => Truth::False,
            Match::No => Truth::True,
            Match::Unknown(doubts) | Match::NoOrUnresolved(doubts) => Truth::Unknown(doubts),
        };
        let (by_field, beyond) = (left(self.by_field), left(self.beyond));
        if by_field == beyond {
            return by_field;
        }
        Truth::all([by_field, Truth::rule(Rule::StarBeyondField).or(|| beyond)])
    }
}
