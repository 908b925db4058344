/// How a fetch went.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The account.
    pub account: String,
    /// The ARN of whoever asked.
    pub caller: String,
    /// The Regions that were looked at.
    pub regions: Vec<String>,
    /// How many answers the snapshot has, those of earlier runs included.
    pub complete: usize,
    /// The answers that it lacks.
    pub shortfalls: Vec<Shortfall>,
    /// How many requests were sent, those included that had to be sent again.
    pub requests: u64,
    /// How it ended.
    pub ended: Ended,
}

/// An answer that a snapshot lacks, or has a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// The call, such as `iam:ListUsers`.
    pub call: String,
    /// The Region, for calls that are not of the whole account.
    pub region: Option<String>,
    /// Whether a permission is missing.
    pub is_denied: bool,
    /// AWS's words.
    pub error: String,
}

/// How a fetch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Every call was made.
    Finished,
    /// Somebody asked to stop. The same fetch again goes on from there.
    Interrupted,
    /// The credentials are no longer valid. The same fetch with new ones goes on from there.
    Expired(String),
}
