//! The policy that a fetch needs, made of what the collectors declare.

use std::collections::BTreeSet;

use crate::collect::AROUND;
use crate::collector::Collector;
use crate::json::{Json, object, printed};

/// The least that has to be allowed, as a policy document for the AWS CLI. Every action stands on resource `*`: what the
/// resources are is what the fetch finds out.
pub(crate) fn document(collectors: &[&Collector], every_region: bool) -> String {
    let around =
        AROUND.iter().filter(|_| every_region && collectors.iter().any(|collector| collector.is_regional()));
    let calls = collectors.iter().flat_map(|collector| collector.calls).chain(around);
    let actions: BTreeSet<&str> = calls.map(|call| call.action).collect();
    let actions = actions.into_iter().map(Json::from).collect::<Vec<_>>();
    let statement = object()
        .with("Sid", "IamAuditFetch")
        .with("Effect", "Allow")
        .with("Action", actions)
        .with("Resource", "*");
    let document = object().with("Version", "2012-10-17").with("Statement", vec![Json::from(statement)]);
    printed(&Json::from(document))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}
