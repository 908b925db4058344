//! Events as Amazon `EventBridge` delivers them: from bytes to envelopes, whatever they are wrapped in.

mod delivery;
mod envelope;
mod finding;

pub use delivery::{Delivery, Unread};
pub use envelope::{Envelope, Kind};
pub use finding::FindingEvent;
