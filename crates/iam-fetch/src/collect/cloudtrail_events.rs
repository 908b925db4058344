//! What CloudTrail remembers by itself of the last 90 days: everything root did, and who signed in to the console.

use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey, Resource};

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const LOOKUP: Call = Call { operation: "LookupEvents", action: "cloudtrail:LookupEvents" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "cloudtrail-events",
    about: "what root did and who signed in during the last 90 days, from CloudTrail's event history",
    calls: &[LOOKUP],
    files: &["cloudtrail/<region>/root-events.json", "cloudtrail/<region>/sign-in-events.json"],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

/// One after the other: AWS allows two lookups in a second and Region.
async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_cloudtrail::Client::new(&run.aws.in_region(region));
    for (name, key, value) in [
        ("root", LookupAttributeKey::Username, "root"),
        ("sign-in", LookupAttributeKey::EventName, "ConsoleLogin"),
    ] {
        let file = format!("cloudtrail/{region}/{name}-events.json");
        run.list(LOOKUP.in_region(region, &file), "Events", async |items: &mut Vec<Json>| {
            let attribute = LookupAttribute::builder().attribute_key(key).attribute_value(value).build();
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => return Some(Failure::new("NotSent", &error.to_string())),
            };
            let mut token = None;
            loop {
                let call = client.lookup_events().lookup_attributes(attribute.clone()).max_results(50);
                let page = match call.set_next_token(token).send().await {
                    Ok(page) => page,
                    Err(error) => return Some(error.into()),
                };
                items.extend(page.events().iter().map(event));
                run.pause(run.pace.lookup_pause).await;
                token = Some(page.next_token()?.to_owned());
            }
        })
        .await?;
    }
    Ok(())
}

fn event(event: &Event) -> Json {
    object()
        .maybe("EventId", event.event_id())
        .maybe("EventName", event.event_name())
        .maybe("ReadOnly", event.read_only())
        .maybe("AccessKeyId", event.access_key_id())
        .maybe("EventTime", event.event_time())
        .maybe("EventSource", event.event_source())
        .maybe("Username", event.username())
        .maybe_list("Resources", event.resources.as_ref(), resource)
        .maybe("CloudTrailEvent", event.cloud_trail_event())
        .into()
}

fn resource(resource: &Resource) -> Json {
    object()
        .maybe("ResourceType", resource.resource_type())
        .maybe("ResourceName", resource.resource_name())
        .into()
}
