use crate::collector::{Call, Collect, Collector};
use crate::json::{Json, object};

const GET: Call = Call { operation: "GetAccountSummary", action: "iam:GetAccountSummary" };
const FILE: &str = "account-summary.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "account-summary",
    about: "totals and quotas of IAM, and what credentials root has",
    calls: &[GET],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| {
        Box::pin(run.answer(GET.kept_in(FILE), async || {
            let answer = run.aws.iam().get_account_summary().send().await?;
            let mut totals: Vec<(&str, i32)> = answer
                .summary_map()
                .into_iter()
                .flatten()
                .map(|(name, number)| (name.as_str(), *number))
                .collect();
            totals.sort_unstable();
            let map = totals.into_iter().fold(object(), |map, (name, number)| map.with(name, number));
            Ok(Json::from(object().with("SummaryMap", map)))
        }))
    }),
};
