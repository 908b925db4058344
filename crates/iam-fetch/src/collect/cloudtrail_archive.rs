//! Log files of CloudTrail, copied from the bucket that a trail delivers to.

use aws_sdk_s3::types::Object;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::principals::fit_for_path;
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListObjectsV2", action: "s3:ListBucket" };
const GET: Call = Call { operation: "GetObject", action: "s3:GetObject" };

/// A log file of CloudTrail has some megabytes.
const LARGEST: i64 = 1 << 30;

pub(super) static COLLECTOR: Collector = Collector {
    name: "cloudtrail-archive",
    about: "log files of CloudTrail below s3://BUCKET/PREFIX",
    calls: &[LIST, GET],
    files: &["cloudtrail/archive/<key>"],
    by_default: false,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let place = run.archive.and_then(|place| place.strip_prefix("s3://"));
    let Some((bucket, prefix)) = place.map(|place| place.split_once('/').unwrap_or((place, ""))) else {
        let what = "no archive was named, as s3://BUCKET/PREFIX";
        return run.fail(LIST.alone(), &Failure::new("NoArchive", what), false);
    };
    let client = run.aws.s3(run.aws.region());
    let mut objects = Vec::new();
    let stream = client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
    let failure = pages(stream, |page| objects.extend(page.contents().iter().filter_map(log_file))).await;
    run.plan(1 + objects.len());
    match failure {
        None => run.done(LIST.alone(), None)?,
        Some(failure) => run.fail(LIST.alone(), &failure, !objects.is_empty())?,
    }
    run.for_each(objects, async |object: LogFile| {
        let file = object.file();
        let made = GET.kept_in(&file);
        // A file is there whole or not at all. With one entry for each, the manifest would outgrow the memory.
        if run.snapshot.exists(&file) {
            run.known(made);
            return Ok(());
        }
        match download(&client, bucket, &object).await {
            Ok(bytes) => {
                run.snapshot.write(&file, &bytes)?;
                run.forget_failure(made);
                run.known(made);
                Ok(())
            }
            Err(failure) => run.fail(made, &failure, false),
        }
    })
    .await
}

struct LogFile {
    key: String,
    size: i64,
}

impl LogFile {
    /// The key, with each of its parts fit for a file's name.
    fn file(&self) -> String {
        let parts = self.key.split('/').filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.map(fit_for_path).collect();
        format!("cloudtrail/archive/{}", parts.join("/"))
    }
}

fn log_file(object: &Object) -> Option<LogFile> {
    let key = object.key()?;
    let is_log = [".json.gz", ".json"].iter().any(|end| key.ends_with(end));
    // Digests tell whether log files were changed, not what happened.
    let is_digest = key.contains("/CloudTrail-Digest/");
    (is_log && !is_digest).then(|| LogFile { key: key.to_owned(), size: object.size().unwrap_or_default() })
}

async fn download(client: &aws_sdk_s3::Client, bucket: &str, object: &LogFile) -> Result<Vec<u8>, Failure> {
    if object.size > LARGEST {
        return Err(Failure::new("TooLarge", "larger than 1 GiB, which no log file of CloudTrail is"));
    }
    let answer = client.get_object().bucket(bucket).key(&object.key).send().await?;
    let body = answer.body.collect().await;
    let body = body.map_err(|error| Failure::new("NotReached", &error.to_string()))?;
    Ok(body.into_bytes().to_vec())
}
