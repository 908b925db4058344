#![doc = include_str!("iam_resource_untagged.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, SubjectKind,
    Verdict, When,
};
use crate::evidence::Identity;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("iam-resource-untagged"),
    since: "0.1.0",
    title: "User or role without tags",
    severity: Severity::Low,
    severity_reason: "nobody knows whom to ask about it",
    enabled: false,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&REQUIRED_TAGS],
    mappings: Mappings { security_hub: &["IAM.24", "IAM.25"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Policies may ask for tags: a new tag can give rights to the one who has it, or take some away.",
        steps: &[
            Step::run_when(
                When::Of(SubjectKind::User),
                "Add the tag. This can be undone with `aws iam untag-user`.",
                "aws iam tag-user --user-name {user} --tags Key=KEY,Value=VALUE",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "Add the tag. This can be undone with `aws iam untag-role`.",
                "aws iam tag-role --role-name {role} --tags Key=KEY,Value=VALUE",
            ),
        ],
        console: "IAM > Users or Roles > {name} > Tags > Manage tags",
    },
    page: include_str!("iam_resource_untagged.md"),
    judge: Judge::Identity(judge),
};

static REQUIRED_TAGS: Param<Patterns> = Param::new(
    "required-tags",
    Patterns::default,
    (0, 0),
    "keys of tags, with `*` for any text and `?` for one character; each has to be there. Without any, one tag of any key has to be",
);

fn judge(identity: &Identity<'_>, cx: &Context<'_>) -> Judged {
    let noun = match identity {
        Identity::Group(_) => return Ok(Verdict::not_applicable("groups cannot have tags")),
        Identity::Role(role) if role.detail.is_of_identity_center() => {
            return Ok(Verdict::not_applicable("IAM Identity Center alone changes the role"));
        }
        Identity::User(_) => "user",
        Identity::Role(_) => "role",
    };
    let Some(fact) = identity.tags() else {
        return Ok(Verdict::not_applicable("groups cannot have tags"));
    };
    let keys: Vec<&str> = fact.seen()?.iter().map(|tag| &*tag.key).filter(|key| !is_of_aws(key)).collect();
    let required = cx.get(&REQUIRED_TAGS);
    let fail = |what: String| {
        cx.fail(format!("{noun} {} has {what}", identity.name())).because(fact).at(identity.source()).judged()
    };
    if required.0.is_empty() {
        return if keys.is_empty() { fail("no tag".to_owned()) } else { Ok(Verdict::PASS) };
    }
    let is_missing =
        |pattern: &&String| !keys.iter().any(|key| Patterns(vec![(*pattern).clone()]).matches(key));
    let missing: Vec<&str> = required.0.iter().filter(is_missing).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(Verdict::PASS);
    }
    fail(format!("no tag {}", missing.join(", ")))
}

/// Tags of AWS's own, which nobody else can set. Source: IAM User Guide, "Tag naming".
fn is_of_aws(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}
