//! What `policy eval` writes is promised in a schema.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    dead_code,
    reason = "functions that tests share, of which this one needs few"
)]

mod schema;

use iam_report::decision;

#[test]
fn the_committed_schema_is_that_of_the_code() {
    schema::assert_committed("policy-evaluation-v1.json", &decision::schema());
}
