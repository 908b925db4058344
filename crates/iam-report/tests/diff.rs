//! What the diff of two looks looks like to programs.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    dead_code,
    reason = "a test that cannot go on fails; the shared file has more than is used here"
)]

mod schema;

#[test]
fn the_schema_is_the_committed_one() {
    schema::assert_committed("diff-v1.json", iam_report::diff::schema().as_value());
}
