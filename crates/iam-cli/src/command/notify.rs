use anyhow::Context as _;
use iam_core::event::Delivery;
use iam_core::notice::{Answer, Notice, of_event, of_look};
use iam_report::{diff, notify};

use crate::arguments::Notify;
use crate::exit::Exit;
use crate::{files, output};

/// Turns events and reports into messages.
pub(crate) fn run(arguments: &Notify) -> anyhow::Result<Exit> {
    if let Some(output) = &arguments.output.output {
        output::spare(output, std::iter::once(&arguments.file))?;
    }
    let bytes = files::read_one(&arguments.file)?;
    let (notices, exit) = if diff::is_report(&bytes) {
        let look = diff::read(&bytes).with_context(|| arguments.file.display().to_string())?;
        (of_look(&look, arguments.worst), Exit::Clean)
    } else {
        of_events(&Delivery::read(&bytes), arguments)
    };
    let is_told = |notice: &Notice| {
        let is_told = notice.severity >= arguments.at_least;
        if !is_told {
            say(&notice.title, &format!("is only {}", notice.severity));
        }
        is_told
    };
    let notices: Vec<Notice> = notices.into_iter().filter(is_told).collect();
    arguments.output.write(|out| notify::write(&notices, arguments.format.into(), out))?;
    Ok(exit)
}

fn of_events(delivery: &Delivery, arguments: &Notify) -> (Vec<Notice>, Exit) {
    for unread in &delivery.unread {
        anstream::eprintln!("error: {}", unread.to_string().escape_debug());
    }
    let mut notices = Vec::new();
    let mut all_read = delivery.unread.is_empty();
    for event in &delivery.events {
        match of_event(event, arguments.keys.display()) {
            Answer::Notice(notice) => notices.push(*notice),
            Answer::Nothing(why) => say(&event.place, &why),
            Answer::Unreadable(why) => {
                all_read = false;
                anstream::eprintln!("error: {}: {}", event.place.escape_debug(), why.escape_debug());
            }
        }
    }
    let exit = match (delivery.events.is_empty(), all_read) {
        (true, _) if delivery.unread.is_empty() => {
            anstream::eprintln!(
                "note: there is no event in the input, as of an empty queue; nothing to tell"
            );
            Exit::Clean
        }
        (true, _) if !delivery.unread.iter().any(|unread| unread.is_damaged) => Exit::NothingAudited,
        (true, _) | (false, false) => Exit::Gaps,
        (false, true) => Exit::Clean,
    };
    (notices, exit)
}

/// Nothing is passed over silently.
fn say(what: &str, why: &str) {
    anstream::eprintln!("note: passed over {}: {}", what.escape_debug(), why.escape_debug());
}
