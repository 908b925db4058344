//! The SDK, set up once: credentials, retries, timeouts, TLS, and a count of what is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::Error;
use crate::failure::Failure;
use crate::request::{Access, Pace};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the first call of all is tried.
const ATTEMPTS_TO_BEGIN: u32 = 3;

/// Who asks, and how.
#[derive(Debug)]
pub(crate) struct Aws {
    config: SdkConfig,
    iam: aws_sdk_iam::Client,
    requests: Arc<AtomicU64>,
}

/// Whose credentials these are.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) partition: String,
    pub(crate) arn: String,
}

impl Aws {
    pub(crate) async fn connect(access: &Access, pace: &Pace) -> Result<Self, Error> {
        let requests = Arc::new(AtomicU64::new(0));
        let client = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(pace.call_timeout)
            .build();
        let retries = if pace.attempts <= 1 {
            RetryConfig::disabled()
        } else {
            RetryConfig::adaptive().with_max_attempts(pace.attempts).with_initial_backoff(pace.backoff)
        };
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(Counting { client, requests: Arc::clone(&requests) })
            .timeout_config(timeouts)
            .retry_config(retries)
            // One for all clients, so that a role is assumed once and not once for each Region and service.
            .identity_cache(IdentityCache::lazy().build());
        if let Some(profile) = &access.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &access.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &access.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(own) = &access.credentials {
            loader = loader.credentials_provider(aws_credential_types::Credentials::new(
                &own.access_key_id,
                &own.secret_access_key,
                own.session_token.clone(),
                None,
                "given",
            ));
        }
        let mut config = loader.load().await;
        let region = config.region().cloned().ok_or(Error::NoRegion)?;
        if let (Some(profile), None) = (&access.profile, &access.credentials) {
            let provider = of_profile(profile, &config);
            config = config.into_builder().credentials_provider(provider).build();
        }
        if let Some(role) = &access.role_arn {
            let mut provider =
                AssumeRoleProvider::builder(role).session_name("iam-audit").region(region).configure(&config);
            if let Some(id) = &access.external_id {
                provider = provider.external_id(id);
            }
            let provider = provider.build().await;
            let provider = SharedCredentialsProvider::new(provider);
            config = config.into_builder().credentials_provider(provider).build();
        }
        Ok(Self { iam: aws_sdk_iam::Client::new(&config), config, requests })
    }

    /// Whose credentials these are. AWS answers that to everybody, so that a fetch that cannot be begun does not try for long.
    pub(crate) async fn caller(&self) -> Result<Caller, Error> {
        let mut config = aws_sdk_sts::config::Builder::from(&self.config);
        if let Some(retries) = self.config.retry_config() {
            let attempts = retries.max_attempts().min(ATTEMPTS_TO_BEGIN);
            config = config.retry_config(retries.clone().with_max_attempts(attempts));
        }
        let answer = aws_sdk_sts::Client::from_conf(config.build()).get_caller_identity().send().await;
        let answer = answer.map_err(|error| Error::Credentials { why: Failure::from(error).to_string() })?;
        let arn = answer.arn().unwrap_or_default().to_owned();
        let partition = arn.split(':').nth(1).unwrap_or("aws").to_owned();
        Ok(Caller { account: answer.account().unwrap_or_default().to_owned(), partition, arn })
    }

    pub(crate) fn iam(&self) -> &aws_sdk_iam::Client {
        &self.iam
    }

    /// The settings for calls of the whole account.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The Region of calls that belong to none.
    pub(crate) fn region(&self) -> &str {
        self.config.region().map_or("us-east-1", Region::as_ref)
    }

    /// The settings for calls in a Region.
    pub(crate) fn in_region(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    /// S3 in a Region. Where calls go elsewhere than to AWS, names of buckets are no names of hosts.
    pub(crate) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        let config = self.in_region(region);
        let is_elsewhere = config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(is_elsewhere)
            // Sessions are for the objects of directory buckets, of which none is read.
            .disable_s3_express_session_auth(true)
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// How many requests were sent, those included that had to be sent again.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

/// The credentials of a profile that was named, which counts more than what the environment says, as with the AWS CLI. Source:
/// AWS CLI User Guide, "Configuration and credential precedence".
fn of_profile(profile: &str, config: &SdkConfig) -> SharedCredentialsProvider {
    let mut provider = ProviderConfig::without_region().with_region(config.region().cloned());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    SharedCredentialsProvider::new(
        ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(profile).build(),
    )
}

/// Takes one page after the other; gives back why the last one did not come, if so.
pub(crate) async fn pages<T, E>(
    mut pages: PaginationStream<Result<T, SdkError<E, HttpResponse>>>,
    mut take: impl FnMut(T),
) -> Option<Failure>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => take(page),
            Err(error) => return Some(error.into()),
        }
    }
    None
}

/// Counts requests on their way.
#[derive(Debug, Clone)]
struct Counting<C> {
    client: C,
    requests: Arc<AtomicU64>,
}

impl HttpClient for Counting<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let client = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Counting { client, requests: Arc::clone(&self.requests) })
    }
}

impl HttpConnector for Counting<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.client.call(request)
    }
}
