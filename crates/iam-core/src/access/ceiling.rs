use iam_policy::catalogue::{ActionSet, Catalogue, Levels};
use iam_policy::policy::Statement;

use super::{Controls, Level};
use crate::evidence::Account;

/// Whether the service control policies of an organization leave administrators to an account: some action at least that changes
/// something.
///
/// They bound everybody in the account alike: whoever may do all that they leave has the account in hand, however much they take
/// away. What was not seen of them takes nothing away.
///
/// Source: AWS Organizations User Guide, "SCP effects on permissions".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// They do, whatever the circumstances.
    Open,
    /// In some circumstances.
    Depends,
    /// They leave nothing that changes anything.
    Closed,
}

impl Ceiling {
    /// Looks at the policies above an account.
    pub fn over(account: &Account, catalogue: &Catalogue) -> Self {
        let levels = Controls::of(account, None).of_principals.levels;
        if levels.is_empty() {
            return Self::Open;
        }
        let (mut certain, mut possible) = (catalogue.all(), catalogue.all());
        for level in &levels {
            certain.intersect_with(&left(level, catalogue, Sure::Certainly));
            possible.intersect_with(&left(level, catalogue, Sure::Possibly));
        }
        let changes = |actions: &ActionSet| {
            let levels = Levels::WRITE.union(Levels::PERMISSIONS_MANAGEMENT);
            catalogue.members(actions).any(|action| action.levels().intersects(levels))
        };
        match (changes(&certain), changes(&possible)) {
            (true, _) => Self::Open,
            (false, true) => Self::Depends,
            (false, false) => Self::Closed,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    Certainly,
    Possibly,
}

/// The actions that a level leaves on some resource.
fn left(level: &Level<'_>, catalogue: &Catalogue, sure: Sure) -> ActionSet {
    let statements = || level.policies.iter().flat_map(|attached| attached.policy.statements());
    let sum = |counts: &dyn Fn(&Statement) -> bool| {
        let mut actions = ActionSet::new();
        for cited in statements().filter(|cited| counts(cited.statement)) {
            actions.union_with(&cited.statement.actions.known(catalogue));
        }
        actions
    };
    let is_certain = sure == Sure::Certainly;
    let allowed = if level.is_whole {
        sum(&|statement| statement.allows() && !(is_certain && statement.is_conditional()))
    } else {
        catalogue.all()
    };
    let denied = sum(&|statement| {
        let is_whole = statement.is_on_everything();
        !statement.allows() && is_whole && (is_certain || !statement.is_conditional())
    });
    allowed.difference(&denied)
}
