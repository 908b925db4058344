use anyhow::bail;
use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use iam_policy::symbolic::{Settings, compare};
use iam_report::proof::{Answer, Proof};

use crate::arguments::PolicyCompare;
use crate::exit::Exit;
use crate::output;

/// Proves that a policy allows nothing that another does not.
pub(crate) fn run(arguments: &PolicyCompare) -> anyhow::Result<Exit> {
    let paths = [&arguments.existing, &arguments.new];
    if let Some(path) = &arguments.output.output {
        output::spare(path, paths.into_iter())?;
    }
    if paths.iter().all(|path| path.as_os_str() == "-") {
        bail!("standard input can be one of the policies, not both");
    }
    let (existing, new) = match paths.map(|path| super::document(path)) {
        [Ok(existing), Ok(new)] => (existing, new),
        read => {
            for why in read.into_iter().filter_map(Result::err) {
                anstream::eprintln!("error: {why}");
            }
            return Ok(Exit::NothingAudited);
        }
    };
    let kind = arguments.kind.map_or_else(|| PolicyKind::likely(&new), PolicyKind::from);
    let [existing_path, new_path] = paths.map(|path| super::shown(path));
    let existing = Policy::compile(&existing_path, kind, &existing);
    let new = Policy::compile(&new_path, kind, &new);
    let comparison = compare(&existing, &new, &Settings::default());
    let answer = Answer { outcome: &comparison.new_access, through: &comparison.through };
    let undelegated = comparison.undelegated.as_deref();
    let proof = Proof::NewAccess { existing: &existing_path, new: &new_path, kind, answer, undelegated };
    super::write(&proof, arguments.format, &arguments.output, super::exit(&comparison.new_access))
}
