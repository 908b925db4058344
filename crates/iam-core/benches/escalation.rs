//! What it costs to find out who can become an administrator, by the number of principals, each with ten policies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

use divan::Bencher;
use iam_core::escalation::{Escalation, Standing};
use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::input::InputFile;
use iam_policy::catalogue::Catalogue;
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:aws:iam::111122223333:";

fn main() {
    divan::main();
}

fn allow(actions: &Value, resources: &Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

/// A policy such as people write: some services, and now and then something about IAM.
fn document(number: u32) -> Value {
    const SERVICES: [&str; 8] = ["s3", "ec2", "sqs", "dynamodb", "logs", "kms", "ecs", "lambda"];
    let service = SERVICES[number as usize % SERVICES.len()];
    let mut statements = vec![
        allow(
            &json!([format!("{service}:Get*"), format!("{service}:List*"), format!("{service}:Describe*")]),
            &json!("*"),
        ),
        allow(
            &json!([format!("{service}:CreateTags"), format!("{service}:TagResource")]),
            &json!([format!("arn:aws:{service}:eu-west-1:111122223333:app{number}/*")]),
        ),
        json!({"Effect": "Deny", "Action": format!("{service}:Delete*"), "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": format!("t{}", number % 50)}}}),
    ];
    match number % 40 {
        0 => {
            statements
                .push(allow(&json!(["iam:PassRole"]), &json!(format!("{ACCOUNT}role/r{}", number % 100))));
        }
        1 => statements.push(allow(
            &json!(["iam:CreateAccessKey", "iam:DeleteAccessKey"]),
            &json!(format!("{ACCOUNT}user/u{}", number % 5_000)),
        )),
        2 => statements
            .push(allow(&json!(["sts:AssumeRole"]), &json!(format!("{ACCOUNT}role/r{}*", number % 90)))),
        3 => statements.push(allow(&json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), &json!("*"))),
        _ => {}
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// An account of so many users and roles, half each: four inline policies of their own and six managed ones of 500.
fn account(principals: u32) -> Evidence {
    let half = principals / 2;
    let inline = |owner: u32, first: u32| -> Vec<Value> {
        (0..4).map(|i| json!({"PolicyName": format!("own{i}"), "PolicyDocument": document(first + owner * 4 + i)})).collect()
    };
    let attached = |owner: u32| -> Vec<Value> {
        let of = |i: u32| (owner * 7 + i * 83) % 500;
        (0..6).map(|i| json!({"PolicyName": format!("p{}", of(i)), "PolicyArn": format!("{ACCOUNT}policy/p{}", of(i))})).collect()
    };
    let all = |number: u32| number % 500 == 499;
    let everything = json!({"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow(&json!("*"), &json!("*"))]}});
    let users: Vec<Value> = (0..half)
        .map(|i| {
            let mut own = inline(i, 0);
            if all(i) {
                own.push(everything.clone());
            }
            json!({"UserName": format!("u{i}"), "Arn": format!("{ACCOUNT}user/u{i}"), "GroupList": [], "UserPolicyList": own,
                "AttachedManagedPolicies": attached(i)})
        })
        .collect();
    let roles: Vec<Value> = (0..half)
        .map(|i| {
            let trusted = if i % 3 == 0 { json!({"Service": "lambda.amazonaws.com"}) } else { json!({"AWS": format!("{ACCOUNT}root")}) };
            let mut own = inline(i, 1_000_000);
            if all(i) {
                own.push(everything.clone());
            }
            json!({"RoleName": format!("r{i}"), "Arn": format!("{ACCOUNT}role/r{i}"), "Path": "/", "InstanceProfileList": [],
                "RolePolicyList": own, "AttachedManagedPolicies": attached(i), "RoleLastUsed": {},
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]}})
        })
        .collect();
    let policies: Vec<Value> = (0..500)
        .map(|i| {
            json!({"PolicyName": format!("p{i}"), "PolicyId": "ANPAEXAMPLE", "Arn": format!("{ACCOUNT}policy/p{i}"), "Path": "/",
                "DefaultVersionId": "v1", "AttachmentCount": 9, "PermissionsBoundaryUsageCount": 0,
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document(2_000_000 + i)}]})
        })
        .collect();
    let page = json!({"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": roles, "Policies": policies});
    let file = InputFile {
        path: "account-authorization-details.json".to_owned(),
        bytes: page.to_string().into_bytes(),
    };
    assemble(vec![(file, Given::ByName)])
}

#[divan::bench(args = [1_000, 2_500, 5_000, 10_000], sample_count = 3, sample_size = 1)]
fn who_can_become_an_administrator(bencher: Bencher<'_, '_>, principals: u32) {
    // Policies are parsed when they are first asked for, which is part of the work.
    bencher.with_inputs(|| account(principals)).bench_local_values(|evidence| {
        let found = Escalation::of(&evidence.accounts[0], Catalogue::embedded()).unwrap();
        let mut reaching = 0;
        for number in 0..principals / 2 {
            let arn = format!("{ACCOUNT}user/u{number}");
            reaching += u32::from(matches!(found.standing(&arn), Some(Standing::CanBecome(_))));
        }
        assert!(reaching > 0);
        (evidence, reaching)
    });
}
