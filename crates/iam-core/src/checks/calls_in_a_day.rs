//! How many different calls of a list one principal made within a day.

use super::told::moment;
use crate::check::{Context, Failure, Judged, Percent, Remedy, Step, Verdict};
use crate::cloudtrail::{Example, PrincipalKind, Quarter};
use crate::evidence::ActivePrincipal;

/// Seconds of a quarter of a day.
const QUARTER: i64 = 21_600;

/// Quarters of a day.
const DAY: u32 = 4;

/// Calls that a message names before the rest is only counted.
const MOST_NAMED: usize = 8;

/// What to do about a principal that made many of the calls.
pub(super) const REMEDY: Remedy = Remedy {
    risk: "Nothing breaks by looking. Inventory tools and deployments do the same; waive those that you know.",
    steps: &[
        Step::run(
            "See what the principal did. For a role, ask for the name of the session.",
            "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue={name}",
        ),
        Step::think(
            "If nobody knows of it, take the credentials away: deactivate the user's keys, or revoke the role's sessions.",
        ),
    ],
    console: "CloudTrail > Event history > Lookup attributes: User name = {name}",
};

/// Calls that tell something when many different ones of them are made.
pub(super) struct Watched {
    /// The list: service and name.
    pub(super) list: &'static [(&'static str, &'static str)],
    /// What the calls have in common, after "calls".
    pub(super) that: &'static str,
    /// Which of them were made in a quarter, as bits.
    pub(super) made: fn(&Quarter) -> u64,
    /// One of them.
    pub(super) example: fn(&Quarter) -> Option<&Example>,
}

impl Watched {
    pub(super) fn judge(&self, active: &ActivePrincipal<'_>, cx: &Context<'_>, limit: Percent) -> Judged {
        if active.principal.short_name().starts_with("role/aws-service-role/") {
            return Ok(Verdict::not_applicable("only an AWS service can use the role"));
        }
        let quarters = &active.activity.quarters;
        let made_from = |first: u32| {
            quarters
                .range(first..first.saturating_add(DAY))
                .fold(0, |made, (_, quarter)| made | (self.made)(quarter))
        };
        // Of equal days the earliest.
        let days = quarters.keys().map(|first| (*first, made_from(*first)));
        let worst = days.rev().max_by_key(|(_, made)| made.count_ones());
        let (first, made) = worst.unwrap_or_default();
        let (count, all) = (made.count_ones(), u32::try_from(self.list.len()).unwrap_or(u32::MAX).max(1));
        let name = match active.principal.kind {
            PrincipalKind::Role => format!("role {}", active.principal.last_name()),
            _ => active.principal.last_name().to_owned(),
        };
        if count.saturating_mul(100) <= limit.0.saturating_mul(all) {
            if active.activity.quarters_are_cut {
                return Err(cx.activity()?.too_much(&active.principal.name, "the days"));
            }
            let window = cx.activity()?.complete_principals()?;
            return Ok(Verdict::pass(format!("at most {count} of {all} such calls a day {window}")));
        }
        let examples: Vec<&Example> = quarters
            .range(first..first.saturating_add(DAY))
            .filter_map(|(_, quarter)| (self.example)(quarter))
            .collect();
        let from = examples.first().map_or(i64::from(first) * QUARTER, |example| example.second);
        let message = format!(
            "{name} made {count} of {all} calls that {} within a day from {}: {}; {}.{} % of them, limit {} %",
            self.that,
            moment(from),
            self.named(made),
            count * 100 / all,
            count * 1_000 / all % 10,
            limit.0
        );
        examples.into_iter().fold(cx.fail(message), Failure::example).judged()
    }

    fn named(&self, made: u64) -> String {
        let names = (0..64_u32).zip(self.list).filter(|(bit, _)| made >> bit & 1 == 1);
        let mut names: Vec<String> = names.map(|(_, (service, name))| format!("{service}:{name}")).collect();
        let further = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        if further > 0 {
            names.push(format!("and {further} more"));
        }
        names.join(", ")
    }
}
