//! What policies allow now and did not before.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::diff::{AccessChanges, BoundaryChange, Extent, Extents, Look, compare};
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/ci";
const USER: &str = "arn:aws:iam::111122223333:user/anna";
const POLICY: &str = "arn:aws:iam::111122223333:policy/readers";
const BUCKET: &str = "arn:aws:s3:::logs";

fn allow(action: &str, resource: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "It", "Effect": "Allow", "Action": action, "Resource": resource}]})
}

fn trust(principal: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]})
}

/// An account in which user and role have the managed policy, the user through a group, and each an inline policy.
struct Scene {
    managed: Value,
    inline: Value,
    trust: Value,
    boundary: Option<Value>,
    bucket: Option<Value>,
    is_truncated: bool,
    has_user: bool,
}

fn scene() -> Scene {
    Scene {
        managed: allow("s3:GetObject", "arn:aws:s3:::reports/*"),
        inline: allow("sqs:SendMessage", "*"),
        trust: trust("arn:aws:iam::111122223333:root"),
        boundary: None,
        bucket: None,
        is_truncated: false,
        has_user: true,
    }
}

impl Scene {
    fn look(&self) -> Look {
        let bounds = |at: &str| {
            self.boundary
                .as_ref()
                .map(|_| json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": at}))
        };
        let attached = json!([{"PolicyName": "readers", "PolicyArn": POLICY}]);
        let inline = json!([{"PolicyName": "own", "PolicyDocument": self.inline}]);
        let policy = |arn: &str, name: &str, document: &Value| {
            json!({"PolicyName": name, "PolicyId": format!("ANPA{name}"), "Arn": arn,
            "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 1, "IsAttachable": true,
            "CreateDate": "2026-01-01T00:00:00+00:00", "UpdateDate": "2026-01-01T00:00:00+00:00", "PolicyVersionList":
            [{"Document": document, "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2026-01-01T00:00:00+00:00"}]})
        };
        let bound = "arn:aws:iam::111122223333:policy/bound";
        let mut policies = vec![policy(POLICY, "readers", &self.managed)];
        policies.extend(self.boundary.iter().map(|document| policy(bound, "bound", document)));
        let mut user = json!({"Path": "/", "UserName": "anna", "UserId": "AIDAIOSFODNN7EXAMPLE", "Arn": USER,
            "CreateDate": "2026-01-01T00:00:00+00:00", "GroupList": ["staff"], "AttachedManagedPolicies": [], "UserPolicyList": inline,
            "Tags": []});
        let mut role = json!({"Path": "/", "RoleName": "ci", "RoleId": "AROAIOSFODNN7EXAMPLE", "Arn": ROLE,
            "CreateDate": "2026-01-01T00:00:00+00:00", "AssumeRolePolicyDocument": self.trust, "InstanceProfileList": [],
            "RolePolicyList": [], "AttachedManagedPolicies": attached, "Tags": [], "RoleLastUsed": {}});
        if let Some(boundary) = bounds(bound) {
            user["PermissionsBoundary"] = boundary.clone();
            role["PermissionsBoundary"] = boundary;
        }
        let users = if self.has_user { vec![user] } else { Vec::new() };
        let details = json!({"UserDetailList": users, "GroupDetailList": [{"Path": "/", "GroupName": "staff",
            "GroupId": "AGPAIOSFODNN7EXAMPLE", "Arn": "arn:aws:iam::111122223333:group/staff",
            "CreateDate": "2026-01-01T00:00:00+00:00", "GroupPolicyList": [], "AttachedManagedPolicies": attached}],
            "RoleDetailList": [role], "Policies": policies, "IsTruncated": self.is_truncated, "Marker": "x"});
        let mut files = vec![("account-authorization-details.json", details)];
        // Where the list is cut off, AWS counts one more than it holds.
        let all = users.len() + usize::from(self.is_truncated);
        let summary =
            json!({"SummaryMap": {"Users": all, "Groups": 1, "Roles": 1, "Policies": policies.len()}});
        files.push(("account-summary.json", summary));
        files.extend(self.bucket.iter().map(|policy| {
            ("resource-policies/global/s3-bucket/logs.json", json!({"Policy": policy.to_string()}))
        }));
        let files = files.into_iter().map(|(path, value)| {
            let path = format!("account/{path}");
            (InputFile { path, bytes: value.to_string().into_bytes() }, Given::InFolder)
        });
        let evidence = assemble(files.collect());
        assert_eq!(evidence.unused, []);
        let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
        Look::of(&audit(&evidence, &[], &Settings::default(), as_of), &evidence)
    }
}

fn changed(old: &Scene, new: &Scene) -> AccessChanges {
    compare(&old.look(), &new.look()).accounts.into_values().next().unwrap().access.unwrap()
}

fn word(extent: &Extent) -> String {
    match extent {
        Extent::Unseen(_) => "unseen".to_owned(),
        Extent::Proved { outcome, .. } => match outcome.witness() {
            Some(witness) => format!("{} on {}", witness.action(), witness.resource().unwrap_or_default()),
            None => outcome.to_string(),
        },
    }
}

fn words(extents: &Extents) -> String {
    format!("grown {}, shrunk {}", word(&extents.grown), word(&extents.shrunk))
}

/// Everything that changed, a line each.
fn told(changes: &AccessChanges) -> Vec<String> {
    let policies = changes
        .policies
        .iter()
        .map(|it| format!("{} {}: {}", it.presence.as_str(), it.policy, words(&it.extent)));
    let principals = changes.principals.iter().map(|it| {
        let boundary = match &it.boundary {
            BoundaryChange::Same => String::new(),
            BoundaryChange::Set => "; boundary set".to_owned(),
            BoundaryChange::Removed => "; boundary removed".to_owned(),
            BoundaryChange::Changed(extents) => format!("; boundary {}", words(extents)),
        };
        format!("{} {}: {}{boundary}", it.presence.as_str(), it.arn, words(&it.extent))
    });
    policies.chain(principals).collect()
}

#[test]
fn what_is_compared_with_itself_has_not_changed() {
    let changes = changed(&scene(), &scene());
    assert_eq!(told(&changes), Vec::<String>::new());
    assert_eq!((changes.unchanged, changes.unseen.len()), (3, 0));
}

#[test]
fn a_wider_shared_policy_shows_at_everybody_who_has_it() {
    let wider = Scene { managed: allow("s3:*Object", "arn:aws:s3:::reports/*"), ..scene() };
    let changes = changed(&scene(), &wider);
    let told = told(&changes);
    assert_eq!(told.len(), 3, "{told:#?}");
    for (line, who) in told.iter().zip([format!("policy {POLICY}"), ROLE.to_owned(), USER.to_owned()]) {
        assert!(line.starts_with(&format!("changed {who}: grown s3:")), "{line}");
        assert!(line.contains("on arn:aws:s3:::reports/") && line.ends_with("shrunk no"), "{line}");
    }
    // The statement stands in the policy, and not in what was joined to ask about the user.
    let Extent::Proved { through, .. } = &changes.principals[1].extent.grown else { panic!() };
    let cited: Vec<String> =
        through.iter().map(|cited| format!("{} {} {:?}", cited.policy, cited.index, cited.sid)).collect();
    assert_eq!(cited, [format!("policy {POLICY} 0 Some(\"It\")")]);
}

#[test]
fn other_words_for_the_same_are_no_other_rights() {
    let mut same = allow("s3:GetObject", "arn:aws:s3:::reports/*");
    same["Statement"][0]["Action"] = json!(["s3:getobject", "s3:GetObject"]);
    same["Statement"][0]["Resource"] = json!(["arn:aws:s3:::reports/*", "arn:aws:s3:::reports/2026/*"]);
    let changes = changed(&scene(), &Scene { managed: same, ..scene() });
    assert!(
        told(&changes).iter().all(|line| line.ends_with(": grown no, shrunk no")),
        "{:#?}",
        told(&changes)
    );
    assert_eq!(changes.policies.len(), 1);
}

#[test]
fn what_another_policy_of_the_same_user_allows_is_not_new_to_it() {
    let old = Scene { inline: allow("s3:*", "*"), ..scene() };
    let new = Scene { managed: allow("s3:*Object", "*"), inline: allow("s3:*", "*"), ..scene() };
    let told = told(&changed(&old, &new));
    assert!(told[0].contains("grown s3:"), "{told:#?}");
    assert!(told[1].starts_with(&format!("changed {ROLE}: grown s3:")), "{told:#?}");
    assert_eq!(told[2], format!("changed {USER}: grown no, shrunk no"));
}

#[test]
fn trust_and_policies_of_resources() {
    let open = Scene { trust: trust("*"), ..scene() };
    let told_of_trust = told(&changed(&scene(), &open));
    assert_eq!(told_of_trust.len(), 1, "{told_of_trust:#?}");
    assert!(told_of_trust[0].starts_with(&format!("changed trust policy of {ROLE}: grown sts:AssumeRole")));
    let mut public = allow("s3:GetObject", "arn:aws:s3:::logs/*");
    public["Statement"][0]["Principal"] = json!("*");
    let old = Scene { bucket: Some(json!({"Version": "2012-10-17", "Statement": []})), ..scene() };
    let new = Scene { bucket: Some(public), ..scene() };
    let told_of_bucket = told(&changed(&old, &new));
    assert_eq!(told_of_bucket.len(), 1, "{told_of_bucket:#?}");
    assert!(
        told_of_bucket[0]
            .starts_with(&format!("changed policy of {BUCKET}: grown s3:GetObject on arn:aws:s3:::logs/"))
    );
    assert!(told(&changed(&new, &old))[0].contains("grown no, shrunk s3:GetObject"));
}

#[test]
fn boundaries_come_and_go() {
    let bound = |action: &str| Scene { boundary: Some(allow(action, "*")), ..scene() };
    let set = changed(&scene(), &bound("s3:*"));
    let of_user = |changes: &AccessChanges| {
        told(changes).into_iter().find(|line| line.contains(&format!(" {USER}: "))).unwrap_or_default()
    };
    assert_eq!(of_user(&set), format!("changed {USER}: grown no, shrunk no; boundary set"));
    assert_eq!(set.principals[1].bounded_by.as_deref(), Some("arn:aws:iam::111122223333:policy/bound"));
    assert_eq!(
        of_user(&changed(&bound("s3:*"), &scene())),
        format!("changed {USER}: grown no, shrunk no; boundary removed")
    );
    let wider = of_user(&changed(&bound("s3:GetObject"), &bound("s3:Get*")));
    assert!(wider.contains("; boundary grown s3:Get") && wider.ends_with("shrunk no"), "{wider}");
}

#[test]
fn one_who_came_and_one_who_went() {
    let without = Scene { has_user: false, ..scene() };
    let came = told(&changed(&without, &scene()));
    assert!(
        came.iter()
            .any(|line| line.starts_with(&format!("created {USER}: grown ")) && line.ends_with("shrunk no")),
        "{came:#?}"
    );
    let went = told(&changed(&scene(), &without));
    assert!(
        went.iter().any(|line| line.starts_with(&format!("deleted {USER}: grown no, shrunk "))),
        "{went:#?}"
    );
    // A list that is cut off does not say that somebody is gone.
    let cut = Scene { has_user: false, is_truncated: true, ..scene() };
    let changes = changed(&scene(), &cut);
    let lines = told(&changes);
    assert!(lines.iter().any(|line| line.starts_with(&format!("unseen {USER}: grown unseen"))), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.starts_with("deleted")), "{lines:#?}");
    assert!(!changes.unseen.is_empty());
}

#[test]
fn a_policy_that_cannot_be_understood_is_not_known() {
    let broken = Scene { managed: json!({"Statement": [{"Effect": "Perhaps"}]}), ..scene() };
    let told = told(&changed(&scene(), &broken));
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told.iter().all(|line| line.ends_with("grown unseen, shrunk unseen")), "{told:#?}");
}
