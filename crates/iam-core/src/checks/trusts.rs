//! Whom trust policies let in, and what they require of them.

use std::collections::BTreeSet;

use iam_policy::arn::{AccountId, Arn};
use iam_policy::condition::{BoolValue, Comparison, Family, Quantifier, Test, Values};
use iam_policy::glob::{Glob, Token};
use iam_policy::pattern::{ActionPattern, ArnPattern, PrincipalPattern};
use iam_policy::policy::{Patterns, Policy, Statement, StatementRef};

use crate::check::Step;
use crate::evidence::{Role, Supplied};
use crate::input::PolicyDocument;

/// Steps of every remedy that ends with another trust policy.
pub(super) const SAVE_TRUST: Step = Step::run(
    "Keep a copy of the trust policy: `AssumeRolePolicyDocument` of what this prints.",
    "aws iam get-role --role-name {role}",
);

/// The last of those steps.
pub(super) const PUT_TRUST: Step = Step::run(
    "Put the narrower trust policy into trust.json and use it. This can be undone with the copy.",
    "aws iam update-assume-role-policy --role-name {role} --policy-document file://trust.json",
);

/// The calls that assume roles. Source: AWS STS API Reference.
const ASSUMING: [&str; 3] = ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];

/// A role's trust policy.
pub(super) struct Trust<'a> {
    pub(super) document: &'a PolicyDocument,
    policy: &'a Policy,
    role: &'a str,
}

/// A statement that lets somebody assume the role.
pub(super) struct Opening<'a> {
    pub(super) cited: StatementRef<'a>,
    /// The condition, and what denials add to it.
    pub(super) required: Vec<Requirement<'a>>,
}

/// A condition key that every request has to have, with a value that fits.
pub(super) struct Requirement<'a> {
    /// The key.
    pub(super) test: &'a Test,
    /// Whether the test is one of a denial, so that what it says has to be wrong.
    inverted: bool,
}

impl<'a> Trust<'a> {
    /// The trust policy of a role.
    pub(super) fn of(role: &Role<'a>) -> Supplied<Self> {
        let document = role.detail.trust.seen()?;
        Ok(Self { document, policy: document.policy()?, role: &role.detail.arn })
    }

    /// The account that the role belongs to.
    fn account(&self) -> Option<AccountId> {
        Arn::parse(self.role).ok()?.account().ok()
    }

    /// The statements that let principals of a kind assume the role, but for those that a denial takes back altogether.
    pub(super) fn openings(&self, is_meant: impl Fn(&PrincipalPattern) -> bool) -> Vec<Opening<'a>> {
        let allowing = self.policy.statements().filter(|cited| {
            let statement = cited.statement;
            statement.allows() && assuming(statement).next().is_some() && names(statement, &is_meant)
        });
        allowing.filter_map(|cited| self.opening(cited)).collect()
    }

    /// `None` where a denial without a condition takes the statement back.
    fn opening(&self, cited: StatementRef<'a>) -> Option<Opening<'a>> {
        let own = &cited.statement.conditions;
        let is_required = |test: &&Test| requires(test, own);
        let mut required: Vec<Requirement<'a>> =
            own.iter().filter(is_required).map(|test| Requirement { test, inverted: false }).collect();
        let denials = self.policy.statements().map(|other| other.statement);
        for denial in denials.filter(|denial| takes_back(denial, cited.statement)) {
            let mut tests = denial.conditions.iter().filter(|test| !spares_others(test, cited.statement));
            match (tests.next(), tests.next()) {
                (None, _) if denial.conditions.is_empty() => return None,
                (Some(test), None) if denies_without(test) => {
                    required.push(Requirement { test, inverted: true });
                }
                _ => {}
            }
        }
        Some(Opening { cited, required })
    }

    /// The other account that a principal is, or belongs to.
    pub(super) fn other_account(&self, principal: &PrincipalPattern) -> Option<AccountId> {
        let account = match principal {
            PrincipalPattern::Account(account) => *account,
            PrincipalPattern::Arn(text) => Arn::parse(text).ok()?.account().ok()?,
            _ => return None,
        };
        (Some(account) != self.account()).then_some(account)
    }

    /// Whether a principal is the role itself or a session of it.
    pub(super) fn is_itself(&self, principal: &PrincipalPattern) -> bool {
        let PrincipalPattern::Arn(text) = principal else { return false };
        let session = || {
            let (named, own) = (Arn::parse(text).ok()?, Arn::parse(self.role).ok()?);
            let name = named.resource.strip_prefix("assumed-role/")?.split('/').next()?;
            Some(named.account() == own.account() && own.resource.rsplit('/').next() == Some(name))
        };
        **text == *self.role || session() == Some(true)
    }
}

impl<'a> Opening<'a> {
    /// Those of its principals that are meant.
    pub(super) fn principals(&self) -> impl Iterator<Item = &'a PrincipalPattern> + use<'a> {
        self.cited
            .statement
            .principals
            .iter()
            .filter(|element| !element.negated)
            .flat_map(|element| &element.values)
    }

    /// Whether it lets roles be assumed by a call.
    pub(super) fn allows(&self, name: &str) -> bool {
        covers(&self.cited.statement.actions, name)
    }

    /// Whether it requires an external id that is not just any.
    pub(super) fn requires_external_id(&self) -> bool {
        self.required.iter().any(|required| {
            required.is_about("sts:externalid") && required.texts_are(|glob| !beginning(glob).is_empty())
        })
    }

    /// Whether it requires a multi-factor sign-in.
    pub(super) fn requires_mfa(&self) -> bool {
        self.required.iter().any(Requirement::is_mfa)
    }
}

impl Requirement<'_> {
    /// Whether it is about this key, which is written in lower case.
    pub(super) fn is_about(&self, key: &str) -> bool {
        self.test.key.folded() == key
    }

    /// Whether all its texts are of a kind. It is not when its values are no texts.
    pub(super) fn texts_are(&self, is_one: impl Fn(&Glob) -> bool) -> bool {
        match &self.test.values {
            Values::Texts(texts) => texts.iter().all(|text| is_one(&text.widened())),
            _ => false,
        }
    }

    fn is_mfa(&self) -> bool {
        let is = |wanted: bool| match &self.test.values {
            Values::Bools(bools) => bools.iter().all(|value| *value == BoolValue::Is(wanted)),
            Values::Texts(_) => self.texts_are(|glob| {
                glob.only_text()
                    .is_some_and(|text| text.eq_ignore_ascii_case(if wanted { "true" } else { "false" }))
            }),
            _ => false,
        };
        match self.test.key.folded() {
            // `StringNotEquals` with `true` denies what `Bool` with `false` does.
            "aws:multifactorauthpresent" => {
                let negates = self.test.operator.is_some_and(|operator| operator.comparison.is_negated());
                is(self.inverted == negates)
            }
            // The key is there only after such a sign-in.
            "aws:multifactorauthage" => true,
            _ => false,
        }
    }

    /// Whether it keeps out many without naming those who are let in: those who do not know a value, or come from elsewhere.
    pub(super) fn is_hurdle(&self) -> bool {
        match self.test.key.folded() {
            "sts:externalid" | "aws:sourcevpc" | "aws:sourcevpce" => {
                self.texts_are(|glob| !beginning(glob).is_empty())
            }
            "aws:sourceip" | "aws:vpcsourceip" => match &self.test.values {
                Values::Networks(networks) => {
                    networks.iter().flatten().all(|network| network.prefix_len() > 0)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether it leaves one account, organization or identity, or a few.
    ///
    /// Source: IAM User Guide, "AWS global condition context keys".
    pub(super) fn pins(&self) -> bool {
        match self.test.key.folded() {
            "aws:principalaccount"
            | "aws:principalorgid"
            | "aws:principalservicename"
            | "aws:federatedprovider"
            | "aws:sourceaccount"
            | "aws:sourceorgid" => self.texts_are(is_fixed),
            "aws:principalorgpaths" | "aws:sourceorgpaths" => self.texts_are(|glob| {
                beginning(glob).split_once('/').is_some_and(|(id, _)| id.starts_with("o-"))
            }),
            "aws:principalarn" | "aws:sourcearn" => match &self.test.values {
                Values::Arns(arns) => arns.iter().all(is_of_one_account),
                _ => self.texts_are(|glob| {
                    let beginning = beginning(glob);
                    let mut fields = beginning.split(':').skip(4);
                    is_fixed(glob)
                        || (fields.next().is_some_and(|account| !account.is_empty())
                            && fields.next().is_some())
                }),
            },
            // An id of a user, or of a role with `:` and the name of a session.
            "aws:userid" => self.texts_are(|glob| is_fixed(glob) || beginning(glob).contains(':')),
            _ => false,
        }
    }
}

/// More principals than this are only counted.
const MOST_PRINCIPALS: usize = 3;

/// The principals of statements, each once: `444455556666 and arn:aws:iam::777788889999:role/ci`.
pub(super) fn told<'p>(principals: impl Iterator<Item = &'p PrincipalPattern>) -> String {
    let mut told: Vec<String> = principals
        .map(|one| match one {
            PrincipalPattern::Account(account) => format!("account {account}"),
            PrincipalPattern::Everyone | PrincipalPattern::EveryAws => "anybody".to_owned(),
            other => other.to_string(),
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if told.is_empty() {
        // Of an element that names all but a few.
        return "anybody".to_owned();
    }
    let others = told.len().saturating_sub(MOST_PRINCIPALS);
    told.truncate(MOST_PRINCIPALS);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    told.join(" and ") + &more
}

/// Whether a pattern has no wildcard and no variable.
pub(super) fn is_fixed(glob: &Glob) -> bool {
    glob.only_text().is_some()
}

/// What a pattern begins with before its first wildcard or variable.
pub(super) fn beginning(glob: &Glob) -> String {
    let literals = glob.tokens().iter().map_while(|token| match token {
        Token::Literal(character) => Some(*character),
        Token::AnyCharacter | Token::AnyText => None,
    });
    literals.collect()
}

/// Whether it names the account; of a resource whose ARN has none, such as a bucket, the resource.
fn is_of_one_account(arn: &ArnPattern) -> bool {
    match arn {
        ArnPattern::Fields(fields) => {
            let [.., account, resource] = &**fields;
            match account.only_text() {
                Some(account) => !account.is_empty() || is_fixed(resource),
                None => false,
            }
        }
        ArnPattern::Template(_) => false,
        // It matches nothing.
        ArnPattern::NotArn => true,
    }
}

/// Whether `Principal` names one who is meant. One that names all but a few names everybody.
fn names(statement: &Statement, is_meant: impl Fn(&PrincipalPattern) -> bool) -> bool {
    statement.principals.as_ref().is_some_and(|element| {
        if element.negated {
            is_meant(&PrincipalPattern::Everyone)
        } else {
            element.values.iter().any(is_meant)
        }
    })
}

fn assuming(statement: &Statement) -> impl Iterator<Item = &'static str> {
    ASSUMING.into_iter().filter(|name| covers(&statement.actions, name))
}

fn covers(actions: &Patterns<ActionPattern>, name: &str) -> bool {
    actions.values.iter().any(|pattern| pattern.matches("sts", name)) != actions.negated
}

/// Whether a denial is about everybody whom a statement lets in, whatever its condition.
fn takes_back(denial: &Statement, allowing: &Statement) -> bool {
    let is_about = |everybody: &PrincipalPattern| {
        denial
            .principals
            .as_ref()
            .is_some_and(|element| !element.negated && element.values.contains(everybody))
    };
    let is_aws = |element: &Patterns<PrincipalPattern>| {
        let is_aws = |one: &PrincipalPattern| {
            matches!(
                one,
                PrincipalPattern::Account(_) | PrincipalPattern::Arn(_) | PrincipalPattern::EveryAws
            )
        };
        !element.negated && element.values.iter().all(is_aws)
    };
    let is_about_all = is_about(&PrincipalPattern::Everyone)
        || (is_about(&PrincipalPattern::EveryAws) && allowing.principals.as_ref().is_some_and(is_aws));
    !denial.allows()
        && !denial.is_refused
        && is_about_all
        && assuming(allowing).all(|name| covers(&denial.actions, name))
}

/// Whether a test of an allowance holds only for requests that have the key, with one of its values.
fn requires(test: &Test, beside: &[Test]) -> bool {
    let Some(operator) = test.operator else { return false };
    let is_presence = |other: &Test| other.values == Values::Absences(vec![Some(false)]);
    let needs_key = |other: &Test| other.key == test.key && is_presence(other);
    if operator.comparison == Comparison::Null {
        return is_presence(test);
    }
    !operator.comparison.is_negated() && (!operator.holds_without_key() || beside.iter().any(needs_key))
}

/// Whether a test of a denial holds for every request without the key, and for all values but some.
fn denies_without(test: &Test) -> bool {
    let Some(operator) = test.operator else { return false };
    let comparison = operator.comparison;
    if comparison == Comparison::Null {
        return test.values == Values::Absences(vec![Some(true)]);
    }
    operator.holds_without_key()
        && operator.quantifier != Some(Quantifier::ForAnyValue)
        && (comparison.is_negated() || comparison.family() == Family::Bool)
}

/// Whether a test of a denial spares nobody but services where the statement is about others, or nobody but others where it
/// is about services.
fn spares_others(test: &Test, allowing: &Statement) -> bool {
    let is_service = |one: &PrincipalPattern| matches!(one, PrincipalPattern::Service(_));
    let is_about_services = names(allowing, is_service);
    // Requests that nobody signs do not have the key.
    let is_signed = assuming(allowing).all(|name| name == "AssumeRole");
    test.key.folded() == "aws:principalisawsservice"
        && test.values == Values::Bools(vec![BoolValue::Is(is_about_services)])
        && test.operator.is_some_and(|operator| operator.if_exists || is_signed)
}
