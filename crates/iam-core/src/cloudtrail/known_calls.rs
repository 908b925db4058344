use super::{Call, data_events, watchlist};

/// What follows from the name of a call alone.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a name")]
pub(super) struct KnownCall {
    /// Whether the selection has it.
    pub(super) is_selected: bool,
    /// Its bit in [`watchlist::ENUMERATION`].
    pub(super) enumeration: u64,
    /// Its bit in [`watchlist::ESCALATION`].
    pub(super) escalation: u64,
    /// Whether its records are data events where they do not say.
    pub(super) is_data: bool,
    /// `List...`, `Get...` and `Describe...`.
    pub(super) is_reading: bool,
    /// `sts:AssumeRole` and its kin.
    pub(super) assumes_role: bool,
    /// Whether and when its events are kept.
    pub(super) keeping: Keeping,
}

/// Whether events of a call are kept with all that matters about them, whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// Only root's.
    RootOnly,
    /// As a sign-in.
    SignIn,
    /// As a change.
    Change,
    /// As a change unless the record says that it only reads; `by_name` is asked where it does not say.
    ChangeUnlessReading {
        /// Whether the name sounds like reading.
        by_name: bool,
    },
}

impl KnownCall {
    pub(super) fn of(call: &Call) -> Self {
        let (service, name) = (call.service(), &*call.name);
        let (enumeration, escalation) = watchlist::bits(service, name);
        let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        let keeping = match (&*call.source, name) {
            ("signin.amazonaws.com", "ConsoleLogin") => Keeping::SignIn,
            ("sts.amazonaws.com", "AssumeRoot")
            | (
                "signin.amazonaws.com",
                "PasswordUpdated"
                | "PasswordRecoveryRequested"
                | "PasswordRecoveryCompleted"
                | "EmailUpdated",
            ) => Keeping::Change,
            ("iam.amazonaws.com", _) => {
                Keeping::ChangeUnlessReading { by_name: starts(&["Get", "List", "Generate", "Simulate"]) }
            }
            _ => Keeping::RootOnly,
        };
        Self {
            is_selected: true,
            enumeration,
            escalation,
            is_data: data_events::contains(service, name),
            is_reading: starts(&["List", "Get", "Describe"]),
            assumes_role: &*call.source == "sts.amazonaws.com"
                && matches!(name, "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity"),
            keeping,
        }
    }
}
