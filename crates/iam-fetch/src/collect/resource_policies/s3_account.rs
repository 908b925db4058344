//! What S3 keeps for an account and not for a bucket: what blocks public access to all buckets, and access points. It stands
//! under the account's own host. Source: Amazon S3 API Reference, "Amazon S3 Control".

use super::s3::block;
use super::{Here, twice};
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;
use crate::untyped::{Ask, Service, below, encoded, text};

pub(super) const BLOCK: Call =
    Call { operation: "GetPublicAccessBlock", action: "s3:GetAccountPublicAccessBlock" };
pub(super) const LIST_ACCESS_POINTS: Call =
    Call { operation: "ListAccessPoints", action: "s3:ListAccessPoints" };
pub(super) const ACCESS_POINT_POLICY: Call =
    Call { operation: "GetAccessPointPolicy", action: "s3:GetAccessPointPolicy" };

static CONTROL: Service = Service { signing_name: "s3", host: "s3-control" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let account = here.run.caller.account.as_str();
    let ask = |operation, target: String| {
        Ask::rest(&CONTROL, operation, target).below(account).header("x-amz-account-id", account)
    };
    // It is one setting, which every Region tells.
    if here.run.regions.first().is_some_and(|first| first == here.region) {
        let own = [(account.to_owned(), ())];
        here.each("s3-account-public-access-block", &BLOCK, own, async |()| {
            let target = "/v20180820/configuration/publicAccessBlock".to_owned();
            let answer = here.run.aws.ask(here.region, ask(BLOCK.operation, target)).await;
            let settings = match answer {
                Ok(answer) => answer.read_xml("PublicAccessBlockConfiguration", |root| {
                    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
                        .map(|name| text(root, name).map(|flag| flag == "true"))
                })?,
                Err(failure) if failure.is("NoSuchPublicAccessBlockConfiguration") => [Some(false); 4],
                Err(failure) => return Err(failure),
            };
            Ok(block(settings).into())
        })
        .await?;
    }

    let mut names = Vec::new();
    let page = |token: Option<&str>| {
        let more = token.map(|token| format!("&nextToken={}", encoded(token))).unwrap_or_default();
        ask(LIST_ACCESS_POINTS.operation, format!("/v20180820/accesspoint?maxResults=1000{more}"))
    };
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        answer.read_xml("ListAccessPointsResult", |root| {
            let points = below(root, &["AccessPointList", "AccessPoint"]);
            names.extend(points.into_iter().filter_map(|point| text(point, "Name").map(str::to_owned)));
            text(root, "NextToken").map(str::to_owned)
        })
    });
    let failure = failure.await;
    here.listed(&LIST_ACCESS_POINTS, names.is_empty(), failure)?;
    let each = names.iter().map(|name| twice(name));
    here.each("s3-access-point", &ACCESS_POINT_POLICY, each, async |name| {
        let target = format!("/v20180820/accesspoint/{}/policy", encoded(&name));
        let policy = match here.run.aws.ask(here.region, ask(ACCESS_POINT_POLICY.operation, target)).await {
            Ok(answer) => answer
                .read_xml("GetAccessPointPolicyResult", |root| text(root, "Policy").map(str::to_owned))?,
            Err(failure) if failure.is("NoSuchAccessPointPolicy") => Some(String::new()),
            Err(failure) => return Err(failure),
        };
        Ok(object().maybe("Policy", policy).into())
    })
    .await
}
