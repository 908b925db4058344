use std::sync::OnceLock;

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::permissions::{OnEverything, may_allow_everything};
use iam_policy::policy::{Policy, StatementRef};

use super::Ceiling;
use crate::evidence::{Grant, GrantedPolicy, Identity, Supplied};
use crate::fact::Source;
use crate::input::PolicyDocument;

/// Whether an identity may do everything in its account: every action that the catalogue knows, on every resource.
///
/// Policies of its own and of its groups count together, denials and the permissions boundary are taken off. Of the policies of
/// the organization counts what [`Ceiling`] says. Source: IAM User Guide, "Policy evaluation logic".
#[derive(Debug, Clone)]
pub enum Administrator<'a> {
    /// It may, whatever the circumstances, all that the organization leaves to the account; the statements that make it so.
    Certain(Vec<Deciding<'a>>),
    /// It may in some circumstances; the statements that make it so, and those whose conditions decide.
    Depends(Vec<Deciding<'a>>),
    /// It may not.
    No,
}

/// A statement that makes an identity an administrator, or decides when it is one.
#[derive(Debug, Clone)]
pub struct Deciding<'a> {
    /// Where the identity has it from.
    pub origin: Origin<'a>,
    /// The statement.
    pub statement: StatementRef<'a>,
    /// Where it stands. Of a policy of AWS that was not handed in: where it is named.
    pub source: Source,
}

/// Where an identity has a statement from.
#[derive(Debug, Clone)]
pub enum Origin<'a> {
    /// From a policy that it has.
    Grant(Grant<'a>),
    /// From its permissions boundary.
    Boundary,
}

impl<'a> Administrator<'a> {
    /// Decides for one identity, under what the organization leaves to its account.
    ///
    /// # Errors
    ///
    /// The gap, when a policy was not seen: it may allow as well as deny.
    pub fn of(identity: &Identity<'a>, ceiling: Ceiling, catalogue: &Catalogue) -> Supplied<Self> {
        if ceiling == Ceiling::Closed && !identity.is_service_linked() {
            return Ok(Self::No);
        }
        let grants = identity.grants();
        let held = grants.complete()?.iter().map(Held::of).collect::<Supplied<Vec<_>>>()?;
        if !may_allow_everything(held.iter().map(|held| held.policy)) {
            return Ok(Self::No);
        }
        let all = catalogue.all();
        let mut allowed = OnEverything::of(held.iter().map(|held| held.policy), catalogue);
        if !all.is_subset(&allowed.possible) {
            return Ok(Self::No);
        }
        let boundary = match identity.boundary_document()? {
            None => None,
            Some(document) => Some((document, document.policy()?)),
        };
        if let Some((_, policy)) = boundary {
            let bounded = OnEverything::of([policy], catalogue);
            allowed.possible.intersect_with(&bounded.possible);
            allowed.certain.intersect_with(&bounded.certain);
        }
        if !all.is_subset(&allowed.possible) {
            return Ok(Self::No);
        }
        let statements: Vec<Deciding<'a>> = held.iter().flat_map(Held::on_everything).collect();
        let (certain, possible) = statements
            .iter()
            .filter(|one| one.statement.statement.allows())
            .partition::<Vec<_>, _>(|one| !one.statement.statement.is_conditional());
        let is_open = ceiling == Ceiling::Open || identity.is_service_linked();
        if all.is_subset(&allowed.certain) && is_open {
            return Ok(Self::Certain(enough(&certain, &all, catalogue)));
        }
        let either: Vec<&Deciding<'a>> = certain.into_iter().chain(possible).collect();
        let mut deciding = enough(&either, &all, catalogue);
        let denials = statements.iter().filter(|one| !one.statement.statement.allows());
        deciding.extend(denials.filter(|one| one.statement.statement.is_conditional()).cloned());
        if let Some((document, policy)) = boundary {
            let on_everything = on_everything(policy).filter(|cited| cited.statement.is_conditional());
            deciding.extend(on_everything.map(|statement| Deciding {
                origin: Origin::Boundary,
                statement,
                source: document.part(statement.statement.at),
            }));
        }
        Ok(Self::Depends(deciding))
    }
}

/// A policy that an identity has, ready to be asked.
struct Held<'g, 'a> {
    grant: &'g Grant<'a>,
    policy: &'a Policy,
    /// The text, if it was handed in.
    document: Option<&'a PolicyDocument>,
    named: Source,
}

impl<'g, 'a> Held<'g, 'a> {
    fn of(grant: &'g Grant<'a>) -> Supplied<Self> {
        let named = match &grant.policy {
            GrantedPolicy::Inline(policy) => policy.source,
            GrantedPolicy::Managed { attached, .. } => attached.source,
        };
        let gap = match grant.document() {
            Ok(document) => {
                return Ok(Self { grant, policy: document.policy()?, document: Some(document), named });
            }
            Err(gap) => gap,
        };
        // A --filter may leave out the policies of AWS. What this one says is known.
        let known = match &grant.policy {
            GrantedPolicy::Managed { attached, .. } if attached.is_of_aws("AdministratorAccess") => {
                administrator_access()
            }
            _ => None,
        };
        known.map(|policy| Self { grant, policy, document: None, named }).ok_or(gap)
    }

    fn on_everything(&self) -> impl Iterator<Item = Deciding<'a>> {
        on_everything(self.policy).map(|statement| Deciding {
            origin: Origin::Grant(self.grant.clone()),
            statement,
            source: self.document.map_or(self.named, |document| document.part(statement.statement.at)),
        })
    }
}

/// What the policy of AWS of this name says. Source: AWS Managed Policy Reference, `AdministratorAccess`.
fn administrator_access() -> Option<&'static Policy> {
    static POLICY: OnceLock<Option<Policy>> = OnceLock::new();
    let compile = || {
        let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let document = Document::parse(text).ok()?;
        Some(Policy::compile("AdministratorAccess", PolicyKind::Identity, &document))
    };
    POLICY.get_or_init(compile).as_ref()
}

fn on_everything(policy: &Policy) -> impl Iterator<Item = StatementRef<'_>> {
    policy.statements().filter(|cited| cited.statement.is_on_everything())
}

/// Of statements that allow everything together, the first that does it alone; else all of them.
fn enough<'a>(allows: &[&Deciding<'a>], all: &ActionSet, catalogue: &Catalogue) -> Vec<Deciding<'a>> {
    let alone = allows.iter().find(|one| all.is_subset(&one.statement.statement.actions.known(catalogue)));
    match alone {
        Some(one) => vec![(*one).clone()],
        None => allows.iter().map(|one| (*one).clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Given, assemble};
    use crate::input::InputFile;

    const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    const ALL_BY_MFA: &str = r#"{"Sid": "Mfa", "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#;
    const MOST: &str = r#"{"Sid": "Most", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#;
    const IAM: &str = r#"{"Sid": "Iam", "Effect": "Allow", "Action": "IAM:*", "Resource": "*"}"#;
    const NO_IAM: &str = r#"{"Sid": "NoIam", "Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#;
    const NO_IAM_BY_NIGHT: &str = r#"{"Sid": "Night", "Effect": "Deny", "Action": "iam:*", "Resource": "*",
        "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}"#;
    const NO_LOGS: &str = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/*"}"#;

    /// A user with an inline policy and a managed one, in a group with an inline policy, under a boundary. Empty texts leave
    /// these out.
    #[derive(Default)]
    struct Case<'t> {
        own: &'t str,
        group: &'t str,
        boundary: &'t str,
        attached: &'t str,
    }

    fn told(case: &Case<'_>) -> String {
        let document =
            |statements: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let inline = |name: &str, statements: &str| match statements {
            "" => String::new(),
            some => format!(r#"{{"PolicyName": "{name}", "PolicyDocument": {}}}"#, document(some)),
        };
        let boundary_arn = "arn:aws:iam::111122223333:policy/limit";
        let (boundary, policies) = match case.boundary {
            "" => (String::new(), String::new()),
            "unseen" => (
                format!(r#", "PermissionsBoundary": {{"PermissionsBoundaryArn": "{boundary_arn}"}}"#),
                String::new(),
            ),
            some => (
                format!(r#", "PermissionsBoundary": {{"PermissionsBoundaryArn": "{boundary_arn}"}}"#),
                format!(
                    r#"{{"PolicyName": "limit", "Arn": "{boundary_arn}", "DefaultVersionId": "v1", "AttachmentCount": 0,
                        "PolicyVersionList": [{{"VersionId": "v1", "IsDefaultVersion": true, "Document": {}}}]}}"#,
                    document(some)
                ),
            ),
        };
        let attached = match case.attached {
            "" => String::new(),
            arn => format!(r#"{{"PolicyArn": "{arn}"}}"#),
        };
        let user = format!(
            r#"{{"UserName": "ada", "Arn": "arn:aws:iam::111122223333:user/ada", "GroupList": ["team"],
                "UserPolicyList": [{}], "AttachedManagedPolicies": [{attached}]{boundary}}}"#,
            inline("own", case.own)
        );
        let group = format!(
            r#"{{"GroupName": "team", "Arn": "arn:aws:iam::111122223333:group/team", "AttachedManagedPolicies": [],
                "GroupPolicyList": [{}]}}"#,
            inline("shared", case.group)
        );
        let page = format!(
            r#"{{"UserDetailList": [{user}], "GroupDetailList": [{group}], "RoleDetailList": [], "Policies": [{policies}]}}"#
        );
        let file = InputFile { path: "details.json".to_owned(), bytes: page.into_bytes() };
        let evidence = assemble(vec![(file, Given::ByName)]);
        let user = evidence.accounts[0].identities().unwrap().users().next().unwrap();
        let by = |deciding: Vec<Deciding<'_>>| {
            let one = |one: &Deciding<'_>| match &one.origin {
                Origin::Grant(grant) => {
                    format!("{}/{}", grant.name(), one.statement.statement.sid.as_deref().unwrap_or("-"))
                }
                Origin::Boundary => "boundary".to_owned(),
            };
            deciding.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        match Administrator::of(&Identity::User(user), Ceiling::Open, Catalogue::embedded()) {
            Ok(Administrator::Certain(deciding)) => format!("certain {}", by(deciding)),
            Ok(Administrator::Depends(deciding)) => format!("depends {}", by(deciding)),
            Ok(Administrator::No) => "no".to_owned(),
            Err(_) => "gap".to_owned(),
        }
    }

    #[test]
    fn all_policies_count_together() {
        let check = |own: &str, group: &str, boundary: &str, expected: &str| {
            let case = Case { own, group, boundary, attached: "" };
            assert_eq!(told(&case), expected, "{own} | {group} | {boundary}");
        };
        check("", "", "", "no");
        check(ALL, "", "", "certain own/-");
        check("", ALL, "", "certain shared/-");
        check(MOST, "", "", "no");
        check(MOST, IAM, "", "certain own/Most shared/Iam");
        check(&[ALL_BY_MFA, ALL].join(", "), "", "", "certain own/-");
        check(ALL, NO_LOGS, "", "certain own/-");
        check(ALL, NO_IAM, "", "no");
        check(ALL, NO_IAM_BY_NIGHT, "", "depends own/- shared/Night");
        check(ALL_BY_MFA, "", "", "depends own/Mfa");
        check(&[ALL_BY_MFA, MOST, IAM].join(", "), "", "", "certain own/Most own/Iam");
    }

    #[test]
    fn a_boundary_takes_away() {
        let check = |boundary: &str, expected: &str| {
            assert_eq!(told(&Case { own: ALL, boundary, ..Case::default() }), expected, "{boundary}");
        };
        check(ALL, "certain own/-");
        check(MOST, "no");
        check(&[ALL, NO_IAM].join(", "), "no");
        check(ALL_BY_MFA, "depends own/- boundary");
        check("unseen", "gap");
        assert_eq!(told(&Case { own: MOST, boundary: "unseen", ..Case::default() }), "no");
    }

    #[test]
    fn what_was_not_seen_is_unknown_but_for_the_policy_that_everybody_knows() {
        let check = |attached: &str, expected: &str| {
            assert_eq!(told(&Case { attached, ..Case::default() }), expected, "{attached}");
        };
        check("arn:aws:iam::aws:policy/AdministratorAccess", "certain AdministratorAccess/-");
        check("arn:aws-cn:iam::aws:policy/AdministratorAccess", "certain AdministratorAccess/-");
        check("arn:aws:iam::111122223333:policy/AdministratorAccess", "gap");
        check("arn:aws:iam::aws:policy/AdministratorAccess-Amplify", "gap");
        let both = Case { own: ALL, attached: "arn:aws:iam::aws:policy/AWSDenyAll", ..Case::default() };
        assert_eq!(told(&both), "gap");
    }
}
