use std::fmt;
use std::sync::Arc;

use crate::fact::Source;

/// The steps from a principal to an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The steps, at least one.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who takes it: `user dev`.
    pub who: Arc<str>,
    /// What it does: `makes an access key for user ops`.
    pub does: Arc<str>,
    /// The method's id.
    pub method: &'static str,
    /// The actions that it takes.
    pub actions: &'static [&'static str],
    /// What it depends on, where it is possible and not certain.
    pub depends_on: Vec<Arc<str>>,
    /// The statements that allow it.
    pub because: Vec<Source>,
}

impl Path {
    /// Whether no step depends on anything that is not known.
    pub fn is_certain(&self) -> bool {
        self.steps.iter().all(|step| step.depends_on.is_empty())
    }

    /// What the steps depend on, each once.
    pub fn depends_on(&self) -> Vec<&str> {
        let mut all: Vec<&str> =
            self.steps.iter().flat_map(|step| &step.depends_on).map(|on| &**on).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// `user dev makes an access key for user ops (iam:CreateAccessKey); user ops assumes role admin (sts:AssumeRole)`
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} {} ({})", step.who, step.does, step.actions.join(", "))?;
        }
        Ok(())
    }
}
