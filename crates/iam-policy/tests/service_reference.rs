//! Files in the shape of the AWS Service Reference become a catalogue.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use iam_policy::catalogue::{Catalogue, KeyKind, Levels};

const INDEX: &str = r#" [{"service": "lambda", "url": "https://servicereference.us-east-1.amazonaws.com/v1/lambda/lambda.json"}]"#;

const LAMBDA: &str = r#"{
  "Name": "lambda", "Version": "v9.9", "SomethingNew": {"a": [1]},
  "Actions": [
    {"Name": "ListFunctions", "Annotations": {"Properties": {"IsList": true}},
     "SupportedBy": {"IAM Access Analyzer Policy Generation": true, "IAM Action Last Accessed": false, "New": 1}},
    {"Name": "GetFunction", "Resources": [{"Name": "function", "New": 1}],
     "Annotations": {"Properties": {"IsList": false, "IsPermissionManagement": false, "IsTaggingOnly": false, "IsWrite": false}}},
    {"Name": "AddPermission", "ActionConditionKeys": ["lambda:Principal", "aws:TagKeys"], "Resources": [{"Name": "function"}],
     "Annotations": {"Properties": {"IsList": false, "IsPermissionManagement": true, "IsTaggingOnly": false, "IsWrite": true}}},
    {"Name": "CreateFunction", "Resources": [{"Name": "function"}, {"Name": "layer"}]},
    {"Name": "Bad Name"}
  ],
  "Resources": [{"Name": "function", "ARNFormats": ["arn:${Partition}:lambda:${Region}:${Account}:function:${F}", "arn:${Partition}:second"],
                 "ConditionKeys": ["aws:ResourceTag/${TagKey}"]}],
  "ConditionKeys": [{"Name": "lambda:Principal", "Types": ["String"]}, {"Name": "lambda:SubnetIds", "Types": ["ArrayOfString"]},
                    {"Name": "lambda:Both", "Types": ["String", "ARN"]}, {"Name": "lambda:None"}],
  "Operations": [{"Name": "CreateFunction", "AuthorizedActions": [{"Name": "CreateFunction", "Service": "lambda"},
                  {"Name": "PassRole", "Service": "iam", "Context": {"iam:PassedToService": "lambda.amazonaws.com"}}], "SDK": []},
                 {"Name": "Unrelated", "AuthorizedActions": [{"Name": "Decrypt", "Service": "kms"}]}]
}"#;

#[test]
fn files_become_a_catalogue() {
    let files = [
        ("index.json", INDEX.as_bytes()),
        ("lambda.json", LAMBDA.as_bytes()),
        ("again.json", LAMBDA.as_bytes()),
        ("policy.json", br#"{"Version": "2012-10-17", "Statement": []}"#),
        ("cut.json", br#"{"Name": "s3", "Actions": [{"Na"#),
        ("strange.json", br#"{"Name": "s*"}"#),
        ("empty.json", b""),
        ("bare.json", br#"{"Name": "bare"}"#),
    ];
    let read = Catalogue::from_service_reference(files, Some("2026-10-01"));
    let bad: Vec<(&str, &str)> = read.bad.iter().map(|it| (it.file.as_str(), it.problem.as_str())).collect();
    for ((file, problem), (expected, text)) in bad.iter().zip([
        ("lambda.json", "`Bad Name` cannot be the name of a service or an action"),
        ("again.json", "service `lambda` was read from another file"),
        ("policy.json", "not a file of the AWS Service Reference: missing field `Name`"),
        ("cut.json", "EOF while parsing"),
        ("strange.json", "`s*` cannot be the name"),
        ("empty.json", "EOF while parsing"),
    ]) {
        assert_eq!(*file, expected);
        assert!(problem.contains(text), "{problem}");
    }
    assert_eq!(bad.len(), 6);

    let catalogue = read.catalogue;
    assert_eq!((catalogue.data_date(), catalogue.source()), (Some("2026-10-01"), "AWS Service Reference"));
    assert_eq!(catalogue.services().map(|it| it.prefix()).collect::<Vec<_>>(), ["bare", "lambda"]);
    let lambda = catalogue.service("lambda").unwrap();
    assert_eq!((lambda.supports_rcp(), lambda.actions().count()), (None, 4));
    for (name, levels, generation, last_accessed) in [
        ("ListFunctions", Levels::LIST, Some(true), Some(false)),
        ("GetFunction", Levels::READ, None, None),
        ("AddPermission", Levels::PERMISSIONS_MANAGEMENT.union(Levels::WRITE), None, None),
        ("CreateFunction", Levels::NONE, None, None), // no annotations: the file does not say
    ] {
        let action = lambda.action(name).unwrap();
        assert_eq!(action.levels(), levels, "{name}");
        let seen = (action.seen_by_policy_generation(), action.seen_by_last_accessed());
        assert_eq!(seen, (generation, last_accessed), "{name}");
    }
    let create = lambda.action("CreateFunction").unwrap();
    assert_eq!(create.dependents().collect::<Vec<_>>(), ["iam:PassRole"]);
    let types: Vec<_> = create.resources().map(|it| it.resource_type().unwrap()).collect();
    assert_eq!(types.iter().map(|it| it.arn_patterns().count()).collect::<Vec<_>>(), [2, 0]);
    for (name, kind, multivalued) in [
        ("lambda:Principal", KeyKind::String, false),
        ("lambda:SubnetIds", KeyKind::String, true),
        ("lambda:Both", KeyKind::Unknown, false),
        ("lambda:None", KeyKind::Unknown, false),
    ] {
        let key = catalogue.condition_key(name).unwrap();
        assert_eq!((key.kind(), key.multivalued()), (kind, multivalued), "{name}");
    }
}
