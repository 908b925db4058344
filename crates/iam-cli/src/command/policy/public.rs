use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use iam_policy::symbolic::{AttachedTo, Outcome, Settings, TRUSTED_KEYS, fixed_values, reachable};
use iam_report::proof::{Answer, Proof};

use crate::arguments::PolicyPublic;
use crate::exit::Exit;
use crate::output;

/// Tells whether the policy of a resource lets anybody in.
pub(crate) fn run(arguments: &PolicyPublic) -> anyhow::Result<Exit> {
    if let Some(path) = &arguments.output.output {
        output::spare(path, std::iter::once(&arguments.file))?;
    }
    let document = match super::document(&arguments.file) {
        Ok(document) => document,
        Err(why) => {
            anstream::eprintln!("error: {why}");
            return Ok(Exit::NothingAudited);
        }
    };
    let path = super::shown(&arguments.file);
    let resource_type = arguments.resource_type.as_str();
    let kind = if resource_type == "AWS::IAM::AssumeRolePolicyDocument" {
        PolicyKind::Trust
    } else {
        PolicyKind::Resource
    };
    let policy = Policy::compile(&path, kind, &document);
    let (outcome, through) = reachable(&policy, TRUSTED_KEYS, &Settings::default())
        .unwrap_or_else(|limit| (Outcome::Undetermined(limit), Vec::new()));
    let attached_to =
        if resource_type.ends_with("::AccessPoint") { AttachedTo::AccessPoint } else { AttachedTo::Other };
    let not_fixed = resource_type.starts_with("AWS::S3").then(|| fixed_values(&policy, attached_to));
    let is_public = not_fixed.as_ref().is_some_and(|statements| !statements.is_empty());
    let exit = if is_public { Exit::Findings } else { super::exit(&outcome) };
    let answer = Answer { outcome: &outcome, through: &through };
    let not_fixed = not_fixed.as_deref();
    let proof = Proof::PublicAccess { path: &path, resource_type, answer, not_fixed };
    super::write(&proof, arguments.format, &arguments.output, exit)
}
