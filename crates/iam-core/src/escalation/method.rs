//! The published ways in which permissions give more permissions.
//!
//! Sources: Rhino Security Labs, "AWS IAM Privilege Escalation Methods"; Bishop Fox, "IAM Vulnerable"; the path library of
//! `pathfinding.cloud`; `BeyondTrust`, on Bedrock `AgentCore`. A method of which a smaller one is a part is left out. Besides, a
//! permissions boundary is no less gone where it is changed for another (IAM User Guide, "Permissions boundaries for IAM entities").

use std::collections::BTreeSet;
use std::sync::OnceLock;

use iam_policy::pattern::ActionPattern;
use iam_policy::policy::Policy;

/// A set of actions that together make a caller more than it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The name, in kebab case. It is stable.
    pub id: &'static str,
    /// What the caller does, to stand behind its name: "makes an access key for".
    pub does: &'static str,
    /// The actions, all of which are needed. The first is the one that [`Method::gain`] is about.
    pub actions: &'static [&'static str],
    /// What it gives.
    pub gain: Gain,
}

/// What a method gives, and on which resource its first action has to be allowed for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    /// Everything that a user may do. On the user.
    User,
    /// Everything that a role may do. On the role.
    Role,
    /// Everything that a role may do whose trust policy allows the caller. On the role.
    TrustingRole,
    /// Everything that a group may do. On the group.
    Group,
    /// What a user's policies give beyond its permissions boundary. On the user.
    UnboundedUser,
    /// What a role's policies give beyond its permissions boundary. On the role.
    UnboundedRole,
    /// Policies of any content, for the user itself. On the user.
    PoliciesOfUser,
    /// Policies of any content, for a group that the caller is in. On the group.
    PoliciesOfGroup,
    /// Policies of any content, for the role itself. On the role.
    PoliciesOfRole,
    /// Any content of a customer managed policy that somebody has. On the policy.
    ContentOfPolicy,
    /// An older or newer version of a customer managed policy that somebody has. On the policy.
    VersionOfPolicy,
    /// Everything that a role may do which can be passed to this service and trusts it. The first action is
    /// `iam:PassRole`, on the role.
    PassedRole(&'static str),
    /// Everything that the role may do under which a resource of this service runs already. On the resource, of which these
    /// artefacts do not tell.
    RunningRole(&'static str),
    /// Permission sets of IAM Identity Center, of which these artefacts do not tell.
    PermissionSet,
}

/// Every method.
pub const ALL: &[Method] = &[
    one("create-access-key", "makes an access key for", &["iam:CreateAccessKey"], Gain::User),
    one("create-login-profile", "makes a console password for", &["iam:CreateLoginProfile"], Gain::User),
    one("update-login-profile", "changes the console password of", &["iam:UpdateLoginProfile"], Gain::User),
    one("assume-role", "assumes", &["sts:AssumeRole"], Gain::TrustingRole),
    one(
        "update-assume-role-policy",
        "rewrites the trust policy of",
        &["iam:UpdateAssumeRolePolicy"],
        Gain::Role,
    ),
    one(
        "delete-user-permissions-boundary",
        "removes the permissions boundary of",
        &["iam:DeleteUserPermissionsBoundary"],
        Gain::UnboundedUser,
    ),
    one(
        "put-user-permissions-boundary",
        "changes the permissions boundary of",
        &["iam:PutUserPermissionsBoundary"],
        Gain::UnboundedUser,
    ),
    one(
        "delete-role-permissions-boundary",
        "removes the permissions boundary of",
        &["iam:DeleteRolePermissionsBoundary"],
        Gain::UnboundedRole,
    ),
    one(
        "put-role-permissions-boundary",
        "changes the permissions boundary of",
        &["iam:PutRolePermissionsBoundary"],
        Gain::UnboundedRole,
    ),
    one("add-user-to-group", "adds itself to", &["iam:AddUserToGroup"], Gain::Group),
    one("attach-user-policy", "attaches any policy to", &["iam:AttachUserPolicy"], Gain::PoliciesOfUser),
    one("put-user-policy", "writes any inline policy for", &["iam:PutUserPolicy"], Gain::PoliciesOfUser),
    one("attach-group-policy", "attaches any policy to", &["iam:AttachGroupPolicy"], Gain::PoliciesOfGroup),
    one("put-group-policy", "writes any inline policy for", &["iam:PutGroupPolicy"], Gain::PoliciesOfGroup),
    one("attach-role-policy", "attaches any policy to", &["iam:AttachRolePolicy"], Gain::PoliciesOfRole),
    one("put-role-policy", "writes any inline policy for", &["iam:PutRolePolicy"], Gain::PoliciesOfRole),
    one("create-policy-version", "rewrites the policy", &["iam:CreatePolicyVersion"], Gain::ContentOfPolicy),
    one(
        "set-default-policy-version",
        "changes the version that counts of the policy",
        &["iam:SetDefaultPolicyVersion"],
        Gain::VersionOfPolicy,
    ),
    passed(
        "apprunner-create-service",
        "tasks.apprunner.amazonaws.com",
        &["iam:PassRole", "apprunner:CreateService"],
    ),
    passed(
        "autoscaling-create-group",
        "ec2.amazonaws.com",
        &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
    ),
    passed(
        "autoscaling-update-group",
        "ec2.amazonaws.com",
        &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"],
    ),
    passed(
        "batch-register-job-definition",
        "ecs-tasks.amazonaws.com",
        &["iam:PassRole", "batch:RegisterJobDefinition", "batch:SubmitJob"],
    ),
    passed(
        "bedrock-agentcore-create-browser",
        "bedrock-agentcore.amazonaws.com",
        &[
            "iam:PassRole",
            "bedrock-agentcore:CreateBrowser",
            "bedrock-agentcore:StartBrowserSession",
            "bedrock-agentcore:ConnectBrowserAutomationStream",
        ],
    ),
    passed(
        "bedrock-agentcore-create-runtime",
        "bedrock-agentcore.amazonaws.com",
        &[
            "iam:PassRole",
            "bedrock-agentcore:CreateAgentRuntime",
            "bedrock-agentcore:CreateAgentRuntimeEndpoint",
            "bedrock-agentcore:CreateWorkloadIdentity",
            "bedrock-agentcore:InvokeAgentRuntimeCommand",
        ],
    ),
    passed(
        "bedrock-agentcore-create-code-interpreter",
        "bedrock-agentcore.amazonaws.com",
        &[
            "iam:PassRole",
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
    ),
    passed("braket-create-job", "braket.amazonaws.com", &["iam:PassRole", "braket:CreateJob"]),
    passed(
        "cloudformation-create-stack",
        "cloudformation.amazonaws.com",
        &["iam:PassRole", "cloudformation:CreateStack"],
    ),
    passed(
        "cloudformation-create-stack-set",
        "cloudformation.amazonaws.com",
        &["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
    ),
    passed(
        "cloudformation-update-stack-set",
        "cloudformation.amazonaws.com",
        &["iam:PassRole", "cloudformation:UpdateStackSet"],
    ),
    passed(
        "codebuild-start-build",
        "codebuild.amazonaws.com",
        &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"],
    ),
    passed(
        "codebuild-start-build-batch",
        "codebuild.amazonaws.com",
        &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuildBatch"],
    ),
    passed("codestar-create-project", "codestar.amazonaws.com", &["iam:PassRole", "codestar:CreateProject"]),
    passed(
        "cognito-set-identity-pool-roles",
        "cognito-identity.amazonaws.com",
        &["iam:PassRole", "cognito-identity:SetIdentityPoolRoles"],
    ),
    passed(
        "datapipeline-create-pipeline",
        "datapipeline.amazonaws.com",
        &[
            "iam:PassRole",
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
    ),
    passed("ec2-run-instances", "ec2.amazonaws.com", &["iam:PassRole", "ec2:RunInstances"]),
    passed("ec2-request-spot-instances", "ec2.amazonaws.com", &["iam:PassRole", "ec2:RequestSpotInstances"]),
    passed(
        "ecs-create-service",
        "ecs-tasks.amazonaws.com",
        &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:CreateService"],
    ),
    passed("ecs-run-task", "ecs-tasks.amazonaws.com", &["iam:PassRole", "ecs:RunTask"]),
    passed("ecs-start-task", "ecs-tasks.amazonaws.com", &["iam:PassRole", "ecs:StartTask"]),
    passed("emr-run-job-flow", "ec2.amazonaws.com", &["iam:PassRole", "elasticmapreduce:RunJobFlow"]),
    passed(
        "emr-serverless-start-job-run",
        "emr-serverless.amazonaws.com",
        &["iam:PassRole", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"],
    ),
    passed(
        "gamelift-create-fleet",
        "gamelift.amazonaws.com",
        &[
            "iam:PassRole",
            "gamelift:CreateBuild",
            "gamelift:RequestUploadCredentials",
            "gamelift:CreateFleet",
        ],
    ),
    passed("glue-create-dev-endpoint", "glue.amazonaws.com", &["iam:PassRole", "glue:CreateDevEndpoint"]),
    passed(
        "glue-create-job-trigger",
        "glue.amazonaws.com",
        &["iam:PassRole", "glue:CreateJob", "glue:CreateTrigger"],
    ),
    passed(
        "glue-create-job-run",
        "glue.amazonaws.com",
        &["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"],
    ),
    passed(
        "glue-create-session",
        "glue.amazonaws.com",
        &["iam:PassRole", "glue:CreateSession", "glue:RunStatement"],
    ),
    passed(
        "glue-update-job-trigger",
        "glue.amazonaws.com",
        &["iam:PassRole", "glue:UpdateJob", "glue:CreateTrigger"],
    ),
    passed(
        "glue-update-job-run",
        "glue.amazonaws.com",
        &["iam:PassRole", "glue:UpdateJob", "glue:StartJobRun"],
    ),
    passed(
        "imagebuilder-create-image",
        "ec2.amazonaws.com",
        &[
            "iam:PassRole",
            "imagebuilder:CreateComponent",
            "imagebuilder:CreateImageRecipe",
            "imagebuilder:CreateInfrastructureConfiguration",
            "imagebuilder:CreateImage",
        ],
    ),
    passed(
        "kinesisanalytics-start-application",
        "kinesisanalytics.amazonaws.com",
        &["iam:PassRole", "kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"],
    ),
    passed(
        "lambda-add-permission",
        "lambda.amazonaws.com",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"],
    ),
    passed(
        "lambda-create-event-source-mapping",
        "lambda.amazonaws.com",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ),
    passed(
        "lambda-invoke-function",
        "lambda.amazonaws.com",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
    ),
    passed(
        "omics-start-run",
        "omics.amazonaws.com",
        &["iam:PassRole", "omics:CreateWorkflow", "omics:StartRun", "s3:GetObject"],
    ),
    passed(
        "sagemaker-create-notebook-instance",
        "sagemaker.amazonaws.com",
        &["iam:PassRole", "sagemaker:CreateNotebookInstance"],
    ),
    passed(
        "sagemaker-create-processing-job",
        "sagemaker.amazonaws.com",
        &["iam:PassRole", "sagemaker:CreateProcessingJob"],
    ),
    passed(
        "sagemaker-create-training-job",
        "sagemaker.amazonaws.com",
        &["iam:PassRole", "sagemaker:CreateTrainingJob"],
    ),
    passed(
        "scheduler-create-schedule",
        "scheduler.amazonaws.com",
        &["iam:PassRole", "scheduler:CreateSchedule"],
    ),
    passed(
        "ssm-start-automation-execution",
        "ssm.amazonaws.com",
        &["iam:PassRole", "ssm:CreateDocument", "ssm:StartAutomationExecution"],
    ),
    passed(
        "states-create-state-machine",
        "states.amazonaws.com",
        &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"],
    ),
    passed(
        "states-update-state-machine",
        "states.amazonaws.com",
        &["iam:PassRole", "states:UpdateStateMachine", "states:StartExecution"],
    ),
    running("apprunner-update-service", "tasks.apprunner.amazonaws.com", &["apprunner:UpdateService"]),
    running("batch-submit-job", "ecs-tasks.amazonaws.com", &["batch:SubmitJob"]),
    running(
        "bedrock-agentcore-connect-browser",
        "bedrock-agentcore.amazonaws.com",
        &["bedrock-agentcore:ConnectBrowserAutomationStream", "bedrock-agentcore:StartBrowserSession"],
    ),
    running(
        "bedrock-agentcore-invoke-runtime",
        "bedrock-agentcore.amazonaws.com",
        &["bedrock-agentcore:InvokeAgentRuntimeCommand"],
    ),
    running(
        "bedrock-agentcore-invoke-code-interpreter",
        "bedrock-agentcore.amazonaws.com",
        &["bedrock-agentcore:InvokeCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession"],
    ),
    running(
        "cloudformation-execute-change-set",
        "cloudformation.amazonaws.com",
        &["cloudformation:ExecuteChangeSet", "cloudformation:CreateChangeSet"],
    ),
    running("cloudformation-update-stack", "cloudformation.amazonaws.com", &["cloudformation:UpdateStack"]),
    running("codebuild-override-build", "codebuild.amazonaws.com", &["codebuild:StartBuild"]),
    running("codebuild-override-build-batch", "codebuild.amazonaws.com", &["codebuild:StartBuildBatch"]),
    running(
        "codedeploy-create-deployment",
        "ec2.amazonaws.com",
        &[
            "codedeploy:CreateDeployment",
            "codedeploy:GetDeploymentConfig",
            "codedeploy:RegisterApplicationRevision",
        ],
    ),
    running(
        "ec2-modify-launch-template",
        "ec2.amazonaws.com",
        &["ec2:ModifyLaunchTemplate", "ec2:CreateLaunchTemplateVersion"],
    ),
    running(
        "ec2-modify-user-data",
        "ec2.amazonaws.com",
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
    ),
    running(
        "ec2-instance-connect",
        "ec2.amazonaws.com",
        &["ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances"],
    ),
    running("ecs-execute-command", "ecs-tasks.amazonaws.com", &["ecs:ExecuteCommand", "ecs:DescribeTasks"]),
    running("glue-update-dev-endpoint", "glue.amazonaws.com", &["glue:UpdateDevEndpoint"]),
    running("lambda-update-function-code", "lambda.amazonaws.com", &["lambda:UpdateFunctionCode"]),
    running(
        "lambda-update-function-configuration",
        "lambda.amazonaws.com",
        &["lambda:UpdateFunctionConfiguration"],
    ),
    running(
        "sagemaker-change-lifecycle",
        "sagemaker.amazonaws.com",
        &[
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ],
    ),
    running(
        "sagemaker-open-notebook",
        "sagemaker.amazonaws.com",
        &["sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    running(
        "states-override-state-machine",
        "states.amazonaws.com",
        &["states:UpdateStateMachine", "states:StartExecution"],
    ),
    running("ssm-send-command", "ec2.amazonaws.com", &["ssm:SendCommand"]),
    running("ssm-start-session", "ec2.amazonaws.com", &["ssm:StartSession"]),
    one(
        "sso-attach-managed-policy",
        "attaches any policy to a permission set of",
        &["sso:AttachManagedPolicyToPermissionSet"],
        Gain::PermissionSet,
    ),
    one(
        "sso-put-inline-policy",
        "writes any inline policy for a permission set of",
        &["sso:PutInlinePolicyToPermissionSet"],
        Gain::PermissionSet,
    ),
];

/// EC2 runs under a role by way of an instance profile. Where a role has none, this comes first.
///
/// Source: IAM User Guide, "Use instance profiles".
pub(super) const INSTANCE_PROFILE: Method = one(
    "add-role-to-instance-profile",
    "makes an instance profile with",
    &["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile"],
    Gain::Role,
);

const fn one(id: &'static str, does: &'static str, actions: &'static [&'static str], gain: Gain) -> Method {
    Method { id, does, actions, gain }
}

const fn passed(id: &'static str, service: &'static str, actions: &'static [&'static str]) -> Method {
    Method { id, does: "starts something of its own under", actions, gain: Gain::PassedRole(service) }
}

const fn running(id: &'static str, service: &'static str, actions: &'static [&'static str]) -> Method {
    Method { id, does: "takes over something that runs under", actions, gain: Gain::RunningRole(service) }
}

impl Gain {
    /// Whether the method makes an administrator of somebody, rather than lead to one.
    pub(super) fn makes_administrator(self) -> bool {
        match self {
            Self::User
            | Self::Role
            | Self::TrustingRole
            | Self::Group
            | Self::PassedRole(_)
            | Self::RunningRole(_) => false,
            Self::UnboundedUser
            | Self::UnboundedRole
            | Self::PoliciesOfUser
            | Self::PoliciesOfGroup
            | Self::PoliciesOfRole
            | Self::ContentOfPolicy
            | Self::VersionOfPolicy
            | Self::PermissionSet => true,
        }
    }

    /// Whether the method alone makes the caller act as the user or role that it is used on.
    pub(super) fn is_to_become(self) -> bool {
        matches!(self, Self::User | Self::Role | Self::TrustingRole)
    }
}

/// A set of the actions that methods take, as the bits of their places in [`watched`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Watched(u128);

/// The actions that methods take, each once, in order. A test proves that there are no more than a set has bits.
pub(super) fn watched() -> &'static [(&'static str, &'static str)] {
    static WATCHED: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    WATCHED.get_or_init(|| {
        let actions = ALL.iter().flat_map(|method| method.actions);
        let all: BTreeSet<(&str, &str)> = actions.filter_map(|action| action.split_once(':')).collect();
        all.into_iter().collect()
    })
}

impl Watched {
    pub(super) const NONE: Self = Self(0);

    /// The actions that some statement of a policy allows on some resource, under some condition.
    pub(super) fn allowed_by(policy: &Policy) -> Self {
        let allows = policy.statements().map(|cited| cited.statement).filter(|statement| statement.allows());
        allows.fold(Self::NONE, |all, statement| {
            let positive =
                statement.actions.values.iter().map(Self::matched_by).fold(Self::NONE, Self::union);
            all.union(if statement.actions.negated { Self::everything().without(positive) } else { positive })
        })
    }

    /// The actions that a pattern matches. Services are compared once each.
    fn matched_by(pattern: &ActionPattern) -> Self {
        let (service, name) = match pattern {
            ActionPattern::Every => return Self::everything(),
            ActionPattern::Nothing => return Self::NONE,
            ActionPattern::Named { service, name } => (service, name),
        };
        let mut set = Self::NONE;
        let mut last = ("", false);
        for (place, (of, action)) in watched().iter().enumerate() {
            if last.0 != *of {
                last = (of, service.matches(of));
            }
            if last.1 && name.matches(action) {
                set.0 |= 1 << place;
            }
        }
        set
    }

    /// The actions of a method.
    pub(super) fn of(method: &Method) -> Self {
        let places = method.actions.iter().filter_map(|action| {
            let action = action.split_once(':')?;
            watched().binary_search(&action).ok()
        });
        Self(places.fold(0, |set, place| set | 1 << place))
    }

    fn everything() -> Self {
        Self((0..watched().len()).fold(0, |set, place| set | 1 << place))
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    pub(super) fn is_all(self) -> bool {
        self == Self::everything()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::catalogue::Catalogue;
    use iam_policy::document::{Document, PolicyKind};

    #[test]
    fn a_set_has_a_bit_for_each_action() {
        assert!(watched().len() <= 128, "{}", watched().len());
        assert!(ALL.iter().all(|method| Watched::of(method) != Watched::NONE));
    }

    #[test]
    fn ids_are_unique_and_passing_comes_first() {
        let ids: BTreeSet<&str> = ALL.iter().map(|method| method.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for method in ALL {
            let passes = matches!(method.gain, Gain::PassedRole(_));
            assert_eq!(method.actions.first() == Some(&"iam:PassRole"), passes, "{}", method.id);
        }
    }

    #[test]
    fn the_catalogue_knows_the_actions() {
        let unknown: Vec<&str> = ALL
            .iter()
            .flat_map(|method| method.actions)
            .copied()
            .filter(|action| Catalogue::embedded().find(action).known().is_none())
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn what_a_policy_allows_somewhere() {
        let allowed = |statement: &str| {
            let text = format!(r#"{{"Statement": [{statement}]}}"#);
            Watched::allowed_by(&Policy::compile("p", PolicyKind::Identity, &Document::parse(&text).unwrap()))
        };
        let by_id = |id: &str| Watched::of(ALL.iter().find(|method| method.id == id).unwrap());
        let some = allowed(
            r#"{"Effect": "Allow", "Action": ["IAM:create*", "sts:*"], "Resource": "arn:aws:iam::*:user/a"}"#,
        );
        assert!(some.includes(by_id("create-access-key")) && some.includes(by_id("assume-role")));
        assert!(!some.includes(by_id("update-login-profile")));
        assert_eq!(allowed(r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#), Watched::NONE);
        assert!(allowed(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#).is_all());
        let most = allowed(r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#);
        assert!(!most.is_all() && most.includes(by_id("assume-role")));
    }
}
