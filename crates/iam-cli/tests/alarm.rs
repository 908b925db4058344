//! The verb `alarm`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::run;

#[test]
fn code_comes_out() {
    for (arguments, expected) in [
        (&["terraform", "--email", "security@example.com"][..], "endpoint  = \"security@example.com\""),
        (&["terraform", "--org"], "is_organization_trail         = true"),
        (&["terraform", "--trail", "existing", "--log-group", "trail"], "name = \"trail\""),
        (&["cloudformation", "--name", "watch-root"], "AlarmName: watch-root"),
        (&["eventbridge"], "aws_cloudwatch_event_target"),
        (&["eventbridge", "--webhook"], r#"{"text":"Root of account"#),
        (&["eventbridge", "--webhook", "slack"], r#"{"text":"Root of account"#),
        (&["eventbridge", "--webhook", "teams"], "AdaptiveCard"),
        (&["eventbridge", "--email", "security@example.com"], "aws_sns_topic_subscription"),
    ] {
        let ran = run(&[&["alarm"], arguments].concat());
        let tells_somebody = arguments.iter().any(|word| ["--email", "--webhook"].contains(word));
        let expected_note = if tells_somebody { "" } else { "note: the topic tells nobody yet" };
        assert_eq!((ran.code, ran.err.is_empty()), (0, tells_somebody), "{arguments:?}");
        assert!(ran.err.starts_with(expected_note), "{arguments:?}: {}", ran.err);
        assert!(ran.out.contains(expected), "{arguments:?}");
    }
}

#[test]
fn wrong_usage_is_told() {
    for (arguments, expected) in [
        (&["terraform", "--trail", "existing"][..], "--log-group"),
        (&["terraform", "--log-group", "trail"], "--log-group is for --trail existing"),
        (
            &["cloudformation", "--trail", "new", "--log-group", "trail"],
            "--log-group is for --trail existing",
        ),
        (&["terraform", "--trail", "existing", "--log-group", "trail", "--org"], "--org is for a new trail"),
        (&["terraform", "--email", "nobody"], "`nobody` is no e-mail address"),
        (&["cloudformation", "--name", "Two Words"], "`Two Words` is no name"),
        (&["eventbridge", "--webhook", "--email", "a@example.com"], "cannot be used with"),
        (&["eventbridge", "--webhook", "irc"], "invalid value 'irc'"),
    ] {
        let ran = run(&[&["alarm"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.all());
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn what_a_webhook_gets_is_told() {
    let help = run(&["alarm", "eventbridge", "--help"]).out;
    assert!(help.contains(r#"{"text": "..."}"#) && help.contains("Adaptive Card"), "{help}");
}
