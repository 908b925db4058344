use std::path::Path;

use anyhow::{Context as _, bail};
use iam_policy::catalogue::Catalogue;
use iam_policy::document::PolicyKind;
use iam_policy::pattern::ActionPattern;
use iam_policy::policy::Policy;
use iam_policy::symbolic::{Access, Settings, granted};
use iam_report::proof::{Answer, Proof};

use crate::arguments::{ListFormat, Output, PolicyEval, PolicyGranted};
use crate::exit::Exit;
use crate::output;

/// Proves that a policy does not grant some access.
pub(crate) fn run(arguments: &PolicyGranted) -> anyhow::Result<Exit> {
    let question = Question {
        file: &arguments.file,
        kind: arguments.kind.map(PolicyKind::from),
        actions: arguments.action.iter().map(String::as_str).collect(),
        resources: arguments.resource.iter().map(String::as_str).collect(),
    };
    question.answer(arguments.format, &arguments.output)
}

/// The same for `policy eval --not-granted`.
pub(super) fn run_not_granted(access: &str, arguments: &PolicyEval) -> anyhow::Result<Exit> {
    let (actions, resources) = access
        .split_once('/')
        .with_context(|| format!("--not-granted: found `{access}`, expected ACTIONS/RESOURCES"))?;
    let (file, kind) = only_policy(arguments)?;
    let question = Question { file, kind, actions: listed(actions), resources: listed(resources) };
    if question.actions.is_empty() && question.resources.is_empty() {
        bail!("--not-granted: name an action or a resource");
    }
    question.answer(arguments.format, &arguments.output)
}

fn listed(texts: &str) -> Vec<&str> {
    texts.split(',').map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// A policy is taken alone: of several, each would need a question of its own.
fn only_policy(arguments: &PolicyEval) -> anyhow::Result<(&Path, Option<PolicyKind>)> {
    let handed_in = [
        (Some(PolicyKind::Identity), arguments.identity.as_slice()),
        // The policy of a resource, or the trust policy of a role.
        (None, arguments.resource_policy.as_slice()),
        (Some(PolicyKind::Boundary), arguments.boundary.as_slice()),
        (Some(PolicyKind::Session), arguments.session.as_slice()),
        (Some(PolicyKind::ServiceControl), arguments.scp.as_slice()),
        (Some(PolicyKind::ResourceControl), arguments.rcp.as_slice()),
        (Some(PolicyKind::VpcEndpoint), arguments.vpc_endpoint.as_slice()),
    ];
    let paths = handed_in.iter().flat_map(|(kind, paths)| paths.iter().map(|path| (path.as_path(), *kind)));
    match paths.collect::<Vec<_>>().as_slice() {
        [only] => Ok(*only),
        [] => bail!("--not-granted: hand in the policy, with --identity or one of the other options"),
        several => bail!("--not-granted looks at one policy alone; found {}", several.len()),
    }
}

struct Question<'a> {
    file: &'a Path,
    kind: Option<PolicyKind>,
    actions: Vec<&'a str>,
    resources: Vec<&'a str>,
}

impl Question<'_> {
    fn answer(&self, format: ListFormat, out: &Output) -> anyhow::Result<Exit> {
        self.check()?;
        if let Some(path) = &out.output {
            output::spare(path, std::iter::once(&self.file.to_path_buf()))?;
        }
        let document = match super::document(self.file) {
            Ok(document) => document,
            Err(why) => {
                anstream::eprintln!("error: {why}");
                return Ok(Exit::NothingAudited);
            }
        };
        self.warn_of_unknown_actions();
        let path = super::shown(self.file);
        let kind = self.kind.unwrap_or_else(|| PolicyKind::likely(&document));
        let policy = Policy::compile(&path, kind, &document);
        let access = Access::new(self.actions.iter().copied(), self.resources.iter().copied());
        let found = granted(&policy, &access, &Settings::default());
        let answer = Answer { outcome: &found.outcome, through: &found.through };
        let proof =
            Proof::Granted { path: &path, kind, actions: &self.actions, resources: &self.resources, answer };
        super::write(&proof, format, out, super::exit(&found.outcome))
    }

    /// What matches no request would be proved not to be granted, whatever the policy says.
    fn check(&self) -> anyhow::Result<()> {
        for action in &self.actions {
            if ActionPattern::parse(action) == ActionPattern::Nothing {
                bail!("found the action `{action}`, expected `service:Action` or `*`");
            }
        }
        for resource in &self.resources {
            let is_arn = resource.starts_with("arn:") && resource.split(':').count() >= 6;
            if *resource != "*" && !is_arn {
                bail!(
                    "found the resource `{resource}`, expected `arn:partition:service:region:account:resource` or `*`"
                );
            }
        }
        Ok(())
    }

    /// The catalogue may be older than the action: the question is answered all the same.
    fn warn_of_unknown_actions(&self) {
        let catalogue = Catalogue::embedded();
        for action in self.actions.iter().filter(|action| catalogue.expand(action).is_empty()) {
            let nearest = catalogue.nearest(action);
            let hint = nearest.first().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            let date = catalogue.data_date().unwrap_or("an unknown day");
            anstream::eprintln!("warning: the catalogue of {date} has no action `{action}`{hint}");
        }
    }
}
