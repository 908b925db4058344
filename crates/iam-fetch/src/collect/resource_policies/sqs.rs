//! Queues of SQS.

use aws_sdk_sqs::types::QueueAttributeName;

use super::Here;
use crate::aws::pages;
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListQueues", action: "sqs:ListQueues" };
pub(super) const ATTRIBUTES: Call =
    Call { operation: "GetQueueAttributes", action: "sqs:GetQueueAttributes" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_sqs::Client::new(&here.config());
    let mut urls = Vec::new();
    let failure = pages(client.list_queues().max_results(1000).into_paginator().send(), |page| {
        urls.extend(page.queue_urls().iter().map(|url| {
            let name = url.rsplit('/').next().unwrap_or_default();
            (name.to_owned(), url.clone())
        }));
    })
    .await;
    here.listed(&LIST, urls.is_empty(), failure)?;
    here.each("sqs-queue", &ATTRIBUTES, urls, async |url| {
        let wanted = [QueueAttributeName::QueueArn, QueueAttributeName::Policy];
        let call = client.get_queue_attributes().queue_url(url).set_attribute_names(Some(wanted.to_vec()));
        let answer = call.send().await?;
        let attribute = |name: &QueueAttributeName| answer.attributes()?.get(name).map(Json::from);
        let attributes = object()
            .maybe("QueueArn", attribute(&QueueAttributeName::QueueArn))
            .maybe("Policy", attribute(&QueueAttributeName::Policy));
        Ok(object().with("Attributes", attributes).into())
    })
    .await
}
