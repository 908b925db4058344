//! Laws that hold for every input, tried on generated accounts.
//!
//! An account is made from a list of small numbers, so that a failing case shrinks to few users and few artefacts. The
//! seed is fixed: the same source runs the same cases everywhere.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

mod testdata;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use iam_core::audit::{AsOf, AsOfFrom, Report, Status, audit};
use iam_core::check::{Subject, SubjectKind};
use iam_core::checks;
use iam_core::evidence::{Given, assemble};
use iam_core::fact::{Fact, FileId, parse_time, shown_time};
use iam_core::ident::KeyIdDisplay;
use iam_core::input::credential_report::{self, Column};
use iam_core::input::{self, InputFile};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const DETAILS: &str = "account-authorization-details.json";
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_260_115),
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

fn now() -> DateTime<Utc> {
    parse_time(testdata::NOW).unwrap()
}

// ---- generated accounts ----

/// A list of numbers that is asked for one choice after the other; when it ends, every further choice is the first one.
struct Choices<'c>(std::slice::Iter<'c, u8>);

impl Choices<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % end
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }

    /// An age of at most `most` seconds, often one on the edge of a threshold.
    fn age(&mut self, most: i64) -> i64 {
        const DAY: i64 = 86_400;
        let age = self.of(&[
            10,
            600,
            DAY - 1,
            DAY,
            44 * DAY + DAY - 1,
            45 * DAY,
            90 * DAY,
            90 * DAY + 1,
            365 * DAY,
            365 * DAY + 1,
            800 * DAY,
            2_000 * DAY,
        ]);
        age.min(most)
    }
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

/// An account as files that can still be changed.
#[derive(Debug, Clone)]
struct Generated {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The other artefacts, by path.
    artefacts: BTreeMap<String, Artefact>,
}

#[derive(Debug, Clone)]
enum Artefact {
    Json(Value),
    Text(String),
}

fn ago(seconds: i64) -> String {
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
    fn from(numbers: &[u8]) -> Self {
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

    fn json(&mut self, path: &str, value: Value) {
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

    /// The account authorization details, consistent with the report and with themselves.
    fn details(&mut self, from: &mut Choices<'_>, partition: &str) {
        if !from.maybe() {
            return;
        }
        let (groups, mut attachments) = (from.below(4), [0; 3]);
        let own = |number: usize| format!("arn:{partition}:iam::{ACCOUNT}:policy/own-{number}");
        let of_aws = |name: &str| format!("arn:{partition}:iam::aws:policy/{name}");
        let attached = |from: &mut Choices<'_>, attachments: &mut [usize; 3]| -> Vec<Value> {
            let mut arns = BTreeSet::new();
            for _ in 0..from.below(3) {
                arns.insert(match from.below(7) {
                    number @ 0..3 => own(number),
                    3 => of_aws("AWSCloudShellFullAccess"),
                    4 => of_aws("AWSSupportAccess"),
                    5 => of_aws("AdministratorAccess"),
                    _ => of_aws("AWSCompromisedKeyQuarantineV2"),
                });
            }
            for (number, count) in attachments.iter_mut().enumerate() {
                *count += usize::from(arns.contains(&own(number)));
            }
            let named =
                |arn: String| json!({"PolicyName": arn.rsplit('/').next().unwrap(), "PolicyArn": arn});
            arns.into_iter().map(named).collect()
        };
        let document =
            |from: &mut Choices<'_>| json!({"Version": "2012-10-17", "Statement": statements(from)});
        let trust = json!({"Version": "2012-10-17", "Statement": []});
        let inline = |from: &mut Choices<'_>| -> Vec<Value> {
            (0..from.below(2))
                .map(|_| json!({"PolicyName": "own", "PolicyDocument": document(from)}))
                .collect()
        };
        let boundary = |from: &mut Choices<'_>| match from.below(8) {
            number @ 0..3 => {
                json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": own(number)})
            }
            _ => Value::Null,
        };
        let tags = |from: &mut Choices<'_>| {
            from.of(&[&[][..], &["owner"], &["aws:x"]])
                .iter()
                .map(|key| json!({"Key": key, "Value": "x"}))
                .collect::<Vec<_>>()
        };
        let mut users = Vec::new();
        for row in &self.rows[1..] {
            let of: Vec<String> =
                (0..groups).filter(|_| from.maybe()).map(|number| format!("group{number}")).collect();
            users.push(json!({"UserName": row[0], "UserId": "AIDAEXAMPLE", "Arn": row[1], "Path": "/", "CreateDate": row[2],
                "GroupList": of, "UserPolicyList": inline(from), "AttachedManagedPolicies": attached(from, &mut attachments), "Tags": tags(from)}));
            let boundary = boundary(from);
            if let Some(Value::Object(user)) = users.last_mut().filter(|_| !boundary.is_null()) {
                user.insert("PermissionsBoundary".to_owned(), boundary);
            }
        }
        let groups: Vec<Value> = (0..groups)
            .map(|number| {
                let arn = format!("arn:{partition}:iam::{ACCOUNT}:group/group{number}");
                json!({"GroupName": format!("group{number}"), "GroupId": "AGPAEXAMPLE", "Arn": arn, "Path": "/", "CreateDate": ago(900),
                    "GroupPolicyList": inline(from), "AttachedManagedPolicies": attached(from, &mut attachments)})
            })
            .collect();
        let roles: Vec<Value> = (0..from.below(4))
            .map(|number| {
                let path = from.of(&["/", "/", "/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"]);
                let age = from.age(i64::MAX);
                let used = if from.maybe() { json!({"LastUsedDate": ago(from.age(age)), "Region": "eu-west-1"}) } else { json!({}) };
                json!({"RoleName": format!("role{number}"), "RoleId": "AROAEXAMPLE", "Arn": format!("arn:{partition}:iam::{ACCOUNT}:role{path}role{number}"),
                    "Path": path, "CreateDate": ago(age), "AssumeRolePolicyDocument": trust, "InstanceProfileList": [],
                    "RolePolicyList": inline(from), "AttachedManagedPolicies": attached(from, &mut attachments), "RoleLastUsed": used, "Tags": tags(from)})
            })
            .collect();
        let policy = |arn: String, count: usize, bounds: usize, document: Value| {
            json!({"PolicyName": arn.rsplit('/').next().unwrap(), "PolicyId": "ANPAEXAMPLE", "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
                "AttachmentCount": count, "PermissionsBoundaryUsageCount": bounds, "CreateDate": ago(900),
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": ago(900), "Document": document}]})
        };
        let mut policies: Vec<Value> = attachments
            .iter()
            .enumerate()
            .map(|(number, count)| {
                let bounds = from.below(3) / 2;
                policy(own(number), *count, bounds, document(from))
            })
            .collect();
        for name in ["AWSCloudShellFullAccess", "AWSSupportAccess", "AWSCompromisedKeyQuarantineV2"] {
            policies.push(policy(of_aws(name), 1, 0, trust.clone()));
        }
        let everything = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        policies.push(policy(of_aws("AdministratorAccess"), 1, 0, everything));
        self.count([
            ("Users", users.len()),
            ("Groups", groups.len()),
            ("Roles", roles.len()),
            ("Policies", 3),
        ]);
        self.providers(from, partition);
        self.all_last_accessed(from, [("user", &users), ("group", &groups), ("role", &roles)]);
        let details = json!({"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies});
        self.json(DETAILS, details);
    }

    /// Evidence that contradicts itself is not what the laws are about.
    fn count(&mut self, counts: [(&str, usize); 4]) {
        if let Some(Artefact::Json(summary)) = self.artefacts.get_mut("account-summary.json") {
            let map = &mut summary["SummaryMap"];
            for (key, count) in counts {
                map[key] = json!(count);
            }
        }
    }

    fn providers(&mut self, from: &mut Choices<'_>, partition: &str) {
        if from.maybe() {
            let providers: Vec<Value> = (0..from.below(2))
                .map(|_| json!({"Arn": format!("arn:{partition}:iam::{ACCOUNT}:saml-provider/corp")}))
                .collect();
            self.json("saml-providers.json", json!({"SAMLProviderList": providers}));
            self.json("open-id-connect-providers.json", json!({"OpenIDConnectProviderList": []}));
        }
    }

    fn all_last_accessed(&mut self, from: &mut Choices<'_>, all: [(&str, &Vec<Value>); 3]) {
        for (kind, list) in all {
            for principal in list {
                self.last_accessed(from, kind, principal["Arn"].as_str().unwrap());
            }
        }
    }

    /// A report of last uses, finished or not, whole or not.
    fn last_accessed(&mut self, from: &mut Choices<'_>, kind: &str, arn: &str) {
        if !from.maybe() {
            return;
        }
        let access = |from: &mut Choices<'_>, entry: &mut Value, key: &str| {
            if from.maybe() {
                entry[key] = json!(ago(from.age(400 * 86_400)));
            }
        };
        let services: Vec<Value> = ["ec2", "iam", "s3"][..from.below(4)]
            .iter()
            .map(|namespace| {
                let mut row = json!({"ServiceNamespace": namespace, "ServiceName": namespace});
                access(from, &mut row, "LastAuthenticated");
                if from.maybe() {
                    let mut action = json!({"ActionName": from.of(&["ListRoles", "AttachRolePolicy"])});
                    access(from, &mut action, "LastAccessedTime");
                    row["TrackedActionsLastAccessed"] = json!([action]);
                }
                row
            })
            .collect();
        let mut page = json!({
            "JobStatus": from.of(&["COMPLETED", "COMPLETED", "COMPLETED", "IN_PROGRESS", "FAILED"]),
            "JobType": from.of(&["ACTION_LEVEL", "SERVICE_LEVEL"]), "JobCreationDate": ago(1), "JobCompletionDate": ago(0),
            "IsTruncated": from.of(&[false, false, true]), "ServicesLastAccessed": services,
        });
        let name = arn.rsplit('/').next().unwrap();
        let path = format!("service-last-accessed/{kind}/{name}.json");
        if from.maybe() {
            page = json!({"format": "iam-audit/service-last-accessed", "version": 1, "principal": arn, "pages": [page]});
        }
        self.json(&path, page);
    }

    fn details_mut(&mut self) -> Option<&mut Value> {
        match self.artefacts.get_mut(DETAILS)? {
            Artefact::Json(value) => Some(value),
            Artefact::Text(_) => None,
        }
    }

    fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    fn files(&self) -> Vec<(InputFile, Given)> {
        let mut files = vec![in_folder("credential-report.csv", self.csv())];
        files.extend(self.artefacts.iter().map(|(path, artefact)| match artefact {
            Artefact::Json(value) => in_folder(path, value.to_string()),
            Artefact::Text(text) => in_folder(path, text.clone()),
        }));
        files
    }

    fn verdicts(&self) -> Vec<Judged> {
        verdicts(self.files(), now())
    }
}

/// Statements of a policy that matter to the checks of what policies allow.
fn statements(from: &mut Choices<'_>) -> Vec<Value> {
    (0..from.below(3))
        .map(|_| {
            let mut statement = json!({"Effect": from.of(&["Allow", "Allow", "Allow", "Deny"])});
            let actions = from.of(&[
                "*",
                "iam:*",
                "iam:PassRole",
                "sts:Assume*",
                "kms:*",
                "aws-marketplace:*",
                "iam:DeleteUser",
            ]);
            statement[from.of(&["Action", "Action", "Action", "NotAction"])] = json!(actions);
            let resources = [
                "*",
                "*",
                "*",
                "arn:aws:iam::*:role/*",
                "arn:aws:iam::111122223333:role/ci-*",
                "arn:aws:iam::111122223333:group/x",
            ];
            statement[from.of(&["Resource", "Resource", "Resource", "NotResource"])] =
                json!(from.of(&resources));
            if from.below(4) == 0 {
                statement["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
            }
            statement
        })
        .collect()
}

fn in_folder(path: &str, text: impl Into<Vec<u8>>) -> (InputFile, Given) {
    let file = InputFile { path: format!("account/{path}"), bytes: text.into() };
    (file, Given::InFolder)
}

// ---- verdicts ----

/// One verdict, with all that names its subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Judged {
    check: &'static str,
    subject: Subject,
    status: Status,
    /// The finding's fingerprint, or why there is none.
    says: String,
}

impl Judged {
    /// Whether this is about the same thing, even where a column or listing that told its id or date is missing.
    fn is_about(&self, other: &Self) -> bool {
        self.is_about_owner_of(other)
            && self.subject.policy == other.subject.policy
            && match (&self.subject.credential, &other.subject.credential) {
                (None, None) => true,
                (Some(a), Some(b)) => {
                    (a.slot.is_some() && a.slot == b.slot) || (a.id.is_some() && a.id == b.id)
                }
                _ => false,
            }
    }

    /// Whether this may be about the same thing: one side knows only the slot, the other only the id, and two keys may
    /// have been made at that moment.
    fn may_be_about(&self, other: &Self) -> bool {
        let created = |judged: &Self| judged.subject.credential.as_ref().and_then(|own| own.created);
        self.is_about_owner_of(other) && created(self).is_some() && created(self) == created(other)
    }

    fn is_about_owner_of(&self, other: &Self) -> bool {
        let named = matches!(self.subject.kind, SubjectKind::Root | SubjectKind::Account)
            || self.subject.name == other.subject.name;
        self.check == other.check && self.subject.kind == other.subject.kind && named
    }

    /// Whether it speaks for subjects that cannot be told apart any more.
    fn stands_in(&self) -> bool {
        matches!(self.subject.kind, SubjectKind::Account | SubjectKind::UnreadRow)
    }
}

fn report(files: Vec<(InputFile, Given)>, at: DateTime<Utc>) -> Report {
    let as_of = AsOf { at, from: AsOfFrom::Given };
    audit(&testdata::evidence(files), checks::ALL, &testdata::everything(), as_of)
}

fn verdicts(files: Vec<(InputFile, Given)>, at: DateTime<Utc>) -> Vec<Judged> {
    listed(&report(files, at))
}

fn listed(report: &Report) -> Vec<Judged> {
    let mut all = Vec::new();
    for account in &report.accounts {
        let failed = account.findings.iter().map(|finding| Judged {
            check: finding.check.id.as_str(),
            subject: finding.subject.clone(),
            status: Status::Fail,
            says: finding.fingerprint.to_string(),
        });
        let unknown = account.unknown.iter().map(|unknown| Judged {
            check: unknown.check,
            subject: (*unknown.subject).clone(),
            status: Status::Unknown,
            says: account.gaps[unknown.gap].what.clone(),
        });
        let silent = account.silent.iter().map(|silent| Judged {
            check: silent.check,
            subject: silent.subject.clone(),
            status: silent.status,
            says: silent.reason.clone(),
        });
        all.extend(failed.chain(unknown).chain(silent));
    }
    all.sort();
    all
}

fn with(judged: &[Judged], status: Status) -> impl Iterator<Item = &Judged> {
    judged.iter().filter(move |judged| judged.status == status)
}

/// The verdicts about the same subject; where it cannot be told which of several, one that is as wanted, if any is.
fn about<'j>(judged: &Judged, among: &'j [Judged], wanted: impl Fn(Status) -> bool) -> Vec<&'j Judged> {
    let certain: Vec<&Judged> = among.iter().filter(|other| judged.is_about(other)).collect();
    if !certain.is_empty() {
        return certain;
    }
    let mut possible = among.iter().filter(|other| judged.may_be_about(other) && wanted(other.status));
    possible.next().into_iter().collect()
}

/// Less evidence: no new pass, and no lost fail except to unknown.
///
/// This holds for evidence that agrees with itself. Where report, summary, listings or manifest contradict each other, the
/// contradiction itself makes verdicts worse, and goes away with either side: a state that differs counts as active, a
/// filtered list of devices or a list shorter than AWS's count is incomplete, a date that another cell belies is unknown.
/// [`a_listing_that_says_inactive_helps_no_slot`] says what holds then.
///
/// Not applicable may become a pass: where nothing tells the partition any more, root is judged as in the usual one.
fn assert_no_better(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    let is_good = |status| matches!(status, Status::Pass | Status::NotApplicable);
    for pass in with(less, Status::Pass) {
        let before = about(pass, more, is_good);
        if before.is_empty() {
            // A summary may speak for root's slots where their row is gone, but not better of them than they did.
            let worse = more.iter().find(|other| {
                other.check == pass.check && !is_good(other.status) && about(other, less, is_good).is_empty()
            });
            // A slot whose date is lost may hold a credential, and is judged where it was none before.
            let is_slot = pass.subject.credential.as_ref().is_some_and(|own| own.slot.is_some());
            prop_assert!(
                (pass.stands_in() && worse.is_none()) || is_slot,
                "a pass out of nothing: {pass:?}, was {worse:?}"
            );
        }
        for other in before {
            prop_assert!(is_good(other.status), "became a pass: {pass:?}, was {other:?}");
        }
    }
    for fail in with(more, Status::Fail) {
        let after = about(fail, less, |status| !is_good(status));
        if after.is_empty() {
            let stands_in = less.iter().any(|other| {
                other.check == fail.check
                    && (other.stands_in() || other.subject.name == fail.subject.name)
                    && !is_good(other.status)
            });
            // A key beyond the two slots is known from a listing only; without it, the check for such keys says so.
            let is_listed_only = fail.subject.credential.as_ref().is_some_and(|own| own.slot.is_none());
            let may_have_more = less.iter().any(|other| {
                other.check == "credentials-beyond-report"
                    && (other.subject.name == fail.subject.name || other.stands_in())
                    && other.status == Status::Unknown
            });
            prop_assert!(stands_in || (is_listed_only && may_have_more), "a fail without a trace: {fail:?}");
        }
        for other in after {
            prop_assert!(!is_good(other.status), "a fail was lost: {fail:?}, is now {other:?}");
        }
    }
    Ok(())
}

// ---- the laws ----

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn removing_a_column_never_helps(numbers in choices(), column in 0_usize..22) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        less.header.remove(column);
        less.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn damaging_a_cell_never_helps(numbers in choices(), row in any::<usize>(), column in prop::sample::select(NOT_TEXT.to_vec()), to in prop::sample::select(vec!["perhaps", "", "1/15/2026 8:00", "truefalse"])) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = row % less.rows.len();
        to.clone_into(&mut less.rows[row][column]);
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn losing_an_artefact_never_helps(numbers in choices(), which in any::<usize>(), how in 0_usize..3, cut in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut files = whole.files();
        // Without the alias an account may be lost altogether.
        let is_alias = |file: &(InputFile, Given)| file.0.path.ends_with("account-aliases.json");
        let others: Vec<usize> = (0..files.len()).filter(|index| !is_alias(&files[*index])).collect();
        let which = others[which % others.len()];
        let operation = iam_core::input::read(files[which].0.bytes.clone(), FileId(0))
            .ok()
            .flatten()
            .map(|read| read.artefact.operation());
        match (how, operation) {
            (1, Some(operation)) => {
                let text = format!("An error occurred (AccessDenied) when calling the {operation} operation: no");
                files[which].0.bytes = text.into_bytes();
            }
            (2, _) if which > 0 && files[which].0.bytes[0] == b'{' => {
                let length = files[which].0.bytes.len();
                files[which].0.bytes.truncate(cut % length);
            }
            _ => drop(files.remove(which)),
        }
        assert_no_better(&verdicts(files, now()), &whole.verdicts())?;
    }

    #[test]
    fn cutting_a_listing_never_helps(numbers in choices(), which in any::<usize>(), keep in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let mut listings: Vec<&mut Value> = less
            .artefacts
            .values_mut()
            .filter_map(|artefact| match artefact {
                Artefact::Json(value) => Some(value),
                Artefact::Text(_) => None,
            })
            .filter(|value| {
                ["VirtualMFADevices", "MFADevices", "AccessKeyMetadata", "ServerCertificateMetadataList", "ServiceSpecificCredentials"]
                    .iter()
                    .any(|list| value.get(list).is_some())
            })
            .collect();
        prop_assume!(!listings.is_empty());
        let which = which % listings.len();
        let listing = listings[which].as_object_mut().unwrap();
        let items = listing.values_mut().find_map(Value::as_array_mut).unwrap();
        items.truncate(keep % (items.len() + 1));
        listing.insert("IsTruncated".to_owned(), json!(true));
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn a_listing_that_says_inactive_helps_no_slot(numbers in choices()) {
        let whole = Generated::from(&numbers);
        let mut contradicting = whole.clone();
        for artefact in contradicting.artefacts.values_mut() {
            let Artefact::Json(value) = artefact else { continue };
            let keys = value.get_mut("AccessKeyMetadata").and_then(Value::as_array_mut);
            for key in keys.into_iter().flatten() {
                key["Status"] = json!("Inactive");
            }
        }
        // A key that no slot shows is known from the listing alone.
        let of_others = |judged: &Judged| judged.subject.credential.as_ref().is_none_or(|own| own.slot.is_some());
        let of = |generated: &Generated| generated.verdicts().into_iter().filter(of_others).collect::<Vec<_>>();
        prop_assert_eq!(of(&contradicting), of(&whole));
    }

    #[test]
    fn filtering_the_list_of_virtual_devices_never_helps(numbers in choices(), which in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(Artefact::Json(value)) = less.artefacts.get_mut("virtual-mfa-devices.json") else { return Ok(()) };
        let devices = value["VirtualMFADevices"].as_array_mut().unwrap();
        // Nothing but the list itself tells of root's device and of those that nobody uses.
        let of_users = devices.iter().enumerate().filter(|(_, device)| device["User"].get("UserName").is_some());
        let of_users: Vec<usize> = of_users.map(|(index, _)| index).collect();
        prop_assume!(!of_users.is_empty());
        devices.remove(of_users[which % of_users.len()]);
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
        for judged in less.verdicts().iter().filter(|judged| judged.check == "root-mfa-not-hardware") {
            prop_assert!(judged.status != Status::Pass || judged.says.contains("no password"), "{judged:?}");
        }
    }

    #[test]
    fn cutting_a_row_short_never_helps(numbers in choices(), row in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = row % less.rows.len();
        less.rows[row].pop();
        assert_no_better(&less.verdicts(), &whole.verdicts())?;
    }

    #[test]
    fn removing_a_row_helps_nobody_else(numbers in choices(), row in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let row = less.rows.remove(row % less.rows.len());
        let is_root = row[0] == "<root_account>";
        let of_others = |judged: &Judged| {
            let is_own = *judged.subject.name == *row[0] || is_root && judged.subject.kind == SubjectKind::Root;
            let is_own_credential = is_root && &*judged.subject.name == "root";
            // A row that leaves no trace may make the numbers agree that did not agree with it, and may be that of the only
            // user with a password.
            let asks_for_all = ["report-incomplete", "federation-missing"].contains(&judged.check);
            !(is_own || is_own_credential || asks_for_all)
        };
        let more: Vec<Judged> = whole.verdicts().into_iter().filter(of_others).collect();
        let less: Vec<Judged> = less.verdicts().into_iter().filter(of_others).collect();
        assert_no_better(&less, &more)?;
    }

    #[test]
    fn the_order_of_rows_columns_and_files_does_not_matter(numbers in choices(), seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let expected = account.verdicts();
        let mut rows = account.clone();
        shuffle(&mut rows.rows, seed);
        prop_assert_eq!(&rows.verdicts(), &expected);

        let mut order: Vec<usize> = (0..account.header.len()).collect();
        shuffle(&mut order, seed);
        let mut columns = account.clone();
        let in_order = |cells: &[String]| -> Vec<String> { order.iter().map(|index| cells[*index].clone()).collect() };
        columns.header = in_order(&account.header);
        columns.rows = account.rows.iter().map(|row| in_order(row)).collect();
        prop_assert_eq!(&columns.verdicts(), &expected);

        let mut files = account.files();
        shuffle(&mut files, seed);
        prop_assert_eq!(&verdicts(files, now()), &expected);
    }

    #[test]
    fn capital_letters_and_line_ends_do_not_matter(numbers in choices()) {
        let account = Generated::from(&numbers);
        let expected = account.verdicts();
        let mut capital = account.clone();
        for cell in capital.rows.iter_mut().flatten().filter(|cell| ["true", "false"].contains(&cell.as_str())) {
            cell.make_ascii_uppercase();
        }
        prop_assert_eq!(&capital.verdicts(), &expected);

        let mut files = account.files();
        let csv = account.csv();
        files[0] = in_folder("credential-report.csv", csv.trim_end().replace('\n', "\r\n"));
        prop_assert_eq!(&verdicts(files.clone(), now()), &expected);
        let utf_16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
        files[0] = in_folder("credential-report.csv", utf_16);
        prop_assert_eq!(&verdicts(files, now()), &expected);
    }

    #[test]
    fn each_subject_gets_exactly_one_verdict_from_each_check(numbers in choices()) {
        let account = Generated::from(&numbers);
        let report = report(account.files(), now());
        let counted: usize = report.accounts[0]
            .coverage
            .values()
            .map(|counts| counts.pass + counts.fail + counts.not_applicable + counts.unknown)
            .sum();
        let all = account.verdicts();
        prop_assert_eq!(counted, all.len());
        let mut seen = BTreeSet::new();
        for judged in &all {
            prop_assert!(seen.insert((judged.check, &judged.subject)), "judged twice: {judged:?}");
        }
        let fingerprints: BTreeSet<&str> = with(&all, Status::Fail).map(|fail| fail.says.as_str()).collect();
        prop_assert_eq!(fingerprints.len(), with(&all, Status::Fail).count(), "two findings share a fingerprint");
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_how_key_ids_are_shown(numbers in choices()) {
        let account = Generated::from(&numbers);
        let mut settings = testdata::everything();
        settings.key_ids = KeyIdDisplay::Shortened;
        let as_of = AsOf { at: now(), from: AsOfFrom::Given };
        let shortened = audit(&assemble(account.files()), checks::ALL, &settings, as_of);
        let of = |report: &Report| -> BTreeSet<String> { report.findings().map(|finding| finding.fingerprint.to_string()).collect() };
        prop_assert_eq!(of(&shortened), of(&report(account.files(), now())));
    }

    #[test]
    fn root_is_no_subject_of_a_user_check(numbers in choices()) {
        let of_users = |judged: &&Judged| checks::find(judged.check).is_some_and(|check| matches!(check.judge, iam_core::check::Judge::User(_)));
        for judged in Generated::from(&numbers).verdicts().iter().filter(of_users) {
            prop_assert!(!judged.subject.arn.ends_with(":root") || judged.stands_in(), "{judged:?}");
        }
    }

    #[test]
    fn a_later_as_of_never_heals_an_age(numbers in choices(), later in 1_i64..100_000_000) {
        let account = Generated::from(&numbers);
        let after = verdicts(account.files(), now() + TimeDelta::seconds(later));
        for fail in with(&account.verdicts(), Status::Fail).filter(|fail| GETS_WORSE_WITH_AGE.contains(&fail.check)) {
            prop_assert!(after.contains(fail), "healed by waiting {later} s: {fail:?}");
        }
    }

    #[test]
    fn a_fingerprint_knows_nothing_of_time_use_and_order(numbers in choices(), later in 0_i64..100_000_000, seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let mut other = account.clone();
        shuffle(&mut other.rows, seed);
        for row in &mut other.rows {
            for column in ["password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date"] {
                let index = account.header.iter().position(|name| name == column).unwrap();
                if row[index].starts_with("20") {
                    row[index] = ago(5);
                }
            }
        }
        let after = verdicts(other.files(), now() + TimeDelta::seconds(later));
        for fail in with(&account.verdicts(), Status::Fail) {
            for same in with(&after, Status::Fail).filter(|same| (same.check, &same.subject) == (fail.check, &fail.subject)) {
                prop_assert_eq!(&same.says, &fail.says);
            }
        }
    }
}

// ---- users, groups, roles and policies ----

/// What was not seen is no fail either: lists that were found to be cut never show somebody without what they had.
fn assert_no_new_fail(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    for fail in with(less, Status::Fail) {
        let before = about(fail, more, |_| true);
        prop_assert!(before.iter().any(|other| other.status == Status::Fail), "a new fail: {fail:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn filtering_the_details_never_helps(numbers in choices(), has_summary in any::<bool>(), which in 0_usize..4, how in 0_usize..3, keep in any::<usize>()) {
        let mut whole = Generated::from(&numbers);
        if !has_summary {
            whole.artefacts.remove("account-summary.json");
        }
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let fields = details.as_object_mut().unwrap();
        match how {
            0 => fields[LISTS[which]] = json!([]),
            1 => drop(fields.remove(LISTS[which])),
            _ => {
                let items = fields[LISTS[which]].as_array_mut().unwrap();
                items.truncate(keep % (items.len() + 1));
                fields.insert("IsTruncated".to_owned(), json!(true));
                // Otherwise the summary tells that nothing is missing where nothing is.
                less.artefacts.remove("account-summary.json");
            }
        }
        let (less, more) = (less.verdicts(), whole.verdicts());
        assert_no_better(&less, &more)?;
        assert_no_new_fail(&less, &more)?;
    }

    #[test]
    fn damaging_an_entry_of_the_details_never_helps(numbers in choices(), which in 0_usize..4, item in any::<usize>(), field in any::<usize>(), to in prop::sample::select(vec![Value::Null, json!("x"), json!(7), json!({}), json!([7])])) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let items = details[LISTS[which]].as_array_mut().unwrap();
        prop_assume!(!items.is_empty());
        let item = item % items.len();
        let entry = items[item].as_object_mut().unwrap();
        let keys: Vec<String> = entry.keys().cloned().collect();
        let key = &keys[field % keys.len()];
        // AWS leaves these out when they are empty, and an empty object when a role was not used.
        let is_optional = ["UserPolicyList", "Tags", "PermissionsBoundary"].contains(&key.as_str());
        prop_assume!(!(is_optional && to.is_null() || key == "RoleLastUsed" && to == json!({})));
        // A number is a number, and a name of another group is one.
        prop_assume!(!(to == json!(7) && key.ends_with("Count")));
        entry[key] = to;
        let (less, more) = (less.verdicts(), whole.verdicts());
        assert_no_better(&less, &more)?;
        assert_no_new_fail(&less, &more)?;
    }

    #[test]
    fn a_lost_entry_of_the_details_helps_nobody_else(numbers in choices(), which in 0_usize..4, item in any::<usize>()) {
        let whole = Generated::from(&numbers);
        let mut less = whole.clone();
        let Some(details) = less.details_mut() else { return Ok(()) };
        let items = details[LISTS[which]].as_array_mut().unwrap();
        prop_assume!(!items.is_empty());
        let lost = items.remove(item % items.len());
        let is_own = |judged: &Judged| lost["Arn"] == *judged.subject.arn;
        let more: Vec<Judged> = whole.verdicts().into_iter().filter(|judged| !is_own(judged)).collect();
        let less: Vec<Judged> = less.verdicts().into_iter().filter(|judged| !is_own(judged)).collect();
        assert_no_better(&less, &more)?;
    }

    #[test]
    fn neither_pages_nor_order_matter(numbers in choices(), seed in any::<u64>(), pages in 2_usize..6) {
        let mut whole = Generated::from(&numbers);
        let Some(details) = whole.details_mut() else { return Ok(()) };
        let lists = LISTS.map(|list| details[list].as_array().unwrap().clone());
        // Where the summary counts other users than there are, a page may be missing.
        if let Some(Artefact::Json(summary)) = whole.artefacts.get_mut("account-summary.json") {
            summary["SummaryMap"]["Users"] = json!(lists[0].len());
        }
        let expected = whole.verdicts();
        let mut paged = whole.clone();
        paged.artefacts.remove(DETAILS);
        let mut contents = vec![BTreeMap::from(LISTS.map(|list| (list, Vec::new()))); pages];
        let mut page = seed;
        for (list, mut items) in LISTS.into_iter().zip(lists) {
            shuffle(&mut items, seed);
            for item in items {
                page = page.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let page = usize::try_from(page >> 40).unwrap() % pages;
                contents[page].get_mut(list).unwrap().push(item);
            }
        }
        for (number, lists) in contents.into_iter().enumerate() {
            let mut page = json!(lists);
            page["IsTruncated"] = json!(number + 1 < pages);
            paged.json(&format!("details-{number}.json"), page);
        }
        let mut files = paged.files();
        shuffle(&mut files, seed);
        prop_assert_eq!(verdicts(files, now()), expected);
    }
}

// ---- CloudTrail ----

/// The records of an account, by Region.
#[derive(Debug, Clone)]
struct Trail {
    global: &'static str,
    regions: BTreeMap<&'static str, Vec<Value>>,
}

impl Trail {
    fn from(numbers: &[u8], account: &Generated) -> Self {
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

    fn files(&self) -> Vec<(InputFile, Given)> {
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

/// Settings under which bursts are small.
fn sensitive() -> iam_core::audit::Settings {
    let text = "[checks.root-console-login-failed]\nfailures = 2\nwithin-minutes = 1440\n\
                [checks.denied-enumeration]\ncalls = 2\nwithin-minutes = 1440\n\
                [checks.enumeration-burst]\nshare-percent = 2\n[checks.escalation-burst]\nshare-percent = 2\n";
    let mut settings = iam_core::audit::Settings::parse(text, checks::ALL).unwrap();
    for (id, own) in testdata::everything().checks {
        settings.checks.entry(id).or_default().enabled = own.enabled;
    }
    iam_core::audit::Settings { checks: settings.checks, ..testdata::everything() }
}

fn verdicts_with_trail(files: Vec<(InputFile, Given)>) -> Vec<Judged> {
    let as_of = AsOf { at: now(), from: AsOfFrom::Given };
    listed(&audit(&testdata::evidence(files), checks::ALL, &sensitive(), as_of))
}

/// No pass that was none before, and no check whose findings vanish without an unknown in their place.
fn assert_nothing_healed(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    for pass in with(less, Status::Pass) {
        let before = more.iter().find(|other| (other.check, &other.subject) == (pass.check, &pass.subject));
        prop_assert!(
            before.is_some_and(|other| other.status == Status::Pass),
            "healed: {pass:?}, was {before:?}"
        );
    }
    for fail in with(more, Status::Fail) {
        let remains = less
            .iter()
            .any(|other| other.check == fail.check && matches!(other.status, Status::Fail | Status::Unknown));
        prop_assert!(remains, "lost without a trace: {fail:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn the_order_of_trail_files_does_not_matter(numbers in choices(), records in choices(), seed in any::<u64>()) {
        let account = Generated::from(&numbers);
        let trail = Trail::from(&records, &account);
        let mut files = account.files();
        files.extend(trail.files());
        let expected = verdicts_with_trail(files.clone());
        shuffle(&mut files, seed);
        prop_assert_eq!(verdicts_with_trail(files), expected);
    }

    #[test]
    fn cutting_a_trail_file_never_helps(numbers in choices(), records in choices(), which in any::<usize>(), cut in any::<usize>()) {
        let account = Generated::from(&numbers);
        let mut trail = Trail::from(&records, &account).files();
        prop_assume!(!trail.is_empty());
        let with_account = |trail: &[(InputFile, Given)]| {
            let mut files = account.files();
            files.extend_from_slice(trail);
            verdicts_with_trail(files)
        };
        let whole = with_account(&trail);
        let which = which % trail.len();
        let length = trail[which].0.bytes.len();
        // Whoever reads the files notices empty ones.
        trail[which].0.bytes.truncate(1 + cut % (length - 1));
        assert_nothing_healed(&with_account(&trail), &whole)?;
    }

    #[test]
    fn losing_the_region_of_iam_or_all_records_never_helps(numbers in choices(), records in choices(), all in any::<bool>()) {
        let account = Generated::from(&numbers);
        let mut trail = Trail::from(&records, &account);
        let mut files = account.files();
        files.extend(trail.files());
        let whole = verdicts_with_trail(files);
        let global = trail.global;
        trail.regions.retain(|region, _| !all && *region != global);
        let mut files = account.files();
        files.extend(trail.files());
        let less = verdicts_with_trail(files);
        assert_nothing_healed(&less, &whole)?;
    }

    #[test]
    fn narrowing_the_records_never_helps(numbers in choices(), records in choices(), how in 0_usize..3) {
        use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};

        let account = Generated::from(&numbers);
        let trail = Trail::from(&records, &account);
        prop_assume!(!trail.regions.is_empty());
        let with_selection = |selection: Selection| {
            let mut fold = Fold::new(selection, Limits::default());
            for (file, _) in trail.files() {
                fold.read(TrailFile::named(&file.path), &file.bytes);
            }
            let mut evidence = assemble(account.files());
            evidence.join_activity(fold.finish());
            let as_of = AsOf { at: now(), from: AsOfFrom::Given };
            listed(&audit(&evidence, checks::ALL, &sensitive(), as_of))
        };
        let only = |word: &str| BTreeSet::from([word.into()]);
        let narrowed = match how {
            0 => Selection { principals: only("user*"), ..Selection::default() },
            1 => Selection { services: only("ec2"), ..Selection::default() },
            _ => Selection { actions: only("List*"), ..Selection::default() },
        };
        assert_nothing_healed(&with_selection(narrowed), &with_selection(Selection::default()))?;
    }

    #[test]
    fn each_subject_of_a_trail_gets_one_verdict_and_one_fingerprint(numbers in choices(), records in choices()) {
        let account = Generated::from(&numbers);
        let mut files = account.files();
        files.extend(Trail::from(&records, &account).files());
        let all = verdicts_with_trail(files);
        let mut seen = BTreeSet::new();
        for judged in &all {
            prop_assert!(seen.insert((judged.check, &judged.subject)), "judged twice: {judged:?}");
        }
        let fingerprints: BTreeSet<&str> = with(&all, Status::Fail).map(|fail| fail.says.as_str()).collect();
        prop_assert_eq!(fingerprints.len(), with(&all, Status::Fail).count(), "two findings share a fingerprint");
    }

    #[test]
    fn no_damage_to_a_trail_makes_an_audit_panic(records in choices(), damage in vec((any::<usize>(), any::<usize>(), any::<u8>()), 1..6)) {
        let account = Generated::from(&[]);
        let mut trail = Trail::from(&records, &account).files();
        prop_assume!(!trail.is_empty());
        let count = trail.len();
        for (file, at, byte) in damage {
            let bytes = &mut trail[file % count].0.bytes;
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        let mut files = account.files();
        files.extend(trail);
        let _ = verdicts_with_trail(files);
    }
}

#[test]
fn losing_a_file_of_the_test_data_never_helps() {
    for name in testdata::names("accounts") {
        let files = testdata::folder(&format!("accounts/{name}"));
        // Evidence that contradicts itself may well look better without one of the two, and several accounts in a run
        // share what one of them knows.
        if ["neglected", "organization"].contains(&name.as_str()) {
            continue;
        }
        let whole = listed(&testdata::judge(files.clone(), checks::ALL));
        for lost in 0..files.len() {
            // A trail that ends early cannot be told from an account in which nothing more was done; what can be told is the
            // subject of laws of its own.
            if testdata::is_trail(&files[lost].0) {
                continue;
            }
            let mut less = files.clone();
            let (file, _) = less.remove(lost);
            let judged = verdicts(less, now());
            if !judged.is_empty() {
                assert_no_better(&judged, &whole)
                    .unwrap_or_else(|error| panic!("{name} without {}: {error}", file.path));
            }
        }
    }
}

/// Checks whose finding can only get worse while nothing but time goes by.
///
/// Not among them: `root-used-recently`, which asks for use within the last days and is meant to heal; and
/// `service-credential-without-expiry`, which a credential leaves when its end comes near or has passed.
const GETS_WORSE_WITH_AGE: [&str; 11] = [
    "access-key-created-at-setup",
    "access-key-inactive",
    "access-key-old",
    "access-key-unused",
    "console-password-old",
    "console-password-unused",
    "credential-report-stale",
    "password-rotation-overdue",
    "role-unused",
    "server-certificate-expired",
    "two-active-access-keys",
];

/// The columns that hold a truth value or a date, in which damage shows.
const NOT_TEXT: [usize; 16] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 18, 19, 20, 21];

/// Fisher and Yates, with a generator that needs nothing but the seed.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for end in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = (seed >> 33) % (end as u64 + 1);
        items.swap(end, usize::try_from(index).unwrap());
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = input::read(bytes.clone(), FileId(0));
        let _ = credential_report::parse(bytes, FileId(0));
    }

    #[test]
    fn no_text_that_starts_like_a_report_makes_a_reader_panic(text in "(user,arn,mfa_active|arn,\"user\"|\\{\"Content\":\"|dXNlcixhcm4s|An error occurred \\()[ -~\\n\\r\"',;{}:]{0,200}") {
        let _ = input::read(text.into_bytes(), FileId(0));
    }

    #[test]
    fn no_damage_to_a_file_makes_an_audit_panic(numbers in choices(), damage in vec((any::<usize>(), any::<usize>(), any::<u8>(), 0_u8..4), 1..6)) {
        let mut files = Generated::from(&numbers).files();
        for (file, at, byte, how) in damage {
            let count = files.len();
            let bytes = &mut files[file % count].0.bytes;
            let at = at % (bytes.len() + 1);
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at),
                _ => {
                    let tail = bytes.split_off(at);
                    bytes.extend(tail.iter().rev());
                }
            }
        }
        let report = report(files, now());
        for gap in report.accounts.iter().flat_map(|account| &account.gaps) {
            prop_assert!(gap.reason != iam_core::fact::Reason::Internal, "{gap:?}");
        }
    }

    #[test]
    fn every_cell_is_read_as_it_was_written(
        names in prop::collection::btree_set("[a-z0-9+=,.@_-]{1,12}", 1..6),
        texts in vec("[ -~äß€\u{1f511}\u{202e}]{0,12}", 12),
    ) {
        let mut header = vec!["user".to_owned(), "arn".to_owned()];
        let named = ["access_key_1_last_used_service", "additional_credentials_info"];
        header.extend(named.map(str::to_owned));
        let rows: Vec<Vec<String>> = names
            .iter()
            .enumerate()
            .map(|(row, name)| {
                let mut cells = vec![name.clone(), format!("arn:aws:iam::{ACCOUNT}:user/{name}")];
                cells.extend((0..named.len()).map(|cell| texts[(row * 2 + cell) % texts.len()].clone()));
                cells
            })
            .collect();
        let account = Generated { header, rows: rows.clone(), artefacts: BTreeMap::new() };
        let csv = account.csv();
        let (report, _) = credential_report::parse(csv.clone().into_bytes(), FileId(0)).unwrap();
        prop_assert_eq!(report.rows().count(), rows.len());
        for (row, cells) in report.rows().zip(&rows) {
            prop_assert_eq!((row.user(), row.arn()), (cells[0].as_str(), cells[1].as_str()));
            for (column, cell) in [Column::AccessKey1LastUsedService, Column::AdditionalCredentialsInfo].iter().zip(&cells[2..]) {
                let Fact::Seen(text, source) = row.text(*column) else {
                    return Err(TestCaseError::fail("a cell was not seen"));
                };
                prop_assert_eq!(text, cell);
                prop_assert_eq!(report.cell(source.place), Some((column.name(), cell.as_str())));
                let region = report.region(source.place).unwrap();
                prop_assert_eq!(&quoted_at(&csv, region), cell, "at {:?}", region);
            }
        }
    }
}

/// The cell at a line and columns of a CSV, its quotation marks undone.
fn quoted_at(csv: &str, (line, start, end): (u32, u32, u32)) -> String {
    let line = csv.split('\n').nth(line as usize - 1).unwrap_or_default();
    let text: String = line.chars().skip(start as usize - 1).take((end - start) as usize).collect();
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => text,
    }
}
