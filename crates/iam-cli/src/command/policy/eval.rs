use std::path::Path;

use anyhow::{Context as _, bail};
use iam_core::evidence::{Account, Evidence, Identities, Identity};
use iam_core::input::PolicyDocument;
use iam_core::input::organizations_policies::{OrganizationPolicy, OrganizationPolicyKind};
use iam_policy::arn::{AccountId, Arn};
use iam_policy::context::{Context, ContextValue, Key};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate, needs_resource_policy};
use iam_policy::policy::{Policy, StatementRef};
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::span::Position;
use iam_report::decision::{self, Evaluated};

use crate::arguments::{ListFormat, PolicyEval};
use crate::exit::Exit;
use crate::files;

/// Decides one request.
pub(crate) fn run(arguments: &PolicyEval) -> anyhow::Result<Exit> {
    if let Some(access) = &arguments.not_granted {
        return super::granted::run_not_granted(access, arguments);
    }
    let mut notes = Vec::new();
    let mut request = request(arguments, &mut notes)?;
    let handed_in = policies(arguments)?;
    let mut set = handed_in.iter().fold(PolicySet::new(), |set, file| set.with(&file.policy));
    if let Some(account) = &arguments.management_account {
        set = set.managed_by(account.parse().context("--management-account")?);
    }
    let evidence = arguments.snapshot.as_deref().map(read_snapshot).transpose()?;
    if let Some(evidence) = &evidence {
        request = of_known_role(request, evidence)?;
    }
    super::unlisted::notes(&request, &mut notes);
    let mut snapshot = Snapshot { account: None, documents: Vec::new() };
    if let Some(evidence) = &evidence {
        snapshot = Snapshot::of(evidence, request.principal())?;
        set = snapshot.add_to(set, &request, arguments, &mut notes)?;
    }
    if needs_resource_policy(&request) && !set.has_resource_policy() {
        let (kind, noun) = of_resource(&request);
        notes.push(format!(
            "the {noun} was not handed in, and there always is one; --resource-policy takes it"
        ));
        set = set.unseen(kind);
    }
    let decision = evaluate(&request, &set);
    let exit = match decision.answer {
        Answer::Allowed { .. } => Exit::Clean,
        Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. } => Exit::Findings,
        Answer::Depends { .. } => Exit::Gaps,
    };
    let place = |cited: &StatementRef<'_>| {
        let file = handed_in.iter().find(|file| std::ptr::eq(&raw const file.policy, cited.policy));
        file.map(|file| file.place(cited)).or_else(|| snapshot.place(cited)).unwrap_or_default()
    };
    let evaluated = Evaluated {
        request: &request,
        decision: &decision,
        place: &place,
        notes: &notes,
        exit_code: exit.number(),
        tool: iam_report::Tool::default(),
    };
    let out = &arguments.output;
    out.write(|writer| match arguments.format {
        ListFormat::Human => decision::human(evaluated, out.width(), out.has_color(), writer),
        ListFormat::Json => decision::json(evaluated, writer),
    })?;
    Ok(exit)
}

fn request(arguments: &PolicyEval, notes: &mut Vec<String>) -> anyhow::Result<Request> {
    let principal = arguments.principal.as_deref().context("--principal is missing")?;
    let principal = Principal::parse(principal).context("--principal")?;
    let action = arguments.action.as_deref().context("--action is missing")?.parse().context("--action")?;
    let mut owner = account_of(arguments.resource_account.as_deref()).context("--resource-account")?;
    let own = principal.account();
    let mut parts = RequestParts::new(principal, action, context(arguments)?);
    if let Some(resource) = &arguments.resource {
        if resource == "*" {
            bail!(
                "--resource: found `*`, expected an ARN; leave the option out for actions that know no resource"
            );
        }
        parts = parts.on(resource);
        let tells = Arn::parse(resource).is_ok_and(|arn| arn.account().is_ok());
        if let (None, false, Some(own)) = (owner, tells, own) {
            notes.push(format!("the resource is taken to belong to {own}, like the principal; --resource-account says otherwise"));
            owner = Some(own);
        }
    }
    if let Some(owner) = owner {
        parts = parts.owned_by(owner);
    }
    Ok(Request::new(parts)?)
}

/// The policy that a resource of this kind always has.
fn of_resource(request: &Request) -> (PolicyKind, &'static str) {
    if request.action().service() == "kms" {
        (PolicyKind::Resource, "key policy")
    } else {
        (PolicyKind::Trust, "trust policy of the role")
    }
}

/// The request with the path of the role, which the ARN of a session does not say: names of roles are unique in an account.
/// Source: IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements".
fn of_known_role(request: Request, evidence: &Evidence) -> anyhow::Result<Request> {
    let Principal::RoleSession(session) = request.principal() else { return Ok(request) };
    let own = evidence.accounts.iter().filter(|account| account.id() == Some(session.account));
    let identities = own.filter_map(|account| account.identities().ok());
    let mut roles = identities.flat_map(Identities::roles).filter(|_| session.may_have_path());
    let known = roles.find_map(|role| session.of_role(&role.detail.arn));
    let Some(session) = known else { return Ok(request) };
    let mut parts =
        RequestParts::new(Principal::RoleSession(session), request.action().clone(), request.given().clone());
    parts.resource = request.resource().map(Into::into);
    parts.resource_account = request.resource_account();
    Ok(Request::new(parts)?)
}

fn account_of(text: Option<&str>) -> anyhow::Result<Option<AccountId>> {
    Ok(text.map(str::parse).transpose()?)
}

/// What is said of condition keys. A key with several values is multivalued.
fn context(arguments: &PolicyEval) -> anyhow::Result<Context> {
    let mut context = if arguments.closed { Context::closed() } else { Context::open() };
    let mut given: Vec<(Key, Vec<Box<str>>)> = Vec::new();
    for pair in &arguments.context {
        let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            bail!("--context: found `{pair}`, expected KEY=VALUE, such as aws:SourceIp=203.0.113.9");
        };
        let key = Key::new(key);
        match given.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value.into()),
            None => given.push((key, vec![value.into()])),
        }
    }
    for (key, mut values) in given {
        let value = match values.pop() {
            Some(value) if values.is_empty() => ContextValue::Single(value),
            last => ContextValue::Set(values.into_iter().chain(last).collect()),
        };
        context.insert(key, value);
    }
    for key in &arguments.absent {
        let key = Key::new(key);
        if context.iter().any(|(known, _)| *known == key) {
            bail!("--absent {key}: --context gives the key a value");
        }
        context.insert(key, ContextValue::Absent);
    }
    Ok(context)
}

/// A policy that was handed in as a file.
struct FilePolicy {
    path: String,
    text: String,
    policy: Policy,
}

fn policies(arguments: &PolicyEval) -> anyhow::Result<Vec<FilePolicy>> {
    let is_role = |resource: &String| {
        Arn::parse(resource).is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"))
    };
    let of_resource = if arguments.resource.as_ref().is_some_and(is_role) {
        PolicyKind::Trust
    } else {
        PolicyKind::Resource
    };
    let one = |path: &'_ Option<std::path::PathBuf>| path.clone().into_iter().collect::<Vec<_>>();
    let all = [
        (PolicyKind::Identity, arguments.identity.clone()),
        (of_resource, one(&arguments.resource_policy)),
        (PolicyKind::Boundary, one(&arguments.boundary)),
        (PolicyKind::Session, one(&arguments.session)),
        (PolicyKind::ServiceControl, arguments.scp.clone()),
        (PolicyKind::ResourceControl, arguments.rcp.clone()),
        (PolicyKind::VpcEndpoint, one(&arguments.vpc_endpoint)),
    ];
    let each = all.iter().flat_map(|(kind, paths)| paths.iter().map(move |path| (*kind, path)));
    each.map(|(kind, path)| FilePolicy::read(kind, path)).collect()
}

impl FilePolicy {
    fn read(kind: PolicyKind, path: &Path) -> anyhow::Result<Self> {
        let shown = super::shown(path);
        let text = super::read(path).with_context(|| format!("cannot read {shown}"))?;
        let (text, _) = super::plain(&text);
        let document = Document::parse(&text).map_err(|issues| {
            let issues: Vec<String> =
                issues.iter().map(|issue| format!("{shown}:{}", issue.in_text(&text))).collect();
            anyhow::anyhow!("{shown} is no policy that can be evaluated:\n  {}", issues.join("\n  "))
        })?;
        let policy = Policy::compile(&shown, kind, &document);
        Ok(Self { path: shown, text, policy })
    }

    fn place(&self, cited: &StatementRef<'_>) -> String {
        format!("{}:{}", self.path, Position::of(&self.text, cited.statement.at.start))
    }
}

fn read_snapshot(path: &Path) -> anyhow::Result<Evidence> {
    let evidence = files::Reading::of(&[path.to_path_buf()]).artefacts();
    if evidence.accounts.is_empty() {
        let why = evidence.unused.first().map(|unused| format!(": {}", unused.why)).unwrap_or_default();
        bail!("--snapshot: {} holds no artefact of an account{why}", files::shown(path));
    }
    Ok(evidence)
}

/// Whether a policy of the organization is, or may be, one of the customer's of this kind. The one that AWS attaches itself
/// allows everything.
fn is_of_kind(policy: &OrganizationPolicy, kind: PolicyKind) -> bool {
    let is_it = match policy.summary.kind.known() {
        Ok(OrganizationPolicyKind::ServiceControl) => kind == PolicyKind::ServiceControl,
        Ok(OrganizationPolicyKind::ResourceControl) => kind == PolicyKind::ResourceControl,
        Ok(OrganizationPolicyKind::Other(_)) => false,
        Err(_) => true,
    };
    is_it && policy.summary.is_of_aws.known() != Ok(true)
}

/// What a snapshot says about the request.
struct Snapshot<'e> {
    account: Option<&'e Account>,
    documents: Vec<&'e PolicyDocument>,
}

impl<'e> Snapshot<'e> {
    fn of(evidence: &'e Evidence, principal: &Principal) -> anyhow::Result<Self> {
        let id = principal.account();
        let mut accounts = evidence.accounts.iter();
        let account = accounts.find(|account| id.is_some() && account.id() == id);
        match account {
            Some(account) => Ok(Self { account: Some(account), documents: Vec::new() }),
            None => bail!("--snapshot holds nothing of the account of {principal}"),
        }
    }

    /// Adds the policies of the principal, and the trust policy of a role that is asked for.
    fn add_to<'s>(
        &'s mut self,
        mut set: PolicySet<'e>,
        request: &Request,
        arguments: &PolicyEval,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<PolicySet<'e>> {
        let Some(account) = self.account else { return Ok(set) };
        let identities =
            account.identities().map_err(|gap| anyhow::anyhow!("{}; {}", gap.what, gap.remedy))?;
        let missing = |gap: std::sync::Arc<iam_core::fact::Gap>| anyhow::anyhow!("--snapshot: {}", gap.what);
        let identity = match request.principal() {
            Principal::User(user) => Some(Identity::User(identities.user(user.arn()).map_err(missing)?)),
            Principal::RoleSession(session) => {
                Some(Identity::Role(identities.role(session.role()).map_err(missing)?))
            }
            _ => None,
        };
        if let Some(identity) = identity {
            let grants = identity.grants();
            let mut unseen = grants.incomplete.clone();
            for grant in &grants.seen {
                match grant.document().and_then(|document| Ok((document, document.policy()?))) {
                    Ok((document, policy)) => {
                        self.documents.push(document);
                        set = set.with(policy);
                    }
                    Err(gap) => unseen = unseen.or(Some(gap)),
                }
            }
            if let Some(gap) = unseen {
                notes.push(format!("not all policies of {identity} were seen: {}", gap.what));
                set = set.unseen(PolicyKind::Identity);
            }
            match identity
                .boundary_document()
                .and_then(|document| document.map(|document| Ok((document, document.policy()?))).transpose())
            {
                Ok(None) => {}
                Ok(Some((document, policy))) => {
                    self.documents.push(document);
                    set = set.bounded_by(policy);
                }
                Err(gap) => {
                    notes.push(format!("the permissions boundary of {identity} was not seen: {}", gap.what));
                    set = set.unseen(PolicyKind::Boundary);
                }
            }
        }
        let role = request.resource().filter(|resource| resource.contains(":role/"));
        if let Some(role) = role.and_then(|role| identities.role(role).ok()) {
            match role.detail.trust.seen().and_then(|trust| Ok((trust, trust.policy()?))) {
                Ok((document, policy)) => {
                    self.documents.push(document);
                    set = set.with(policy);
                }
                Err(gap) => {
                    notes.push(format!(
                        "the trust policy of role {} was not seen: {}",
                        role.detail.name, gap.what
                    ));
                    set = set.unseen(PolicyKind::Trust);
                }
            }
        }
        for (kind, words, option, was_handed_in) in [
            (PolicyKind::ServiceControl, "service control", "--scp", !arguments.scp.is_empty()),
            (PolicyKind::ResourceControl, "resource control", "--rcp", !arguments.rcp.is_empty()),
        ] {
            if !was_handed_in && account.organization_policies().iter().any(|policy| is_of_kind(policy, kind))
            {
                notes.push(format!(
                    "{words} policies of the organization are in the snapshot, but not whom they are attached to; hand in those \
                     that apply with {option}"
                ));
                set = set.unseen(kind);
            }
        }
        Ok(set)
    }

    fn place(&self, cited: &StatementRef<'_>) -> Option<String> {
        let holds = |document: &&&PolicyDocument| {
            document.policy().is_ok_and(|policy| std::ptr::eq(policy, cited.policy))
        };
        let document = self.documents.iter().find(holds)?;
        let quote = self.account?.quote(document.part(cited.statement.at))?;
        Some(match quote.region {
            Some((line, column, _)) => format!("{}:{line}:{column}", quote.path),
            None => quote.path,
        })
    }
}
