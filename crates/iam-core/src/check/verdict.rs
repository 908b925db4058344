use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::Severity;
use crate::cloudtrail::{Call, Event, EventPlace, Example, time_of};
use crate::fact::{Fact, Gap, Source, shown_time};

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
    pub(crate) records: Vec<Record>,
    pub(crate) severity: Option<(Severity, &'static str)>,
    pub(crate) confidence: Confidence,
    pub(crate) parameters: u8,
}

/// A CloudTrail record that shows a failure, quoted when the failure was made: records are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) place: EventPlace,
    /// `eventID`.
    pub(crate) id: Arc<str>,
    /// Moment, call, address and program.
    pub(crate) told: String,
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
    /// How many CloudTrail records a finding cites at most. Its message has to say how many there are.
    pub const MOST_RECORDS: usize = 10;

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

    /// Cites a CloudTrail record. Of many, the first [`Failure::MOST_RECORDS`] are kept.
    #[must_use]
    pub fn event(self, event: &Event) -> Self {
        let told = told(event.second, &event.call, &event.address, &event.agent);
        self.record(Record { place: event.place.clone(), id: Arc::clone(&event.id), told })
    }

    /// Cites the CloudTrail record that stands for others like it, likewise.
    #[must_use]
    pub fn example(self, example: &Example) -> Self {
        let told = told(example.second, &example.call, &example.address, &example.agent);
        self.record(Record { place: example.place.clone(), id: Arc::clone(&example.id), told })
    }

    fn record(mut self, record: Record) -> Self {
        if self.records.len() < Self::MOST_RECORDS {
            self.records.push(record);
        }
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

/// `2026-01-15T08:00:00Z iam:CreateUser from 198.51.100.7, aws-cli/2.15`
fn told(second: i64, call: &Call, address: &str, agent: &str) -> String {
    let mut told = time_of(second).map(shown_time).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ = write!(told, " {call}");
    if !address.is_empty() {
        let _ = write!(told, " from {address}");
    }
    if !agent.is_empty() {
        let _ = write!(told, ", {agent}");
    }
    told
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
