use std::fmt;

use crate::arn::Fields;
use crate::context::Context;
use crate::glob::{Case, Glob, Token};
use crate::pattern::text::{Match, Resolved, Syntax, Template, Text};

/// A value under one of the ARN operators. Each of the six fields may have wildcards; only the last may hold colons.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Amazon Resource Name (ARN) condition operators".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArnPattern {
    /// Six fields without variables.
    Fields(Box<[Glob; 6]>),
    /// With variables, whose values may hold colons: split when they are known.
    Template(Template),
    /// Not an ARN: matches nothing.
    NotArn,
}

impl ArnPattern {
    /// Reads a pattern. `variables` tells whether the document's version has policy variables.
    pub fn parse(text: &str, variables: bool) -> Self {
        match Text::parse(text, Syntax { wildcards: true, variables, case: Case::Sensitive }) {
            Text::Fixed(glob) => fields(&glob).map_or(Self::NotArn, Self::Fields),
            Text::Template(template) => Self::Template(template),
        }
    }

    /// Whether a value of the request matches; one that is not an ARN does not.
    pub fn matches(&self, value: &str, context: &Context) -> Match {
        let Some(arn) = Fields::split(value) else {
            return Match::No;
        };
        match self {
            Self::Fields(fields) => Match::from(matches(fields, arn)),
            Self::NotArn => Match::No,
            Self::Template(template) => match template.resolved(context) {
                Resolved::Glob(glob) => {
                    Match::from(fields(&glob).is_some_and(|fields| matches(&fields, arn)))
                }
                Resolved::Unresolved => Match::Unresolved,
                Resolved::Unknown { doubts, widened, .. } if widened.matches(value) => Match::Unknown(doubts),
                Resolved::Unknown { .. } => Match::No,
            },
        }
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(fields) => fields.iter().enumerate().try_for_each(|(number, field)| {
                let colon = if number > 0 { ":" } else { "" };
                write!(f, "{colon}{field}")
            }),
            Self::Template(template) => write!(f, "{}", Text::Template(template.clone())),
            Self::NotArn => f.write_str("no ARN"),
        }
    }
}

fn matches(patterns: &[Glob; 6], arn: Fields<'_>) -> bool {
    let fields = arn.fields().into_iter().chain([arn.resource()]);
    patterns.iter().zip(fields).all(|(pattern, field)| pattern.matches(field))
}

/// The six fields of a pattern, split at its first five colons.
fn fields(glob: &Glob) -> Option<Box<[Glob; 6]>> {
    let parts = glob.tokens().splitn(6, |token| *token == Token::Literal(':'));
    let fields: Vec<Glob> = parts.map(|part| Glob::new(part.iter().copied(), glob.case())).collect();
    fields.try_into().ok().map(Box::new)
}
