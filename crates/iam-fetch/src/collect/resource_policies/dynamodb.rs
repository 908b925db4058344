//! Tables of `DynamoDB` and their streams, which have policies of their own.

use serde_json::{Value, json};

use super::Here;
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service};

pub(super) const LIST: Call = Call { operation: "ListTables", action: "dynamodb:ListTables" };
pub(super) const LIST_STREAMS: Call = Call { operation: "ListStreams", action: "dynamodb:ListStreams" };
pub(super) const POLICY: Call = Call { operation: "GetResourcePolicy", action: "dynamodb:GetResourcePolicy" };

static TABLES: Service = Service { signing_name: "dynamodb", host: "dynamodb" };
static STREAMS: Service = Service { signing_name: "dynamodb", host: "streams.dynamodb" };
const OF_TABLES: (&str, &str) = ("DynamoDB_20120810", "1.0");
const OF_STREAMS: (&str, &str) = ("DynamoDBStreams_20120810", "1.0");

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let aws = &here.run.aws;
    let start = format!("{}:table/", here.arn("dynamodb"));
    let mut tables = Vec::new();
    let page = |token: Option<&str>| {
        let body = token.map_or_else(|| json!({}), |token| json!({"ExclusiveStartTableName": token}));
        Ask::json(&TABLES, OF_TABLES, LIST.operation, &body)
    };
    let failure = aws.ask_pages(here.region, page, |answer| {
        let (names, next) = answer.list("TableNames", "LastEvaluatedTableName")?;
        let names = names.iter().filter_map(Value::as_str);
        tables.extend(names.map(|name| (name.to_owned(), format!("{start}{name}"))));
        Ok(next)
    });
    let failure = failure.await;
    here.listed(&LIST, tables.is_empty(), failure)?;

    let mut streams = Vec::new();
    let page = |token: Option<&str>| {
        let body = token.map_or_else(|| json!({}), |token| json!({"ExclusiveStartStreamArn": token}));
        Ask::json(&STREAMS, OF_STREAMS, LIST_STREAMS.operation, &body)
    };
    let failure = aws.ask_pages(here.region, page, |answer| {
        let (listed, next) = answer.list("Streams", "LastEvaluatedStreamArn")?;
        let arns = listed.iter().filter_map(|stream| stream.get("StreamArn")?.as_str());
        streams.extend(arns.filter_map(|arn| {
            let (_, name) = arn.split_once(":table/")?;
            Some((name.to_owned(), arn.to_owned()))
        }));
        Ok(next)
    });
    let failure = failure.await;
    here.listed(&LIST_STREAMS, streams.is_empty(), failure)?;

    let ask = async |arn: String| {
        let ask = Ask::json(&TABLES, OF_TABLES, POLICY.operation, &json!({"ResourceArn": arn}));
        match aws.ask(here.region, ask).await {
            Ok(answer) => Ok(Json::from(crate::wire::rebuilt(answer.fields()?))),
            Err(failure) if failure.is("PolicyNotFoundException") => Ok(object().with("Policy", "").into()),
            Err(failure) => Err(failure),
        }
    };
    here.each("dynamodb-table", &POLICY, tables, ask).await?;
    here.each("dynamodb-stream", &POLICY, streams, ask).await
}
