#![doc = include_str!("member_root_credentials_present.md")]

use std::sync::Arc;

use super::central_root::{organization_name, unavailable};
use super::root_access_key_active::ACCESS_KEY;
use super::root_signing_certificate::SIGNING_CERTIFICATE;
use super::root_summary::Credential;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Root;
use crate::fact::{Fact, Gap, Reason, Source};
use crate::input::Artefact;
use crate::input::organizations_features::OrganizationsFeatures;

pub(super) static CHECK: Check = Check {
    id: CheckId("member-root-credentials-present"),
    since: "0.1.0",
    title: "Root credentials left in a member account",
    severity: Severity::Medium,
    severity_reason: "central management does not delete old credentials",
    enabled: true,
    needs: &[
        Artefact::CredentialReport,
        Artefact::AccountSummary,
        Artefact::OrganizationsFeatures,
    ],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whatever uses root's credentials in this account stops. A password can be brought back with the task policy \
               IAMCreateRootUserPassword; keys and certificates cannot.",
        steps: &[
            Step::run(
                "See what root has: take the short-lived credentials that this prints, and list with them. It needs the feature \
                 RootSessions, a Region, and a role in the management account.",
                "aws sts assume-root --region us-east-1 --target-principal {account} \
                 --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
            ),
            Step::run(
                "Take credentials that may delete.",
                "aws sts assume-root --region us-east-1 --target-principal {account} \
                 --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
            ),
            Step::run(
                "With those, delete each access key. This cannot be undone.",
                "aws iam delete-access-key --access-key-id KEY_ID",
            ),
            Step::run(
                "With those, delete each signing certificate. This cannot be undone.",
                "aws iam delete-signing-certificate --certificate-id CERTIFICATE_ID",
            ),
            Step::run("With those, delete the password.", "aws iam delete-login-profile"),
        ],
        console: "IAM (management account) > Root access management > {account} > Take privileged action > Delete root user \
                  credentials",
    },
    page: include_str!("member_root_credentials_present.md"),
    judge: Judge::Root(judge),
};

fn judge(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    match cx.account().organizations_features()? {
        OrganizationsFeatures::Enabled { .. } => {
            return Ok(Verdict::not_applicable(
                "this account manages the root users of its organisation",
            ));
        }
        OrganizationsFeatures::NoOrganization(_) => {
            return Ok(Verdict::not_applicable("the account is in no organisation"));
        }
        features @ OrganizationsFeatures::Unavailable(_) => return Err(unavailable(features)),
        OrganizationsFeatures::Member(_) => {}
    }
    let credentials = Credentials::of(root, cx);
    // Good whatever the organisation does.
    if credentials.found.is_empty() && credentials.unclear.is_none() {
        return Ok(Verdict::pass(
            "root has no password, access key or signing certificate",
        ));
    }
    let Some(OrganizationsFeatures::Enabled {
        organization,
        root_credentials_management,
        ..
    }) = cx.account().organization_of_run()
    else {
        return Err(no_management_account());
    };
    let organization = organization_name(organization.as_deref());
    if !root_credentials_management.known()? {
        return Ok(Verdict::not_applicable(format!(
            "{organization} does not manage root credentials centrally"
        )));
    }
    let Credentials { found, unclear } = credentials;
    if let (true, Some(gap)) = (found.is_empty(), unclear) {
        return Err(gap);
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let failure = cx.fail(format!(
        "root still has {}, although {organization}, known from another account of this run, manages root credentials \
         centrally",
        names.join(", ")
    ));
    let cited = found
        .iter()
        .fold(failure, |failure, (_, source)| failure.at(*source));
    // The place in the management account's file cannot be cited: proof is looked up in the files of this account.
    cited.inferred().judged()
}

/// What root has, and the first fact that hides whether it has more.
#[derive(Default)]
struct Credentials {
    found: Vec<(String, Source)>,
    unclear: Option<Arc<Gap>>,
}

impl Credentials {
    fn of(root: &Root<'_>, cx: &Context<'_>) -> Self {
        let mut own = Self::default();
        own.note("a password".to_owned(), &root.password_present);
        for key in &root.access_keys {
            own.slot(root, &ACCESS_KEY, &cx.key_name(key), &key.active, &key.created);
        }
        for certificate in &root.signing_certificates {
            let name = format!("signing certificate {}", certificate.slot);
            let (active, uploaded) = (&certificate.active, &certificate.uploaded);
            own.slot(root, &SIGNING_CERTIFICATE, &name, active, uploaded);
        }
        for kind in [&ACCESS_KEY, &SIGNING_CERTIFICATE] {
            own.counted(root, kind, cx);
        }
        own
    }

    /// A slot of the report: in use, kept without use, empty, or unclear.
    fn slot<T: Clone>(
        &mut self,
        root: &Root<'_>,
        kind: &Credential,
        name: &str,
        active: &Fact<bool>,
        made: &Fact<Option<T>>,
    ) {
        match (active, made) {
            (Fact::Seen(false, _), Fact::Seen(None, _)) => {}
            (Fact::Seen(false, _), Fact::Seen(Some(_), source)) => {
                self.found.push((format!("{name} (inactive)"), *source));
            }
            (Fact::Seen(true, source), _) => {
                if kind.gone_since(root).is_none() {
                    self.found.push((name.to_owned(), *source));
                }
            }
            (Fact::Unknown(_), Fact::Seen(Some(_), source)) => self.found.push((name.to_owned(), *source)),
            (Fact::Unknown(gap), _) | (_, Fact::Unknown(gap)) => self.hide(gap),
        }
    }

    /// What the summary counts and no slot shows.
    fn counted(&mut self, root: &Root<'_>, kind: &Credential, cx: &Context<'_>) {
        match (&root.row, cx.account().account_summary()) {
            (Err(no_row), Ok(summary)) => {
                self.note(kind.plural.to_owned(), (kind.present)(summary));
                // Whether AWS counts inactive ones is not documented, so that 0 does not rule them out.
                self.hide(no_row);
            }
            (Err(gap), Err(_)) => self.hide(gap),
            (Ok(_), _) => {
                if let Some(it) = root.disagreement(kind.about).filter(|it| it.summary && it.taken) {
                    self.found.push((kind.plural.to_owned(), it.summary_source));
                }
            }
        }
    }

    fn note(&mut self, name: String, present: &Fact<bool>) {
        match present {
            Fact::Seen(true, source) => self.found.push((name, *source)),
            Fact::Seen(false, _) => {}
            Fact::Unknown(gap) => self.hide(gap),
        }
    }

    fn hide(&mut self, gap: &Arc<Gap>) {
        self.unclear.get_or_insert_with(|| Arc::clone(gap));
    }
}

fn no_management_account() -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::OrganizationsFeatures),
        source: None,
        what: "no management account in this run, or several that differ, so that it is not known what the organisation manages"
            .into(),
        remedy: "audit the management account in the same run, with the output of `aws iam list-organizations-features`"
            .into(),
    })
}
