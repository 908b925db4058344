//! What a Lambda function behind a rule of `EventBridge`, a topic or a queue does with an event: read it, and make the message for a
//! chat of it. Here the event comes on standard input, and the messages go to standard output, one to a line.

use std::io::{self, Read as _, Write as _};

use iam_core::event::Delivery;
use iam_core::ident::KeyIdDisplay;
use iam_core::notice::{Answer, Notice, of_event};
use iam_report::notify::{Format, write};

/// The handler: bytes of an event in, messages out. What there is nothing to tell of goes to the log.
fn handle(event: &[u8], messages: &mut dyn io::Write) -> io::Result<()> {
    let delivery = Delivery::read(event);
    for unread in &delivery.unread {
        eprintln!("not read: {}", unread.to_string().escape_debug());
    }
    let mut notices: Vec<Notice> = Vec::new();
    for event in &delivery.events {
        match of_event(event, KeyIdDisplay::Shortened) {
            Answer::Notice(notice) => notices.push(*notice),
            Answer::Nothing(why) | Answer::Unreadable(why) => {
                eprintln!("{}: {}", event.place, why.escape_debug());
            }
        }
    }
    write(&notices, Format::Slack, messages)
}

fn main() -> io::Result<()> {
    let mut event = Vec::new();
    io::stdin().lock().read_to_end(&mut event)?;
    let mut messages = io::stdout().lock();
    handle(&event, &mut messages)?;
    messages.flush()
}
