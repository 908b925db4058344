use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// What to fetch, from where, and into which directory.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The snapshot directory. It is made if it is not there; a snapshot of the same account that was begun is continued.
    pub directory: PathBuf,
    /// The names of the collectors; none means those that are fetched by default.
    pub only: Vec<String>,
    /// The Regions; none means all that the account has enabled.
    pub regions: Vec<String>,
    /// Where to copy log files of CloudTrail from, for the collector `cloudtrail-archive`: `s3://BUCKET/PREFIX`.
    pub archive: Option<String>,
    /// Whether the account is one of an organisation of which another account's snapshot tells: then nothing more is asked about
    /// the organisation than which one it is.
    pub is_member: bool,
    /// How to reach AWS.
    pub access: Access,
    /// How fast, and how patiently.
    pub pace: Pace,
}

/// How to reach AWS, and as whom. What is not given is taken from the environment and the AWS CLI's files, as usual.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A profile of the AWS CLI's files.
    pub profile: Option<String>,
    /// The Region of calls that belong to none.
    pub region: Option<String>,
    /// A role to assume first.
    pub role_arn: Option<String>,
    /// The external id that the role asks for.
    pub external_id: Option<String>,
    /// Where calls are sent instead of AWS, such as `http://127.0.0.1:5000`.
    pub endpoint: Option<String>,
    /// Credentials that are at hand already.
    pub credentials: Option<Credentials>,
}

/// Credentials of AWS. They are never written or printed.
#[derive(Clone)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token of a session.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(...)")
    }
}

/// How fast calls are made, and how long is waited.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How many calls of the same API are under way at once.
    pub concurrency: NonZeroUsize,
    /// How often a call is tried, the first time included. With more than one try, calls are held back where AWS says that they
    /// are too many.
    pub attempts: u32,
    /// The pause before the second try; each further one is about twice as long.
    pub backoff: Duration,
    /// How long one try may take.
    pub call_timeout: Duration,
    /// The pause before AWS is asked the first time whether a report is finished; each further one is half as long again, up
    /// to twenty times the first.
    pub poll: Duration,
    /// How long to wait for a report of AWS to be finished.
    pub report_deadline: Duration,
    /// The pause between two calls of CloudTrail's `LookupEvents` in one Region; AWS allows two in a second.
    pub lookup_pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN),
            attempts: 8,
            backoff: Duration::from_secs(1),
            call_timeout: Duration::from_mins(1),
            poll: Duration::from_secs(1),
            report_deadline: Duration::from_mins(3),
            lookup_pause: Duration::from_millis(500),
        }
    }
}

impl Pace {
    /// The pauses between two looks at the same report.
    pub(crate) fn polls(&self) -> impl Iterator<Item = Duration> {
        let longest = self.poll * 20;
        std::iter::successors(Some(self.poll), move |wait| Some((*wait + *wait / 2).min(longest)))
    }
}
