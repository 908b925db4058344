use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use iam_core::access::{Applying, with_path_of_role};
use iam_core::evidence::Evidence;
use iam_core::fact::Gap;
use iam_core::input::PolicyDocument;
use iam_policy::arn::{AccountId, Arn};
use iam_policy::catalogue::Catalogue;
use iam_policy::context::{Context, ContextValue, Key};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate, needs_resource_policy};
use iam_policy::policy::{Policy, StatementRef};
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::span::Position;
use iam_policy::unlisted::{Unlisted, unlisted};
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
        request = with_path_of_role(request, evidence);
    }
    notes.extend(unlisted(&request, Catalogue::embedded()).iter().map(note));
    let mut documents = Vec::new();
    if let Some(evidence) = &evidence {
        let missing = |gap: Arc<Gap>| anyhow::anyhow!("--snapshot: {}; {}", gap.what, gap.remedy);
        let applying = Applying::to(&request, evidence, set).map_err(missing)?;
        set = applying.set;
        documents = applying.documents;
        notes.extend(applying.notes);
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
        file.map(|file| file.place(cited))
            .or_else(|| place_in(evidence.as_ref()?, &documents, cited))
            .unwrap_or_default()
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

/// What of the request the catalogue does not list, in words.
fn note(unlisted: &Unlisted<'_>) -> String {
    match unlisted {
        Unlisted::ActionWithoutResource(_) => format!("{unlisted}: leave --resource out"),
        Unlisted::Wildcard => "the wildcards of --resource are taken as characters of one name; `policy granted` asks about all \
                               resources of a pattern"
            .to_owned(),
        _ => unlisted.to_string(),
    }
}

/// The policy that a resource of this kind always has.
fn of_resource(request: &Request) -> (PolicyKind, &'static str) {
    if request.action().service() == "kms" {
        (PolicyKind::Resource, "key policy")
    } else {
        (PolicyKind::Trust, "trust policy of the role")
    }
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

/// Where a statement of the snapshot stands.
fn place_in(evidence: &Evidence, documents: &[&PolicyDocument], cited: &StatementRef<'_>) -> Option<String> {
    let holds = |document: &&&PolicyDocument| {
        document.policy().is_ok_and(|policy| std::ptr::eq(policy, cited.policy))
    };
    let document = documents.iter().find(holds)?;
    let quote = evidence.quote(document.part(cited.statement.at))?;
    Some(match quote.region {
        Some((line, column, _)) => format!("{}:{line}:{column}", quote.path),
        None => quote.path,
    })
}
