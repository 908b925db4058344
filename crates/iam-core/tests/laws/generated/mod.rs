//! Accounts and CloudTrail records, made from lists of small numbers.

pub(crate) mod choices;
mod details;
pub(crate) mod trail;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use iam_core::evidence::Given;
use iam_core::fact::shown_time;
use iam_core::input::InputFile;
use iam_core::input::credential_report::Column;
use serde_json::{Value, json};

use crate::generated::choices::Choices;
use crate::verdicts::{Judged, verdicts};
use crate::{ACCOUNT, DETAILS, now};

/// An account as files that can still be changed.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// The other artefacts, by path.
    pub(crate) artefacts: BTreeMap<String, Artefact>,
}

#[derive(Debug, Clone)]
pub(crate) enum Artefact {
    Json(Value),
    Text(String),
}

pub(crate) fn ago(seconds: i64) -> String {
    shown_time(now() - TimeDelta::seconds(seconds))
}

/// The flags, dates and words of a slot of a row.
fn slot(from: &mut Choices<'_>, owner_age: i64) -> (Vec<String>, Option<(bool, i64)>) {
    let none = ["false", "N/A", "N/A", "N/A", "N/A"].map(str::to_owned).to_vec();
    if !from.maybe() {
        return (none, None);
    }
    let active = from.maybe();
    let made = if from.maybe() { (owner_age - from.of(&[0, 3, 10, 11])).max(0) } else { from.age(owner_age) };
    let mut cells = vec![active.to_string(), ago(made)];
    if from.maybe() {
        cells.extend([ago(from.age(made)), from.of(&["eu-west-1", "N/A"]).to_owned()]);
        cells.push(from.of(&["s3", "iam", "sts", "N/A"]).to_owned());
    } else {
        cells.extend(["N/A"; 3].map(str::to_owned));
    }
    (cells, Some((active, made)))
}

fn certificate(from: &mut Choices<'_>, owner_age: i64) -> (Vec<String>, bool, bool) {
    match from.below(4) {
        1 => (vec!["true".to_owned(), ago(from.age(owner_age))], true, true),
        2 => (vec!["false".to_owned(), ago(from.age(owner_age))], false, true),
        _ => (vec!["false".to_owned(), "N/A".to_owned()], false, false),
    }
}

impl Generated {
    pub(crate) fn from(numbers: &[u8]) -> Self {
        let mut from = Choices(numbers.iter());
        let from = &mut from;
        let mut generated = Self {
            header: Column::ALL.iter().take(22).map(|column| column.name().to_owned()).collect(),
            rows: Vec::new(),
            artefacts: BTreeMap::new(),
        };
        // An account without any other artefact than this one is still an account.
        generated.json("account-aliases.json", json!({"AccountAliases": ["example"]}));
        let users = from.below(5);
        let partition = from.of(&["aws", "aws", "aws", "aws-us-gov", "aws-cn"]);
        let mut devices = Vec::new();
        let summary = generated.root(from, partition, &mut devices);
        for number in 0..users {
            generated.user(from, partition, number, &mut devices);
        }
        let unassigned = from.of(&[0, 0, 1, 2]);
        for number in 0..unassigned {
            devices
                .push(json!({"SerialNumber": format!("arn:{partition}:iam::{ACCOUNT}:mfa/spare-{number}")}));
        }
        let in_use = 3 + users;
        // Often a summary of another moment, with a user more or less.
        let counted = from.of(&[users, users, users + 1, users.saturating_sub(1)]);
        generated.summary(summary, counted, in_use + unassigned, in_use);
        if from.maybe() {
            generated.json("virtual-mfa-devices.json", json!({"VirtualMFADevices": devices}));
        }
        generated.settings_of_the_account(from);
        generated.listings(from, partition, users);
        generated.details(from, partition);
        generated
    }

    pub(crate) fn json(&mut self, path: &str, value: Value) {
        self.artefacts.insert(path.to_owned(), Artefact::Json(value));
    }

    fn error(&mut self, path: &str, operation: &str, code: &str) {
        let text = format!("\nAn error occurred ({code}) when calling the {operation} operation: made up\n");
        self.artefacts.insert(path.to_owned(), Artefact::Text(text));
    }

    /// The row of root; returns what a summary of the same moment says.
    fn root(&mut self, from: &mut Choices<'_>, partition: &str, devices: &mut Vec<Value>) -> [bool; 4] {
        let age = 2_500 * 86_400;
        let password = from.of(&["false", "true", "not_supported"]);
        let mfa = from.maybe();
        let mut row =
            vec!["<root_account>".to_owned(), format!("arn:{partition}:iam::{ACCOUNT}:root"), ago(age)];
        row.push(password.to_owned());
        row.push(match (password, from.maybe()) {
            ("false", _) => "N/A".to_owned(),
            (_, true) => ago(from.age(age)),
            _ => "no_information".to_owned(),
        });
        row.push(match password {
            "true" => ago(from.age(age)),
            "false" => "N/A".to_owned(),
            other => other.to_owned(),
        });
        row.push("not_supported".to_owned());
        row.push(mfa.to_string());
        let (mut keys, mut certificates) = (false, false);
        for _ in 0..2 {
            let (cells, key) = slot(from, age);
            row.extend(cells);
            keys |= key.is_some_and(|(active, _)| active);
        }
        for _ in 0..2 {
            let (cells, active, _) = certificate(from, age);
            row.extend(cells);
            certificates |= active;
        }
        self.rows.push(row);
        if mfa && from.maybe() {
            let arn = format!("arn:{partition}:iam::{ACCOUNT}:root");
            let serial = format!("arn:{partition}:iam::{ACCOUNT}:mfa/root-account-mfa-device");
            devices.push(json!({"SerialNumber": serial, "User": {"Arn": arn}}));
        }
        [password != "false", mfa, keys, certificates]
    }

    fn user(&mut self, from: &mut Choices<'_>, partition: &str, number: usize, devices: &mut Vec<Value>) {
        let name = format!("{}{number}", from.of(&["user", "a,b", "Z.", "root"]));
        let age = from.age(i64::MAX);
        let arn = format!("arn:{partition}:iam::{ACCOUNT}:user/{name}");
        let mut row = vec![name.clone(), arn.clone(), ago(age)];
        if from.maybe() {
            let changed = from.age(age);
            let used = if from.maybe() { ago(from.age(age)) } else { "no_information".to_owned() };
            let next = match from.below(3) {
                0 => "N/A".to_owned(),
                1 => ago(from.age(changed)),
                _ => ago(-from.age(90 * 86_400)),
            };
            row.extend(["true".to_owned(), used, ago(changed), next]);
        } else {
            row.extend(["false", "N/A", "N/A", "N/A"].map(str::to_owned));
        }
        let mfa = from.maybe();
        row.push(mfa.to_string());
        let mut listed = Vec::new();
        for slot_number in 1..=2 {
            let (cells, key) = slot(from, age);
            row.extend(cells);
            listed.extend(key.map(|(active, made)| (slot_number, active, made)));
        }
        for _ in 0..2 {
            row.extend(certificate(from, age).0);
        }
        self.rows.push(row);
        if mfa && from.maybe() {
            let serial = format!("arn:{partition}:iam::{ACCOUNT}:mfa/phone-{number}");
            devices.push(json!({"SerialNumber": serial, "User": {"UserName": name, "Arn": arn}}));
            let device = json!({"UserName": name, "SerialNumber": serial});
            self.json(&format!("mfa-devices/{name}.json"), json!({"MFADevices": [device]}));
        }
        if from.maybe() {
            self.access_keys(from, number, &name, age, &listed);
        }
    }

    fn access_keys(
        &mut self,
        from: &mut Choices<'_>,
        number: usize,
        name: &str,
        age: i64,
        in_slots: &[(u8, bool, i64)],
    ) {
        let id = |slot| format!("AKIAUSER{number}KEY{slot}EXAMPLE");
        let entry = |slot, active, made| {
            let status = if active { "Active" } else { "Inactive" };
            json!({"UserName": name, "AccessKeyId": id(slot), "Status": status, "CreateDate": ago(made)})
        };
        let mut keys: Vec<Value> =
            in_slots.iter().map(|(slot, active, made)| entry(*slot, *active, *made)).collect();
        if in_slots.len() == 2 && from.maybe() {
            keys.push(entry(3, from.maybe(), from.age(age)));
            if from.maybe() {
                let used = json!({"LastUsedDate": ago(0), "ServiceName": "s3", "Region": "eu-west-1"});
                let path = format!("access-key-last-used/{}.json", id(3));
                self.json(&path, json!({"UserName": name, "AccessKeyLastUsed": used}));
            }
        }
        self.json(&format!("access-keys/{name}.json"), json!({"AccessKeyMetadata": keys}));
    }

    fn summary(&mut self, root: [bool; 4], users: usize, devices: usize, in_use: usize) {
        let [password, mfa, keys, certificates] = root.map(u8::from);
        let map = json!({
            "Users": users,
            "AccountPasswordPresent": password,
            "AccountMFAEnabled": mfa,
            "AccountAccessKeysPresent": keys,
            "AccountSigningCertificatesPresent": certificates,
            "MFADevices": devices,
            "MFADevicesInUse": in_use,
            "GlobalEndpointTokenVersion": 2,
        });
        self.json("account-summary.json", json!({"SummaryMap": map}));
    }

    fn settings_of_the_account(&mut self, from: &mut Choices<'_>) {
        match from.below(3) {
            1 => self.error("account-password-policy.json", "GetAccountPasswordPolicy", "NoSuchEntity"),
            2 => {
                let policy = json!({
                    "MinimumPasswordLength": from.of(&[6, 13, 14, 128]),
                    "RequireSymbols": from.maybe(),
                    "RequireNumbers": from.maybe(),
                    "RequireUppercaseCharacters": from.maybe(),
                    "RequireLowercaseCharacters": from.maybe(),
                    "ExpirePasswords": true,
                    "MaxPasswordAge": from.of(&[1, 90, 91]),
                    "PasswordReusePrevention": from.of(&[1, 23, 24]),
                });
                self.json("account-password-policy.json", json!({"PasswordPolicy": policy}));
            }
            _ => {}
        }
        let path = "organizations-features.json";
        let operation = "ListOrganizationsFeatures";
        match from.below(5) {
            1 => self.error(path, operation, "OrganizationNotFoundException"),
            2 => self.error(path, operation, "AccountNotManagementOrDelegatedAdministratorException"),
            3 => {
                let all = ["RootCredentialsManagement", "RootSessions"];
                let features = &all[..from.below(3)];
                self.json(path, json!({"OrganizationId": "o-exampleorgid", "EnabledFeatures": features}));
            }
            4 => self.error(path, operation, "AccessDenied"),
            _ => {}
        }
    }

    fn listings(&mut self, from: &mut Choices<'_>, partition: &str, users: usize) {
        if from.maybe() {
            let certificates: Vec<Value> = (0..from.below(3))
                .map(|number| {
                    let arn = format!("arn:{partition}:iam::{ACCOUNT}:server-certificate/www{number}");
                    let expiration = from.age(400 * 86_400) * from.of(&[1, -1]);
                    json!({"ServerCertificateName": format!("www{number}"), "Arn": arn, "Expiration": ago(expiration)})
                })
                .collect();
            self.json("server-certificates.json", json!({"ServerCertificateMetadataList": certificates}));
        }
        if from.maybe() {
            let credentials: Vec<Value> = (0..from.below(3))
                .map(|number| {
                    let mut entry = json!({
                        "UserName": format!("user{}", number % users.max(1)),
                        "ServiceSpecificCredentialId": format!("ACCACREDENTIAL{number}EXAMPLE"),
                        "ServiceName": from.of(&["bedrock.amazonaws.com", "codecommit.amazonaws.com"]),
                        "Status": from.of(&["Active", "Inactive"]),
                        "CreateDate": ago(from.age(500 * 86_400)),
                    });
                    if from.maybe() {
                        entry["ExpirationDate"] = json!(ago(-from.age(2_000 * 86_400)));
                    }
                    entry
                })
                .collect();
            if from.maybe() {
                // One of a single user beside the one of all users: each of its credentials is listed twice.
                let own: Vec<&Value> = credentials
                    .iter()
                    .filter(|entry| entry["UserName"] == credentials[0]["UserName"])
                    .collect();
                let path = "service-specific-credentials/user0.json";
                self.json(path, json!({"ServiceSpecificCredentials": own}));
            }
            self.json(
                "service-specific-credentials.json",
                json!({"ServiceSpecificCredentials": credentials}),
            );
        }
    }

    pub(crate) fn details_mut(&mut self) -> Option<&mut Value> {
        match self.artefacts.get_mut(DETAILS)? {
            Artefact::Json(value) => Some(value),
            Artefact::Text(_) => None,
        }
    }

    pub(crate) fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    pub(crate) fn files(&self) -> Vec<(InputFile, Given)> {
        let mut files = vec![in_folder("credential-report.csv", self.csv())];
        files.extend(self.artefacts.iter().map(|(path, artefact)| match artefact {
            Artefact::Json(value) => in_folder(path, value.to_string()),
            Artefact::Text(text) => in_folder(path, text.clone()),
        }));
        files
    }

    pub(crate) fn verdicts(&self) -> Vec<Judged> {
        verdicts(self.files(), now())
    }
}

pub(crate) fn in_folder(path: &str, text: impl Into<Vec<u8>>) -> (InputFile, Given) {
    let file = InputFile { path: format!("account/{path}"), bytes: text.into() };
    (file, Given::InFolder)
}
