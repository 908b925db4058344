//! What to tell of a call or sign-in that CloudTrail logged.

use std::sync::Arc;

use super::{Answer, Notice, console};
use crate::check::{About, Check, CredentialName, RemedyStep, Severity, Subject, SubjectKind};
use crate::checks::failed_by;
use crate::cloudtrail::{
    Event, EventClass, Fold, Limits, Outcome, PrincipalKind, Selection, TrailFile, watchlist,
};
use crate::event::Envelope;
use crate::ident::{AccessKeyId, Arn, KeyIdDisplay};
use crate::root_use::{Need, discloses, is_console};

/// Programs name themselves, and may do so at any length.
const LONGEST_AGENT: usize = 200;

/// What an event of CloudTrail says.
pub(super) fn of(envelope: &Envelope, keys: KeyIdDisplay) -> Answer {
    let record = serde_json::Value::Object(envelope.detail.clone()).to_string();
    let mut fold = Fold::new(Selection::default(), Limits::default());
    fold.read(TrailFile::named(&envelope.place), record.as_bytes());
    let activity = fold.finish();
    if let Some(gap) = activity.gaps.iter().next() {
        return Answer::Unreadable(format!("its record cannot be read: {}", gap.what));
    }
    let event = EventClass::ALL.iter().find_map(|class| activity.events.of(*class).next());
    let Some(event) = event else {
        return if activity.files.records == 0 {
            Answer::Unreadable("it holds no record of CloudTrail".to_owned())
        } else {
            Answer::Nothing("it is no deed of root, no sign-in, and no change of who may do what".to_owned())
        };
    };
    if event.principal.kind == PrincipalKind::Root && !event.invoked_by.is_empty() {
        return Answer::Nothing(format!("{} did it in the name of root", event.invoked_by));
    }
    Answer::Notice(Box::new(notice(event, envelope, keys)))
}

fn notice(event: &Event, envelope: &Envelope, keys: KeyIdDisplay) -> Notice {
    let account = [&*event.principal.account, &event.account, &envelope.account];
    let account = account.into_iter().find(|account| !account.is_empty()).map_or("", |account| account);
    let region = if event.region.is_empty() { &envelope.region } else { &*event.region };
    let failed = failed_by(event);
    let check = failed.first().map(|(check, _)| *check);
    let (severity, reason) = severity(event, &failed);
    let mut notice = Notice {
        id: if event.id.is_empty() { envelope.id.clone() } else { event.id.to_string() },
        title: title(event, account, check),
        severity,
        reason: reason.to_owned(),
        account: account.to_owned(),
        region: region.to_owned(),
        at: Some(event.time()).filter(|_| event.second != 0).or(envelope.time),
        details: Vec::new(),
        items: Vec::new(),
        next: None,
        link: console::event(region, &event.id),
        check: check.map(|check| check.id.to_string()).unwrap_or_default(),
    };
    tell(&mut notice, event, keys);
    notice.next = failed
        .first()
        .and_then(|(check, about)| first_command(check, &subject(about, event, account, keys), account))
        .or_else(|| look_up(event, region));
    notice
}

/// `Root of account 111122223333 called iam:CreateUser`, `User anna of account ... signed in to the console with MFA`
fn title(event: &Event, account: &str, check: Option<&Check>) -> String {
    let of_account = if account.is_empty() { String::new() } else { format!(" of account {account}") };
    let who = match event.principal.kind {
        PrincipalKind::Root => format!("Root{of_account}"),
        PrincipalKind::User => format!("User {}{of_account}", event.principal.last_name()),
        PrincipalKind::Role => format!("Role {}{of_account}", event.principal.last_name()),
        _ if event.principal.name.is_empty() => format!("Somebody{of_account}"),
        _ => format!("{}{of_account}", event.principal.short_name()),
    };
    if asks_for_password(event) && event.principal.kind == PrincipalKind::Root {
        return format!("Somebody asked for a new password of root{of_account}");
    }
    let did = match event.sign_in() {
        Some(sign_in) => {
            let mfa = match sign_in.mfa {
                Some(true) => " with MFA",
                Some(false) => " without MFA",
                None => "",
            };
            if sign_in.success {
                format!("signed in to the console{mfa}")
            } else {
                "failed to sign in to the console".to_owned()
            }
        }
        None if event.assumed_root => format!("called {} in a session of sts:AssumeRoot", event.call),
        None if check.is_some_and(|check| check.id.as_str() == "root-access-key-created") => {
            "made an access key for itself".to_owned()
        }
        None => match member(event) {
            Some(member) => format!("called {} on account {member}", event.call),
            None => format!("called {}", event.call),
        },
    };
    match event.outcome() {
        Outcome::Denied => format!("{who} {did} and was denied"),
        _ => format!("{who} {did}"),
    }
}

/// How bad it is: as the worst of the checks says that look for the same, unless the event by itself says otherwise.
fn severity(event: &Event, failed: &[(&'static Check, About)]) -> (Severity, &'static str) {
    if event.class == EventClass::FailedSignIn {
        return match event.principal.kind {
            PrincipalKind::Root => (
                Severity::Medium,
                "somebody has tried root's password; many such tries within minutes are worse",
            ),
            _ => (Severity::Low, "people mistype passwords; many such tries within minutes are worse"),
        };
    }
    if asks_for_password(event) {
        return (
            Severity::Medium,
            "somebody asked for a new password of root; anybody who knows the address can",
        );
    }
    if event.is("sts", "AssumeRoot") && event.principal.kind != PrincipalKind::Root {
        return (
            Severity::Medium,
            "it makes a session of root in a member account; ask whoever is in charge whether it was meant",
        );
    }
    // Of several that are as bad, the most telling one says why.
    let judged = failed.iter().rev().map(|(check, _)| judged_by(check, event));
    if let Some(worst) = judged.max_by_key(|(severity, _)| *severity) {
        return worst;
    }
    let gains_rights = watchlist::ESCALATION.contains(&(event.call.service(), &event.call.name));
    match event.class {
        EventClass::SignIn => (Severity::Info, "people sign in"),
        _ if gains_rights => {
            (Severity::Low, "administrators do so every day, and intruders to gain or keep rights")
        }
        _ => (Severity::Info, "it changes who may do what"),
    }
}

/// How bad an event is that fails a check. Where the check sums up all that root did, one deed may be less bad.
fn judged_by(check: &'static Check, event: &Event) -> (Severity, &'static str) {
    if check.id.as_str() != "root-activity" {
        return (check.severity, check.severity_reason);
    }
    if event.class == EventClass::RootRead {
        let is_of_key = event.access_key.starts_with("AKIA");
        return match discloses(&event.call) {
            true => (check.severity, "root read secrets or data, which the console does not do by itself"),
            false if is_console(&event.agent) && !is_of_key => {
                (Severity::Low, "root only read, which the console also does by itself after a sign-in")
            }
            false => (Severity::Low, "root only read"),
        };
    }
    match Need::of(event) {
        Need::Needed { .. } => {
            (Severity::Medium, "only root can do it; ask whoever is in charge whether it was meant")
        }
        _ => (check.severity, check.severity_reason),
    }
}

/// Whether somebody asked for a new password of root, which takes no more than its address.
fn asks_for_password(event: &Event) -> bool {
    event.is("signin", "PasswordRecoveryRequested")
}

/// The account in which `sts:AssumeRoot` makes a session of root.
fn member(event: &Event) -> Option<&str> {
    let is_id = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    let target = event.requested("targetPrincipal").filter(|_| event.is("sts", "AssumeRoot"))?;
    Some(target)
        .filter(is_id)
        .or_else(|| Arn::parse(target).ok().map(|arn| arn.account_field()).filter(is_id))
}

fn tell(notice: &mut Notice, event: &Event, keys: KeyIdDisplay) {
    let is_root = event.principal.kind == PrincipalKind::Root;
    if event.sign_in().is_none() {
        notice.add("Call", event.call.to_string());
    }
    if !is_root {
        notice.add("Who", &*event.principal.name);
        notice.add("Session", &*event.session);
    }
    if is_root && event.sign_in().is_none() {
        notice.add(
            "Needed root",
            match Need::of(event) {
                Need::Needed { task } => format!("yes: {task}"),
                Need::May { task, why, permission } => {
                    format!("perhaps, to {task}: {why}; else {permission} would have done")
                }
                Need::NotNeeded { permission } => {
                    format!("no: a role or user with {permission} could have done it")
                }
                Need::None => String::new(),
            },
        );
    }
    let user = event.requested("userName").or_else(|| event.responded("accessKey/userName"));
    match user {
        Some(name) if name.eq_ignore_ascii_case("root") && event.requested("userName").is_some() => {
            notice.add("User", format!("a user called {name}"));
        }
        _ => notice.add("User", user.unwrap_or_default()),
    }
    if event.is("sts", "AssumeRoot") {
        notice.add("Member account", event.requested("targetPrincipal").unwrap_or_default());
        notice.add("Task policy", event.requested("taskPolicyArn/arn").unwrap_or_default());
    }
    for (path, label) in
        [("roleName", "Role"), ("groupName", "Group"), ("policyArn", "Policy"), ("policyName", "Policy")]
    {
        notice.add(label, event.requested(path).unwrap_or_default());
    }
    notice.add("From", &*event.address);
    notice.add("Program", shortened(&event.agent));
    let sign_in = event.sign_in();
    let mfa = sign_in.map_or(event.session_mfa, |sign_in| sign_in.mfa);
    notice.add(
        "MFA",
        match mfa {
            None if sign_in.is_some_and(|sign_in| sign_in.federated) => {
                "the identity provider's business, which AWS does not see"
            }
            Some(true) => "yes",
            Some(false) => "no",
            None => "the record does not say",
        },
    );
    let made = event.responded("accessKey/accessKeyId").unwrap_or_default();
    notice.add("Key made", shown(made, keys));
    notice.add("Access key", shown(&event.access_key, keys));
    notice.add("Error", &*event.error_code);
    notice.add("Event", &*event.id);
}

fn shown(key: &str, keys: KeyIdDisplay) -> String {
    if key.is_empty() { String::new() } else { AccessKeyId::new(key).shown(keys) }
}

fn shortened(agent: &Arc<str>) -> String {
    match agent.char_indices().nth(LONGEST_AGENT) {
        Some((end, _)) => format!("{}...", agent.get(..end).unwrap_or_default()),
        None => agent.to_string(),
    }
}

/// Whom the check would name of a snapshot.
fn subject(about: &About, event: &Event, account: &str, keys: KeyIdDisplay) -> Subject {
    let own: &str = &event.principal.name;
    let partition = own.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or("aws");
    let arn = |resource: &str| format!("arn:{partition}:iam::{account}:{resource}").into();
    let (kind, arn, name, credential) = match about {
        About::Root => (SubjectKind::Root, arn("root"), Arc::from("root"), None),
        About::User(name) => (SubjectKind::User, arn(&format!("user/{name}")), Arc::clone(name), None),
        About::Role(name) => (SubjectKind::Role, arn(&format!("role/{name}")), Arc::clone(name), None),
        About::Group(name) => (SubjectKind::Group, arn(&format!("group/{name}")), Arc::clone(name), None),
        About::AccessKey { user, id } => {
            let credential =
                CredentialName { slot: None, id: Some(shown(id, keys).into()), created: Some(event.time()) };
            (
                SubjectKind::AccessKey,
                arn(&format!("user/{user}")),
                Arc::clone(user),
                Some(Box::new(credential)),
            )
        }
    };
    Subject { kind, arn, name, credential, policy: None }
}

/// The first step of a remedy that can be pasted into a shell.
fn first_command(check: &Check, subject: &Subject, account: &str) -> Option<RemedyStep> {
    let account = Some(account).filter(|account| !account.is_empty());
    check.remedy.steps_for(subject, account).into_iter().find(|step| step.command.is_some())
}

fn look_up(event: &Event, region: &str) -> Option<RemedyStep> {
    let is_safe = console::event(region, &event.id).is_some();
    is_safe.then(|| RemedyStep {
        text: "See the whole event. It can take some minutes until it is there.".to_owned(),
        command: Some(format!(
            "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=EventId,AttributeValue={}",
            event.id
        )),
    })
}
