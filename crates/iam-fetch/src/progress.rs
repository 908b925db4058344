/// Is told how far a fetch is. Calls come from the thread that fetches.
pub trait Progress {
    /// So many more steps are known to be ahead. A step is one answer that is kept, or known to be missing.
    fn planned(&self, steps: u64);
    /// A step is done.
    fn done(&self, step: &Step<'_>);
    /// Something a person should know.
    fn note(&self, text: &str);
}

/// A step that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'s> {
    /// The API operation.
    pub operation: &'s str,
    /// The Region, for operations that are not of the whole account.
    pub region: Option<&'s str>,
    /// AWS's error, if there is no whole answer.
    pub error: Option<&'s str>,
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn planned(&self, _: u64) {}
    fn done(&self, _: &Step<'_>) {}
    fn note(&self, _: &str) {}
}
