//! Data streams of Kinesis and their registered consumers, which have policies of their own.

use serde_json::{Value, json};

use super::Here;
use crate::collector::Call;
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service};
use crate::wire::rebuilt;

pub(super) const LIST: Call = Call { operation: "ListStreams", action: "kinesis:ListStreams" };
pub(super) const LIST_CONSUMERS: Call =
    Call { operation: "ListStreamConsumers", action: "kinesis:ListStreamConsumers" };
pub(super) const POLICY: Call = Call { operation: "GetResourcePolicy", action: "kinesis:GetResourcePolicy" };

static KINESIS: Service = Service { signing_name: "kinesis", host: "kinesis" };

fn ask(call: &Call, body: &Value) -> Ask {
    Ask::json(&KINESIS, ("Kinesis_20131202", "1.1"), call.operation, body)
}

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let aws = &here.run.aws;
    let mut streams = Vec::new();
    let page = |token: Option<&str>| {
        ask(&LIST, &token.map_or_else(|| json!({}), |token| json!({"NextToken": token})))
    };
    let failure = aws.ask_pages(here.region, page, |answer| {
        let (listed, next) = answer.list("StreamSummaries", "NextToken")?;
        streams.extend(named(&listed, "StreamARN"));
        Ok(next)
    });
    let failure = failure.await;
    let is_whole = failure.as_ref().is_none_or(Failure::is_of_unknown_host);
    here.listed(&LIST, streams.is_empty(), failure.clone())?;
    if !is_whole && streams.is_empty() {
        return Ok(());
    }

    // Consumers of streams that were not listed are not listed either.
    let (mut consumers, mut failed) = (Vec::new(), failure.filter(|_| !is_whole));
    for (_, stream) in &streams {
        let page = |token: Option<&str>| {
            let body = match token {
                Some(token) => json!({"StreamARN": stream, "NextToken": token}),
                None => json!({"StreamARN": stream}),
            };
            ask(&LIST_CONSUMERS, &body)
        };
        let failure = aws.ask_pages(here.region, page, |answer| {
            let (listed, next) = answer.list("Consumers", "NextToken")?;
            consumers.extend(named(&listed, "ConsumerARN"));
            Ok(next)
        });
        failed = failed.or(failure.await);
    }
    here.listed(&LIST_CONSUMERS, consumers.is_empty(), failed)?;

    let policy =
        async |arn: String| match aws.ask(here.region, ask(&POLICY, &json!({"ResourceARN": arn}))).await {
            Ok(answer) => Ok(Json::from(rebuilt(answer.fields()?))),
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(object().with("Policy", "").into()),
            Err(failure) => Err(failure),
        };
    here.each("kinesis-stream", &POLICY, streams, policy).await?;
    here.each("kinesis-stream-consumer", &POLICY, consumers, policy).await
}

/// What is listed, by its ARN, with its name in it.
fn named(listed: &[Value], arn: &str) -> Vec<(String, String)> {
    let arns = listed.iter().filter_map(|one| one.get(arn)?.as_str());
    arns.filter_map(|arn| Some((arn.split_once(":stream/")?.1.to_owned(), arn.to_owned()))).collect()
}
