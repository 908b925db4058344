use serde_json::{Map, Value};

use super::Envelope;
use crate::input::Unambiguous;

/// Envelopes within envelopes: a message of a queue may hold one of a topic, which holds the event.
const MOST_WRAPPINGS: usize = 4;

/// More events than that come from no queue, topic or Lambda function at once.
const MOST_EVENTS: usize = 100_000;

/// After so much that could not be read the rest is given up.
const MOST_UNREAD: usize = 20;

/// What was handed in: the events in it, and what in it is none.
///
/// ```
/// use iam_core::event::{Delivery, Kind};
///
/// let event = r#"{"source": "aws.access-analyzer", "detail-type": "Access Preview State Change", "detail": {}}"#;
/// let queue = serde_json::json!({"Messages": [{"Body": event}]}).to_string();
/// let delivery = Delivery::read(queue.as_bytes());
/// assert_eq!(delivery.events[0].kind(), Some(Kind::AccessPreview));
/// assert_eq!(Delivery::read(b"{}").unread.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// The events, in order.
    pub events: Vec<Envelope>,
    /// What could not be read as one.
    pub unread: Vec<Unread>,
}

/// Something that is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}; {remedy}")]
pub struct Unread {
    /// Where it stands.
    pub place: String,
    /// What was found.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// Whether it is damaged, and may have been an event.
    pub is_damaged: bool,
}

impl Delivery {
    /// Reads events: one, an array of them, several behind each other or one in each line; bare, as messages of SNS or SQS, or as
    /// what a Lambda function gets of these. What cannot be read does not keep the rest from being read. An empty queue gives nothing, no
    /// messages or `null`, which is neither an event nor an error.
    pub fn read(bytes: &[u8]) -> Self {
        let mut delivery = Self::default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}'),
            Err(error) => {
                let what = format!("is no UTF-8 from byte {} on", error.valid_up_to());
                delivery.damaged("input", what, "save the event as UTF-8");
                return delivery;
            }
        };
        let documents: Result<Vec<Unambiguous>, _> =
            serde_json::Deserializer::from_str(text).into_iter().collect();
        match documents {
            Ok(documents) => {
                let documents = documents.iter().enumerate().filter(|(_, document)| !document.0.is_null());
                for (index, Unambiguous(document)) in documents {
                    delivery.unwrap(document, format!("event {}", index + 1), 0);
                }
            }
            Err(error) => delivery.read_lines(text, &error),
        }
        delivery
    }

    /// Reads each line by itself, so that a damaged one does not hide the others. Where none can be read, the text is one damaged
    /// document, and `error` says where.
    fn read_lines(&mut self, text: &str, error: &serde_json::Error) {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let mut damaged = Vec::new();
        let mut read = 0;
        for (index, line) in lines {
            let place = format!("line {}", index + 1);
            match serde_json::from_str::<Unambiguous>(line) {
                // A line of a damaged document may be a whole value, such as a bracket or a number.
                Ok(Unambiguous(document @ Value::Object(_))) => {
                    read += 1;
                    self.unwrap(&document, place, 0);
                }
                Ok(_) => damaged.push((place, "is no event".to_owned())),
                Err(error) => damaged.push((place, error.to_string())),
            }
        }
        if read == 0 {
            return self.damaged("input", error.to_string(), "hand in whole events, as JSON");
        }
        for (place, what) in damaged {
            self.damaged(&place, what, "hand in one whole event in each line");
        }
    }

    fn unwrap(&mut self, value: &Value, place: String, wrappings: usize) {
        if self.events.len() >= MOST_EVENTS {
            return self.refuse(&place, format!("there are more than {MOST_EVENTS} events"), "hand in fewer");
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.unwrap_once(item, format!("{place}, item {}", index + 1), wrappings);
                }
            }
            Value::Object(object) => self.unwrap_object(object, place, wrappings),
            _ => self.refuse(&place, "is no JSON object".to_owned(), NO_EVENT),
        }
    }

    fn unwrap_object(&mut self, object: &Map<String, Value>, place: String, wrappings: usize) {
        if let Some(event) = Envelope::of(object, place.clone()) {
            return self.events.push(event);
        }
        let lists = ["Records", "Messages"];
        let list = lists.into_iter().find_map(|key| Some((key, object.get(key)?.as_array()?)));
        if let Some((key, items)) = list {
            for (index, item) in items.iter().enumerate() {
                self.unwrap_once(item, format!("{place}, {key} {}", index + 1), wrappings);
            }
            return;
        }
        // SNS to Lambda, SNS to SQS or a web server, SQS to Lambda, SQS by the AWS CLI.
        if let Some(message) = object.get("Sns") {
            return self.unwrap_once(message, place, wrappings);
        }
        if object.get("Type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("Confirmation")) {
            let what = "is a message of SNS about a subscription".to_owned();
            return self.refuse(&place, what, "confirm it yourself, if you have asked for it");
        }
        match ["Message", "body", "Body"].into_iter().find_map(|key| object.get(key)?.as_str()) {
            Some(text) => match serde_json::from_str::<Unambiguous>(text) {
                Ok(Unambiguous(inner)) => self.unwrap_once(&inner, place, wrappings),
                Err(error) => self.refuse(&place, format!("its message is no JSON: {error}"), NO_EVENT),
            },
            None if object.contains_key("eventSource") && object.contains_key("eventName") => {
                let what = "is a CloudTrail record without the envelope of EventBridge".to_owned();
                self.refuse(&place, what, "read it with `iam-audit trail` or `iam-audit root`");
            }
            None => self.refuse(&place, "has no `detail-type` and `detail`".to_owned(), NO_EVENT),
        }
    }

    fn unwrap_once(&mut self, value: &Value, place: String, wrappings: usize) {
        if wrappings >= MOST_WRAPPINGS {
            let what = format!("is wrapped more than {MOST_WRAPPINGS} times");
            return self.refuse(&place, what, "unwrap it before");
        }
        self.unwrap(value, place, wrappings + 1);
    }

    fn refuse(&mut self, place: &str, what: String, remedy: &'static str) {
        self.note(Unread { place: place.to_owned(), what, remedy, is_damaged: false });
    }

    fn damaged(&mut self, place: &str, what: String, remedy: &'static str) {
        self.note(Unread { place: place.to_owned(), what, remedy, is_damaged: true });
    }

    fn note(&mut self, mut unread: Unread) {
        if self.unread.len() > MOST_UNREAD {
            return;
        }
        if self.unread.len() == MOST_UNREAD {
            "more that cannot be read is not listed".clone_into(&mut unread.what);
            unread.remedy = "mend what is listed first";
        }
        self.unread.push(unread);
    }
}

const NO_EVENT: &str = "hand in events as EventBridge delivers them, bare or as messages of SNS or SQS";
