//! `aws sns list-subscriptions-by-topic`; `aws sns list-subscriptions` has the same shape.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// Somebody who is told what a topic tells. Source: SNS API Reference, `Subscription`.
///
/// The endpoint, which may be a person's address or a web address with a secret in it, is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The topic.
    pub topic: String,
    /// The subscription's ARN, or AWS's word for one that has none: `PendingConfirmation`, `Deleted`.
    pub arn: String,
    /// How it is told: `email`, `https`, `lambda` ...
    pub protocol: String,
}

impl Subscription {
    /// Whether whoever is to be told has agreed to it.
    pub fn is_confirmed(&self) -> bool {
        self.arn.starts_with("arn:")
    }

    /// Whether people are told, by address, phone or web address, and not a program whose doings cannot be followed. Source: SNS API
    /// Reference, `Subscribe`.
    pub fn tells_people(&self) -> bool {
        ["application", "email", "email-json", "http", "https", "sms"].contains(&self.protocol.as_str())
    }
}

pub(in crate::input) fn read(
    document: &Value,
    file: FileId,
) -> (Listing<Placed<Subscription>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::Subscriptions, file);
    let listing = reader.listing(document, "Subscriptions", |reader, item| {
        let topic = reader.text(item, "TopicArn");
        let arn = reader.text(item, "SubscriptionArn");
        let protocol = reader.text(item, "Protocol");
        let subscription = Subscription {
            topic: topic.known().ok()?,
            arn: arn.known().ok()?,
            protocol: protocol.known().ok()?,
        };
        Some(Placed { value: subscription, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}
