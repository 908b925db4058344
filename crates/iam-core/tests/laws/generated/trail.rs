//! CloudTrail records of a generated account.

use std::collections::BTreeMap;

use iam_core::evidence::Given;
use iam_core::input::InputFile;
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::generated::choices::Choices;
use crate::generated::{Generated, ago, in_folder};

/// The records of an account, by Region.
#[derive(Debug, Clone)]
pub(crate) struct Trail {
    pub(crate) global: &'static str,
    pub(crate) regions: BTreeMap<&'static str, Vec<Value>>,
}

impl Trail {
    pub(crate) fn from(numbers: &[u8], account: &Generated) -> Self {
        let mut from = Choices(numbers.iter());
        let partition = account.rows[0][1].split(':').nth(1).unwrap();
        let global = match partition {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => "us-east-1",
        };
        let mut trail = Self { global, regions: BTreeMap::new() };
        let role = json!({"type": "AssumedRole", "accountId": ACCOUNT, "principalId": "AROAEXAMPLE:x", "sessionContext": {
            "sessionIssuer": {"arn": format!("arn:{partition}:iam::{ACCOUNT}:role/ci"), "accountId": ACCOUNT}}});
        let user = |number: usize| {
            let name = account.rows.get(number + 1).map_or("gone", |row| row[0].as_str());
            json!({"type": "IAMUser", "userName": name, "accountId": ACCOUNT,
                "arn": format!("arn:{partition}:iam::{ACCOUNT}:user/{name}"),
                "accessKeyId": format!("AKIAUSER{number}KEY1EXAMPLE")})
        };
        let root = json!({"type": "Root", "arn": format!("arn:{partition}:iam::{ACCOUNT}:root"), "accountId": ACCOUNT});
        for number in 0..from.below(40) {
            let mut who = match from.below(4) {
                0 => role.clone(),
                1 => root.clone(),
                _ => user(from.below(3)),
            };
            if who["type"] == "Root" && from.below(4) == 3 {
                who["sessionContext"] = json!({"assumedRoot": "true"});
            }
            let target = from.of(&["user0", "user1", "root"]);
            let (service, name, reads, mut more) = match from.below(12) {
                0 => (
                    "signin",
                    "ConsoleLogin",
                    false,
                    json!({"responseElements": {"ConsoleLogin": "Success"},
                    "additionalEventData": from.of(&["Yes", "No", ""]).is_empty().then_some(json!(null)).unwrap_or(json!({"MFAUsed": from.of(&["Yes", "No"])}))}),
                ),
                1 => (
                    "signin",
                    "ConsoleLogin",
                    false,
                    json!({"responseElements": {"ConsoleLogin": "Failure"}}),
                ),
                2 => (
                    "signin",
                    "PasswordUpdated",
                    false,
                    json!({"responseElements": {"PasswordUpdated": "Success"}}),
                ),
                3 => (
                    "iam",
                    "CreateAccessKey",
                    false,
                    json!({"requestParameters": from.maybe().then(|| json!({"userName": target})),
                    "responseElements": {"accessKey": {"userName": target, "accessKeyId": format!("AKIANEW{number}EXAMPLE")}}}),
                ),
                4 => (
                    "iam",
                    "AttachUserPolicy",
                    false,
                    json!({"requestParameters": {"userName": target,
                    "policyArn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2"}}),
                ),
                5 => ("iam", "DeactivateMFADevice", false, json!({"requestParameters": {}})),
                6 => ("iam", "CreateUser", false, json!({})),
                7 => ("iam", "ListUsers", true, json!({})),
                8 => ("s3", "ListBuckets", true, json!({})),
                _ => ("ec2", from.of(&["DescribeInstances", "DescribeVpcs"]), true, json!({})),
            };
            let region =
                if ["iam", "signin"].contains(&service) { global } else { from.of(&[global, "eu-west-1"]) };
            more["userIdentity"] = who;
            more["eventTime"] = json!(ago(from.age(20 * 86_400)));
            more["eventSource"] = json!(format!("{service}.amazonaws.com"));
            more["eventName"] = json!(name);
            more["eventID"] = json!(format!("event-{number}"));
            more["awsRegion"] = json!(region);
            more["sourceIPAddress"] = json!("198.51.100.7");
            more["readOnly"] = json!(reads);
            more["recipientAccountId"] = json!(ACCOUNT);
            if from.below(4) == 3 {
                more["errorCode"] = json!("AccessDenied");
            }
            trail.regions.entry(region).or_default().push(more);
        }
        trail
    }

    pub(crate) fn files(&self) -> Vec<(InputFile, Given)> {
        let files = self.regions.iter().flat_map(|(region, records)| {
            let halves = records.chunks(records.len().div_ceil(2)).zip(["a", "b"]);
            halves.map(move |(records, half)| {
                let path = format!("cloudtrail/{region}-{half}.json");
                in_folder(&path, json!({"Records": records}).to_string())
            })
        });
        files.collect()
    }
}
