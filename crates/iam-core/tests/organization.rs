//! The organisation's policies above an account: which apply, what they leave, and what is said where some were not seen.
//!
//! Pages are those of the AWS Organizations User Guide unless another is named.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::collections::{BTreeMap, BTreeSet};

use iam_core::access::{Administrator, Applying, Ceiling};
use iam_core::escalation::{Escalation, Standing};
use iam_core::evidence::{Evidence, Given, Identity};
use iam_core::input::InputFile;
use iam_core::who_can::{WhoCan, who_can};
use iam_policy::catalogue::Catalogue;
use iam_policy::context::Context;
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use proptest::prelude::*;
use serde_json::{Value, json};

const MEMBER: &str = "111122223333";
const MANAGING: &str = "444455556666";
const ROOT: &str = "r-ab12";
const UNIT: &str = "ou-ab12-11111111";
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:q";

const FULL: &str = "p-FullAWSAccess";
const RCP_FULL: &str = "p-RCPFullAWSAccess";

fn all() -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*"})
}

fn deny(action: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": "*"})
}

fn deny_elsewhere(action: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}})
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Both accounts, each with a user who may do everything and one who may attach policies to users, and the organisation.
#[derive(Clone)]
struct Scene {
    files: BTreeMap<String, Value>,
}

impl Scene {
    /// The policies of AWS stand everywhere, and nothing else.
    fn new() -> Self {
        let mut scene = Self { files: BTreeMap::new() };
        for account in [MEMBER, MANAGING] {
            let arn = |kind: &str| format!("arn:aws:iam::{account}:{kind}");
            let user = |name: &str, statement: Value| {
                json!({"UserName": name, "Arn": arn(&format!("user/{name}")), "GroupList": [], "AttachedManagedPolicies": [],
                    "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(&[statement])}]})
            };
            let attach = json!({"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*"});
            let linked = json!({"RoleName": "AWSServiceRoleForX", "Path": "/aws-service-role/x.amazonaws.com/",
                "Arn": arn("role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"), "InstanceProfileList": [],
                "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(&[all()])}], "AttachedManagedPolicies": [],
                "RoleLastUsed": {}, "AssumeRolePolicyDocument": document(&[])});
            let group = json!({"GroupName": "none", "Arn": arn("group/none"), "Path": "/", "AttachedManagedPolicies": [],
                "GroupPolicyList": [{"PolicyName": "own", "PolicyDocument": document(&[deny("*")])}]});
            let details = json!({"UserDetailList": [user("admin", all()), user("helper", attach)], "GroupDetailList": [group],
                "RoleDetailList": [linked], "Policies": []});
            scene.files.insert(format!("{account}/account-authorization-details.json"), details);
            // Policies of resources are there, and grant nothing.
            let mut nobody = deny("x:*");
            nobody["Principal"] = json!("*");
            let policy = json!({"Policy": document(&[nobody]).to_string()});
            for path in ["eu-west-1/sqs-queue/q", "eu-west-1/secret/x"] {
                scene.files.insert(format!("{account}/resource-policies/{path}.json"), policy.clone());
            }
        }
        scene.file(
            "organization",
            &json!({"Organization": {"Id": "o-example1234", "MasterAccountId": MANAGING,
            "Arn": format!("arn:aws:organizations::{MANAGING}:organization/o-example1234")}}),
        );
        let types: Vec<Value> = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
            .iter()
            .map(|kind| json!({"Type": kind, "Status": "ENABLED"}))
            .collect();
        scene.file("roots", &json!({"Roots": [{"Id": ROOT, "Name": "Root", "PolicyTypes": types}]}));
        for (parent, accounts, units) in [(ROOT, MANAGING, Some(UNIT)), (UNIT, MEMBER, None)] {
            let child = |kind: &str, id: &str| json!({"Id": id, "Type": kind});
            let units: Vec<Value> = units.into_iter().map(|id| child("ORGANIZATIONAL_UNIT", id)).collect();
            scene.file(
                &format!("children/{parent}/accounts"),
                &json!({"ParentId": parent, "Children": [child("ACCOUNT", accounts)]}),
            );
            scene.file(
                &format!("children/{parent}/organizational-units"),
                &json!({"ParentId": parent, "Children": units}),
            );
        }
        let everywhere = [ROOT, UNIT, MEMBER, MANAGING];
        scene.policy("SERVICE_CONTROL_POLICY", FULL, &[all()], &everywhere);
        let mut open = all();
        open["Principal"] = json!("*");
        scene.policy("RESOURCE_CONTROL_POLICY", RCP_FULL, &[open], &everywhere);
        scene
    }

    fn file(&mut self, path: &str, content: &Value) {
        self.files.insert(format!("{MANAGING}/organizations/{path}.json"), content.clone());
    }

    fn without(mut self, path: &str) -> Self {
        let known = self.files.remove(&format!("{MANAGING}/organizations/{path}.json"));
        assert!(known.is_some(), "{path}");
        self
    }

    fn policy(&mut self, kind: &str, id: &str, statements: &[Value], targets: &[&str]) {
        let is_of_aws = [FULL, RCP_FULL].contains(&id);
        let owner = if is_of_aws { "aws" } else { MANAGING };
        let arn = format!("arn:aws:organizations::{owner}:policy/o-example1234/x/{id}");
        let summary = json!({"Id": id, "Arn": arn, "Name": id, "Type": kind, "AwsManaged": is_of_aws});
        let list = format!("{MANAGING}/organizations/{kind}.json");
        let list = self.files.entry(list).or_insert_with(|| json!({"Policies": []}));
        list["Policies"].as_array_mut().unwrap().push(summary.clone());
        let content = document(statements).to_string();
        self.file(
            &format!("policies/{id}"),
            &json!({"Policy": {"PolicySummary": summary, "Content": content}}),
        );
        let targets: Vec<Value> = targets.iter().map(|id| json!({"TargetId": id, "Type": "X"})).collect();
        self.file(&format!("targets/{id}"), &json!({"PolicyId": id, "Targets": targets}));
    }

    /// Attaches a service control policy of these statements.
    fn scp(mut self, id: &str, statements: &[Value], targets: &[&str]) -> Self {
        self.policy("SERVICE_CONTROL_POLICY", id, statements, targets);
        self
    }

    fn rcp(mut self, id: &str, mut statement: Value, targets: &[&str]) -> Self {
        statement["Principal"] = json!("*");
        self.policy("RESOURCE_CONTROL_POLICY", id, &[statement], targets);
        self
    }

    /// Leaves the policy of AWS only there.
    fn full_on(mut self, targets: &[&str]) -> Self {
        let targets: Vec<Value> = targets.iter().map(|id| json!({"TargetId": id, "Type": "X"})).collect();
        self.file(&format!("targets/{FULL}"), &json!({"PolicyId": FULL, "Targets": targets}));
        self
    }

    fn evidence(&self) -> Evidence {
        self.evidence_with("", "")
    }

    /// With another text in the place of one of the files.
    fn evidence_with(&self, damaged: &str, text: &str) -> Evidence {
        let file = |(path, content): (&String, &Value)| {
            let text = if path == damaged { text.to_owned() } else { content.to_string() };
            (InputFile { path: format!("run/{path}"), bytes: text.into_bytes() }, Given::InFolder)
        };
        testdata::evidence(self.files.iter().map(file).collect())
    }

    fn who(&self, account: &str, action: &str, resource: &str) -> WhoCan {
        let evidence = self.evidence();
        let account = evidence.accounts.iter().find(|it| it.id() == account.parse().ok());
        who_can(account.unwrap(), &action.parse().unwrap(), resource)
    }

    /// What `admin` may do in an account: `yes`, `no`, or what it depends on.
    fn admin(&self, account: &str, action: &str, resource: &str) -> String {
        let found = self.who(account, action, resource);
        match found.able.iter().find(|able| able.arn.ends_with("user/admin")) {
            None => "no".to_owned(),
            Some(able) if able.depends_on.is_empty() => "yes".to_owned(),
            Some(able) => able.depends_on.join(" and "),
        }
    }

    /// Whether `admin` of the member account may send to the queue.
    #[track_caller]
    fn sends(&self, expected: &str) {
        let told = self.admin(MEMBER, "sqs:SendMessage", QUEUE);
        assert!(if expected.len() > 3 { told.contains(expected) } else { told == expected }, "{told}");
    }
}

/// "SCP evaluation", "How SCPs work with Allow" and "with Deny".
#[test]
fn each_level_needs_a_policy_that_allows_and_none_that_denies() {
    Scene::new().sends("yes");
    for level in [ROOT, UNIT, MEMBER] {
        Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[level]).sends("no");
        Scene::new().scp("p-deny0001", &[deny("ec2:*")], &[level]).sends("yes");
        let others: Vec<&str> = [ROOT, UNIT, MEMBER].into_iter().filter(|id| *id != level).collect();
        let narrowed = |action: &str| {
            let allow = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
            Scene::new().full_on(&others).scp("p-allow001", &[allow], &[level])
        };
        narrowed("ec2:*").sends("no");
        narrowed("sqs:*").sends("yes");
        // Policies of one level count together.
        let some = json!({"Effect": "Allow", "Action": "sqs:Send*", "Resource": "*"});
        narrowed("ec2:*").scp("p-allow002", &[some], &[level]).sends("yes");
    }
    Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[]).sends("yes");
    Scene::new().scp("p-deny0001", &[deny("sqs:*")], &["ou-ab12-22222222"]).sends("yes");
    Scene::new().scp("p-deny0001", &[deny_elsewhere("sqs:*")], &[ROOT]).sends("aws:RequestedRegion");
}

/// "Service control policies (SCPs)", "Tasks and entities not restricted by SCPs".
#[test]
fn the_management_account_and_service_linked_roles_are_not_bound() {
    let scene = Scene::new().scp("p-deny0001", &[deny("*")], &[ROOT]);
    assert_eq!(scene.admin(MANAGING, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q"), "yes");
    // The ARNs of policies name the management account as well.
    let undescribed = scene.clone().without("organization");
    assert_eq!(undescribed.admin(MANAGING, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q"), "yes");
    let found = scene.who(MEMBER, "sqs:SendMessage", QUEUE);
    let able: Vec<&str> = found.able.iter().map(|able| able.arn.rsplit('/').next().unwrap()).collect();
    assert_eq!(able, ["AWSServiceRoleForX"], "the root user of a member account is bound as well");
}

/// "Enabling a policy type": what is not enabled in the root does not apply.
#[test]
fn a_type_that_is_not_enabled_binds_nobody() {
    let mut scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[ROOT]);
    scene.file("roots", &json!({"Roots": [{"Id": ROOT, "PolicyTypes": []}]}));
    scene.sends("yes");
}

/// "Resource control policies (RCPs)": they bind the resources of member accounts, of some services.
#[test]
fn resource_control_policies_bind_the_resources_they_cover() {
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x";
    let check = |scene: &Scene, action: &str, resource: &str, expected: &str| {
        let told = scene.admin(MEMBER, action, resource);
        assert!(
            if expected.len() > 3 { told.contains(expected) } else { told == expected },
            "{action}: {told}"
        );
    };
    let scene = Scene::new().rcp("p-guard001", deny("*"), &[UNIT]);
    check(&scene, "secretsmanager:GetSecretValue", secret, "no");
    check(&scene, "iam:GetUser", "arn:aws:iam::111122223333:user/admin", "resource control policies cover");
    let scene = Scene::new().rcp("p-guard001", deny("sqs:*"), &[MEMBER]);
    check(&scene, "secretsmanager:GetSecretValue", secret, "yes");
    check(&scene, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q", "no");
    assert_eq!(scene.admin(MANAGING, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q"), "yes");
    // Those of the account of the resource count.
    let elsewhere = Scene::new().rcp("p-guard001", deny("sqs:*"), &[MANAGING]);
    check(&elsewhere, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q", "yes");
}

/// The answers that tell where an account stands, in each shape in which they come.
#[test]
fn the_tree_is_read_in_every_shape() {
    let account = json!({"Id": MEMBER, "Arn": format!("arn:aws:organizations::{MANAGING}:account/o-example1234/{MEMBER}")});
    let units = json!({"OrganizationalUnits": [{"Id": UNIT, "Name": "work"}]});
    let children = json!({"Children": [{"Id": MEMBER, "Type": "ACCOUNT"}]});
    let mut with_path = account.clone();
    with_path["Paths"] = json!([format!("o-example1234/{ROOT}/{UNIT}/{MEMBER}/")]);
    let layouts: [&[(&str, Value)]; 4] = [
        &[("accounts", json!({"Accounts": [with_path]}))],
        &[
            (&format!("children/{ROOT}"), units.clone()),
            (&format!("children/{UNIT}"), json!({"Accounts": [account]})),
        ],
        &[(&format!("{ROOT}/units"), units.clone()), (&format!("{ROOT}/{UNIT}/accounts"), children.clone())],
        &[
            ("a", json!({"ParentId": ROOT, "OrganizationalUnits": units["OrganizationalUnits"]})),
            ("b", json!({"ParentId": UNIT, "Children": children["Children"]})),
        ],
    ];
    for layout in layouts {
        let mut scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[ROOT]);
        scene.files.retain(|path, _| !path.contains("/children/"));
        for (path, content) in layout {
            scene.file(path, content);
        }
        scene.sends("no");
    }
    // Targets without the id of their policy are known by the path, also where there are none.
    let mut scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[ROOT]);
    scene.file("targets/p-deny0001", &json!({"Targets": [{"TargetId": UNIT}]}));
    scene.sends("no");
    scene.file("targets/p-deny0001", &json!({"Targets": []}));
    scene.sends("yes");
    assert_eq!(scene.who(MEMBER, "sqs:SendMessage", QUEUE).unseen, []);
}

#[test]
fn what_was_not_seen_is_a_doubt_and_says_what_to_hand_in() {
    let scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[UNIT]);
    let check = |scene: &Scene, answer: &str, limited: bool, command: &str| {
        scene.sends(answer);
        let found = scene.who(MEMBER, "sqs:SendMessage", QUEUE);
        let admin = found.able.iter().find(|able| able.arn.ends_with("user/admin"));
        assert_eq!(admin.is_some_and(|admin| !admin.limited_by.is_empty()), limited, "{command}: {admin:?}");
        let of_organization: Vec<_> =
            found.unseen.iter().filter(|gap| gap.remedy.contains("aws organizations")).collect();
        assert!(of_organization.iter().any(|gap| gap.remedy.contains(command)), "{of_organization:?}");
    };
    let tree = "aws organizations list-children";
    check(&scene.clone().without(&format!("children/{UNIT}/accounts")), "yes", true, tree);
    check(&scene.clone().without(&format!("children/{ROOT}/organizational-units")), "yes", true, tree);
    let unseen = "policies of kind scp";
    check(
        &scene.clone().without("targets/p-deny0001"),
        unseen,
        true,
        "list-targets-for-policy --policy-id p-deny0001",
    );
    check(
        &scene.clone().without("policies/p-deny0001"),
        unseen,
        false,
        "describe-policy --policy-id p-deny0001",
    );
    // What denies for certain denies, whatever else there may be.
    check(&scene.clone().without(&format!("targets/{FULL}")), "no", false, "list-targets-for-policy");
    check(
        &scene.clone().without("SERVICE_CONTROL_POLICY"),
        "no",
        false,
        "list-policies --filter SERVICE_CONTROL_POLICY",
    );
    let none = scene.clone().full_on(&[ROOT, UNIT]).scp("p-deny0002", &[deny("ec2:*")], &[ROOT]);
    check(&none, "no", false, "list-targets-for-policy");
    // What AWS says of its own policy need not be handed in.
    let known =
        Scene::new().scp("p-deny0001", &[deny("ec2:*")], &[UNIT]).without(&format!("policies/{FULL}"));
    known.sends("yes");
    assert_eq!(known.who(MEMBER, "sqs:SendMessage", QUEUE).unseen, []);
}

#[test]
fn an_account_at_two_places_is_at_none() {
    let mut scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[UNIT]);
    let other = "ou-ab12-22222222";
    scene.file("more", &json!({"ParentId": other, "Children": [{"Id": MEMBER, "Type": "ACCOUNT"}]}));
    scene.sends("yes");
    let evidence = scene.evidence();
    let says = |gap: &std::sync::Arc<iam_core::fact::Gap>| gap.what.contains("at several places");
    assert!(evidence.accounts.iter().any(|account| account.gaps().iter().any(says)));
    assert!(scene.who(MEMBER, "sqs:SendMessage", QUEUE).unseen.iter().any(says));
    // A ring leads to no root.
    let mut scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[UNIT]);
    scene
        .file("more", &json!({"ParentId": UNIT, "Children": [{"Id": other, "Type": "ORGANIZATIONAL_UNIT"}]}));
    scene.file(
        &format!("children/{ROOT}/organizational-units"),
        &json!({"ParentId": other, "Children": [{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]}),
    );
    scene.sends("yes");
}

/// Numbers in the place of all texts below the top.
fn without_texts(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(7),
        Value::Array(items) => items.iter().map(without_texts).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), without_texts(value))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn a_damaged_answer_denies_nobody_and_is_told() {
    let scene = Scene::new().scp("p-deny0001", &[deny("ec2:*")], &[UNIT]);
    let (action, bound) =
        ("sqs:SendMessage".parse().unwrap(), Scene::new().who(MEMBER, "sqs:SendMessage", QUEUE));
    let of_organization = scene.files.iter().filter(|(path, _)| path.contains("/organizations/"));
    for (path, content) in of_organization {
        let text = content.to_string();
        let mut cut_off = content.clone();
        cut_off["NextToken"] = json!("more");
        let variants = [
            text.split_at(text.len() / 2).0.to_owned(),
            without_texts(content).to_string(),
            text.replace("[{", "[7, null, {"),
            cut_off.to_string(),
            String::new(),
        ];
        for variant in variants {
            let evidence = scene.evidence_with(path, &variant);
            let member = evidence.accounts.iter().find(|it| it.id() == MEMBER.parse().ok()).unwrap();
            let found = who_can(member, &action, QUEUE);
            assert_eq!(sides(&found).1, sides(&bound).1, "{path}: {variant}");
            let is_certain =
                found.able.iter().all(|able| able.depends_on.is_empty() && able.limited_by.is_empty());
            let is_told = evidence.has_failed() || !found.unseen.is_empty() || !evidence.unused.is_empty();
            assert!(is_certain || is_told, "{path}: {variant}");
        }
    }
}

/// A snapshot answers a single request as `who_can` does, with all that is not known among its doubts.
#[test]
fn a_request_is_decided_with_the_policies_of_the_snapshot() {
    let check = |scene: &Scene, expected: &str| {
        let evidence = scene.evidence();
        let admin = Principal::user("arn:aws:iam::111122223333:user/admin").unwrap();
        let parts = RequestParts::new(admin, "sqs:SendMessage".parse().unwrap(), Context::closed())
            .on(QUEUE)
            .owned_by(MEMBER.parse().unwrap());
        let request = Request::new(parts).unwrap();
        let applying = Applying::to(&request, &evidence, PolicySet::new()).unwrap();
        let decision = evaluate(&request, &applying.set);
        let told = match &decision.answer {
            Answer::Allowed { .. } => "allowed".to_owned(),
            Answer::ExplicitDeny { by } => format!("denied by {}", by[0].policy.name()),
            Answer::ImplicitDeny { .. } => "missing".to_owned(),
            Answer::Depends { .. } => format!("depends: {}", applying.notes.join("; ")),
        };
        assert!(told.starts_with(expected), "{told}");
        if let Answer::ExplicitDeny { by } = &decision.answer {
            let holds = |document: &&&iam_core::input::PolicyDocument| {
                document.policy().is_ok_and(|policy| std::ptr::eq(policy, by[0].policy))
            };
            let document = applying.documents.iter().find(holds).unwrap();
            let quote = evidence.quote(document.part(by[0].statement.at)).unwrap();
            assert!(quote.path.contains("policies/p-deny0001"), "{quote:?}");
        }
    };
    check(&Scene::new(), "allowed");
    let scene = Scene::new().scp("p-deny0001", &[deny("sqs:*")], &[UNIT]);
    check(&scene, "denied by p-deny0001");
    check(
        &scene.clone().without("targets/p-deny0001"),
        "depends: what the organization's policy `p-deny0001`",
    );
    check(
        &scene.without(&format!("children/{UNIT}/accounts")),
        "depends: service control policies of the organization were",
    );
}

/// "SCP effects on permissions": what they take away nobody in the account has; who has the rest administers it.
#[test]
fn an_administrator_is_one_while_anything_can_be_changed() {
    let check = |scene: &Scene, administrator: &str, helper: &str| {
        let evidence = scene.evidence();
        let member = evidence.accounts.iter().find(|it| it.id() == MEMBER.parse().ok()).unwrap();
        let catalogue = Catalogue::embedded();
        let ceiling = Ceiling::over(member, catalogue);
        let user = |name: &str| {
            let arn = format!("arn:aws:iam::{MEMBER}:user/{name}");
            Identity::User(member.identities().unwrap().user(&arn).unwrap())
        };
        let told = match Administrator::of(&user("admin"), ceiling, catalogue).unwrap() {
            Administrator::Certain(_) => "certain",
            Administrator::Depends(_) => "depends",
            Administrator::No => "no",
        };
        assert_eq!(told, administrator);
        let never = Administrator::of(&user("helper"), ceiling, catalogue).unwrap();
        assert!(matches!(never, Administrator::No), "a service control policy grants nothing");
        let escalation = Escalation::of(member, catalogue).unwrap();
        let told = match escalation.standing(&format!("arn:aws:iam::{MEMBER}:user/helper")).unwrap() {
            Standing::CanBecome(path) if path.steps.iter().all(|step| step.depends_on.is_empty()) => "can",
            Standing::CanBecome(_) => "depends",
            Standing::Cannot => "cannot",
            other => panic!("{other:?}"),
        };
        assert_eq!(told, helper);
    };
    let under = |statement: Value| Scene::new().scp("p-deny0001", &[statement], &[UNIT]);
    check(&Scene::new(), "certain", "can");
    check(&under(deny("organizations:LeaveOrganization")), "certain", "can");
    check(&under(deny("iam:Attach*")), "certain", "cannot");
    check(&under(deny_elsewhere("iam:*")), "certain", "depends");
    check(&under(deny_elsewhere("*")), "depends", "depends");
    check(&under(deny("*")), "no", "cannot");
    let some = json!({"Effect": "Allow", "Action": ["ec2:Describe*", "s3:Get*"], "Resource": "*"});
    check(&Scene::new().full_on(&[ROOT, UNIT]).scp("p-allow001", &[some], &[MEMBER]), "no", "cannot");
    let own = json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:*:*:111122223333:*"});
    check(&Scene::new().full_on(&[ROOT, UNIT]).scp("p-allow001", &[own], &[MEMBER]), "certain", "can");
    // What was not seen takes nothing away.
    check(&under(deny("*")).without(&format!("children/{UNIT}/accounts")), "certain", "can");
}

fn statement() -> impl Strategy<Value = Value> {
    let action =
        prop::sample::select(vec!["*", "sqs:*", "sqs:SendMessage", "iam:*", "sts:AssumeRole", "ec2:Run*"]);
    let resource =
        prop::sample::select(vec!["*", "arn:aws:sqs:*:111122223333:*", "arn:aws:iam::111122223333:*"]);
    (any::<bool>(), action, resource, any::<bool>()).prop_map(|(allows, action, resource, conditional)| {
        let effect = if allows { "Allow" } else { "Deny" };
        let mut statement = json!({"Effect": effect, "Action": action, "Resource": resource});
        if conditional {
            statement["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
        }
        statement
    })
}

/// Who can, for certain, and who can at least perhaps.
fn sides(found: &WhoCan) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let arns = |certain: bool| {
        let able = found.able.iter().filter(move |able| !certain || able.depends_on.is_empty());
        able.map(|able| able.arn.as_str()).collect()
    };
    (arns(true), arns(false))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// "SCP effects on permissions": no permissions are granted by an SCP. Nor by the lack of one file about it, for certain.
    #[test]
    fn a_policy_of_the_organization_never_grants(
        statements in prop::collection::vec(statement(), 1..4),
        targets in prop::sample::subsequence(vec![ROOT, UNIT, MEMBER, "ou-ab12-22222222"], 0..4),
        full in prop::sample::subsequence(vec![ROOT, UNIT, MEMBER], 0..4),
        is_rcp in any::<bool>(),
        lost in any::<prop::sample::Index>(),
    ) {
        let asked: [(&str, &str); 2] =
            [("sqs:SendMessage", QUEUE), ("iam:AttachUserPolicy", "arn:aws:iam::111122223333:user/helper")];
        let unbound = Scene::new();
        let scene = if is_rcp {
            unbound.clone().rcp("p-any00001", statements[0].clone(), &targets)
        } else {
            unbound.clone().full_on(&full).scp("p-any00001", &statements, &targets)
        };
        let files: Vec<&String> = scene.files.keys().filter(|path| path.contains("/organizations/")).collect();
        let mut less = scene.clone();
        less.files.remove(files[lost.index(files.len())]);
        for (action, resource) in asked {
            let free = unbound.who(MEMBER, action, resource);
            let bound = scene.who(MEMBER, action, resource);
            let less = less.who(MEMBER, action, resource);
            let ((free_certain, free_all), (certain, all)) = (sides(&free), sides(&bound));
            prop_assert!(certain.is_subset(&free_certain) && all.is_subset(&free_all), "{bound:?}");
            let (_, less_all) = sides(&less);
            prop_assert!(all.is_subset(&less_all) && less_all.is_subset(&free_all), "{less:?} {bound:?}");
        }
    }
}
