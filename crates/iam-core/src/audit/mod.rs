//! From evidence to a report: settings, the walk over subjects, waivers, and the report's model.

mod fingerprint;
mod gaps;
mod report;
mod run;
mod settings;
mod subjects;
mod verdicts;
mod waiver;
mod walk;

pub use fingerprint::Fingerprint;
pub use report::{
    AccountReport, AsOf, AsOfFrom, Because, CheckInRun, Coverage, DEFAULT_FAIL_ON, Finding, GapPolicy, Input,
    Origin, Outcome, Region, Report, ReportedGap, Setting, Silent, Status, UnknownVerdict,
};
pub use run::{audit, settle_as_of};
pub(crate) use settings::nearest;
pub use settings::{CheckSettings, Keep, Problem, Settings};
pub use waiver::Waiver;
