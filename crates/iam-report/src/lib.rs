//! Renders a report of [`iam_core`]: for people at a terminal, for programs, for code scanning, for spreadsheets.
//!
//! Renderers read the report model; the inventory of credentials reads the inventory of the evidence, [`trail`] the
//! activity that CloudTrail logged, [`root`] what root did of that, [`external`] who outside gets in, [`policy`] what the validation of policies found. They
//! write what these say and judge nothing.
//!
//! ```
//! use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
//! use iam_core::evidence::{Given, assemble};
//! use iam_core::fact::parse_time;
//! use iam_core::input::InputFile;
//!
//! let csv = "user,arn,mfa_active,password_enabled\n\
//!            <root_account>,arn:aws:iam::111122223333:root,false,true\n";
//! let file = InputFile { path: "credential-report.csv".into(), bytes: csv.into() };
//! let evidence = assemble(vec![(file, Given::ByName)]);
//! let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
//! let report = audit(&evidence, iam_core::checks::ALL, &Settings::default(), as_of);
//!
//! let (mut json, mut sarif, mut csv) = (Vec::new(), Vec::new(), Vec::new());
//! iam_report::json::render(&report, Default::default(), &mut json)?;
//! iam_report::sarif::render(&report, Default::default(), &mut sarif)?;
//! iam_report::csv::render(&report, Default::default(), &mut csv)?;
//! assert!(String::from_utf8_lossy(&csv).contains("root-without-mfa"));
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod alarm;
pub mod catalogue;
pub mod credentials;
pub mod csv;
pub mod decision;
pub mod diff;
pub mod external;
pub mod human;
pub mod json;
mod neutral;
pub mod notify;
pub mod policy;
pub mod proof;
pub mod rightsize;
pub mod root;
pub mod sarif;
mod tool;
pub mod trail;
pub mod usage;
pub mod who_can;
mod wire;
mod witness;

pub use tool::Tool;
