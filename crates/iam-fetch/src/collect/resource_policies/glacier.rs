//! Vaults of S3 Glacier.

use super::{Here, twice};
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;
use crate::untyped::{Ask, Service, encoded};
use crate::wire::rebuilt;

pub(super) const LIST: Call = Call { operation: "ListVaults", action: "glacier:ListVaults" };
pub(super) const POLICY: Call =
    Call { operation: "GetVaultAccessPolicy", action: "glacier:GetVaultAccessPolicy" };

static GLACIER: Service = Service { signing_name: "glacier", host: "glacier" };

/// A call about the vaults of the account that asks. Source: Amazon S3 Glacier API Reference, "Common Request Headers".
fn ask(call: &Call, rest: &str) -> Ask {
    let ask = Ask::rest(&GLACIER, call.operation, format!("/-/vaults{rest}"));
    ask.header("x-amz-glacier-version", "2012-06-01")
}

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let aws = &here.run.aws;
    let mut names = Vec::new();
    let page = |marker: Option<&str>| {
        ask(&LIST, &marker.map(|marker| format!("?marker={}", encoded(marker))).unwrap_or_default())
    };
    let failure = aws.ask_pages(here.region, page, |answer| {
        let (listed, next) = answer.list("VaultList", "Marker")?;
        names.extend(listed.iter().filter_map(|vault| Some(twice(vault.get("VaultName")?.as_str()?))));
        Ok(next)
    });
    let failure = failure.await;
    here.listed(&LIST, names.is_empty(), failure)?;
    here.each("glacier-vault", &POLICY, names, async |name: String| {
        let policy =
            match aws.ask(here.region, ask(&POLICY, &format!("/{}/access-policy", encoded(&name)))).await {
                Ok(answer) => rebuilt(answer.fields()?),
                Err(failure) if failure.is("ResourceNotFoundException") => object().with("Policy", ""),
                Err(failure) => return Err(failure),
            };
        Ok(object().with("policy", policy).into())
    })
    .await
}
