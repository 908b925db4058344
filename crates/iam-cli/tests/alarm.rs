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
        (&["eventbridge", "--webhook"], "aws_cloudwatch_event_api_destination"),
        (&["eventbridge", "--email", "security@example.com"], "aws_sns_topic_subscription"),
    ] {
        let ran = run(&[&["alarm"], arguments].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains(expected), "{arguments:?}");
    }
}

#[test]
fn wrong_usage_is_told() {
    for (arguments, expected) in [
        (&["terraform", "--trail", "existing"][..], "--log-group"),
        (&["terraform", "--email", "nobody"], "`nobody` is no e-mail address"),
        (&["cloudformation", "--name", "Two Words"], "`Two Words` is no name"),
        (&["eventbridge", "--webhook", "--email", "a@example.com"], "cannot be used with"),
    ] {
        let ran = run(&[&["alarm"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.all());
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}
