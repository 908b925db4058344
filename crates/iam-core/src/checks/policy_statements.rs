//! How findings about policies cite statements and tell conditions.

use iam_policy::condition::Test;
use iam_policy::policy::StatementRef;

use crate::check::Failure;
use crate::input::PolicyDocument;

/// More conditions than this are not told one by one.
const MOST_CONDITIONS: usize = 3;

/// Cites statements of a document.
pub(super) fn cite<'p>(
    failure: Failure,
    document: &PolicyDocument,
    statements: impl IntoIterator<Item = StatementRef<'p>>,
) -> Failure {
    let spans = statements.into_iter().map(|cited| cited.statement.at);
    spans.fold(failure, |failure, span| failure.at(document.part(span)))
}

/// The conditions of statements, each once: `aws:MultiFactorAuthPresent (Bool)`.
pub(super) fn conditions<'p>(statements: impl IntoIterator<Item = StatementRef<'p>>) -> String {
    let mut told: Vec<String> = Vec::new();
    for test in statements.into_iter().flat_map(|cited| &cited.statement.conditions) {
        let one = one(test);
        if !told.contains(&one) {
            told.push(one);
        }
    }
    let others = told.len().saturating_sub(MOST_CONDITIONS);
    told.truncate(MOST_CONDITIONS);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    told.join(" and ") + &more
}

fn one(test: &Test) -> String {
    match test.operator {
        Some(operator) => format!("{} ({operator})", test.key),
        None => format!("{} (an operator that does not exist)", test.key),
    }
}
