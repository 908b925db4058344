#![doc = include_str!("user_without_group.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::DetailedUser;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("user-without-group"),
    since: "0.1.0",
    title: "User who is in no group",
    severity: Severity::Low,
    severity_reason: "a leftover, or rights given apart from everybody else",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&REQUIRED_GROUPS],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks by adding: the user gets what the group has. Look at what that is first.",
        steps: &[
            Step::run("See which groups there are.", "aws iam list-groups"),
            Step::run(
                "Put the user into the group of its job. This can be undone with `aws iam remove-user-from-group`.",
                "aws iam add-user-to-group --user-name {user} --group-name GROUP_NAME",
            ),
        ],
        console: "IAM > Users > {user} > Groups > Add user to groups",
    },
    page: include_str!("user_without_group.md"),
    judge: Judge::DetailedUser(judge),
};

static REQUIRED_GROUPS: Param<Patterns> = Param::new(
    "required-groups",
    Patterns::default,
    (0, 0),
    "names of groups, with `*` for any text and `?` for one character; each user has to be in a group that matches one of them",
);

fn judge(user: &DetailedUser<'_>, cx: &Context<'_>) -> Judged {
    let required = cx.get(&REQUIRED_GROUPS);
    let name = &user.detail.name;
    let groups = user.detail.groups.seen()?;
    if groups.is_empty() {
        return cx.fail(format!("user {name} is in no group")).because(&user.detail.groups).judged();
    }
    if required.0.is_empty() || groups.iter().any(|group| required.matches(group)) {
        return Ok(Verdict::PASS);
    }
    cx.fail(format!("user {name} is in none of the groups {}", required.0.join(", ")))
        .because(&user.detail.groups)
        .judged()
}
