//! Event buses of EventBridge.

use super::{Here, twice};
use crate::collector::Call;
use crate::failure::Failure;
use crate::json::object;
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListEventBuses", action: "events:ListEventBuses" };
pub(super) const BUS: Call = Call { operation: "DescribeEventBus", action: "events:DescribeEventBus" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_eventbridge::Client::new(&here.config());
    let mut names = Vec::new();
    let failure = list(&client, &mut names).await.err();
    here.listed(&LIST, names.is_empty(), failure)?;
    here.each("event-bus", &BUS, names, async |name: String| {
        let bus = client.describe_event_bus().name(name).send().await?;
        Ok(object().maybe("Name", bus.name()).maybe("Arn", bus.arn()).maybe("Policy", bus.policy()).into())
    })
    .await
}

async fn list(
    client: &aws_sdk_eventbridge::Client,
    names: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let mut token = None;
    loop {
        let page = client.list_event_buses().set_next_token(token).send().await?;
        names.extend(page.event_buses().iter().filter_map(|bus| bus.name().map(twice)));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(());
        }
    }
}
