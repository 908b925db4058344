use std::borrow::Cow;
use std::sync::Arc;

use super::scan::{Scanner, Stop, Value};
use super::{Principal, PrincipalKind};

/// What `userIdentity` says.
///
/// Source: CloudTrail User Guide, "CloudTrail userIdentity element".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) principal: Principal,
    /// The session's name; empty for none.
    pub(super) session: Arc<str>,
    /// `accessKeyId`; empty for none.
    pub(super) access_key: Arc<str>,
    /// `sessionContext.attributes.mfaAuthenticated`.
    pub(super) session_mfa: Option<bool>,
    /// `sessionContext.assumedRoot`.
    pub(super) assumed_root: bool,
    /// `invokedBy`; empty for none.
    pub(super) invoked_by: Arc<str>,
    /// `accountId`; empty for none.
    pub(super) account: Arc<str>,
    /// Whether there is a `type`. Without one, what the record says besides tells who it was.
    pub(super) has_type: bool,
}

/// The fields of `userIdentity`, as they stand in the bytes.
#[derive(Default)]
struct Fields<'b> {
    kind: Value<'b>,
    principal_id: Value<'b>,
    arn: Value<'b>,
    account_id: Value<'b>,
    access_key_id: Value<'b>,
    user_name: Value<'b>,
    invoked_by: Value<'b>,
    identity_provider: Value<'b>,
    on_behalf_of: Value<'b>,
    session_context: Value<'b>,
}

impl Identity {
    /// Reads the object `userIdentity`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Stop> {
        let mut fields = Fields::default();
        members(bytes, |key, value| {
            let field = match key {
                "type" => &mut fields.kind,
                "principalId" => &mut fields.principal_id,
                "arn" => &mut fields.arn,
                "accountId" => &mut fields.account_id,
                "accessKeyId" => &mut fields.access_key_id,
                "userName" => &mut fields.user_name,
                "invokedBy" => &mut fields.invoked_by,
                "identityProvider" => &mut fields.identity_provider,
                "onBehalfOf" => &mut fields.on_behalf_of,
                "sessionContext" => &mut fields.session_context,
                _ => return,
            };
            *field = value;
        })?;
        fields.identity()
    }

    /// Who it was where there is no `userIdentity`, or none that tells its type.
    pub(super) fn of_untyped(mut self, event_type: &str, event_source: &str) -> Self {
        if event_type == "AwsServiceEvent" {
            self.principal = service(event_source);
        } else if !self.invoked_by.is_empty() {
            self.principal = service(&self.invoked_by);
        }
        self
    }

    /// The identity of a record that has none.
    pub(super) fn absent() -> Self {
        Self {
            principal: Principal {
                kind: PrincipalKind::Unknown,
                account: Arc::default(),
                name: Arc::default(),
            },
            session: Arc::default(),
            access_key: Arc::default(),
            session_mfa: None,
            assumed_root: false,
            invoked_by: Arc::default(),
            account: Arc::default(),
            has_type: false,
        }
    }
}

impl Fields<'_> {
    fn identity(&self) -> Result<Identity, Stop> {
        let (mut issuer_arn, mut issuer_account) = (Value::Absent, Value::Absent);
        let (mut attributes, mut issuer, mut assumed_root) = (Value::Absent, Value::Absent, Value::Absent);
        if let Some(context) = self.session_context.object() {
            members(context, |key, value| match key {
                "sessionIssuer" => issuer = value,
                "attributes" => attributes = value,
                "assumedRoot" => assumed_root = value,
                _ => {}
            })?;
        }
        if let Some(issuer) = issuer.object() {
            members(issuer, |key, value| match key {
                "arn" => issuer_arn = value,
                "accountId" => issuer_account = value,
                _ => {}
            })?;
        }
        let mut mfa = Value::Absent;
        if let Some(attributes) = attributes.object() {
            members(attributes, |key, value| {
                if key == "mfaAuthenticated" {
                    mfa = value;
                }
            })?;
        }
        let (issuer_arn, arn) = (issuer_arn.decoded(), self.arn.decoded());
        let (principal_id, user_name) = (self.principal_id.decoded(), self.user_name.decoded());
        let invoked_by = self.invoked_by.decoded().unwrap_or_default();
        let own_account = self.account_id.decoded().unwrap_or_default();
        let or_empty = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();

        let kind_word = self.kind.decoded();
        let mut session = String::new();
        let (kind, name) = match kind_word.as_deref() {
            Some("AssumedRole") => {
                session = session_of(principal_id.as_deref(), arn.as_deref());
                let without_session = || arn.as_deref().map(without_last_part);
                match issuer_arn.as_deref().map(str::to_owned).or_else(without_session) {
                    Some(name) => (PrincipalKind::Role, name),
                    None => (PrincipalKind::Unknown, or_empty(&principal_id)),
                }
            }
            Some("IAMUser") => (PrincipalKind::User, or_empty(&arn.or(user_name).or(principal_id))),
            Some("Root") => (
                PrincipalKind::Root,
                arn.map_or_else(|| format!("arn:aws:iam::{own_account}:root"), Cow::into_owned),
            ),
            Some("FederatedUser") => {
                session = arn
                    .as_deref()
                    .and_then(|arn| arn.rsplit_once('/'))
                    .map(|(_, last)| last.to_owned())
                    .unwrap_or_default();
                (PrincipalKind::FederatedUser, or_empty(&issuer_arn.clone().or(arn)))
            }
            Some("Role") => (PrincipalKind::Role, or_empty(&issuer_arn.clone().or(arn))),
            Some("AWSService") => (PrincipalKind::Service, invoked_by.clone().into_owned()),
            Some("AWSAccount") => {
                session = or_empty(&principal_id);
                (PrincipalKind::OtherAccount, own_account.clone().into_owned())
            }
            Some(word @ ("WebIdentityUser" | "SAMLUser")) => {
                session = or_empty(&user_name.or(principal_id));
                let kind = if word == "SAMLUser" { PrincipalKind::Saml } else { PrincipalKind::WebIdentity };
                (kind, or_empty(&self.identity_provider.decoded()))
            }
            Some("IdentityCenterUser") => {
                (PrincipalKind::IdentityCenterUser, self.directory_user(principal_id.as_deref())?)
            }
            Some("Directory") => (PrincipalKind::Directory, or_empty(&user_name.or(principal_id))),
            _ => (PrincipalKind::Unknown, or_empty(&principal_id)),
        };
        let account = if kind == PrincipalKind::Service {
            String::new()
        } else if !own_account.is_empty() {
            own_account.clone().into_owned()
        } else if let Some(account) = issuer_account.decoded() {
            account.into_owned()
        } else {
            account_of_arn(&name).to_owned()
        };
        Ok(Identity {
            principal: Principal { kind, account: account.into(), name: name.into() },
            session: session.into(),
            access_key: self.access_key_id.decoded().unwrap_or_default().into(),
            session_mfa: mfa.truth(),
            assumed_root: assumed_root.truth() == Some(true),
            invoked_by: invoked_by.into(),
            account: own_account.into(),
            has_type: kind_word.is_some(),
        })
    }

    /// `IDENTITY_STORE_ARN/USER_ID` of a person of IAM Identity Center.
    fn directory_user(&self, principal_id: Option<&str>) -> Result<String, Stop> {
        let (mut user, mut store) = (Value::Absent, Value::Absent);
        if let Some(on_behalf_of) = self.on_behalf_of.object() {
            members(on_behalf_of, |key, value| match key {
                "userId" => user = value,
                "identityStoreArn" => store = value,
                _ => {}
            })?;
        }
        let user =
            user.decoded().map_or_else(|| principal_id.unwrap_or_default().to_owned(), Cow::into_owned);
        Ok(store.decoded().map_or_else(|| user.clone(), |store| format!("{store}/{user}")))
    }
}

fn service(name: &str) -> Principal {
    Principal { kind: PrincipalKind::Service, account: Arc::default(), name: name.into() }
}

/// `SESSION` of `AROA...:SESSION`, else of `.../NAME/SESSION`.
fn session_of(principal_id: Option<&str>, arn: Option<&str>) -> String {
    let of_id = principal_id.and_then(|id| id.split_once(':')).map(|(_, session)| session);
    let of_arn = || arn.and_then(|arn| arn.rsplit_once('/')).map(|(_, session)| session);
    of_id.or_else(of_arn).unwrap_or_default().to_owned()
}

/// `arn:aws:sts::111122223333:assumed-role/NAME` of `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`.
fn without_last_part(arn: &str) -> String {
    let is_session = arn.matches('/').count() > 1;
    arn.rsplit_once('/').filter(|_| is_session).map_or(arn, |(role, _)| role).to_owned()
}

fn account_of_arn(name: &str) -> &str {
    if name.starts_with("arn:") { name.splitn(6, ':').nth(4).unwrap_or_default() } else { "" }
}

/// Calls `each` with every member of an object.
pub(super) fn members<'b>(object: &'b [u8], mut each: impl FnMut(&str, Value<'b>)) -> Result<(), Stop> {
    let mut scanner = Scanner::new(object, 0);
    scanner.expect(b'{')?;
    let mut is_first = true;
    while let Some(key) = scanner.key(is_first)? {
        is_first = false;
        let value = scanner.value()?;
        each(&key.decoded(), value);
    }
    Ok(())
}
