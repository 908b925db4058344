//! What report and summary say of root's credentials together.

use crate::check::{Context, Judged, Verdict};
use crate::evidence::Root;
use crate::fact::Fact;
use crate::input::account_summary::AccountSummary;

/// A kind of root credential that both artefacts tell of.
pub(super) struct Credential {
    /// Its name in [`crate::evidence::Disagreement::about`].
    pub(super) about: &'static str,
    /// Several of it.
    pub(super) plural: &'static str,
    /// What the summary says of it.
    pub(super) present: fn(&AccountSummary) -> &Fact<bool>,
}

impl Credential {
    /// The verdict on the account: what the summary shows and no slot of the report does.
    pub(super) fn judge_account(&self, root: &Root<'_>, cx: &Context<'_>) -> Judged {
        let Self { about, plural, present } = self;
        if let Err(no_row) = &root.row {
            let Ok(summary) = cx.account().account_summary() else {
                return Err(no_row.clone());
            };
            let present = present(summary);
            if !present.known()? {
                return Ok(Verdict::pass(format!("the account summary shows no {plural} of root")));
            }
            return cx.fail(format!("the account summary shows {plural} of root")).because(present).judged();
        }
        match root.disagreement(about) {
            Some(it) if it.summary && it.taken => cx
                .fail(format!(
                    "the account summary shows {plural} of root, the credential report shows none; {}",
                    it.decision
                ))
                .at(it.summary_source)
                .at(it.report_source)
                .judged(),
            _ => Ok(Verdict::not_applicable("the slots of the credential report decide")),
        }
    }

    /// Why an active credential of the report is gone by now: the summary is newer and shows none.
    pub(super) fn gone_since(&self, root: &Root<'_>) -> Option<String> {
        let it = root.disagreement(self.about).filter(|it| !it.taken)?;
        Some(format!("the account summary shows no {} of root; {}", self.plural, it.decision))
    }
}

/// The end of a message, where the other artefact says otherwise.
pub(super) fn decision(root: &Root<'_>, about: &str) -> Option<String> {
    let it = root.disagreement(about)?;
    Some(format!("; report and summary disagree, {}", it.decision))
}
