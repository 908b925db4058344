//! Domains of `OpenSearch` Service: the policy, and whether only a private network reaches them.

use super::{Here, twice};
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service, encoded};
use crate::wire::Fields;

pub(super) const LIST: Call = Call { operation: "ListDomainNames", action: "es:ListDomainNames" };
pub(super) const DOMAIN: Call = Call { operation: "DescribeDomain", action: "es:DescribeDomain" };

static OPENSEARCH: Service = Service { signing_name: "es", host: "es" };

/// What is kept of a domain. The rest tells of its machines.
const KEPT: [&str; 6] =
    ["DomainId", "DomainName", "ARN", "AccessPolicies", "VPCOptions", "AdvancedSecurityOptions"];

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let aws = &here.run.aws;
    let mut names = Vec::new();
    // All come at once.
    let page = |_: Option<&str>| Ask::rest(&OPENSEARCH, LIST.operation, "/2021-01-01/domain");
    let failure = aws.ask_pages(here.region, page, |answer| {
        let (listed, _) = answer.list("DomainNames", "NextToken")?;
        names.extend(listed.iter().filter_map(|domain| Some(twice(domain.get("DomainName")?.as_str()?))));
        Ok(None)
    });
    let failure = failure.await;
    here.listed(&LIST, names.is_empty(), failure)?;
    here.each("opensearch-domain", &DOMAIN, names, async |name: String| {
        let target = format!("/2021-01-01/opensearch/domain/{}", encoded(&name));
        let answer = aws.ask(here.region, Ask::rest(&OPENSEARCH, DOMAIN.operation, target)).await?;
        let mut fields = answer.fields()?;
        let status = fields.remove("DomainStatus");
        let mut status: Fields =
            status.and_then(|status| serde_json::from_str(status.get()).ok()).unwrap_or_default();
        let kept =
            KEPT.iter().fold(object(), |kept, name| kept.maybe(name, status.remove(*name).map(Json::Raw)));
        Ok(object().with("DomainStatus", kept).into())
    })
    .await
}
