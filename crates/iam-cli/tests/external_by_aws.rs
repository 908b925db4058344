//! `external` beside what Access Analyzer found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::run;

const ANALYZED: &str = "testdata/accounts/analyzed";

#[test]
fn what_access_analyzer_finds_stands_beside_it_in_every_format() {
    for format in ["human", "json", "csv"] {
        let ran = run(&["external", ANALYZED, "--format", format]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        insta::assert_snapshot!(format!("external_analyzed_{format}"), ran.out);
    }
}
