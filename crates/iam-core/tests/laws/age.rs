//! Time heals nothing.

use chrono::TimeDelta;
use iam_core::audit::Status;
use proptest::prelude::*;

use crate::generated::Generated;
use crate::generated::choices::choices;
use crate::verdicts::{verdicts, with};
use crate::{config, now};

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn a_later_as_of_never_heals_an_age(numbers in choices(), later in 1_i64..100_000_000) {
        let account = Generated::from(&numbers);
        let after = verdicts(account.files(), now() + TimeDelta::seconds(later));
        for fail in with(&account.verdicts(), Status::Fail).filter(|fail| GETS_WORSE_WITH_AGE.contains(&fail.check)) {
            prop_assert!(after.contains(fail), "healed by waiting {later} s: {fail:?}");
        }
    }
}

/// Checks whose finding can only get worse while nothing but time goes by.
///
/// Not among them: `root-used-recently`, which asks for use within the last days and is meant to heal; and
/// `service-credential-without-expiry`, which a credential leaves when its end comes near or has passed.
const GETS_WORSE_WITH_AGE: [&str; 11] = [
    "access-key-created-at-setup",
    "access-key-inactive",
    "access-key-old",
    "access-key-unused",
    "console-password-old",
    "console-password-unused",
    "credential-report-stale",
    "password-rotation-overdue",
    "role-unused",
    "server-certificate-expired",
    "two-active-access-keys",
];
