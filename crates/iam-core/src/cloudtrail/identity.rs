use std::borrow::Cow;
use std::sync::Arc;

use super::scan::{Scanner, Stop, Value};
use super::{Principal, PrincipalKind};

/// What `userIdentity` says.
///
/// Source: CloudTrail User Guide, "CloudTrail userIdentity element".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity<'b> {
    pub(super) kind: PrincipalKind,
    /// The principal's account and name, see [`Principal`].
    pub(super) principal_account: Cow<'b, str>,
    pub(super) name: Cow<'b, str>,
    /// The session's name; empty for none.
    pub(super) session: Cow<'b, str>,
    /// `accessKeyId`; empty for none.
    pub(super) access_key: Cow<'b, str>,
    /// `sessionContext.attributes.mfaAuthenticated`.
    pub(super) session_mfa: Option<bool>,
    /// `sessionContext.assumedRoot`.
    pub(super) assumed_root: bool,
    /// `invokedBy`; empty for none.
    pub(super) invoked_by: Cow<'b, str>,
    /// `accountId`; empty for none.
    pub(super) account: Cow<'b, str>,
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

impl<'b> Identity<'b> {
    /// Reads the object `userIdentity`. What is damaged tells nothing.
    pub(super) fn read(bytes: &'b [u8]) -> Self {
        let mut fields = Fields::default();
        let identity = fields.read(bytes).and_then(|()| fields.identity());
        identity.unwrap_or_else(|_| Self::absent())
    }

    /// Who it was where there is no `userIdentity`, or none that tells its type.
    pub(super) fn or_service(mut self, event_type: &str, event_source: &'b str) -> Self {
        let service = if event_type == "AwsServiceEvent" {
            Cow::Borrowed(event_source)
        } else {
            self.invoked_by.clone()
        };
        if !self.has_type && !service.is_empty() {
            self.kind = PrincipalKind::Service;
            self.name = service;
            self.principal_account = Cow::Borrowed("");
        }
        self
    }

    /// The identity of a record that has none.
    pub(super) fn absent() -> Self {
        Self {
            kind: PrincipalKind::Unknown,
            principal_account: Cow::Borrowed(""),
            name: Cow::Borrowed(""),
            session: Cow::Borrowed(""),
            access_key: Cow::Borrowed(""),
            session_mfa: None,
            assumed_root: false,
            invoked_by: Cow::Borrowed(""),
            account: Cow::Borrowed(""),
            has_type: false,
        }
    }

    /// The principal.
    pub(super) fn principal(&self) -> Principal {
        Principal {
            kind: self.kind,
            account: Arc::from(&*self.principal_account),
            name: Arc::from(&*self.name),
        }
    }
}

impl<'b> Fields<'b> {
    fn read(&mut self, bytes: &'b [u8]) -> Result<(), Stop> {
        let mut scanner = Scanner::new(bytes, 0);
        // The order in which CloudTrail writes them.
        let is_usual = scanner.pass(b"{\"type\":");
        if is_usual {
            self.kind = scanner.text_or_value()?;
            member(&mut scanner, b",\"principalId\":", &mut self.principal_id)?;
            member(&mut scanner, b",\"arn\":", &mut self.arn)?;
            member(&mut scanner, b",\"accountId\":", &mut self.account_id)?;
            member(&mut scanner, b",\"accessKeyId\":", &mut self.access_key_id)?;
            member(&mut scanner, b",\"userName\":", &mut self.user_name)?;
            member(&mut scanner, b",\"sessionContext\":", &mut self.session_context)?;
            member(&mut scanner, b",\"invokedBy\":", &mut self.invoked_by)?;
        }
        members_from(&mut scanner, !is_usual, |key, value| {
            let field = match key {
                b"type" => &mut self.kind,
                b"principalId" => &mut self.principal_id,
                b"arn" => &mut self.arn,
                b"accountId" => &mut self.account_id,
                b"accessKeyId" => &mut self.access_key_id,
                b"userName" => &mut self.user_name,
                b"invokedBy" => &mut self.invoked_by,
                b"identityProvider" => &mut self.identity_provider,
                b"onBehalfOf" => &mut self.on_behalf_of,
                b"sessionContext" => &mut self.session_context,
                _ => return,
            };
            *field = value;
        })
    }

    fn identity(&self) -> Result<Identity<'b>, Stop> {
        let (mut attributes, mut issuer, mut assumed_root) = (Value::ABSENT, Value::ABSENT, Value::ABSENT);
        if let Some(context) = self.session_context.object() {
            let mut scanner = Scanner::new(context, 0);
            let is_usual = scanner.pass(b"{\"sessionIssuer\":");
            if is_usual {
                issuer = scanner.text_or_value()?;
                member(&mut scanner, b",\"attributes\":", &mut attributes)?;
            }
            members_from(&mut scanner, !is_usual, |key, value| match key {
                b"sessionIssuer" => issuer = value,
                b"attributes" => attributes = value,
                b"assumedRoot" => assumed_root = value,
                _ => {}
            })?;
        }
        let (issuer_arn, issuer_account) = issuer.object().map_or(Ok(Default::default()), read_issuer)?;
        let mut mfa = Value::ABSENT;
        if let Some(attributes) = attributes.object() {
            members(attributes, |key, value| {
                if key == b"mfaAuthenticated" {
                    mfa = value;
                }
            })?;
        }
        let (issuer_arn, arn) = (issuer_arn.decoded(), self.arn.decoded());
        let (principal_id, user_name) = (self.principal_id.decoded(), self.user_name.decoded());
        let invoked_by = self.invoked_by.decoded().unwrap_or_default();
        let own_account = self.account_id.decoded().unwrap_or_default();
        let kind_word = self.kind.decoded();
        let has_type = kind_word.is_some();

        let mut session = None;
        let (kind, name) = match kind_word.as_deref() {
            Some("AssumedRole") => {
                // `AROA...:SESSION`, else `.../NAME/SESSION`.
                session = part_behind(principal_id.as_ref(), ':').or_else(|| part_behind(arn.as_ref(), '/'));
                match issuer_arn.or_else(|| arn.map(without_session)) {
                    Some(name) => (PrincipalKind::Role, Some(name)),
                    None => (PrincipalKind::Unknown, principal_id),
                }
            }
            Some("IAMUser") => (PrincipalKind::User, arn.or(user_name).or(principal_id)),
            Some("Root") => {
                let of_account = || Cow::Owned(format!("arn:aws:iam::{own_account}:root"));
                (PrincipalKind::Root, Some(arn.unwrap_or_else(of_account)))
            }
            Some("FederatedUser") => {
                session = part_behind(arn.as_ref(), '/');
                (PrincipalKind::FederatedUser, issuer_arn.or(arn))
            }
            Some("Role") => (PrincipalKind::Role, issuer_arn.or(arn)),
            Some("AWSService") => (PrincipalKind::Service, Some(invoked_by.clone())),
            Some("AWSAccount") => {
                session = principal_id;
                (PrincipalKind::OtherAccount, Some(own_account.clone()))
            }
            Some("WebIdentityUser") => {
                session = user_name.or(principal_id);
                (PrincipalKind::WebIdentity, self.identity_provider.decoded())
            }
            Some("SAMLUser") => {
                session = user_name.or(principal_id);
                (PrincipalKind::Saml, self.identity_provider.decoded())
            }
            Some("IdentityCenterUser") => {
                (PrincipalKind::IdentityCenterUser, Some(self.directory_user(principal_id)?))
            }
            Some("Directory") => (PrincipalKind::Directory, user_name.or(principal_id)),
            _ => (PrincipalKind::Unknown, principal_id),
        };
        let name = name.unwrap_or_default();
        let principal_account = if kind == PrincipalKind::Service {
            Cow::Borrowed("")
        } else if own_account.is_empty() {
            issuer_account.decoded().unwrap_or_else(|| Cow::Owned(account_of_arn(&name).to_owned()))
        } else {
            own_account.clone()
        };
        Ok(Identity {
            kind,
            principal_account,
            name,
            session: session.unwrap_or_default(),
            access_key: self.access_key_id.decoded().unwrap_or_default(),
            session_mfa: mfa.truth(),
            assumed_root: assumed_root.truth() == Some(true),
            invoked_by,
            account: own_account,
            has_type,
        })
    }

    /// `IDENTITY_STORE_ARN/USER_ID` of a person of IAM Identity Center.
    fn directory_user(&self, principal_id: Option<Cow<'b, str>>) -> Result<Cow<'b, str>, Stop> {
        let (mut user, mut store) = (Value::ABSENT, Value::ABSENT);
        if let Some(on_behalf_of) = self.on_behalf_of.object() {
            members(on_behalf_of, |key, value| match key {
                b"userId" => user = value,
                b"identityStoreArn" => store = value,
                _ => {}
            })?;
        }
        let user = user.decoded().or(principal_id).unwrap_or_default();
        Ok(store.decoded().map_or(user.clone(), |store| Cow::Owned(format!("{store}/{user}"))))
    }
}

/// `arn` and `accountId` of a `sessionIssuer`.
fn read_issuer(issuer: &[u8]) -> Result<(Value<'_>, Value<'_>), Stop> {
    let (mut arn, mut account) = (Value::ABSENT, Value::ABSENT);
    let mut scanner = Scanner::new(issuer, 0);
    let is_usual = scanner.pass(b"{\"type\":");
    if is_usual {
        let mut other = scanner.text_or_value()?;
        member(&mut scanner, b",\"principalId\":", &mut other)?;
        member(&mut scanner, b",\"arn\":", &mut arn)?;
        member(&mut scanner, b",\"accountId\":", &mut account)?;
    }
    members_from(&mut scanner, !is_usual, |key, value| match key {
        b"arn" => arn = value,
        b"accountId" => account = value,
        _ => {}
    })?;
    Ok((arn, account))
}

/// What stands behind the first `:` or the last `/`.
fn part_behind<'b>(text: Option<&Cow<'b, str>>, mark: char) -> Option<Cow<'b, str>> {
    fn part(text: &str, mark: char) -> Option<&str> {
        if mark == ':' { text.split_once(mark) } else { text.rsplit_once(mark) }.map(|(_, part)| part)
    }
    Some(match text? {
        Cow::Borrowed(text) => Cow::Borrowed(part(text, mark)?),
        Cow::Owned(text) => Cow::Owned(part(text, mark)?.to_owned()),
    })
}

/// `arn:aws:sts::111122223333:assumed-role/NAME` of `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`.
fn without_session(arn: Cow<'_, str>) -> Cow<'_, str> {
    let is_session = arn.matches('/').count() > 1;
    let end = arn.rfind('/').filter(|_| is_session).unwrap_or(arn.len());
    match arn {
        Cow::Borrowed(arn) => Cow::Borrowed(arn.get(..end).unwrap_or(arn)),
        Cow::Owned(mut arn) => {
            arn.truncate(end);
            Cow::Owned(arn)
        }
    }
}

fn account_of_arn(name: &str) -> &str {
    if name.starts_with("arn:") { name.split(':').nth(4).unwrap_or_default() } else { "" }
}

/// Calls `each` with every member of an object.
#[inline]
pub(super) fn members<'b>(object: &'b [u8], each: impl FnMut(&[u8], Value<'b>)) -> Result<(), Stop> {
    members_from(&mut Scanner::new(object, 0), true, each)
}

/// Calls `each` with the members that are left, or with all that are.
#[inline]
fn members_from<'b>(
    scanner: &mut Scanner<'b>,
    mut is_first: bool,
    mut each: impl FnMut(&[u8], Value<'b>),
) -> Result<(), Stop> {
    if is_first {
        scanner.expect(b'{')?;
    }
    while let Some(key) = scanner.key(is_first)? {
        is_first = false;
        let value = scanner.text_or_value()?;
        if key.has_escapes {
            each(key.decoded().as_bytes(), value);
        } else {
            each(key.raw, value);
        }
    }
    Ok(())
}

/// Reads a member, if it is next.
#[inline]
fn member<'b, const N: usize>(
    scanner: &mut Scanner<'b>,
    key: &[u8; N],
    value: &mut Value<'b>,
) -> Result<(), Stop> {
    if scanner.pass(key) {
        *value = scanner.text_or_value()?;
    }
    Ok(())
}
