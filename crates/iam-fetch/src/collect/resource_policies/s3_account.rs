//! What S3 keeps for an account and not for a bucket: what blocks public access to all buckets, and access points. It stands
//! under the account's own host. Source: Amazon S3 API Reference, "Amazon S3 Control".

use roxmltree::Node;

use super::s3::block;
use super::{Here, twice};
use crate::collector::Call;
use crate::json::{Object, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service, below, encoded, text};

pub(super) const BLOCK: Call =
    Call { operation: "GetPublicAccessBlock", action: "s3:GetAccountPublicAccessBlock" };
pub(super) const LIST_ACCESS_POINTS: Call =
    Call { operation: "ListAccessPoints", action: "s3:ListAccessPoints" };
pub(super) const ACCESS_POINT: Call = Call { operation: "GetAccessPoint", action: "s3:GetAccessPoint" };
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
                Ok(answer) => answer.read_xml("PublicAccessBlockConfiguration", flags)?,
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
    .await?;
    let each = names.iter().map(|name| twice(name));
    here.each("s3-access-point-settings", &ACCESS_POINT, each, async |name| {
        let target = format!("/v20180820/accesspoint/{}", encoded(&name));
        let answer = here.run.aws.ask(here.region, ask(ACCESS_POINT.operation, target)).await?;
        answer.read_xml("GetAccessPointResult", |root| settings(root).into())
    })
    .await
}

/// The settings of an access point that tell whom it lets in, and to what. Source: Amazon S3 API Reference, `GetAccessPoint`.
fn settings(root: Node<'_, '_>) -> Object {
    let first = |name| below(root, &[name]).into_iter().next();
    let own = ["Name", "Bucket", "NetworkOrigin"].into_iter();
    let settings = own.fold(object(), |object, name| object.maybe(name, text(root, name)));
    let vpc = first("VpcConfiguration").and_then(|vpc| text(vpc, "VpcId"));
    let settings = settings.maybe("VpcConfiguration", vpc.map(|id| object().with("VpcId", id)));
    let settings = match first("PublicAccessBlockConfiguration") {
        Some(own) => settings.and(block(flags(own))),
        None => settings,
    };
    ["AccessPointArn", "BucketAccountId"]
        .into_iter()
        .fold(settings, |object, name| object.maybe(name, text(root, name)))
}

/// What blocks public access, in the order of [`block`].
fn flags(root: Node<'_, '_>) -> [Option<bool>; 4] {
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
        .map(|name| text(root, name).map(|flag| flag == "true"))
}
