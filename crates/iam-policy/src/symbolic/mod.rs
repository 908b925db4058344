//! Questions about all requests at once, answered exactly and with proof.
//!
//! "Does the new policy allow anything that the old one does not?", "can anybody outside get in?" are questions about
//! infinitely many requests. Policies look at each part of a request by itself: the action, the principal, the resource, each
//! condition key. In each of these dimensions the values that no policy of the question can tell apart are one class. There
//! are finitely many classes, so that sets of requests become blocks of classes, and the question becomes a search.
//!
//! What is found is made into one request, and [`crate::evaluate`]'s own matching has to agree about that request. What is not
//! found does not exist. Where the answer depends on more than single dimensions, on the values of policy variables or on a
//! rule that AWS leaves open, the answer says so; where a question is too large, too.
//!
//! Background: Backes et al., "Semantic-based Automated Reasoning for AWS Access Policies using SMT", FMCAD 2018; "Stratified
//! Abstraction of Access Control Policies", CAV 2020.

mod axioms;
mod block;
mod callers;
mod cells;
mod compare;
mod doubt;
mod external;
mod fixed_values;
mod granted;
mod keys;
mod labels;
mod outcome;
mod outsider;
mod policies;
mod shape;
mod space;
mod statement;
mod text;
mod witness;

pub use axioms::Axioms;
pub use compare::{Comparison, compare};
pub use external::{
    ExternalAccess, ExternalFinding, TRUSTED_KEYS, Zone, external, external_concise, reachable,
};
pub use fixed_values::{AttachedTo, PUBLIC_ACCESS_TYPES, fixed_values};
pub use granted::{Access, Granted, granted};
pub use outcome::{Limit, Outcome};

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What is known of requests.
    pub axioms: Axioms,
    /// How many states the automaton of a dimension may have. Each takes some hundred bytes; a large one counts as several.
    pub max_states: usize,
    /// How many blocks a statement may make.
    pub max_blocks: usize,
    /// How often blocks may be compared in a search: some ten million in a second.
    pub max_comparisons: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            axioms: Axioms::default(),
            max_states: 400_000,
            max_blocks: 4_096,
            max_comparisons: 20_000_000,
        }
    }
}
