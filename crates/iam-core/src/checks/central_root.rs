//! Whether an organisation manages the root users of its member accounts centrally.

use std::sync::Arc;

use crate::check::{Context, Judged, Verdict};
use crate::evidence::Account;
use crate::fact::{Fact, Gap, Reason};
use crate::input::Artefact;
use crate::input::organizations_features::OrganizationsFeatures;

/// One of the two features, with AWS's name of it.
pub(super) struct Feature {
    pub(super) name: &'static str,
    /// What is so as long as it is off.
    pub(super) without: &'static str,
    pub(super) of: for<'f> fn(&'f Fact<bool>, &'f Fact<bool>) -> &'f Fact<bool>,
}

impl Feature {
    pub(super) fn judge(&self, account: &Account, cx: &Context<'_>) -> Judged {
        let features = account.organizations_features()?;
        let (organization, enabled) = match features {
            OrganizationsFeatures::Enabled { organization, root_credentials_management, root_sessions } => {
                (organization, (self.of)(root_credentials_management, root_sessions))
            }
            OrganizationsFeatures::Member(_) => {
                return Ok(Verdict::not_applicable("a member account; its management account decides"));
            }
            OrganizationsFeatures::NoOrganization(_) => {
                return Ok(Verdict::not_applicable("the account is in no organisation"));
            }
            OrganizationsFeatures::Unavailable(_) => return Err(unavailable(features)),
        };
        if enabled.known()? {
            return Ok(Verdict::PASS);
        }
        let organization = organization_name(organization.as_deref());
        cx.fail(format!("{organization} has {} switched off: {}", self.name, self.without))
            .because(enabled)
            .judged()
    }
}

/// `organisation o-…`, as far as its id is known.
pub(super) fn organization_name(id: Option<&str>) -> String {
    id.map_or_else(|| "the organisation".to_owned(), |id| format!("organisation {id}"))
}

/// AWS lists the features only to organisations that could have them, and the answer does not say whether it was given
/// to the management account or to a member.
pub(super) fn unavailable(features: &OrganizationsFeatures) -> Arc<Gap> {
    let source = match features {
        OrganizationsFeatures::Unavailable(source) => Some(*source),
        _ => None,
    };
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::OrganizationsFeatures),
        source,
        what:
            "AWS lists no central root features: the organisation lacks trusted access for IAM or is not in \
               all-features mode"
                .into(),
        remedy:
            "in the management account, run `aws organizations enable-aws-service-access --service-principal \
                 iam.amazonaws.com`, then list the features again"
                .into(),
    })
}
