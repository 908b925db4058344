//! Calls to services of which one or two calls are wanted. A typed client of theirs would take longer to compile than all of
//! this crate: that of EC2 alone takes minutes. The SDK's own machinery sends these calls, with its credentials, signatures,
//! retries and correction of the clock; only the words of the request and of the answer are read and written here.

use aws_config::BehaviorVersion;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::aws::Aws;
use crate::failure::Failure;
use crate::wire::Fields;

/// A service, as far as it has to be known to reach it.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name in signatures.
    pub(crate) signing_name: &'static str,
    /// The first part of its host, which is most often the same.
    pub(crate) host: &'static str,
}

/// A call as it is written on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    service: &'static Service,
    operation: &'static str,
    host: String,
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer that could be read.
#[derive(Debug)]
pub(crate) struct Answer(Vec<u8>);

impl Ask {
    /// A call of a service that speaks JSON and reads the operation in a header. Source: Smithy, "AWS JSON 1.0" and "1.1".
    pub(crate) fn json(
        service: &'static Service,
        (prefix, version): (&str, &str),
        operation: &'static str,
        body: &Value,
    ) -> Self {
        let headers = vec![
            ("x-amz-target", format!("{prefix}.{operation}")),
            ("content-type", format!("application/x-amz-json-{version}")),
        ];
        Self { method: "POST", headers, body: body.to_string(), ..Self::rest(service, operation, "/") }
    }

    /// A call of a service that reads forms and answers in XML. Source: Smithy, "AWS Query" and "EC2 Query".
    pub(crate) fn form(
        service: &'static Service,
        version: &str,
        operation: &'static str,
        fields: &[(&str, &str)],
    ) -> Self {
        let own = [("Action", operation), ("Version", version)];
        let pairs = own.iter().chain(fields).map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        Self { method: "POST", headers, body, ..Self::rest(service, operation, "/") }
    }

    /// A call that is told by its path and query, both of which are encoded already.
    pub(crate) fn rest(
        service: &'static Service,
        operation: &'static str,
        target: impl Into<String>,
    ) -> Self {
        Self {
            service,
            operation,
            host: service.host.to_owned(),
            method: "GET",
            target: target.into(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// The same with a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same at a host whose name has a further part in front.
    pub(crate) fn below(self, part: &str) -> Self {
        Self { host: format!("{part}.{}", self.host), ..self }
    }

    fn request(&self) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_str()));
        request.set_method(self.method)?;
        request.set_uri(self.target.as_str())?;
        let agent = ("user-agent", concat!("iam-audit/", env!("CARGO_PKG_VERSION")).to_owned());
        for (name, value) in self.headers.iter().chain([&agent]) {
            request.headers_mut().try_insert(*name, value.clone())?;
        }
        Ok(request)
    }
}

/// A value as a part of a path, of a query or of a form.
pub(crate) fn encoded(value: &str) -> String {
    /// All but what RFC 3986 calls unreserved.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(value, RESERVED).to_string()
}

impl Answer {
    /// The fields of an answer in JSON.
    pub(crate) fn fields(&self) -> Result<Fields, Failure> {
        serde_json::from_slice(&self.0).map_err(|error| unreadable(&error.to_string()))
    }

    /// An answer in JSON that is a list, and the token of its next page under one of AWS's names. One without the list is none:
    /// what was not listed is not empty.
    pub(crate) fn list(&self, list: &str, token: &str) -> Result<(Vec<Value>, Option<String>), Failure> {
        let mut answer = self.value()?;
        let next = answer.get(token).and_then(Value::as_str).map(str::to_owned);
        match answer.get_mut(list).map(Value::take) {
            Some(Value::Array(items)) => Ok((items, next)),
            _ => Err(unreadable(&format!("expected a list `{list}`"))),
        }
    }

    /// An answer in JSON.
    pub(crate) fn value(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.0).map_err(|error| unreadable(&error.to_string()))
    }

    /// An answer in XML, whose root is of this name.
    pub(crate) fn read_xml<T>(
        &self,
        name: &str,
        read: impl FnOnce(roxmltree::Node<'_, '_>) -> T,
    ) -> Result<T, Failure> {
        let text = str::from_utf8(&self.0).map_err(|error| unreadable(&error.to_string()))?;
        let document = roxmltree::Document::parse(text).map_err(|error| unreadable(&error.to_string()))?;
        let root = document.root_element();
        if root.tag_name().name() != name {
            return Err(unreadable(&format!("expected `{name}`, found `{}`", root.tag_name().name())));
        }
        Ok(read(root))
    }
}

fn unreadable(why: &str) -> Failure {
    Failure::new("UnreadableAnswer", &format!("the answer cannot be read: {why}"))
}

/// The elements of this name right below another.
pub(crate) fn children<'x, 'i>(
    node: roxmltree::Node<'x, 'i>,
    name: &str,
) -> impl Iterator<Item = roxmltree::Node<'x, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

/// The elements at the end of a path of names.
pub(crate) fn below<'x, 'i>(node: roxmltree::Node<'x, 'i>, path: &[&str]) -> Vec<roxmltree::Node<'x, 'i>> {
    path.iter()
        .fold(vec![node], |nodes, name| nodes.into_iter().flat_map(|node| children(node, name)).collect())
}

/// The text of the first element of this name right below another.
pub(crate) fn text<'x>(node: roxmltree::Node<'x, '_>, name: &str) -> Option<&'x str> {
    Some(children(node, name).next()?.text().unwrap_or_default())
}

impl Aws {
    /// Makes a call in a Region.
    pub(crate) async fn ask(&self, region: &str, ask: Ask) -> Result<Answer, Failure> {
        let config = self.in_region(region);
        let not_sent = |what: &str| Failure::new("NotSent", what);
        let client = config.http_client().ok_or_else(|| not_sent("there is no HTTP client"))?;
        let credentials = config.credentials_provider();
        let credentials =
            credentials.ok_or_else(|| Failure::new("CredentialsNotLoaded", "there are no credentials"))?;

        let mut settings = Layer::new("untyped");
        settings.store_put(AuthSchemeOptionResolverParams::new(()));
        settings.store_put(SigningRegion::from(Region::new(region.to_owned())));
        settings.store_put(SigningName::from(ask.service.signing_name));
        let mut signing_options = SigningOptions::default();
        // S3 wants the first, and does not understand the other two; nobody else minds.
        signing_options.content_sha256_header = true;
        signing_options.double_uri_encode = ask.service.signing_name != "s3";
        signing_options.normalize_uri_path = ask.service.signing_name != "s3";
        settings.store_put(SigV4OperationSigningConfig { signing_options, ..Default::default() });

        let mut components = RuntimeComponentsBuilder::new("untyped");
        components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
            StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
        )));
        components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
        components.set_identity_resolver(SCHEME_ID, credentials);
        components.set_identity_cache(config.identity_cache());

        let operation = Operation::builder()
            // Calls are held back together that have the same name.
            .service_name(format!("{} in {region}", ask.service.host))
            .operation_name(ask.operation)
            .behavior_version(BehaviorVersion::latest())
            .http_client(client)
            .endpoint_url(&self.endpoint(region, &ask.host))
            .standard_retry(config.retry_config().unwrap_or(&aws_config::retry::RetryConfig::adaptive()))
            .timeout_config(
                config
                    .timeout_config()
                    .cloned()
                    .unwrap_or_else(|| aws_config::timeout::TimeoutConfig::builder().build()),
            )
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::default())
            .retry_classifier(ServiceClockSkewClassifier::<ErrorMetadata>::new())
            .interceptor(ServiceClockSkewInterceptor::new())
            .with_connection_poisoning()
            .runtime_plugin(
                StaticRuntimePlugin::new().with_config(settings.freeze()).with_runtime_components(components),
            )
            .serializer(move |()| ask.request())
            .deserializer(answer)
            .build();
        Ok(operation.invoke(()).await?)
    }

    /// Makes a call again and again until it has no further page; gives back why the last page did not come, if so. `ask` makes
    /// the call for a page, `read` takes the answer and gives back what tells the next page.
    pub(crate) async fn ask_pages(
        &self,
        region: &str,
        ask: impl Fn(Option<&str>) -> Ask,
        mut read: impl FnMut(&Answer) -> Result<Option<String>, Failure>,
    ) -> Option<Failure> {
        let mut token: Option<String> = None;
        loop {
            let next = match self.ask(region, ask(token.as_deref())).await {
                Ok(answer) => read(&answer),
                Err(failure) => return Some(failure),
            };
            match next {
                Ok(next) => {
                    let next = next.filter(|next| !next.is_empty());
                    if next.is_some() && next == token {
                        return Some(unreadable("the next page is the same page"));
                    }
                    token = Some(next?);
                }
                Err(failure) => return Some(failure),
            }
        }
    }

    /// Where a service is in a Region. Source: AWS General Reference, "Service endpoints"; the suffixes are those of botocore's
    /// partitions.
    fn endpoint(&self, region: &str, host: &str) -> String {
        const SUFFIXES: [(&str, &str); 6] = [
            ("cn-", "amazonaws.com.cn"),
            ("us-iso-", "c2s.ic.gov"),
            ("us-isob-", "sc2s.sgov.gov"),
            ("eu-isoe-", "cloud.adc-e.uk"),
            ("us-isof-", "csp.hci.ic.gov"),
            ("eusc-", "amazonaws.eu"),
        ];
        if let Some(given) = self.config().endpoint_url() {
            return given.to_owned();
        }
        let own = SUFFIXES.iter().find(|(start, _)| region.starts_with(start));
        let suffix = own.map_or("amazonaws.com", |(_, suffix)| suffix);
        let fips = if self.config().use_fips() == Some(true) { "-fips" } else { "" };
        format!("https://{host}{fips}.{region}.{suffix}")
    }
}

fn answer(response: &HttpResponse) -> Result<Answer, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        Ok(Answer(body.to_owned()))
    } else {
        Err(OrchestratorError::operation(error(response.headers().get("x-amzn-errortype"), body)))
    }
}

/// AWS's error, of any of its protocols. Source: Smithy, "AWS JSON", "AWS restJson1", "AWS Query", "EC2 Query": operation error
/// serialisation.
fn error(header: Option<&str>, body: &[u8]) -> ErrorMetadata {
    let (mut code, mut message) = (header.map(str::to_owned), None);
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        let text =
            |names: [&str; 3]| names.iter().find_map(|name| fields.get(*name)?.as_str()).map(str::to_owned);
        code = code.or_else(|| text(["__type", "code", "ErrorCode"]));
        message = text(["message", "Message", "errorMessage"]);
    } else if let Ok(document) = roxmltree::Document::parse(&String::from_utf8_lossy(body)) {
        let text = |name: &str| {
            let found = document.descendants().find(|node| node.tag_name().name() == name);
            found.and_then(|node| node.text()).map(str::to_owned)
        };
        code = code.or_else(|| text("Code"));
        message = text("Message");
    }
    let mut built = ErrorMetadata::builder();
    // `namespace#Code:http://more`
    if let Some(code) = code.as_deref().and_then(|code| code.split(':').next()?.rsplit('#').next()) {
        built = built.code(code);
    }
    if let Some(message) = message {
        built = built.message(message);
    }
    built.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_every_protocol_give_a_code_and_a_message() {
        for (header, body, code, message) in [
            (
                None,
                r#"{"__type": "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException", "message": "no"}"#,
                "PolicyNotFoundException",
                "no",
            ),
            (
                Some("PolicyNotFound:http://x/"),
                r#"{"ErrorCode": "PolicyNotFound", "Message": "no"}"#,
                "PolicyNotFound",
                "no",
            ),
            (
                None,
                "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>a &amp; b</Message></Error></ErrorResponse>",
                "AccessDenied",
                "a & b",
            ),
            (
                None,
                "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
                "UnauthorizedOperation",
                "no",
            ),
            (None, "<Error><Code>SlowDown</Code></Error>", "SlowDown", ""),
            (None, "<html><body>500", "", ""),
            (None, "[]", "", ""),
            (None, "\u{0}", "", ""),
        ] {
            let error = error(header, body.as_bytes());
            let told = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
            assert_eq!(told, (code, message), "{body}");
        }
        assert_eq!(error(None, &[0xFF, 0xFE]).code(), None);
    }

    #[test]
    fn values_cannot_leave_their_place_in_a_form_or_a_path() {
        let service = &Service { signing_name: "rds", host: "rds" };
        let ask = Ask::form(service, "2014-10-31", "DescribeThings", &[("Name", "a&Action=Delete b/é")]);
        assert_eq!(
            ask.body,
            "Action=DescribeThings&Version=2014-10-31&Name=a%26Action%3DDelete%20b%2F%C3%A9"
        );
        assert_eq!(encoded("../x?y#z~"), "..%2Fx%3Fy%23z~");
    }

    #[test]
    fn what_is_no_answer_is_a_failure() {
        let answer = |body: &str| Answer(body.as_bytes().to_vec());
        assert_eq!(answer("[1]").fields().unwrap_err().code, "UnreadableAnswer");
        assert_eq!(answer("{\"a\": 1").value().unwrap_err().code, "UnreadableAnswer");
        assert_eq!(answer("<a><b></a>").read_xml("a", |_| ()).unwrap_err().code, "UnreadableAnswer");
        let read = answer("<a><set><item><id>1</id></item><item><id>2</id></item></set></a>").read_xml(
            "a",
            |root| {
                let items = below(root, &["set", "item"]);
                items.iter().filter_map(|item| text(*item, "id")).collect::<Vec<_>>().join(",")
            },
        );
        assert_eq!(read.unwrap(), "1,2");
    }
}
