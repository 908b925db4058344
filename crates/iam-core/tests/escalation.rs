//! Who can become an administrator: every published combination of actions, and what is none.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails like one"
)]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use iam_core::escalation::{ALL, Escalation, Path, Standing};
use iam_core::evidence::Given;
use iam_core::input::InputFile;
use iam_policy::catalogue::Catalogue;
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:aws:iam::111122223333:";

/// Services under which the published combinations start something.
const SERVICES: &[&str] = &[
    "tasks.apprunner.amazonaws.com",
    "bedrock-agentcore.amazonaws.com",
    "braket.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "codestar.amazonaws.com",
    "datapipeline.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "emr-serverless.amazonaws.com",
    "gamelift.amazonaws.com",
    "glue.amazonaws.com",
    "kinesisanalytics.amazonaws.com",
    "lambda.amazonaws.com",
    "omics.amazonaws.com",
    "sagemaker.amazonaws.com",
    "scheduler.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
];

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn inline(statements: &[Value]) -> Value {
    json!([{"PolicyName": "own", "PolicyDocument": document(statements)}])
}

fn everything() -> Value {
    allow(&["*"], "*")
}

fn user(name: &str, statements: &[Value]) -> Value {
    json!({"UserName": name, "Arn": format!("{ACCOUNT}user/{name}"), "GroupList": [], "AttachedManagedPolicies": [],
        "UserPolicyList": inline(statements)})
}

fn role(name: &str, trusted: &Value, statements: &[Value]) -> Value {
    let trust = json!({"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"});
    json!({"RoleName": name, "Arn": format!("{ACCOUNT}role/{name}"), "Path": "/", "RolePolicyList": inline(statements),
        "InstanceProfileList": [{"InstanceProfileName": name, "Arn": format!("{ACCOUNT}instance-profile/{name}")}],
        "AttachedManagedPolicies": [], "RoleLastUsed": {}, "AssumeRolePolicyDocument": document(&[trust])})
}

fn group(name: &str, statements: &[Value]) -> Value {
    json!({"GroupName": name, "GroupId": "AGPAEXAMPLE", "Arn": format!("{ACCOUNT}group/{name}"), "Path": "/",
        "GroupPolicyList": inline(statements), "AttachedManagedPolicies": []})
}

/// A customer managed policy with its versions, of which the first counts.
fn managed(name: &str, versions: &[&[Value]]) -> Value {
    let versions: Vec<Value> = (1..)
        .zip(versions)
        .map(|(number, statements)| {
            json!({"VersionId": format!("v{number}"), "IsDefaultVersion": number == 1, "Document": document(statements)})
        })
        .collect();
    json!({"PolicyName": name, "PolicyId": "ANPAEXAMPLE", "Arn": format!("{ACCOUNT}policy/{name}"), "Path": "/",
        "DefaultVersionId": "v1", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "PolicyVersionList": versions})
}

fn with_policy(mut identity: Value, name: &str) -> Value {
    identity["AttachedManagedPolicies"] =
        json!([{"PolicyName": name, "PolicyArn": format!("{ACCOUNT}policy/{name}")}]);
    identity
}

fn bounded(mut identity: Value, name: &str) -> Value {
    identity["PermissionsBoundary"] = json!({"PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": format!("{ACCOUNT}policy/{name}")});
    identity
}

#[derive(Default)]
struct World {
    users: Vec<Value>,
    groups: Vec<Value>,
    roles: Vec<Value>,
    policies: Vec<Value>,
}

impl World {
    fn standing(self, name: &str) -> Standing {
        let Self { users, mut groups, mut roles, mut policies } = self;
        // An empty list may be the work of a filter, so that it would prove nothing.
        let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
        groups.push(group("nobody", std::slice::from_ref(&deny)));
        roles.push(role("nothing", &json!({"Service": "batch.amazonaws.com"}), &[]));
        policies.push(managed("nothing", &[&[deny]]));
        let page = json!({"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies});
        let file = InputFile { path: "details.json".to_owned(), bytes: page.to_string().into_bytes() };
        let evidence = testdata::evidence(vec![(file, Given::ByName)]);
        let found = Escalation::of(&evidence.accounts[0], Catalogue::embedded()).unwrap();
        found.standing(&format!("{ACCOUNT}{name}")).unwrap().clone()
    }
}

fn path(standing: Standing) -> Path {
    match standing {
        Standing::CanBecome(path) => path,
        other => panic!("{other:?}"),
    }
}

fn methods(path: &Path) -> Vec<&'static str> {
    path.steps.iter().map(|step| step.method).collect()
}

/// An account with one of everything that a combination may be used on, and a caller with these actions on everything.
fn proving_ground(actions: &[&str]) -> World {
    let caller_arn = json!({"AWS": format!("{ACCOUNT}user/caller")});
    let mut caller = with_policy(user("caller", &[allow(actions, "*")]), "small");
    caller["GroupList"] = json!(["team"]);
    let read = allow(&["sqs:ListQueues"], "*");
    let federated = json!({"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity"});
    let mut pool = role("pool", &json!({}), &[everything()]);
    pool["AssumeRolePolicyDocument"] = document(&[federated]);
    // Of one combination the caller's own boundary is the target.
    let is_held_in = actions == ["iam:DeleteUserPermissionsBoundary"];
    if is_held_in {
        caller = bounded(user("caller", &[everything()]), "unbounding");
    }
    World {
        users: vec![caller, user("admin", &[everything()])],
        groups: vec![group("team", std::slice::from_ref(&read)), group("admins", &[everything()])],
        roles: vec![
            role("worker", &json!({"Service": SERVICES}), &[everything()]),
            pool,
            // Trusts the caller, who needs no permission to assume it.
            role("named", &caller_arn, std::slice::from_ref(&read)),
            bounded(role("held", &caller_arn, &[everything()]), "limits"),
        ],
        policies: vec![
            managed("small", &[std::slice::from_ref(&read), &[everything()]]),
            managed("limits", &[std::slice::from_ref(&read)]),
            managed("unbounding", &[&[allow(actions, "*")]]),
        ],
    }
}

/// Every published combination, with the step that opens the shortest path. `?` behind it: possible, and not certain, because
/// the artefacts do not tell what runs under a role, or who has a permission set.
///
/// Sources: those of `escalation::method`.
const PUBLISHED: &[(&str, &[&str])] = &[
    ("create-access-key", &["iam:*"]),
    ("add-user-to-group", &["iam:AddUserToGroup"]),
    ("attach-group-policy", &["iam:AttachGroupPolicy"]),
    ("attach-role-policy", &["iam:AttachRolePolicy"]),
    ("update-assume-role-policy", &["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]),
    ("attach-role-policy", &["iam:AttachRolePolicy", "sts:AssumeRole"]),
    ("attach-user-policy", &["iam:AttachUserPolicy"]),
    ("create-access-key", &["iam:AttachUserPolicy", "iam:CreateAccessKey"]),
    ("create-access-key", &["iam:CreateAccessKey"]),
    ("create-access-key", &["iam:CreateAccessKey", "iam:DeleteAccessKey"]),
    ("create-access-key", &["iam:CreateAccessKey", "iam:PutUserPolicy"]),
    ("create-login-profile", &["iam:CreateLoginProfile"]),
    ("create-policy-version", &["iam:CreatePolicyVersion"]),
    ("update-assume-role-policy", &["iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"]),
    ("create-policy-version", &["iam:CreatePolicyVersion", "sts:AssumeRole"]),
    ("delete-role-permissions-boundary", &["iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"]),
    ("delete-user-permissions-boundary", &["iam:DeleteUserPermissionsBoundary"]),
    ("put-user-policy", &["iam:Put*"]),
    ("put-group-policy", &["iam:PutGroupPolicy"]),
    ("put-role-policy", &["iam:PutRolePolicy"]),
    ("update-assume-role-policy", &["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]),
    ("put-role-policy", &["iam:PutRolePolicy", "sts:AssumeRole"]),
    ("put-user-policy", &["iam:PutUserPolicy"]),
    ("set-default-policy-version", &["iam:SetDefaultPolicyVersion"]),
    ("update-assume-role-policy", &["iam:UpdateAssumeRolePolicy"]),
    ("update-assume-role-policy", &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]),
    ("update-login-profile", &["iam:UpdateLoginProfile"]),
    ("apprunner-create-service", &["apprunner:CreateService", "iam:PassRole"]),
    ("apprunner-update-service?", &["apprunner:UpdateService"]),
    (
        "autoscaling-create-group",
        &["autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration", "iam:PassRole"],
    ),
    (
        "autoscaling-update-group",
        &["autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup", "iam:PassRole"],
    ),
    ("batch-register-job-definition", &["batch:RegisterJobDefinition", "batch:SubmitJob", "iam:PassRole"]),
    ("batch-submit-job?", &["batch:SubmitJob"]),
    (
        "bedrock-agentcore-create-browser",
        &[
            "bedrock-agentcore:ConnectBrowserAutomationStream",
            "bedrock-agentcore:CreateBrowser",
            "bedrock-agentcore:StartBrowserSession",
            "iam:PassRole",
        ],
    ),
    (
        "bedrock-agentcore-connect-browser?",
        &["bedrock-agentcore:ConnectBrowserAutomationStream", "bedrock-agentcore:StartBrowserSession"],
    ),
    (
        "bedrock-agentcore-create-runtime",
        &[
            "bedrock-agentcore:CreateAgentRuntime",
            "bedrock-agentcore:CreateAgentRuntimeEndpoint",
            "bedrock-agentcore:CreateHarness",
            "bedrock-agentcore:CreateWorkloadIdentity",
            "bedrock-agentcore:GetAgentRuntime",
            "bedrock-agentcore:InvokeAgentRuntimeCommand",
            "iam:PassRole",
        ],
    ),
    (
        "bedrock-agentcore-create-runtime",
        &[
            "bedrock-agentcore:CreateAgentRuntime",
            "bedrock-agentcore:CreateAgentRuntimeEndpoint",
            "bedrock-agentcore:CreateWorkloadIdentity",
            "bedrock-agentcore:InvokeAgentRuntimeCommand",
            "iam:PassRole",
        ],
    ),
    (
        "bedrock-agentcore-create-code-interpreter",
        &[
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:InvokeCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "iam:PassRole",
        ],
    ),
    ("bedrock-agentcore-invoke-runtime?", &["bedrock-agentcore:InvokeAgentRuntimeCommand"]),
    (
        "bedrock-agentcore-invoke-code-interpreter?",
        &["bedrock-agentcore:InvokeCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession"],
    ),
    ("braket-create-job", &["braket:CreateJob", "iam:PassRole"]),
    (
        "cloudformation-execute-change-set?",
        &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
    ),
    ("cloudformation-create-stack", &["cloudformation:CreateStack", "iam:PassRole"]),
    (
        "cloudformation-create-stack-set",
        &["cloudformation:CreateStackInstances", "cloudformation:CreateStackSet", "iam:PassRole"],
    ),
    ("cloudformation-update-stack?", &["cloudformation:UpdateStack"]),
    ("cloudformation-update-stack-set", &["cloudformation:UpdateStackSet", "iam:PassRole"]),
    ("codebuild-start-build", &["codebuild:CreateProject", "codebuild:StartBuild", "iam:PassRole"]),
    (
        "codebuild-start-build-batch",
        &["codebuild:CreateProject", "codebuild:StartBuildBatch", "iam:PassRole"],
    ),
    ("codebuild-override-build?", &["codebuild:StartBuild"]),
    ("codebuild-override-build-batch?", &["codebuild:StartBuildBatch"]),
    (
        "codedeploy-create-deployment?",
        &[
            "codedeploy:CreateDeployment",
            "codedeploy:GetDeploymentConfig",
            "codedeploy:RegisterApplicationRevision",
        ],
    ),
    ("codestar-create-project", &["codestar:CreateProject", "iam:PassRole"]),
    ("cognito-set-identity-pool-roles", &["cognito-identity:SetIdentityPoolRoles", "iam:PassRole"]),
    (
        "datapipeline-create-pipeline",
        &[
            "datapipeline:ActivatePipeline",
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "iam:PassRole",
        ],
    ),
    (
        "lambda-create-event-source-mapping",
        &[
            "dynamodb:CreateTable",
            "dynamodb:PutItem",
            "iam:PassRole",
            "lambda:CreateEventSourceMapping",
            "lambda:CreateFunction",
        ],
    ),
    ("ec2-modify-launch-template?", &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"]),
    ("ec2-modify-user-data?", &["ec2:ModifyInstanceAttribute", "ec2:StartInstances", "ec2:StopInstances"]),
    ("ec2-request-spot-instances", &["ec2:RequestSpotInstances", "iam:PassRole"]),
    ("ec2-run-instances", &["ec2:RunInstances", "iam:PassRole"]),
    ("ec2-instance-connect?", &["ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances"]),
    ("ecs-create-service", &["ecs:CreateService", "ecs:RegisterTaskDefinition", "iam:PassRole"]),
    (
        "ecs-start-task",
        &[
            "ecs:DeregisterContainerInstance",
            "ecs:RegisterContainerInstance",
            "ecs:StartTask",
            "iam:PassRole",
        ],
    ),
    ("ecs-execute-command?", &["ecs:DescribeTasks", "ecs:ExecuteCommand"]),
    ("ecs-run-task", &["ecs:RegisterTaskDefinition", "ecs:RunTask", "iam:PassRole"]),
    ("ecs-start-task", &["ecs:RegisterTaskDefinition", "ecs:StartTask", "iam:PassRole"]),
    ("ecs-run-task", &["ecs:RunTask", "iam:PassRole"]),
    ("ecs-start-task", &["ecs:StartTask", "iam:PassRole"]),
    ("emr-run-job-flow", &["elasticmapreduce:RunJobFlow", "iam:PassRole"]),
    (
        "emr-serverless-start-job-run",
        &["emr-serverless:CreateApplication", "emr-serverless:StartJobRun", "iam:PassRole"],
    ),
    (
        "gamelift-create-fleet",
        &[
            "gamelift:CreateBuild",
            "gamelift:CreateFleet",
            "gamelift:RequestUploadCredentials",
            "iam:PassRole",
        ],
    ),
    ("glue-create-dev-endpoint", &["glue:CreateDevEndpoint", "iam:PassRole"]),
    ("glue-create-job-trigger", &["glue:CreateJob", "glue:CreateTrigger", "iam:PassRole"]),
    ("glue-create-job-run", &["glue:CreateJob", "glue:StartJobRun", "iam:PassRole"]),
    ("glue-create-session", &["glue:CreateSession", "glue:RunStatement", "iam:PassRole"]),
    ("glue-update-job-trigger", &["glue:CreateTrigger", "glue:UpdateJob", "iam:PassRole"]),
    ("glue-update-job-run", &["glue:StartJobRun", "glue:UpdateJob", "iam:PassRole"]),
    ("glue-update-dev-endpoint?", &["glue:UpdateDevEndpoint"]),
    (
        "imagebuilder-create-image",
        &[
            "iam:PassRole",
            "imagebuilder:CreateComponent",
            "imagebuilder:CreateImage",
            "imagebuilder:CreateImageRecipe",
            "imagebuilder:CreateInfrastructureConfiguration",
        ],
    ),
    (
        "kinesisanalytics-start-application",
        &["iam:PassRole", "kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"],
    ),
    ("lambda-add-permission", &["iam:PassRole", "lambda:AddPermission", "lambda:CreateFunction"]),
    (
        "lambda-create-event-source-mapping",
        &["iam:PassRole", "lambda:CreateEventSourceMapping", "lambda:CreateFunction"],
    ),
    ("lambda-invoke-function", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    ("lambda-update-function-code?", &["lambda:AddPermission", "lambda:UpdateFunctionCode"]),
    ("lambda-update-function-code?", &["lambda:InvokeFunction", "lambda:UpdateFunctionCode"]),
    ("lambda-update-function-code?", &["lambda:UpdateFunctionCode"]),
    ("lambda-update-function-configuration?", &["lambda:UpdateFunctionConfiguration"]),
    ("omics-start-run", &["iam:PassRole", "omics:CreateWorkflow", "omics:StartRun", "s3:GetObject"]),
    ("sagemaker-create-notebook-instance", &["iam:PassRole", "sagemaker:CreateNotebookInstance"]),
    ("sagemaker-create-processing-job", &["iam:PassRole", "sagemaker:CreateProcessingJob"]),
    ("sagemaker-create-training-job", &["iam:PassRole", "sagemaker:CreateTrainingJob"]),
    (
        "sagemaker-change-lifecycle?",
        &[
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StartNotebookInstance",
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
        ],
    ),
    ("sagemaker-open-notebook?", &["sagemaker:CreatePresignedNotebookInstanceUrl"]),
    ("scheduler-create-schedule", &["iam:PassRole", "scheduler:CreateSchedule"]),
    (
        "ssm-start-automation-execution",
        &["iam:PassRole", "ssm:CreateDocument", "ssm:StartAutomationExecution"],
    ),
    ("ssm-send-command?", &["ssm:SendCommand"]),
    ("ssm-start-session?", &["ssm:StartSession"]),
    ("sso-attach-managed-policy?", &["sso:AttachManagedPolicyToPermissionSet"]),
    (
        "sso-attach-managed-policy?",
        &["sso:AttachManagedPolicyToPermissionSet", "sso:CreateAccountAssignment", "sso:CreatePermissionSet"],
    ),
    ("sso-put-inline-policy?", &["sso:PutInlinePolicyToPermissionSet"]),
    ("states-create-state-machine", &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"]),
    ("states-override-state-machine?", &["states:StartExecution", "states:UpdateStateMachine"]),
];

#[test]
fn every_published_combination_leads_to_an_administrator() {
    for (expected, actions) in PUBLISHED {
        let path = match proving_ground(actions).standing("user/caller") {
            Standing::CanBecome(path) => path,
            other => panic!("{actions:?}: {other:?}"),
        };
        let found = format!("{}{}", path.steps[0].method, if path.is_certain() { "" } else { "?" });
        assert_eq!(found, *expected, "{actions:?}: {path}");
        // With one of the actions less, or all of them denied, this way is closed.
        let is_as_published = path.steps[0].actions.len() == actions.len() && path.steps.len() == 1;
        for missing in actions.iter().filter(|_| is_as_published) {
            let fewer: Vec<&str> = actions.iter().copied().filter(|action| action != missing).collect();
            let still = proving_ground(&fewer).standing("user/caller");
            let still = if let Standing::CanBecome(path) = still { path.steps[0].method } else { "" };
            assert_ne!(still, expected.trim_end_matches('?'), "{actions:?} without {missing}");
        }
    }
}

#[test]
fn every_method_is_among_the_published_combinations_or_proved_here() {
    let published: Vec<&str> = PUBLISHED.iter().map(|(id, _)| id.trim_end_matches('?')).collect();
    let others: Vec<&str> = ALL.iter().map(|method| method.id).filter(|id| !published.contains(id)).collect();
    // `the_shortest_path_is_told`, `a_boundary_that_alone_holds_in_may_go` and `what_runs_may_get_another_role` have these.
    assert_eq!(
        others,
        [
            "assume-role",
            "put-user-permissions-boundary",
            "put-role-permissions-boundary",
            "states-update-state-machine",
        ]
    );
}

#[test]
fn a_boundary_that_alone_holds_in_may_go() {
    let check = |action: &str, caller: fn(&[Value]) -> Value, name: &str, expected: &str| {
        let own = bounded(caller(&[everything()]), "limits");
        let limits = managed("limits", &[&[allow(&[action], "*")]]);
        let is_role = name.starts_with("role/");
        let (users, roles) = if is_role { (Vec::new(), vec![own]) } else { (vec![own], Vec::new()) };
        let world = World { users, roles, policies: vec![limits], ..World::default() };
        assert_eq!(methods(&path(world.standing(name))), [expected], "{action} {name}");
    };
    let user = |statements: &[Value]| user("held", statements);
    let role = |statements: &[Value]| role("held", &json!({"Service": "ec2.amazonaws.com"}), statements);
    check("iam:DeleteUserPermissionsBoundary", user, "user/held", "delete-user-permissions-boundary");
    check("iam:PutUserPermissionsBoundary", user, "user/held", "put-user-permissions-boundary");
    check("iam:DeleteRolePermissionsBoundary", role, "role/held", "delete-role-permissions-boundary");
    check("iam:PutRolePermissionsBoundary", role, "role/held", "put-role-permissions-boundary");
}

#[test]
fn a_boundary_holds_in_by_what_it_takes_away() {
    let standing = |limits: &[Value], own: &[Value]| {
        let caller = bounded(user("caller", own), "limits");
        let policies = vec![managed("limits", &[limits])];
        World { users: vec![caller], policies, ..World::default() }.standing("user/caller")
    };
    let writes = allow(&["iam:PutUserPolicy"], "*");
    let own = std::slice::from_ref(&writes);
    assert_eq!(standing(own, own), Standing::Cannot);
    // A boundary that allows everything is none.
    assert_eq!(methods(&path(standing(&[everything()], own))), ["put-user-policy"]);
    let deny = json!({"Effect": "Deny", "Action": "organizations:*", "Resource": "*"});
    assert_eq!(standing(&[everything(), deny], own), Standing::Cannot);
}

#[test]
fn ec2_needs_an_instance_profile() {
    let standing = |actions: &[&str], profiles: Option<Value>| {
        let mut worker = role("worker", &json!({"Service": "ec2.amazonaws.com"}), &[everything()]);
        match profiles {
            Some(profiles) => worker["InstanceProfileList"] = profiles,
            None => drop(worker.as_object_mut().unwrap().remove("InstanceProfileList")),
        }
        let caller = user("caller", &[allow(actions, "*")]);
        World { users: vec![caller], roles: vec![worker], ..World::default() }.standing("user/caller")
    };
    let run = ["iam:PassRole", "ec2:RunInstances"];
    let making = [&run[..], &["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]].concat();
    assert_eq!(standing(&run, Some(json!([]))), Standing::Cannot);
    let two = path(standing(&making, Some(json!([]))));
    assert_eq!(methods(&two), ["add-role-to-instance-profile", "ec2-run-instances"]);
    assert!(two.is_certain(), "{two}");
    // Nothing can run under a role without one.
    assert_eq!(standing(&["ssm:SendCommand"], Some(json!([]))), Standing::Cannot);
    // Not seen is not none.
    assert!(matches!(standing(&run, None), Standing::Unknown(_)));
}

#[test]
fn a_role_is_run_only_by_a_service_that_may_assume_it() {
    let standing = |trust: Value| {
        let mut worker = role("worker", &json!({"Service": "lambda.amazonaws.com"}), &[everything()]);
        worker["AssumeRolePolicyDocument"] = document(&[trust]);
        let caller = user(
            "caller",
            &[allow(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*")],
        );
        World { users: vec![caller], roles: vec![worker], ..World::default() }.standing("user/caller")
    };
    let lambda = json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]});
    let trust = |effect: &str, principal: &Value, action: &str| json!({"Effect": effect, "Principal": principal, "Action": action});
    assert!(matches!(standing(trust("Allow", &lambda, "sts:*")), Standing::CanBecome(_)));
    assert_eq!(standing(trust("Allow", &lambda, "sts:TagSession")), Standing::Cannot);
    assert_eq!(standing(trust("Deny", &lambda, "sts:AssumeRole")), Standing::Cannot);
    assert_eq!(
        standing(trust("Allow", &json!({"Service": "lambda.amazonaws.com.evil.example"}), "sts:AssumeRole")),
        Standing::Cannot
    );
}

#[test]
fn what_runs_may_get_another_role() {
    let caller = user(
        "caller",
        &[allow(&["iam:PassRole", "states:UpdateStateMachine", "states:StartExecution"], "*")],
    );
    let worker = role("worker", &json!({"Service": "states.amazonaws.com"}), &[everything()]);
    let world = World { users: vec![caller], roles: vec![worker], ..World::default() };
    assert_eq!(methods(&path(world.standing("user/caller"))), ["states-update-state-machine"]);
}

#[test]
fn policies_of_somebody_else_count_where_the_caller_can_become_him() {
    let standing = |actions: &[&str], trusted: &Value, versions: &[&[Value]]| {
        let other = with_policy(role("other", trusted, &[]), "shared");
        let caller = user("caller", &[allow(actions, "*")]);
        let policies = vec![managed("shared", versions)];
        World { users: vec![caller], roles: vec![other], policies, ..World::default() }
            .standing("user/caller")
    };
    let read = allow(&["sqs:ListQueues"], "*");
    let small = std::slice::from_ref(&read);
    let (account, service) = (json!({"AWS": "111122223333"}), json!({"Service": "ec2.amazonaws.com"}));
    let two = path(standing(&["iam:CreatePolicyVersion", "sts:AssumeRole"], &account, &[small]));
    assert_eq!(methods(&two), ["create-policy-version", "assume-role"]);
    assert!(two.to_string().contains("rewrites the policy shared, which role other has"), "{two}");
    let two = path(standing(
        &["iam:SetDefaultPolicyVersion", "sts:AssumeRole"],
        &account,
        &[small, &[everything()]],
    ));
    assert_eq!(methods(&two), ["set-default-policy-version", "assume-role"]);
    assert_eq!(
        standing(&["iam:SetDefaultPolicyVersion", "sts:AssumeRole"], &account, &[small]),
        Standing::Cannot
    );
    assert_eq!(standing(&["iam:CreatePolicyVersion"], &account, &[small]), Standing::Cannot);
    assert_eq!(
        standing(&["iam:CreatePolicyVersion", "sts:AssumeRole"], &service, &[small]),
        Standing::Cannot
    );
}

#[test]
fn the_shortest_path_is_told() {
    // Two steps by way of a role, three by way of two users; and one of one step that comes later in the list of methods.
    let on = |actions: &[&str], resource: &str| allow(actions, &format!("{ACCOUNT}{resource}"));
    let users = || {
        vec![
            user("caller", &[on(&["iam:CreateAccessKey"], "user/far"), on(&["sts:AssumeRole"], "role/near")]),
            user("far", &[on(&["iam:CreateAccessKey"], "user/near")]),
            user("near", &[on(&["iam:CreateAccessKey"], "user/admin")]),
            user("admin", &[everything()]),
        ]
    };
    let near =
        role("near", &json!({"AWS": "111122223333"}), &[on(&["iam:UpdateLoginProfile"], "user/admin")]);
    let world = World { users: users(), roles: vec![near.clone()], ..World::default() };
    assert_eq!(methods(&path(world.standing("user/caller"))), ["assume-role", "update-login-profile"]);
    let world = World { users: users(), ..World::default() };
    assert_eq!(methods(&path(world.standing("user/caller"))), ["create-access-key"; 3]);
    // Two steps that the search sees in its first round are not shorter than one.
    let changes = [
        on(&["iam:PutRolePolicy", "sts:AssumeRole"], "role/near"),
        on(&["iam:PutGroupPolicy"], "group/team"),
    ];
    let mut caller = user("caller", &changes);
    caller["GroupList"] = json!(["team"]);
    let team = group("team", &[allow(&["sqs:ListQueues"], "*")]);
    let world = World { users: vec![caller], groups: vec![team], roles: vec![near], ..World::default() };
    assert_eq!(methods(&path(world.standing("user/caller"))), ["put-group-policy"]);
}

#[test]
fn nobody_changes_what_aws_protects() {
    let reserved = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef";
    let linked = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    for name in [reserved, linked] {
        let own = name.rsplit('/').next().unwrap();
        let mut protected = role(own, &json!({"Service": "config.amazonaws.com"}), &[everything()]);
        protected["Arn"] = json!(format!("{ACCOUNT}{name}"));
        protected["Path"] = json!(name.strip_prefix("role").unwrap().strip_suffix(own).unwrap());
        let actions =
            ["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole"];
        let caller = user("caller", &[allow(&actions, &format!("{ACCOUNT}{name}"))]);
        let world = World { users: vec![caller], roles: vec![protected], ..World::default() };
        assert_eq!(world.standing("user/caller"), Standing::Cannot, "{name}");
    }
}

#[test]
fn a_refused_statement_is_a_doubt() {
    // IAM refuses a statement with two opposite elements where it is written; what it does with one that is there nobody
    // says.
    let starts = json!({"Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*",
        "NotResource": "arn:aws:lambda:*:*:function:x"});
    let caller = user("caller", &[allow(&["iam:PassRole"], "*"), starts]);
    let worker = role("worker", &json!({"Service": "lambda.amazonaws.com"}), &[everything()]);
    let world = World { users: vec![caller], roles: vec![worker], ..World::default() };
    match world.standing("user/caller") {
        Standing::CanBecome(path) => assert!(!path.is_certain(), "{path}"),
        Standing::Unknown(_) => {}
        other => panic!("{other:?}"),
    }
}
