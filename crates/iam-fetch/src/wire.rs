//! Answers in JSON as they came over the wire. Services that answer in the JSON which the AWS CLI prints are written down
//! word for word: what the SDK's types do not know of yet is kept as well.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::value::RawValue;

use crate::json::{Json, Object, object};

/// Listens to one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<u8>>>);

/// The fields of an answer.
pub(crate) type Fields = BTreeMap<String, Box<RawValue>>;

impl Wire {
    /// The fields of the last answer; none if it was no object.
    pub(crate) fn fields(&self) -> Fields {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// The items of a list in the last answer.
    pub(crate) fn items(&self, list: &str) -> Vec<Box<RawValue>> {
        self.fields().get(list).map(|list| items(list)).unwrap_or_default()
    }
}

/// The items of a list.
pub(crate) fn items(list: &RawValue) -> Vec<Box<RawValue>> {
    serde_json::from_str(list.get()).unwrap_or_default()
}

/// An object of such fields.
pub(crate) fn rebuilt(fields: Fields) -> Object {
    fields.into_iter().fold(object(), |object, (name, value)| object.with(name, Json::Raw(value)))
}

impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(bytes) = context.response().body().bytes() {
            bytes.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(())
    }
}
