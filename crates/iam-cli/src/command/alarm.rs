use iam_report::alarm::{self, Receiver, Rules, Trail};

use crate::arguments::{Alarm, AlarmCode, AlarmKind, TrailChoice};
use crate::exit::Exit;

/// Writes alarms as code.
pub(crate) fn run(arguments: &Alarm) -> anyhow::Result<Exit> {
    let (text, output) = match &arguments.kind {
        AlarmKind::Terraform(code) => (alarm::terraform(&alarm_of(code))?, &code.output),
        AlarmKind::Cloudformation(code) => (alarm::cloudformation(&alarm_of(code))?, &code.output),
        AlarmKind::Eventbridge(rules) => {
            let to = if rules.webhook {
                Receiver::Webhook
            } else {
                Receiver::Topic { email: rules.email.clone() }
            };
            let names = &rules.names;
            let code = Rules { name: names.name.clone(), region: names.region.clone(), to };
            (alarm::eventbridge(&code)?, &rules.output)
        }
    };
    output.write(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn alarm_of(code: &AlarmCode) -> alarm::Alarm {
    let trail = match (code.trail, &code.log_group) {
        (TrailChoice::Existing, Some(log_group)) => Trail::Existing { log_group: log_group.clone() },
        // The parser has seen to it that a log group is there where one is needed.
        _ => Trail::New,
    };
    alarm::Alarm {
        name: code.names.name.clone(),
        region: code.names.region.clone(),
        email: code.email.clone(),
        trail,
        organization: code.org,
    }
}
