//! Takes a snapshot of a live AWS account: a directory with the files that `iam-core` reads.
//!
//! A snapshot holds what the AWS CLI would have printed, and `manifest.json`, which tells for each call when it was made and
//! how it ended. A call that AWS refuses is no error: it stands in the manifest, and the audit reports the gap. Nothing of
//! the AWS SDK, and nothing asynchronous, shows outside of this crate.
//!
//! ```no_run
//! use iam_fetch::{Request, Silent, Stop, fetch};
//!
//! let request = Request { directory: "account".into(), ..Request::default() };
//! let summary = fetch(&request, &Silent, &Stop::default())?;
//! println!("{} answers of account {}", summary.complete, summary.account);
//! # Ok::<(), iam_fetch::Error>(())
//! ```

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of a method of the SDK's types is longer than a closure, and tells less"
)]

pub mod analyzer;
mod aws;
mod collect;
mod collector;
mod error;
mod failure;
mod json;
mod policy;
mod principals;
mod progress;
mod request;
mod run;
mod snapshot;
mod stop;
mod summary;
mod untyped;
mod wire;

use std::path::Path;

pub use collector::{Call, Collector, collectors};
pub use error::Error;
pub use progress::{Progress, Silent, Step};
pub use request::{Access, Credentials, Pace, Request};
pub use stop::Stop;
pub use summary::{Ended, Shortfall, Summary};

/// Fetches what the request asks for, and comes back when that is done, or `stop` asks for it, or the credentials expire.
///
/// # Errors
///
/// When nothing can be fetched: no credentials, no Region, a directory that cannot be used.
pub fn fetch(request: &Request, progress: &dyn Progress, stop: &Stop) -> Result<Summary, Error> {
    event_loop()?.block_on(run::fetch(request, progress, stop))
}

/// The policy document that allows exactly the calls of a fetch with these collectors, or of the usual ones.
///
/// # Errors
///
/// When there is no collector of such a name.
///
/// ```
/// let policy = iam_fetch::permissions(&["account-summary".to_owned()], &[])?;
/// assert!(policy.contains("\"iam:GetAccountSummary\""));
/// # Ok::<(), iam_fetch::Error>(())
/// ```
pub fn permissions(only: &[String], regions: &[String]) -> Result<String, Error> {
    Ok(policy::document(&run::chosen(only)?, regions.is_empty()))
}

/// The ids of the organisation's active accounts. Only its management account and delegated administrators may ask.
///
/// # Errors
///
/// AWS's refusal, and that there are no credentials or no Region.
pub fn accounts(access: &Access, pace: &Pace) -> Result<Vec<String>, Error> {
    event_loop()?.block_on(async {
        let aws = aws::Aws::connect(access, pace).await?;
        collect::organization::active_accounts(&aws)
            .await
            .map_err(|failure| Error::Refused { operation: "ListAccounts", why: failure.to_string() })
    })
}

/// The account and the partition that the credentials are of.
///
/// # Errors
///
/// That there are no credentials or no Region.
pub fn caller(access: &Access, pace: &Pace) -> Result<(String, String), Error> {
    event_loop()?.block_on(async {
        let caller = aws::Aws::connect(access, pace).await?.caller().await?;
        Ok((caller.account, caller.partition))
    })
}

/// Notes in the snapshot directory of an account that it could not be entered, so that nobody takes it for one without findings.
/// A directory that holds answers of the account already is left as it is.
///
/// # Errors
///
/// When the directory cannot be used.
pub fn note_unreached(directory: &Path, account: &str, partition: &str, why: &str) -> Result<(), Error> {
    run::note_unreached(directory, account, partition, why)
}

fn event_loop() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)
}
