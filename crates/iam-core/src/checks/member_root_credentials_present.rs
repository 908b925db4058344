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

/// Opens a session of root. Its credentials belong under a profile of their own, so that no command after it can act on
/// those of whoever runs it; without the profile such a command fails. The setting keeps older versions of the AWS CLI from the global endpoint, which refuses `AssumeRoot`.
macro_rules! assume_root {
    ($task_policy:literal) => {
        concat!(
            "AWS_STS_REGIONAL_ENDPOINTS=regional aws sts assume-root --region {region} --target-principal {account} ",
            "--task-policy-arn arn=arn:{partition}:iam::aws:policy/root-task/",
            $task_policy,
            " --query Credentials",
        )
    };
}

const WHOSE_SESSION: Step = Step::run(
    "Make sure whose session it is: go on only if this shows the account {account} and an ARN that ends with `:root`.",
    "aws sts get-caller-identity --profile member-root",
);

pub(super) static CHECK: Check = Check {
    id: CheckId("member-root-credentials-present"),
    since: "0.1.0",
    title: "Root credentials left in a member account",
    severity: Severity::Medium,
    severity_reason: "central management does not delete old credentials",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary, Artefact::OrganizationsFeatures],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whatever uses root's credentials in this account stops. A password can be brought back with the task policy \
               IAMCreateRootUserPassword; keys and certificates cannot. A command without `--profile member-root` acts on \
               your own credentials instead.",
        steps: &[
            Step::run(
                "In the management account, open a session that may only look, and keep what it prints as the CLI profile \
                 `member-root`. It takes the feature RootSessions, a current AWS CLI, and a user or role that may call \
                 sts:AssumeRoot: root credentials cannot. Sessions last 15 minutes at most.",
                assume_root!("IAMAuditRootUserCredentials"),
            ),
            WHOSE_SESSION,
            Step::run(
                "See whether root has a password. AWS answers NoSuchEntity when there is none.",
                "aws iam get-login-profile --profile member-root",
            ),
            Step::run("See which access keys root has.", "aws iam list-access-keys --profile member-root"),
            Step::run(
                "See when each key was last used, and for what.",
                "aws iam get-access-key-last-used --access-key-id KEY_ID --profile member-root",
            ),
            Step::run(
                "See which signing certificates root has.",
                "aws iam list-signing-certificates --profile member-root",
            ),
            Step::run(
                "Open a session that may delete, and put it in the place of the first in the profile.",
                assume_root!("IAMDeleteRootUserCredentials"),
            ),
            WHOSE_SESSION,
            Step::run(
                "Delete the password. It can be brought back: a session with the task policy IAMCreateRootUserPassword may \
                 call `aws iam create-login-profile`, and the owner of root's mailbox then sets a new one.",
                "aws iam delete-login-profile --profile member-root",
            ),
            Step::run(
                "When nobody has missed it, delete each access key, in a new session if this one has ended. This cannot be undone.",
                "aws iam delete-access-key --access-key-id KEY_ID --profile member-root",
            ),
            Step::run(
                "Delete each signing certificate. This cannot be undone without a copy of the certificate.",
                "aws iam delete-signing-certificate --certificate-id CERTIFICATE_ID --profile member-root",
            ),
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
            return Ok(Verdict::not_applicable("this account manages the root users of its organisation"));
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
        return Ok(Verdict::pass("root has no password, access key or signing certificate"));
    }
    let Some(OrganizationsFeatures::Enabled { organization, root_credentials_management, .. }) =
        cx.account().organization_of_run()
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
    let cited = found.iter().fold(failure, |failure, (_, source)| failure.at(*source));
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
