//! Any text as a policy of every kind: nothing panics, what is read is printed and read again, and evaluation comes to an
//! end.
#![no_main]

use iam_policy::context::Context;
use iam_policy::document::{Document, PolicyKind, decoded};
use iam_policy::evaluate::{PolicySet, evaluate};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = decoded(text);
    let reading = Document::read(text);
    for issue in &reading.issues {
        let _ = issue.in_text(text);
    }
    let Some(document) = reading.document else {
        return;
    };
    if reading.issues.is_empty() {
        assert_eq!(Document::parse(&document.to_json()).as_ref(), Ok(&document));
        assert_eq!(Document::parse(&document.to_compact_json()).as_ref(), Ok(&document));
    }
    let policies: Vec<Policy> =
        PolicyKind::ALL.iter().map(|kind| Policy::compile("fuzzed", *kind, &document)).collect();
    let set = policies.iter().fold(PolicySet::new(), PolicySet::with);
    for (principal, context) in [
        ("arn:aws:iam::111122223333:user/anna", Context::open()),
        ("arn:aws:sts::111122223333:assumed-role/Deploy/build", Context::closed()),
        ("anonymous", Context::open()),
    ] {
        let principal = Principal::parse(principal).unwrap();
        let parts = RequestParts::new(principal, "s3:GetObject".parse().unwrap(), context);
        let request = Request::new(parts.on("arn:aws:s3:::bucket/anna:x")).unwrap();
        let _ = evaluate(&request, &set).to_string();
    }
});
