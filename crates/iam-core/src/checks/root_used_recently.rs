#![doc = include_str!("root_used_recently.md")]

use chrono::{DateTime, Utc};

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{AccessKey, PasswordUse, Root};
use crate::fact::{Days, Fact};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-used-recently"),
    since: "0.1.0",
    title: "Root user in recent use",
    severity: Severity::High,
    severity_reason: "daily work with root escapes every guardrail",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&WITHIN],
    mappings: Mappings {
        cis: Cis::at("1.7", "1.6", "2.6", "2.7"),
        security_hub: &[],
        pci_dss: &[],
        attack: &["T1078", "T1098"],
    },
    remedy: Remedy {
        risk: "Nothing breaks by looking. Before you take a key or the password away, find out which task needed root: a few do.",
        steps: &[
            Step::run(
                "See what root did. The event history of CloudTrail keeps 90 days of management events for each Region: sign-ins and \
                 what root did to IAM are in {region}; ask the other Regions in use as well. It shows no data events, such \
                 as reads of S3 objects.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue=root",
            ),
            Step::think(
                "If nobody in your team knows of it, treat it as a break-in: change root's password and deactivate its keys.",
            ),
            Step::think(
                "Give the task to a role, or to a user of IAM Identity Center, and lock root's credentials away.",
            ),
        ],
        console: "CloudTrail > Event history > Lookup attributes: User name = root",
    },
    page: include_str!("root_used_recently.md"),
    judge: Judge::Root(judge),
};

static WITHIN: Param<Days> =
    Param::new("within-days", || Days(90), (1, 3_650), "fails when root was used less than this long ago");

/// A use of one of root's credentials.
struct Use<'r, 'a> {
    at: DateTime<Utc>,
    key: Option<&'r AccessKey<'a>>,
}

fn judge(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&WITHIN);
    let password = root.password_last_used.clone().map(PasswordUse::at);
    let known = |fact: &Fact<Option<DateTime<Utc>>>| fact.known().ok().flatten();
    let password_use = known(&password).map(|at| Use { at, key: None });
    let key_uses = root.access_keys.iter().filter_map(|key| {
        let at = known(&key.last_used)?;
        Some(Use { at, key: Some(key) })
    });
    let newest = password_use.into_iter().chain(key_uses).max_by_key(|used| used.at);
    let Some(newest) = newest.filter(|newest| cx.age(newest.at) < limit.delta()) else {
        // A credential whose last use is not known may have been used today.
        password.known()?;
        for key in &root.access_keys {
            key.last_used.known()?;
        }
        return Ok(Verdict::pass(format!(
            "no use on record within {} d; use through sts:AssumeRoot leaves no trace here",
            limit.0
        )));
    };
    let (ago, limit) = (cx.ago(newest.at), limit.0);
    let Some(key) = newest.key else {
        return cx
            .fail(format!("the password of root was last used {ago}; limit {limit} d"))
            .because(&root.password_last_used)
            .judged();
    };
    let text = |fact: &Fact<Option<&str>>, before: &str| match fact.known() {
        Ok(Some(text)) => format!(" {before} {text}"),
        _ => String::new(),
    };
    let region = text(&key.last_used_region, "in");
    let service = text(&key.last_used_service, "for");
    let name = cx.key_name(key);
    cx.fail(format!("{name} of root was last used {ago}{region}{service}; limit {limit} d"))
        .because(&key.last_used)
        .because(&key.last_used_region)
        .because(&key.last_used_service)
        .judged()
}
