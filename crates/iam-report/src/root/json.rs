use std::io::{self, Write};

use iam_core::audit::{AccountReport, Report, Status};
use iam_core::evidence::{Account, Evidence};
use iam_core::fact::shown_time;
use iam_core::ident::AccessKeyId;
use iam_core::root_use::{CHECKED, Deed, Need, Session, root_use};
use serde::Serialize;

use super::{Options, about, accounts};

#[derive(Serialize)]
struct Document {
    schema_version: &'static str,
    /// The day of the list of tasks that need root.
    tasks_of: &'static str,
    accounts: Vec<Root>,
}

#[derive(Serialize)]
struct Root {
    account: String,
    posture: Vec<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Use>,
    /// Why what root did is not known, or not wholly.
    gaps: Vec<String>,
}

#[derive(Serialize)]
struct Verdict {
    check: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    subject: String,
    message: String,
}

#[derive(Serialize)]
struct Use {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    calls_by_services: usize,
    sessions: Vec<WireSession>,
}

#[derive(Serialize)]
struct WireSession {
    kind: &'static str,
    mfa: Option<bool>,
    start: String,
    end: String,
    access_key: String,
    addresses: Vec<String>,
    new_addresses: Vec<String>,
    agent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<MadeBy>,
    events: Vec<WireDeed>,
}

#[derive(Serialize)]
struct MadeBy {
    principal: String,
    account: String,
    task_policy: String,
    event_id: String,
}

#[derive(Serialize)]
struct WireDeed {
    time: String,
    call: String,
    about: String,
    reads: bool,
    by_console: bool,
    need: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    task: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    why: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    permission: String,
    region: String,
    address: String,
    error_code: String,
    event_id: String,
    file: String,
    offset: u64,
}

/// Writes a JSON document: `{"schema_version": "1", "tasks_of": "...", "accounts": [...]}`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(evidence: &Evidence, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let accounts =
        accounts(evidence, report).map(|(account, judged)| root(account, judged, options)).collect();
    let document = Document { schema_version: "1", tasks_of: CHECKED, accounts };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn root(account: &Account, judged: &AccountReport, options: &Options) -> Root {
    let mut gaps = Vec::new();
    let activity = match account.activity() {
        Err(gap) => {
            gaps.push(gap.what.to_string());
            None
        }
        Ok(activity) => {
            let use_of = root_use(activity);
            gaps.extend(use_of.window.as_ref().err().map(|gap| gap.what.to_string()));
            let span = use_of.span();
            Some(Use {
                first: span.map(|(first, _)| shown_time(first)),
                last: span.map(|(_, last)| shown_time(last)),
                calls_by_services: use_of.by_services,
                sessions: use_of.sessions.iter().map(|session| wire(session, options)).collect(),
            })
        }
    };
    Root { account: judged.name(), posture: posture(judged), activity, gaps }
}

fn posture(judged: &AccountReport) -> Vec<Verdict> {
    let findings = judged.findings.iter().map(|finding| Verdict {
        check: finding.check.id.as_str(),
        status: Status::Fail.as_str(),
        severity: Some(finding.severity.as_str()),
        subject: finding.subject.to_string(),
        message: finding.message.clone(),
    });
    let unknown = judged.unknown.iter().map(|unknown| Verdict {
        check: unknown.check,
        status: Status::Unknown.as_str(),
        severity: None,
        subject: unknown.subject.to_string(),
        message: judged.gaps.get(unknown.gap).map(|gap| gap.what.clone()).unwrap_or_default(),
    });
    let silent = judged.silent.iter().map(|silent| Verdict {
        check: silent.check,
        status: silent.status.as_str(),
        severity: None,
        subject: silent.subject.to_string(),
        message: silent.reason.clone(),
    });
    findings.chain(unknown).chain(silent).collect()
}

fn wire(session: &Session<'_>, options: &Options) -> WireSession {
    let texts = |addresses: &std::collections::BTreeSet<&str>| {
        addresses.iter().map(|address| (*address).to_owned()).collect()
    };
    WireSession {
        kind: session.way.as_str(),
        mfa: session.mfa,
        start: shown_time(session.start),
        end: shown_time(session.end),
        access_key: match session.access_key {
            "" => String::new(),
            id => AccessKeyId::new(id).shown(options.key_ids),
        },
        addresses: texts(&session.addresses),
        new_addresses: texts(&session.new_addresses),
        agent: session.agent.to_owned(),
        made_by: session.made_by.map(|call| MadeBy {
            principal: call.principal.name.to_string(),
            account: call.account.to_string(),
            task_policy: call.requested("taskPolicyArn/arn").unwrap_or_default().to_owned(),
            event_id: call.id.to_string(),
        }),
        events: session.deeds.iter().map(deed).collect(),
    }
}

fn deed(deed: &Deed<'_>) -> WireDeed {
    let event = deed.event;
    let (task, why, permission) = match &deed.need {
        Need::Needed { task } => (*task, "", String::new()),
        Need::May { task, why, permission } => (*task, *why, permission.clone()),
        Need::NotNeeded { permission } => ("", "", permission.clone()),
        Need::None => ("", "", String::new()),
    };
    WireDeed {
        time: shown_time(event.time()),
        call: event.call.to_string(),
        about: about(event),
        reads: deed.reads,
        by_console: deed.by_console,
        need: deed.need.as_str(),
        task,
        why,
        permission,
        region: event.region.to_string(),
        address: event.address.to_string(),
        error_code: event.error_code.to_string(),
        event_id: event.id.to_string(),
        file: event.place.file.to_string(),
        offset: event.place.offset,
    }
}
