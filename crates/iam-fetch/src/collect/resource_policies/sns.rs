//! Topics of SNS.

use super::Here;
use crate::aws::pages;
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListTopics", action: "sns:ListTopics" };
pub(super) const ATTRIBUTES: Call =
    Call { operation: "GetTopicAttributes", action: "sns:GetTopicAttributes" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_sns::Client::new(&here.config());
    let mut arns = Vec::new();
    let failure = pages(client.list_topics().into_paginator().send(), |page| {
        arns.extend(page.topics().iter().filter_map(|topic| {
            let arn = topic.topic_arn()?;
            Some((arn.rsplit(':').next()?.to_owned(), arn.to_owned()))
        }));
    })
    .await;
    here.listed(&LIST, arns.is_empty(), failure)?;
    here.each("sns-topic", &ATTRIBUTES, arns, async |arn| {
        let answer = client.get_topic_attributes().topic_arn(arn).send().await?;
        let attribute = |name: &str| answer.attributes()?.get(name).map(Json::from);
        let attributes = object()
            .maybe("Policy", attribute("Policy"))
            .maybe("Owner", attribute("Owner"))
            .maybe("TopicArn", attribute("TopicArn"));
        Ok(object().with("Attributes", attributes).into())
    })
    .await
}
