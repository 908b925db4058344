//! From evidence to a report: settings, the walk over subjects, waivers, and the report's model.

mod fingerprint;
mod report;
mod run;
mod settings;
mod waiver;

pub use fingerprint::Fingerprint;
pub use report::{
    AccountReport, AsOf, AsOfFrom, Because, CheckInRun, Coverage, Finding, GapPolicy, Input, Origin, Outcome,
    Region, Report, ReportedGap, Setting, Silent, Status, UnknownVerdict,
};
pub use run::{DEFAULT_FAIL_ON, audit, settle_as_of};
pub use settings::{CheckSettings, Keep, Problem, Settings};
pub use waiver::Waiver;
