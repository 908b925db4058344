//! The policies of resources, in the shape in which each service's own call gives them.
//!
//! A resource without a policy has a file with an empty one, where AWS's answer would be an error: that somebody looked and
//! found none is knowledge, too.

use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, Object, object};
use crate::principals::file_name;
use crate::run::{Halt, Run};

const BUCKETS: Call = Call { operation: "ListBuckets", action: "s3:ListAllMyBuckets" };
const BUCKET_POLICY: Call = Call { operation: "GetBucketPolicy", action: "s3:GetBucketPolicy" };
const KEYS: Call = Call { operation: "ListKeys", action: "kms:ListKeys" };
const KEY_POLICY: Call = Call { operation: "GetKeyPolicy", action: "kms:GetKeyPolicy" };
const QUEUES: Call = Call { operation: "ListQueues", action: "sqs:ListQueues" };
const QUEUE: Call = Call { operation: "GetQueueAttributes", action: "sqs:GetQueueAttributes" };
const TOPICS: Call = Call { operation: "ListTopics", action: "sns:ListTopics" };
const TOPIC: Call = Call { operation: "GetTopicAttributes", action: "sns:GetTopicAttributes" };
const FUNCTIONS: Call = Call { operation: "ListFunctions", action: "lambda:ListFunctions" };
const FUNCTION_POLICY: Call = Call { operation: "GetPolicy", action: "lambda:GetPolicy" };
const SECRETS: Call = Call { operation: "ListSecrets", action: "secretsmanager:ListSecrets" };
const SECRET_POLICY: Call =
    Call { operation: "GetResourcePolicy", action: "secretsmanager:GetResourcePolicy" };
const REPOSITORIES: Call = Call { operation: "DescribeRepositories", action: "ecr:DescribeRepositories" };
const REPOSITORY_POLICY: Call = Call { operation: "GetRepositoryPolicy", action: "ecr:GetRepositoryPolicy" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "resource-policies",
    about: "policies of buckets, keys, queues, topics, functions, secrets and repositories",
    calls: &[
        BUCKETS,
        BUCKET_POLICY,
        KEYS,
        KEY_POLICY,
        QUEUES,
        QUEUE,
        TOPICS,
        TOPIC,
        FUNCTIONS,
        FUNCTION_POLICY,
        SECRETS,
        SECRET_POLICY,
        REPOSITORIES,
        REPOSITORY_POLICY,
    ],
    files: &["resource-policies/<region>/<type>/<name>.json"],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    buckets(run, region).await?;
    keys(run, region).await?;
    queues(run, region).await?;
    topics(run, region).await?;
    functions(run, region).await?;
    secrets(run, region).await?;
    repositories(run, region).await
}

/// The resources of a type in a Region.
struct Resources<'r> {
    run: &'r Run<'r>,
    region: &'r str,
    kind: &'static str,
    list: &'static Call,
    policy: &'static Call,
}

impl Resources<'_> {
    /// Notes how listing ended, and asks for the policy of each resource, by name.
    async fn each<T>(
        &self,
        listed: Vec<(String, T)>,
        failure: Option<Failure>,
        ask: impl AsyncFn(T) -> Result<Json, Failure>,
    ) -> Result<(), Halt> {
        let Self { run, region, kind, list, policy } = self;
        let made = crate::snapshot::Made { call: list, region: Some(region), file: None };
        run.plan(1 + listed.len());
        match failure {
            None => run.done(made, None)?,
            Some(failure) => run.fail(made, &failure, !listed.is_empty())?,
        }
        run.for_each(listed, async |(name, resource): (String, T)| {
            let file = format!("resource-policies/{region}/{kind}/{}", file_name(&name));
            run.one(policy.in_region(region, &file), async || ask(resource).await).await
        })
        .await
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

async fn buckets(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = run.aws.s3(region);
    let mut names = Vec::new();
    let stream = client.list_buckets().bucket_region(region).into_paginator().send();
    let failure = pages(stream, |page| {
        names.extend(
            page.buckets()
                .iter()
                .filter_map(|bucket| Some((bucket.name()?.to_owned(), bucket.name()?.to_owned()))),
        );
    })
    .await;
    let resources = Resources { run, region, kind: "s3-bucket", list: &BUCKETS, policy: &BUCKET_POLICY };
    let ask = async |name: String| {
        let answer = client.get_bucket_policy().bucket(name).send().await;
        let none = object().with("Policy", "");
        or_none(answer, "NoSuchBucketPolicy", |answer| object().maybe("Policy", answer.policy()), none)
    };
    resources.each(names, failure, ask).await
}

async fn keys(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_kms::Client::new(&run.aws.in_region(region));
    let mut ids = Vec::new();
    let failure = pages(client.list_keys().into_paginator().send(), |page| {
        ids.extend(
            page.keys().iter().filter_map(|key| Some((key.key_id()?.to_owned(), key.key_id()?.to_owned()))),
        );
    })
    .await;
    let resources = Resources { run, region, kind: "kms-key", list: &KEYS, policy: &KEY_POLICY };
    let ask = async |id: String| {
        // The only policy that a key can have.
        let answer = client.get_key_policy().key_id(id).policy_name("default").send().await?;
        Ok(object().maybe("Policy", answer.policy()).maybe("PolicyName", answer.policy_name()).into())
    };
    resources.each(ids, failure, ask).await
}

async fn queues(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_sqs::Client::new(&run.aws.in_region(region));
    let mut urls = Vec::new();
    let failure = pages(client.list_queues().max_results(1000).into_paginator().send(), |page| {
        urls.extend(page.queue_urls().iter().map(|url| {
            let name = url.rsplit('/').next().unwrap_or_default();
            (name.to_owned(), url.clone())
        }));
    })
    .await;
    let resources = Resources { run, region, kind: "sqs-queue", list: &QUEUES, policy: &QUEUE };
    let ask = async |url: String| {
        let wanted = [QueueAttributeName::QueueArn, QueueAttributeName::Policy];
        let call = client.get_queue_attributes().queue_url(url).set_attribute_names(Some(wanted.to_vec()));
        let answer = call.send().await?;
        let attribute = |name: &QueueAttributeName| answer.attributes()?.get(name).map(Json::from);
        let attributes = object()
            .maybe("QueueArn", attribute(&QueueAttributeName::QueueArn))
            .maybe("Policy", attribute(&QueueAttributeName::Policy));
        Ok(object().with("Attributes", attributes).into())
    };
    resources.each(urls, failure, ask).await
}

async fn topics(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_sns::Client::new(&run.aws.in_region(region));
    let mut arns = Vec::new();
    let failure = pages(client.list_topics().into_paginator().send(), |page| {
        arns.extend(page.topics().iter().filter_map(|topic| {
            let arn = topic.topic_arn()?;
            Some((arn.rsplit(':').next()?.to_owned(), arn.to_owned()))
        }));
    })
    .await;
    let resources = Resources { run, region, kind: "sns-topic", list: &TOPICS, policy: &TOPIC };
    let ask = async |arn: String| {
        let answer = client.get_topic_attributes().topic_arn(arn).send().await?;
        let attribute = |name: &str| answer.attributes()?.get(name).map(Json::from);
        let attributes = object()
            .maybe("Policy", attribute("Policy"))
            .maybe("Owner", attribute("Owner"))
            .maybe("TopicArn", attribute("TopicArn"));
        Ok(object().with("Attributes", attributes).into())
    };
    resources.each(arns, failure, ask).await
}

async fn functions(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_lambda::Client::new(&run.aws.in_region(region));
    let mut names = Vec::new();
    // The list holds the functions' variables, which may be secret. Only names are kept.
    let failure = pages(client.list_functions().into_paginator().send(), |page| {
        let functions = page.functions().iter();
        names.extend(functions.filter_map(|function| {
            Some((function.function_name()?.to_owned(), function.function_name()?.to_owned()))
        }));
    })
    .await;
    let resources =
        Resources { run, region, kind: "lambda-function", list: &FUNCTIONS, policy: &FUNCTION_POLICY };
    let ask = async |name: String| {
        let answer = client.get_policy().function_name(name).send().await;
        let with = |answer: &aws_sdk_lambda::operation::get_policy::GetPolicyOutput| {
            object().maybe("Policy", answer.policy()).maybe("RevisionId", answer.revision_id())
        };
        or_none(answer, "ResourceNotFoundException", with, object().with("Policy", ""))
    };
    resources.each(names, failure, ask).await
}

async fn secrets(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_secretsmanager::Client::new(&run.aws.in_region(region));
    let mut secrets = Vec::new();
    let failure = pages(client.list_secrets().into_paginator().send(), |page| {
        secrets.extend(
            page.secret_list()
                .iter()
                .filter_map(|secret| Some((secret.name()?.to_owned(), secret.arn()?.to_owned()))),
        );
    })
    .await;
    let resources = Resources { run, region, kind: "secret", list: &SECRETS, policy: &SECRET_POLICY };
    let ask = async |arn: String| {
        let answer = client.get_resource_policy().secret_id(arn).send().await?;
        Ok(object()
            .maybe("ARN", answer.arn())
            .maybe("Name", answer.name())
            .maybe("ResourcePolicy", answer.resource_policy())
            .into())
    };
    resources.each(secrets, failure, ask).await
}

async fn repositories(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_ecr::Client::new(&run.aws.in_region(region));
    let mut repositories = Vec::new();
    let failure = pages(client.describe_repositories().into_paginator().send(), |page| {
        repositories.extend(page.repositories().iter().filter_map(|repository| {
            let name = repository.repository_name()?.to_owned();
            Some((name.clone(), (name, repository.registry_id().unwrap_or_default().to_owned())))
        }));
    })
    .await;
    let resources =
        Resources { run, region, kind: "ecr-repository", list: &REPOSITORIES, policy: &REPOSITORY_POLICY };
    let ask = async |(name, registry): (String, String)| {
        let answer = client.get_repository_policy().repository_name(&name).send().await;
        let with = |answer: &aws_sdk_ecr::operation::get_repository_policy::GetRepositoryPolicyOutput| {
            object()
                .maybe("registryId", answer.registry_id())
                .maybe("repositoryName", answer.repository_name())
                .maybe("policyText", answer.policy_text())
        };
        let none = object().with("registryId", registry).with("repositoryName", &name).with("policyText", "");
        or_none(answer, "RepositoryPolicyNotFoundException", with, none)
    };
    resources.each(repositories, failure, ask).await
}
