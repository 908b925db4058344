//! The account authorization details of a generated account, and what goes with them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::generated::choices::Choices;
use crate::generated::{Artefact, Generated, ago};
use crate::{ACCOUNT, DETAILS};

impl Generated {
    /// The account authorization details, consistent with the report and with themselves.
    pub(crate) fn details(&mut self, from: &mut Choices<'_>, partition: &str) {
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
