use std::borrow::Cow;
use std::sync::Arc;

use super::Severity;
use crate::fact::{Fact, Gap, Source};

/// What a check says of one subject. The gap is the fourth verdict, unknown: it leaves the function by `?`.
pub type Judged = Result<Verdict, Arc<Gap>>;

/// What a check says of a subject that it could judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The subject is not in the bad state; why, where it is not plain.
    Pass(Cow<'static, str>),
    /// The question does not arise for this subject; why.
    NotApplicable(Cow<'static, str>),
    /// The subject is in the bad state.
    Fail(Box<Failure>),
}

/// A failed verdict before the runner makes a finding of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) message: String,
    pub(crate) because: Vec<Source>,
    pub(crate) severity: Option<(Severity, &'static str)>,
    pub(crate) confidence: Confidence,
    pub(crate) parameters: u8,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidence {
    /// The evidence says so.
    #[default]
    Certain,
    /// The evidence implies it, but does not say so.
    Inferred,
}

impl Confidence {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Inferred => "inferred",
        }
    }
}

impl Failure {
    /// Cites the place a fact was read from. A fact that was not seen adds nothing.
    #[must_use]
    pub fn because<T>(mut self, fact: &Fact<T>) -> Self {
        self.because.extend(fact.source());
        self
    }

    /// Cites a place.
    #[must_use]
    pub fn at(mut self, source: Source) -> Self {
        self.because.push(source);
        self
    }

    /// Raises or lowers the severity of this one finding, and says why. Settings win over it.
    #[must_use]
    pub fn severity(mut self, severity: Severity, why: &'static str) -> Self {
        self.severity = Some((severity, why));
        self
    }

    /// Marks the finding as implied by the evidence rather than said by it.
    #[must_use]
    pub fn inferred(mut self) -> Self {
        self.confidence = Confidence::Inferred;
        self
    }

    /// The verdict.
    ///
    /// # Errors
    ///
    /// Never; the type is that of [`Judged`], so that a check can end with this call.
    pub fn judged(self) -> Judged {
        Ok(Verdict::Fail(Box::new(self)))
    }
}

impl Verdict {
    /// A pass that needs no explanation.
    pub const PASS: Self = Self::Pass(Cow::Borrowed(""));

    /// A pass with its reason.
    pub fn pass(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Pass(why.into())
    }

    /// Not applicable, with the reason.
    pub fn not_applicable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::NotApplicable(why.into())
    }
}
