//! Who gets into resources by their own word: policies, access control lists, grants and lists of accounts, in the shape in
//! which the AWS CLI prints each service's own call.
//!
//! A resource without a policy has a file with an empty one, where AWS's answer would be an error: that somebody looked and
//! found none is knowledge, too. The types are those that IAM Access Analyzer looks at, and some that it does not. Source: IAM
//! User Guide, "IAM Access Analyzer resource types for external access".

mod backup;
mod dynamodb;
mod ec2;
mod ecr;
mod efs;
mod eventbridge;
mod glacier;
mod glue;
mod kinesis;
mod kms;
mod lambda;
mod opensearch;
mod rds;
mod s3;
mod s3_account;
mod secrets_manager;
mod sns;
mod sqs;

pub(super) use ec2::{EC2, EC2_VERSION};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, Object};
use crate::principals::file_name;
use crate::run::{Halt, Run};
use crate::snapshot::Made;

pub(super) static COLLECTOR: Collector = Collector {
    name: "resource-policies",
    about: "who gets into buckets, keys, queues, topics, functions, layers, secrets, repositories, tables, file systems, \
            snapshots, vaults, domains, event buses, data streams and the data catalogue by their own policies, lists and \
            grants",
    calls: &[
        s3::LIST,
        s3::POLICY,
        s3::POLICY_STATUS,
        s3::ACL,
        s3::BLOCK,
        s3::LIST_DIRECTORY,
        s3::DIRECTORY_POLICY,
        s3_account::BLOCK,
        s3_account::LIST_ACCESS_POINTS,
        s3_account::ACCESS_POINT_POLICY,
        s3_account::ACCESS_POINT,
        kms::LIST,
        kms::POLICY,
        kms::GRANTS,
        sqs::LIST,
        sqs::ATTRIBUTES,
        sns::LIST,
        sns::ATTRIBUTES,
        lambda::LIST,
        lambda::POLICY,
        lambda::LIST_LAYERS,
        lambda::LIST_VERSIONS,
        lambda::VERSION_POLICY,
        secrets_manager::LIST,
        secrets_manager::POLICY,
        ecr::LIST,
        ecr::POLICY,
        dynamodb::LIST,
        dynamodb::LIST_STREAMS,
        dynamodb::POLICY,
        efs::LIST,
        efs::POLICY,
        rds::LIST,
        rds::ATTRIBUTES,
        rds::LIST_OF_CLUSTERS,
        rds::ATTRIBUTES_OF_CLUSTERS,
        ec2::LIST,
        ec2::ATTRIBUTE,
        glue::POLICY,
        backup::LIST,
        backup::POLICY,
        opensearch::LIST,
        opensearch::DOMAIN,
        eventbridge::LIST,
        eventbridge::BUS,
        glacier::LIST,
        glacier::POLICY,
        kinesis::LIST,
        kinesis::LIST_CONSUMERS,
        kinesis::POLICY,
    ],
    files: &["resource-policies/<region>/<type>/<name>.json"],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let here = Here { run, region };
    s3::buckets(&here).await?;
    s3_account::collect(&here).await?;
    kms::collect(&here).await?;
    sqs::collect(&here).await?;
    sns::collect(&here).await?;
    lambda::functions(&here).await?;
    lambda::layers(&here).await?;
    secrets_manager::collect(&here).await?;
    ecr::collect(&here).await?;
    dynamodb::collect(&here).await?;
    efs::collect(&here).await?;
    rds::snapshots(&here).await?;
    rds::snapshots_of_clusters(&here).await?;
    ec2::collect(&here).await?;
    glue::collect(&here).await?;
    backup::collect(&here).await?;
    opensearch::collect(&here).await?;
    eventbridge::collect(&here).await?;
    glacier::collect(&here).await?;
    kinesis::collect(&here).await?;
    s3::directory_buckets(&here).await
}

/// The Region whose resources are asked about.
struct Here<'r> {
    run: &'r Run<'r>,
    region: &'r str,
}

impl Here<'_> {
    /// Notes how a list ended, which stands in no file.
    fn listed(&self, list: &Call, is_empty: bool, failure: Option<Failure>) -> Result<(), Halt> {
        let made = Made { call: list, region: Some(self.region), file: None };
        self.run.plan(1);
        match failure {
            None => self.run.done(made, None),
            // Some services are not in every Region. That the name of their host is not known says so, as others were reached.
            Some(failure) if failure.is_of_unknown_host() => self.run.done(made, None),
            Some(failure) => self.run.fail(made, &failure, !is_empty),
        }
    }

    /// Asks the same about many resources of a type, each of which has a name that is unique in the Region.
    async fn each<T>(
        &self,
        kind: &str,
        call: &Call,
        resources: impl IntoIterator<Item = (String, T)>,
        ask: impl AsyncFn(T) -> Result<Json, Failure>,
    ) -> Result<(), Halt> {
        let Self { run, region } = self;
        let resources: Vec<(String, T)> = resources.into_iter().collect();
        run.plan(resources.len());
        run.for_each(resources, async |(name, resource): (String, T)| {
            let file = format!("resource-policies/{region}/{kind}/{}", file_name(&name));
            run.one(call.in_region(region, &file), async || ask(resource).await).await
        })
        .await
    }

    /// The settings for calls here.
    fn config(&self) -> aws_config::SdkConfig {
        self.run.aws.in_region(self.region)
    }

    /// The start of the ARNs of a service's resources here.
    fn arn(&self, service: &str) -> String {
        let caller = &self.run.caller;
        format!("arn:{}:{service}:{}:{}", caller.partition, self.region, caller.account)
    }
}

/// An answer with a policy, or the one without that AWS's error stands for.
fn or_none<T, E>(
    answer: Result<T, SdkError<E, HttpResponse>>,
    code: &str,
    with: impl FnOnce(&T) -> Object,
    without: Object,
) -> Result<Json, Failure>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(with(&answer).into()),
        Err(error) => {
            let failure = Failure::from(error);
            if failure.is(code) { Ok(without.into()) } else { Err(failure) }
        }
    }
}

/// The same name twice: once for the file, once for the call.
fn twice(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}
