//! The data catalogue of Glue, of which there is one in each Region.

use serde_json::{Value, json};

use super::Here;
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;
use crate::untyped::{Ask, Service};

pub(super) const POLICY: Call = Call { operation: "GetResourcePolicy", action: "glue:GetResourcePolicy" };

static GLUE: Service = Service { signing_name: "glue", host: "glue" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    here.each("glue-catalog", &POLICY, [("catalog".to_owned(), ())], async |()| {
        let ask = Ask::json(&GLUE, ("AWSGlue", "1.1"), POLICY.operation, &json!({}));
        let answer = match here.run.aws.ask(here.region, ask).await {
            Ok(answer) => answer.value()?,
            Err(failure) if failure.is("EntityNotFoundException") => json!({"PolicyInJson": ""}),
            Err(failure) => return Err(failure),
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        Ok(object()
            .with("PolicyInJson", text("PolicyInJson").unwrap_or_default())
            .maybe("PolicyHash", text("PolicyHash"))
            .into())
    })
    .await
}
