use anyhow::bail;
use iam_report::alarm::{self, Receiver, Rules, Trail};

use crate::arguments::{Alarm, AlarmCode, AlarmKind, TrailChoice};
use crate::exit::Exit;

/// Writes alarms as code.
pub(crate) fn run(arguments: &Alarm) -> anyhow::Result<Exit> {
    let (text, output, tells_somebody) = match &arguments.kind {
        AlarmKind::Terraform(code) => {
            (alarm::terraform(&alarm_of(code)?)?, &code.output, code.email.is_some())
        }
        AlarmKind::Cloudformation(code) => {
            (alarm::cloudformation(&alarm_of(code)?)?, &code.output, code.email.is_some())
        }
        AlarmKind::Eventbridge(rules) => {
            let to = match rules.webhook {
                Some(chat) => Receiver::Webhook(chat.into()),
                None => Receiver::Topic { email: rules.email.clone() },
            };
            let names = &rules.names;
            let code = Rules { name: names.name.clone(), region: names.region.clone(), to };
            (alarm::eventbridge(&code)?, &rules.output, rules.webhook.is_some() || rules.email.is_some())
        }
    };
    if !tells_somebody {
        anstream::eprintln!("note: the topic tells nobody yet; give --email, or add a subscription to it");
    }
    output.write(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

/// Options that would have no effect are refused: who gives them expects one.
fn alarm_of(code: &AlarmCode) -> anyhow::Result<alarm::Alarm> {
    let trail = match (code.trail, &code.log_group) {
        (TrailChoice::Existing, _) if code.org => {
            bail!("--org is for a new trail; one that is there logs the accounts that it was made for");
        }
        (TrailChoice::Existing, Some(log_group)) => Trail::Existing { log_group: log_group.clone() },
        (TrailChoice::Existing, None) => bail!("--trail existing needs --log-group, the trail's log group"),
        (TrailChoice::New, Some(_)) => {
            bail!("--log-group is for --trail existing; a new trail gets a log group of the name of --name");
        }
        (TrailChoice::New, None) => Trail::New,
    };
    Ok(alarm::Alarm {
        name: code.names.name.clone(),
        region: code.names.region.clone(),
        email: code.email.clone(),
        trail,
        organization: code.org,
    })
}
