//! What is asked: who wants to do what to which resource under which circumstances.

use std::fmt;
use std::str::FromStr;

use crate::arn::{AccountId, Fields};
use crate::context::{Context, ContextValue, Key};
use crate::principal::Principal;

/// A request whose parts do not contradict each other. Condition keys that follow from the parts are filled in.
///
/// ```
/// use iam_policy::context::{Context, ContextValue, Key};
/// use iam_policy::principal::Principal;
/// use iam_policy::request::{Request, RequestParts};
///
/// let anna = Principal::user("arn:aws:iam::111122223333:user/anna")?;
/// let parts = RequestParts::new(anna, "s3:GetObject".parse()?, Context::open());
/// let request = Request::new(parts)?;
/// assert_eq!(request.context().value(&Key::new("aws:username")), &ContextValue::single("anna"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    parts: RequestParts,
    /// The given context and what follows from the other parts.
    context: Context,
}

/// The parts of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestParts {
    /// Who asks.
    pub principal: Principal,
    /// The canonical user id of the principal's account, which only S3 uses; where known.
    pub canonical_user: Option<Box<str>>,
    /// What is to be done.
    pub action: Action,
    /// The ARN of the resource; `None` for actions that know no resource.
    pub resource: Option<Box<str>>,
    /// The account that owns the resource, where the ARN does not name it.
    pub resource_account: Option<AccountId>,
    /// What is known of the condition keys.
    pub context: Context,
}

/// An action by its service's prefix and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action {
    service: Box<str>,
    name: Box<str>,
}

/// A request that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// The action is not one action.
    #[error(
        "found the action `{0}`, expected a service and a name such as `s3:GetObject`, without wildcards"
    )]
    Action(Box<str>),
    /// The resource is no ARN.
    #[error("found the resource `{0}`, expected an ARN: arn:partition:service:region:account:resource")]
    Resource(Box<str>),
    /// The account of the resource is another than that in its ARN.
    #[error("the resource `{resource}` does not belong to the account {account}")]
    ResourceAccount {
        /// The ARN.
        resource: Box<str>,
        /// The account that was said to own it.
        account: AccountId,
    },
    /// A condition key has another value than the rest of the request gives it.
    #[error("the condition key {key} was given as {given}, but {expected} follows from the request")]
    Context {
        /// The key.
        key: Key,
        /// What was said of it.
        given: ContextValue,
        /// What is true of it.
        expected: ContextValue,
    },
}

impl RequestParts {
    /// A request without a resource.
    pub fn new(principal: Principal, action: Action, context: Context) -> Self {
        Self { principal, canonical_user: None, action, resource: None, resource_account: None, context }
    }

    /// The request for a resource.
    #[must_use]
    pub fn on(mut self, resource: &str) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The request for a resource of this account.
    #[must_use]
    pub fn owned_by(mut self, account: AccountId) -> Self {
        self.resource_account = Some(account);
        self
    }
}

impl Request {
    /// A request of these parts.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if the resource is no ARN, or if the context or the account contradict the other parts.
    pub fn new(mut parts: RequestParts) -> Result<Self, InvalidRequest> {
        parts.resource_account =
            resource_account(parts.resource.as_deref(), parts.resource_account, &parts.context)?;
        if let Some(known) = of_known_role(&parts) {
            parts.principal = known;
        }
        let impossible = impossible_keys(&parts.principal);
        let contradicted = parts.context.iter().find(|(key, value)| {
            let is_there = !matches!(value, ContextValue::Absent | ContextValue::Unknown);
            is_there && impossible.iter().any(|prefix| key.folded().starts_with(prefix))
        });
        if let Some((key, given)) = contradicted {
            let (key, given) = (key.clone(), given.clone());
            return Err(InvalidRequest::Context { key, given, expected: ContextValue::Absent });
        }
        let mut context = parts.context.clone();
        context.exclude(impossible);
        let of_principal = facts_of_principal(&parts.principal);
        let of_question = facts_of_question(&parts.principal, &parts.action, parts.resource_account);
        for (name, expected) in of_principal.into_iter().chain(of_question) {
            let key = Key::new(name);
            let value = settled(&parts.context, &key, expected)?;
            context.insert(key, value);
        }
        Ok(Self { parts, context })
    }

    /// The same principal under the same circumstances asking something else: cheaper than a new request.
    ///
    /// # Errors
    ///
    /// As [`Request::new`].
    pub fn ask(
        &mut self,
        action: Action,
        resource: Option<&str>,
        resource_account: Option<AccountId>,
    ) -> Result<(), InvalidRequest> {
        let account = self::resource_account(resource, resource_account, &self.parts.context)?;
        let mut settled_keys = Vec::new();
        for (name, expected) in facts_of_question(&self.parts.principal, &action, account) {
            let key = Key::new(name);
            let value = settled(&self.parts.context, &key, expected)?;
            settled_keys.push((key, value));
        }
        for key in [RESOURCE_ACCOUNT, CALLER_ACCOUNT].map(Key::new) {
            match self.parts.context.mentioned(&key) {
                Some(given) => drop(self.context.insert(key, given.clone())),
                None => self.context.forget(&key),
            }
        }
        for (key, value) in settled_keys {
            self.context.insert(key, value);
        }
        self.parts.action = action;
        self.parts.resource = resource.map(Into::into);
        self.parts.resource_account = account;
        Ok(())
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.parts.principal
    }

    /// The canonical user id of the principal's account, where known.
    pub fn canonical_user(&self) -> Option<&str> {
        self.parts.canonical_user.as_deref()
    }

    /// What is to be done.
    pub fn action(&self) -> &Action {
        &self.parts.action
    }

    /// The ARN of the resource.
    pub fn resource(&self) -> Option<&str> {
        self.parts.resource.as_deref()
    }

    /// The ARN of the resource, split.
    pub fn resource_fields(&self) -> Option<Fields<'_>> {
        self.resource().and_then(Fields::split)
    }

    /// The account that owns the resource, where known.
    pub fn resource_account(&self) -> Option<AccountId> {
        self.parts.resource_account
    }

    /// The condition keys as they were given, without those that follow from the other parts.
    pub fn given(&self) -> &Context {
        &self.parts.context
    }

    /// The condition keys.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

/// The account that owns the resource, from all that says something about it.
fn resource_account(
    resource: Option<&str>,
    said: Option<AccountId>,
    context: &Context,
) -> Result<Option<AccountId>, InvalidRequest> {
    let in_context = match context.value(&Key::new(RESOURCE_ACCOUNT)) {
        ContextValue::Single(account) => account.parse().ok(),
        _ => None,
    };
    let Some(resource) = resource else {
        return Ok(said.or(in_context));
    };
    let arn = Fields::split(resource).ok_or_else(|| InvalidRequest::Resource(resource.into()))?;
    let [.., field] = arn.fields();
    match (field.parse().ok(), said) {
        (Some(in_arn), Some(account)) if in_arn != account => {
            Err(InvalidRequest::ResourceAccount { resource: resource.into(), account })
        }
        (in_arn, said) => Ok(in_arn.or(said).or(in_context)),
    }
}

/// The principal with the path of its role, which `aws:PrincipalArn` says.
fn of_known_role(parts: &RequestParts) -> Option<Principal> {
    let Principal::RoleSession(session) = &parts.principal else { return None };
    let Some(ContextValue::Single(role)) = parts.context.mentioned(&Key::new("aws:PrincipalArn")) else {
        return None;
    };
    session.of_role(role).map(Principal::RoleSession)
}

/// What is known of a key by what was given and what follows.
fn settled(given: &Context, key: &Key, expected: ContextValue) -> Result<ContextValue, InvalidRequest> {
    let Some(given) = given.mentioned(key) else {
        return Ok(if expected == ContextValue::Unknown { given.value(key).clone() } else { expected });
    };
    expected.clone().agreed(given).ok_or_else(|| InvalidRequest::Context {
        key: key.clone(),
        given: given.clone(),
        expected,
    })
}

const RESOURCE_ACCOUNT: &str = "aws:ResourceAccount";
const CALLER_ACCOUNT: &str = "kms:CallerAccount";

/// Beginnings of keys, in lower case, that no request of the principal has.
fn impossible_keys(principal: &Principal) -> &'static [&'static str] {
    match principal {
        Principal::Anonymous => &["aws:principaltag/"],
        _ => &[],
    }
}

/// The keys of which something follows from the principal.
///
/// Source: IAM User Guide, "AWS global condition context keys" and "IAM policy elements: Variables and tags", "Principal key
/// values".
fn facts_of_principal(principal: &Principal) -> Vec<(&'static str, ContextValue)> {
    use ContextValue::{Absent, Present, Unknown};
    let single = |value: &str| ContextValue::single(value);
    let mut facts = Vec::new();
    // Every request has these.
    for key in [
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:SecureTransport",
        "aws:RequestedRegion",
        "aws:UserAgent",
        "aws:ViaAWSService",
    ] {
        facts.push((key, Present));
    }
    let (account, kind, id) = match principal {
        Principal::Anonymous => (single("anonymous"), single("Anonymous"), single("anonymous")),
        Principal::Root(root) => {
            let account = single(&root.account.to_string());
            (account.clone(), single("Account"), account)
        }
        Principal::User(user) => {
            let id = user.id.as_deref().map_or(Present, single);
            (single(&user.account.to_string()), single("User"), id)
        }
        Principal::RoleSession(session) => {
            let id = match (&session.role_id, session.name()) {
                (Some(role), Some(name)) => single(&format!("{role}:{name}")),
                _ => Present,
            };
            (single(&session.account.to_string()), single("AssumedRole"), id)
        }
        Principal::FederatedUser(session) => {
            let id = single(&format!("{}:{}", session.account, session.name()));
            (single(&session.account.to_string()), single("FederatedUser"), id)
        }
        // Nothing says that they have an account.
        Principal::Federated(_) | Principal::Service(_) => (Unknown, Present, Present),
    };
    facts.extend([("aws:PrincipalAccount", account), ("aws:PrincipalType", kind), ("aws:userid", id)]);
    let arn = match principal {
        Principal::Anonymous => Some(Absent),
        Principal::Root(root) => Some(single(root.arn())),
        Principal::User(user) => Some(single(user.arn())),
        Principal::RoleSession(session) if session.may_have_path() => {
            Some(ContextValue::Like(session.possible_roles()))
        }
        Principal::RoleSession(session) => Some(single(session.role())),
        Principal::FederatedUser(session) => Some(single(session.arn())),
        Principal::Service(_) | Principal::Federated(_) => Some(Unknown),
    };
    facts.extend(arn.map(|arn| ("aws:PrincipalArn", arn)));
    let is_service = match principal {
        Principal::Anonymous => Some(Absent),
        Principal::Service(_) => Some(single("true")),
        Principal::Federated(_) => None,
        _ => Some(single("false")),
    };
    facts.extend(is_service.map(|is_service| ("aws:PrincipalIsAWSService", is_service)));
    let (service, services) = match principal {
        Principal::Service(service) => (single(service), Present),
        _ => (Absent, Absent),
    };
    facts.extend([("aws:PrincipalServiceName", service), ("aws:PrincipalServiceNamesList", services)]);
    facts.push(match principal {
        Principal::User(user) => ("aws:username", single(user.name())),
        _ => ("aws:username", Absent),
    });
    // Users and root users have temporary credentials or not.
    let temporary = match principal {
        Principal::RoleSession(_) | Principal::FederatedUser(_) => Some(Present),
        Principal::Anonymous => Some(Absent),
        _ => None,
    };
    for key in ["aws:TokenIssueTime", "aws:MultiFactorAuthPresent"] {
        facts.extend(temporary.clone().map(|temporary| (key, temporary)));
    }
    if *principal == Principal::Anonymous {
        for key in ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:MultiFactorAuthAge"] {
            facts.push((key, Absent));
        }
    }
    facts
}

/// The keys of which something follows from what is asked for.
fn facts_of_question(
    principal: &Principal,
    action: &Action,
    resource_account: Option<AccountId>,
) -> impl Iterator<Item = (&'static str, ContextValue)> {
    let caller = principal.account().filter(|_| action.service() == "kms");
    let accounts = [(RESOURCE_ACCOUNT, resource_account), (CALLER_ACCOUNT, caller)];
    accounts
        .into_iter()
        .filter_map(|(key, account)| Some((key, ContextValue::Single(account?.to_string().into()))))
}

impl Action {
    /// The service's prefix in lower case, such as `s3`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The name, such as `GetObject`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is this action; case does not matter.
    pub fn is(&self, service: &str, name: &str) -> bool {
        self.service.eq_ignore_ascii_case(service) && self.name.eq_ignore_ascii_case(name)
    }
}

impl FromStr for Action {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match text.split_once(':') {
            Some((service, name)) if is_plain(service) && is_plain(name) => {
                Ok(Self { service: service.to_ascii_lowercase().into(), name: name.into() })
            }
            _ => Err(InvalidRequest::Action(text.into())),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: &str = "arn:aws:iam::111122223333:user/dev/anna";

    fn value(text: &str) -> ContextValue {
        ContextValue::single(text)
    }

    fn request(principal: &str, action: &str, context: Context) -> Result<Request, InvalidRequest> {
        let principal = Principal::parse(principal).unwrap();
        Request::new(RequestParts::new(principal, action.parse()?, context))
    }

    #[test]
    fn keys_follow_from_the_principal() {
        let check = |principal: &str, key: &str, expected: ContextValue| {
            let request = request(principal, "s3:ListAllMyBuckets", Context::open()).unwrap();
            assert_eq!(request.context().value(&Key::new(key)), &expected, "{principal} {key}");
        };
        check(ANNA, "aws:PrincipalArn", value(ANNA));
        check(ANNA, "aws:username", value("anna"));
        check(ANNA, "aws:TokenIssueTime", ContextValue::Unknown);
        check(ANNA, "aws:PrincipalTag/team", ContextValue::Unknown);
        let session = "arn:aws:sts::111122223333:assumed-role/Deploy/build";
        let role = "arn:aws:iam::111122223333:role/ci/Deploy";
        check(role, "aws:PrincipalArn", value(role));
        check(session, "aws:username", ContextValue::Absent);
        check(session, "aws:TokenIssueTime", ContextValue::Present);
        check("anonymous", "aws:PrincipalArn", ContextValue::Absent);
        check("anonymous", "aws:PrincipalAccount", value("anonymous"));
        check("anonymous", "aws:principaltag/Team", ContextValue::Absent);
        check("ec2.amazonaws.com", "aws:PrincipalServiceName", value("ec2.amazonaws.com"));
        check("arn:aws:iam::111122223333:root", "aws:PrincipalType", value("Account"));
        check("arn:aws:sts::111122223333:federated-user/bob", "aws:userid", value("111122223333:bob"));
    }

    #[test]
    fn contradictions_are_errors() {
        let refused = |principal: &str, key: &str, given: ContextValue| {
            let request = request(principal, "s3:GetObject", Context::closed().with(key, given));
            assert!(matches!(request, Err(InvalidRequest::Context { .. })), "{principal} {key}");
        };
        refused(ANNA, "AWS:PrincipalAccount", value("444455556666"));
        refused(ANNA, "aws:UserAgent", ContextValue::Absent);
        refused("anonymous", "aws:PrincipalTag/Team", value("red"));
        refused("ec2.amazonaws.com", "aws:username", ContextValue::Present);
        let session = "arn:aws:sts::111122223333:assumed-role/Deploy/build";
        for role in ["role/Other", "role/ci/xDeploy", "user/Deploy"] {
            refused(session, "aws:PrincipalArn", value(&format!("arn:aws:iam::111122223333:{role}")));
        }
        let role = value("arn:aws:iam::111122223333:role/ci/Deploy");
        let known = Context::open().with("aws:PrincipalArn", role);
        assert!(request(session, "s3:GetObject", known).is_ok());
        let agreed = Context::open().with("aws:PrincipalAccount", value("111122223333"));
        assert!(request(ANNA, "s3:GetObject", agreed.with("aws:UserAgent", value("curl"))).is_ok());
    }

    #[test]
    fn the_account_of_a_resource_comes_from_anywhere_but_only_once() {
        let parts = |resource: &str| {
            let principal = Principal::parse(ANNA).unwrap();
            RequestParts::new(principal, "sqs:SendMessage".parse().unwrap(), Context::open()).on(resource)
        };
        let other: AccountId = "444455556666".parse().unwrap();
        let queue = "arn:aws:sqs:eu-west-1:444455556666:queue";
        assert_eq!(Request::new(parts(queue)).unwrap().resource_account(), Some(other));
        assert!(Request::new(parts(queue).owned_by("111122223333".parse().unwrap())).is_err());
        let bucket = parts("arn:aws:s3:::bucket");
        assert_eq!(Request::new(bucket.clone()).unwrap().resource_account(), None);
        let mut request = Request::new(bucket.owned_by(other)).unwrap();
        let key = Key::new("aws:ResourceAccount");
        assert_eq!(request.context().value(&key), &value("444455556666"));
        request.ask("s3:GetObject".parse().unwrap(), Some("arn:aws:s3:::bucket/x"), None).unwrap();
        assert_eq!(request.context().value(&key), &ContextValue::Unknown);
        assert!(Request::new(parts("bucket")).is_err());
    }

    #[test]
    fn one_action_has_no_wildcards() {
        for text in ["", "s3", "s3:", ":GetObject", "s3:Get*", "s3:Get Object", "s3:Get:Object"] {
            assert!(text.parse::<Action>().is_err(), "{text}");
        }
        assert!("S3:GetObject".parse::<Action>().unwrap().is("s3", "getobject"));
    }
}
