//! A fetch from its first call to its last.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{self, Either};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;

use crate::aws::{Aws, Caller};
use crate::collect::{self, regions};
use crate::collector::{Call, Collect, Collector};
use crate::error::Error;
use crate::failure::{Failure, Kind};
use crate::json::{Json, Object, object, printed};
use crate::principals::Principal;
use crate::progress::{Progress, Step};
use crate::request::{Pace, Request};
use crate::snapshot::{Head, MANIFEST, Made, Snapshot, Status, now};
use crate::stop::Stop;
use crate::summary::{Ended, Shortfall, Summary};

/// How accounts of an organisation are entered.
const ASSUME_ROLE: Call = Call { operation: "AssumeRole", action: "sts:AssumeRole" };

const TOOL: &str = concat!("iam-audit ", env!("CARGO_PKG_VERSION"));

/// What collectors share.
pub(crate) struct Run<'r> {
    pub(crate) aws: Aws,
    pub(crate) snapshot: Snapshot,
    pub(crate) pace: &'r Pace,
    pub(crate) caller: Caller,
    pub(crate) archive: Option<&'r str>,
    pub(crate) regions: &'r [String],
    /// Whether another account's snapshot tells of the organisation.
    pub(crate) is_told_elsewhere: bool,
    pub(crate) users: OnceCell<Arc<[Principal]>>,
    progress: &'r dyn Progress,
}

/// Why nothing more can be fetched.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The credentials are no longer valid.
    Expired(Failure),
    /// The directory cannot be written to.
    Error(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The collectors that a request names, or those that are fetched by default.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<&'static Collector>, Error> {
    if only.is_empty() {
        return Ok(collect::ALL.iter().copied().filter(|collector| collector.by_default).collect());
    }
    for name in only {
        if !collect::ALL.iter().any(|collector| collector.name == name) {
            let known: Vec<&str> = collect::ALL.iter().map(|collector| collector.name).collect();
            return Err(Error::NoSuchCollector { name: name.clone(), known: known.join(", ") });
        }
    }
    let is_named = |collector: &&Collector| only.iter().any(|name| name == collector.name);
    Ok(collect::ALL.iter().copied().filter(is_named).collect())
}

/// Fetches what is asked for, unless somebody asks to stop.
pub(crate) async fn fetch(request: &Request, progress: &dyn Progress, stop: &Stop) -> Result<Summary, Error> {
    let collectors = chosen(&request.only)?;
    let aws = Aws::connect(&request.access, &request.pace).await?;
    let caller = aws.caller().await?;
    let regions = if collectors.iter().any(|collector| collector.is_regional()) {
        regions::chosen(&aws, &request.regions, progress).await
    } else {
        Vec::new()
    };
    let head = Head {
        tool: TOOL.to_owned(),
        account: caller.account.clone(),
        partition: caller.partition.clone(),
        caller: caller.arn.clone(),
        regions: regions.iter().cloned().collect::<BTreeSet<_>>(),
        started: now(),
        finished: None,
    };
    let snapshot = Snapshot::open(&request.directory, head)?;
    snapshot.forget(ASSUME_ROLE.alone());
    let run = Run {
        aws,
        snapshot,
        pace: &request.pace,
        caller,
        archive: request.archive.as_deref(),
        regions: &regions,
        is_told_elsewhere: request.is_member,
        users: OnceCell::new(),
        progress,
    };
    let work = collectors.iter().flat_map(|collector| -> Vec<_> {
        match collector.collect {
            Collect::Account(collect) => vec![collect(&run)],
            Collect::Region(collect) => regions.iter().map(|region| collect(&run, region)).collect(),
        }
    });
    let all = Box::pin(future::try_join_all(work));
    let stopped = Box::pin(stop.asked());
    let ended = match future::select(all, stopped).await {
        Either::Left((Ok(_), _)) => Ended::Finished,
        Either::Left((Err(Halt::Expired(failure)), _)) => Ended::Expired(failure.to_string()),
        Either::Left((Err(Halt::Error(error)), _)) => return Err(error),
        Either::Right(_) => Ended::Interrupted,
    };
    run.snapshot.flush((ended == Ended::Finished).then(now))?;
    Ok(Summary {
        account: run.caller.account.clone(),
        caller: run.caller.arn.clone(),
        regions: regions.clone(),
        complete: run.snapshot.complete(),
        shortfalls: shortfalls(&run.snapshot),
        requests: run.aws.requests(),
        ended,
    })
}

/// Leaves a manifest that says why there is nothing else.
pub(crate) fn note_unreached(
    directory: &Path,
    account: &str,
    partition: &str,
    why: &str,
) -> Result<(), Error> {
    if directory.join(MANIFEST).exists() {
        return Ok(());
    }
    let head = Head {
        tool: TOOL.to_owned(),
        account: account.to_owned(),
        partition: partition.to_owned(),
        caller: String::new(),
        regions: BTreeSet::new(),
        started: now(),
        finished: None,
    };
    let snapshot = Snapshot::open(directory, head)?;
    let is_denied = ["AccessDenied", "not authorized"].iter().any(|words| why.contains(words));
    let failure = Failure::new(if is_denied { "AccessDenied" } else { "NotEntered" }, why);
    snapshot.note(ASSUME_ROLE.alone(), Status::of(&failure, false), Some(failure.message))?;
    snapshot.flush(None)
}

fn shortfalls(snapshot: &Snapshot) -> Vec<Shortfall> {
    let shortfalls = snapshot.shortfalls().into_iter();
    shortfalls
        .map(|(call, region, status, error)| Shortfall {
            call,
            region,
            is_denied: status == Status::Denied,
            error,
        })
        .collect()
}

impl Run<'_> {
    /// Says that so many more answers are to come.
    pub(crate) fn plan(&self, steps: usize) {
        self.progress.planned(u64::try_from(steps).unwrap_or(u64::MAX));
    }

    /// Whether an earlier run has this answer.
    pub(crate) fn has(&self, made: Made<'_>) -> bool {
        self.snapshot.has(made)
    }

    /// Counts an answer that an earlier run has.
    pub(crate) fn known(&self, made: Made<'_>) {
        self.step(made, None);
    }

    /// Fetches one answer into one file, unless it is there.
    pub(crate) async fn answer(
        &self,
        made: Made<'_>,
        ask: impl AsyncFnOnce() -> Result<Json, Failure>,
    ) -> Result<(), Halt> {
        self.answer_or(made, ask, |_| false).await
    }

    /// The same where some refusals are answers.
    pub(crate) async fn answer_or(
        &self,
        made: Made<'_>,
        ask: impl AsyncFnOnce() -> Result<Json, Failure>,
        is_answer: impl Fn(&Failure) -> bool,
    ) -> Result<(), Halt> {
        self.plan(1);
        if self.has(made) {
            self.known(made);
            return Ok(());
        }
        match ask().await {
            Ok(answer) => self.keep(made, &answer),
            Err(failure) if is_answer(&failure) => self.keep_refusal(made, &failure),
            Err(failure) => self.fail(made, &failure, false),
        }
    }

    /// The same for one answer of many that are planned already.
    pub(crate) async fn one(
        &self,
        made: Made<'_>,
        ask: impl AsyncFnOnce() -> Result<Json, Failure>,
    ) -> Result<(), Halt> {
        if self.has(made) {
            self.known(made);
            return Ok(());
        }
        match ask().await {
            Ok(answer) => self.keep(made, &answer),
            Err(failure) => self.fail(made, &failure, false),
        }
    }

    /// Fetches a list into one file, unless it is there.
    pub(crate) async fn list(
        &self,
        made: Made<'_>,
        name: &str,
        fill: impl AsyncFnOnce(&mut Vec<Json>) -> Option<Failure>,
    ) -> Result<(), Halt> {
        self.plan(1);
        if self.has(made) {
            self.known(made);
            return Ok(());
        }
        let mut items = Vec::new();
        let failure = fill(&mut items).await;
        self.keep_list(made, name, items, failure)
    }

    /// Fetches an object of several lists into one file, unless it is there.
    pub(crate) async fn object(
        &self,
        made: Made<'_>,
        ask: impl AsyncFnOnce() -> (Object, bool, Option<Failure>),
    ) -> Result<(), Halt> {
        self.plan(1);
        if self.has(made) {
            self.known(made);
            return Ok(());
        }
        let (answer, is_empty, failure) = ask().await;
        self.keep_object(made, answer, is_empty, failure)
    }

    /// Fetches a list of each user's into a file of its own.
    pub(crate) async fn for_each_user(
        &self,
        call: &Call,
        folder: &str,
        name: &str,
        list: impl AsyncFn(&str, &mut Vec<Json>) -> Option<Failure>,
    ) -> Result<(), Halt> {
        let users = self.users().await?;
        self.plan(users.len());
        self.for_each(users.iter(), async |user| {
            let file = format!("{folder}/{}", user.file_name());
            let made = call.kept_in(&file);
            if self.has(made) {
                self.known(made);
                return Ok(());
            }
            let mut items = Vec::new();
            let failure = list(&user.name, &mut items).await;
            self.keep_list(made, name, items, failure)
        })
        .await
    }

    /// Keeps a whole answer.
    pub(crate) fn keep(&self, made: Made<'_>, answer: &Json) -> Result<(), Halt> {
        self.write(made, answer)?;
        self.end(made, Status::Complete, None)
    }

    /// Keeps a list, or as much of it as came.
    pub(crate) fn keep_list(
        &self,
        made: Made<'_>,
        name: &str,
        items: Vec<Json>,
        failure: Option<Failure>,
    ) -> Result<(), Halt> {
        let is_empty = items.is_empty();
        self.keep_object(made, object().with(name, items), is_empty, failure)
    }

    /// Keeps what came, and says in the file as well that it is not all.
    pub(crate) fn keep_object(
        &self,
        made: Made<'_>,
        answer: Object,
        is_empty: bool,
        failure: Option<Failure>,
    ) -> Result<(), Halt> {
        let Some(failure) = failure else { return self.keep(made, &answer.into()) };
        if !is_empty && failure.kind != Kind::Expired {
            self.write(made, &answer.with("IsTruncated", true).into())?;
        }
        self.fail(made, &failure, !is_empty)
    }

    /// Keeps a part, whose own words say that it is one.
    pub(crate) fn keep_part(&self, made: Made<'_>, answer: Object, failure: &Failure) -> Result<(), Halt> {
        if failure.kind != Kind::Expired {
            self.write(made, &answer.into())?;
        }
        self.fail(made, failure, true)
    }

    /// Keeps AWS's refusal as the answer that it is.
    pub(crate) fn keep_refusal(&self, made: Made<'_>, failure: &Failure) -> Result<(), Halt> {
        if let Some(file) = made.file {
            self.snapshot.write(file, failure.as_the_cli_says(made.call.operation).as_bytes())?;
        }
        self.end(made, Status::Complete, Some(failure.code.clone()))
    }

    /// Notes a call whose answer stands in no file.
    pub(crate) fn done(&self, made: Made<'_>, failure: Option<&Failure>) -> Result<(), Halt> {
        match failure {
            None => self.end(made, Status::Complete, None),
            Some(failure) => self.fail(made, failure, false),
        }
    }

    /// Takes back that a call failed in an earlier run.
    pub(crate) fn forget_failure(&self, made: Made<'_>) {
        self.snapshot.forget(made);
    }

    pub(crate) fn fail(&self, made: Made<'_>, failure: &Failure, has_pages: bool) -> Result<(), Halt> {
        if failure.kind == Kind::Expired {
            return Err(Halt::Expired(failure.clone()));
        }
        self.end(made, Status::of(failure, has_pages), Some(failure.to_string()))
    }

    /// Runs work for many things, some at a time.
    pub(crate) async fn for_each<T>(
        &self,
        things: impl IntoIterator<Item = T>,
        work: impl AsyncFn(T) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let work = &work;
        stream::iter(things)
            .map(|thing| work(thing))
            .buffer_unordered(self.pace.concurrency.get())
            .try_collect::<()>()
            .await
    }

    /// Waits between two looks at the same report.
    pub(crate) async fn pause(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }

    fn write(&self, made: Made<'_>, answer: &Json) -> Result<(), Error> {
        let Some(file) = made.file else { return Ok(()) };
        let bytes = printed(answer).map_err(|error| Error::Directory {
            path: file.into(),
            what: "cannot write",
            error: error.into(),
        })?;
        self.snapshot.write(file, &bytes)
    }

    fn end(&self, made: Made<'_>, status: Status, error: Option<String>) -> Result<(), Halt> {
        let shown = error.as_deref().filter(|_| status != Status::Complete);
        self.step(made, shown);
        Ok(self.snapshot.note(made, status, error)?)
    }

    fn step(&self, made: Made<'_>, error: Option<&str>) {
        self.progress.done(&Step { operation: made.call.operation, region: made.region, error });
    }
}

impl Call {
    /// The call for the whole account, with its answer in a file.
    pub(crate) fn kept_in<'m>(&'m self, file: &'m str) -> Made<'m> {
        Made { call: self, region: None, file: Some(file) }
    }

    /// The call in a Region, with its answer in a file.
    pub(crate) fn in_region<'m>(&'m self, region: &'m str, file: &'m str) -> Made<'m> {
        Made { call: self, region: Some(region), file: Some(file) }
    }

    /// The call without a file.
    pub(crate) fn alone(&self) -> Made<'_> {
        Made { call: self, region: None, file: None }
    }
}

impl Collector {
    /// Whether it works in each Region.
    pub fn is_regional(&self) -> bool {
        matches!(self.collect, Collect::Region(_))
    }
}
