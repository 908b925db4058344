//! Which values of what a requester does not choose somebody who belongs to nobody in particular can have all the same.
//!
//! An outsider has an account, an organization, a network, a VPC, buckets and topics of his own, whose ids AWS made, and gives
//! roles, users and buckets the names that he likes. A value of a policy confines him if he cannot have it: the id of somebody
//! else, written out. A pattern that ids of his own match as well, such as `arn:aws:iam::*:role/Admin`, does not.
//!
//! Ids are long and random. So many fixed characters as stand here make it hopeless to come by one that matches:
//!
//! | value | confines if |
//! |---|---|
//! | account | nine of twelve digits are fixed |
//! | organization, user id, VPC, endpoint | all is fixed, or twelve characters |
//! | ARN | its account confines; of a bucket, which has none, if the name is fixed |
//! | addresses | see [`confining_networks`] |
//! | claims of an identity provider that everybody has an account with | as [`crate::identity_provider`] says |

use std::net::IpAddr;

use ipnet::IpNet;

use crate::context::Key;
use crate::glob::{Case, Glob, Token};
use crate::identity_provider::{begins_with_owner, is_open_to_everybody, names_owner};
use crate::pattern::{ArnPattern, Piece, PrincipalPattern, Text, Variable};

const DIGITS_OF_ACCOUNT: usize = 9;
const CHARACTERS_OF_ID: usize = 12;

/// Whether a principal of a policy is somebody in particular.
pub(super) fn confines_principal(principal: &PrincipalPattern) -> bool {
    match principal {
        PrincipalPattern::Everyone | PrincipalPattern::EveryAws => false,
        PrincipalPattern::Federated(provider) => !is_open_to_everybody(provider),
        PrincipalPattern::Account(_)
        | PrincipalPattern::Arn(_)
        | PrincipalPattern::Service(_)
        | PrincipalPattern::CanonicalUser(_) => true,
    }
}

/// Whether a value of a key confines outsiders.
pub(super) fn confines(key: &Key, value: &Text) -> bool {
    let glob = match value {
        Text::Fixed(glob) => glob.clone(),
        Text::Template(template) => of_owner(template.pieces()),
    };
    confines_glob(key, &glob)
}

/// Whether a truth as the value of a key confines outsiders. Mount targets of a file system stand in a VPC of its owner.
pub(super) fn confines_as_bool(key: &Key, value: bool) -> bool {
    value && key.folded() == "elasticfilesystem:accessedviamounttarget"
}

/// Whether an ARN as the value of a key confines outsiders.
pub(super) fn confines_as_arn(key: &Key, value: &ArnPattern) -> bool {
    let glob = match value {
        ArnPattern::Fields(fields) => Glob::with_colons(&**fields),
        ArnPattern::Template(template) => of_owner(template.pieces()),
        ArnPattern::NotArn => return true,
    };
    confines_glob(key, &glob)
}

fn confines_glob(key: &Key, glob: &Glob) -> bool {
    let tokens = glob.tokens();
    // What these keys say of requests without a signature.
    if matches!(key.folded(), "aws:principalaccount" | "aws:userid") && glob.matches("anonymous") {
        return false;
    }
    match key.folded() {
        // As text: at least the first part is fixed, which is a prefix of /8 or longer.
        "aws:sourceip" => {
            let beginning = tokens.split(|token| !matches!(token, Token::Literal(_))).next();
            is_fixed(tokens)
                || beginning.is_some_and(|beginning| {
                    beginning.iter().any(|token| ".:".chars().any(|mark| *token == Token::Literal(mark)))
                })
        }
        "aws:principalarn" | "aws:sourcearn" | "aws:sourcevpcarn" => confines_arn(tokens),
        "s3:dataaccesspointarn" => {
            let account = tokens.split(|token| *token == Token::Literal(':')).nth(4);
            account.is_some_and(|account| !account.is_empty() && has_fixed(account, DIGITS_OF_ACCOUNT))
        }
        "aws:principalaccount"
        | "aws:sourceaccount"
        | "aws:sourceowner"
        | "aws:vpceaccount"
        | "kms:calleraccount"
        | "s3:dataaccesspointaccount" => has_fixed(tokens, DIGITS_OF_ACCOUNT),
        "aws:principalorgpaths" | "aws:sourceorgpaths" | "aws:vpceorgpaths" => {
            let mut segments = tokens.split(|token| *token == Token::Literal('/'));
            segments.next().is_some_and(is_id) || segments.any(|segment| fixed(segment) >= CHARACTERS_OF_ID)
        }
        "aws:userid" => tokens.split(|token| *token == Token::Literal(':')).next().is_some_and(is_id),
        // Whoever asks for the token says whom it is for, and who has a pool of his own has users and guests of his own.
        "token.actions.githubusercontent.com:aud"
        | "gitlab.com:aud"
        | "cognito-identity.amazonaws.com:amr" => false,
        "token.actions.githubusercontent.com:sub" | "gitlab.com:sub" => names_owner(glob),
        "token.actions.githubusercontent.com:repository"
        | "token.actions.githubusercontent.com:repository_owner"
        | "token.actions.githubusercontent.com:job_workflow_ref"
        | "gitlab.com:project_path" => begins_with_owner(glob),
        "token.actions.githubusercontent.com:repository_id"
        | "token.actions.githubusercontent.com:repository_owner_id" => is_fixed(tokens),
        "elasticfilesystem:accessedviamounttarget" => !glob.matches("false"),
        _ => is_id(tokens),
    }
}

/// What the owner of the resource is, stands for something that is fixed; other variables stand for anything.
fn of_owner(pieces: &[Piece]) -> Glob {
    let is_of_owner = |variable: &Variable| variable.key.folded().starts_with("aws:resource");
    let tokens = pieces.iter().flat_map(|piece| match piece {
        Piece::Token(token) => vec![*token],
        Piece::Variable(variable) if is_of_owner(variable) => {
            vec![Token::Literal('0'); CHARACTERS_OF_ID]
        }
        Piece::Variable(_) => vec![Token::AnyText],
    });
    Glob::new(tokens, Case::Sensitive)
}

fn confines_arn(tokens: &[Token]) -> bool {
    let fields: Vec<&[Token]> = tokens.splitn(6, |token| *token == Token::Literal(':')).collect();
    let [before @ .., account, resource] = fields.as_slice() else { return false };
    match before {
        [_, _, service, _] => {
            let is_of_bucket = only_text(service).as_deref() == Some("s3") || account.is_empty();
            has_fixed(account, DIGITS_OF_ACCOUNT) && !account.is_empty()
                || (is_of_bucket && fixed(account) == 0 && names_resource(resource))
        }
        // Without its last colon, such as `arn:aws:iam::111122223333*`.
        [first, second, third] => {
            let is_in_place = [*first, *second, *third, *account].into_iter().all(is_fixed);
            is_in_place && fixed(resource) >= DIGITS_OF_ACCOUNT
        }
        _ => is_fixed(tokens),
    }
}

/// Whether the name of a bucket, or of whatever belongs to no account, is fixed.
fn names_resource(resource: &[Token]) -> bool {
    let name = resource.split(|token| *token == Token::Literal('/')).next();
    name.is_some_and(|name| !name.is_empty() && is_fixed(name))
}

fn is_id(tokens: &[Token]) -> bool {
    has_fixed(tokens, CHARACTERS_OF_ID)
}

fn has_fixed(tokens: &[Token], enough: usize) -> bool {
    is_fixed(tokens) || fixed(tokens) >= enough
}

fn is_fixed(tokens: &[Token]) -> bool {
    fixed(tokens) == tokens.len()
}

/// How many characters are fixed.
fn fixed(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| matches!(token, Token::Literal(_))).count()
}

fn only_text(tokens: &[Token]) -> Option<String> {
    Glob::new(tokens.iter().copied(), Case::Sensitive).only_text()
}

/// The prefixes of a list that confine outsiders: not broader than /8 (of IPv6, /32) after neighbours are put together, unless
/// they are private; and none at all if the list holds more than a sixteenth of all IPv4 addresses.
///
/// The lengths are those with which S3 tells public policies: Amazon S3 User Guide, "The meaning of public".
pub(super) fn confining_networks(networks: &[IpNet]) -> Vec<IpNet> {
    const SIXTEENTH: u64 = 1 << 28;
    let together = IpNet::aggregate(&networks.to_vec());
    let public_v4 = together.iter().filter(|network| network.addr().is_ipv4() && !is_private(network));
    let addresses: u64 =
        public_v4.map(|network| 1_u64 << (32 - u32::from(network.prefix_len().min(32)))).sum();
    let is_narrow = |network: &IpNet| {
        is_private(network)
            || match network.addr() {
                IpAddr::V4(_) => network.prefix_len() >= 8 && addresses <= SIXTEENTH,
                IpAddr::V6(_) => network.prefix_len() >= 32,
            }
    };
    let is_confining =
        |network: &&IpNet| together.iter().any(|whole| whole.contains(*network) && is_narrow(whole));
    networks.iter().filter(is_confining).copied().collect()
}

/// Whether all addresses are ones that nobody has on the internet. Sources: RFC 1918, RFC 4193.
pub(super) fn is_private(network: &IpNet) -> bool {
    const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    PRIVATE.iter().any(|private| private.parse::<IpNet>().is_ok_and(|private| private.contains(network)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Syntax;

    #[test]
    fn a_value_confines_if_an_outsider_cannot_have_it() {
        let check = |key: &str, yes: &[&str], no: &[&str]| {
            let syntax = Syntax { wildcards: true, variables: true, case: Case::Sensitive };
            for (texts, expected) in [(yes, true), (no, false)] {
                for text in texts {
                    assert_eq!(
                        confines(&Key::new(key), &Text::parse(text, syntax)),
                        expected,
                        "{key} {text}"
                    );
                }
            }
        };
        check(
            "aws:PrincipalArn",
            &[
                "arn:aws:iam::111122223333:role/Admin",
                "arn:*:iam::111122223333:*",
                "arn:aws:iam::111122223333*",
                "arn:aws:iam::${aws:ResourceAccount}:role/*",
            ],
            &[
                "arn:*",
                "*",
                "arn:aws:iam::*:role/Admin",
                "*:role/Admin",
                "*111122223333*",
                "arn:aws:iam::1*:*",
                "arn:aws:iam::${aws:PrincipalAccount}:role/x",
            ],
        );
        check(
            "aws:PrincipalAccount",
            &["111122223333", "11112222333?"],
            &["1*", "????????????", "*3333", "anonymous"],
        );
        check("aws:SourceIp", &["203.0.113.*", "203.*", "203.0.113.7"], &["20*", "*"]);
        check(
            "aws:SourceArn",
            &[
                "arn:aws:sns:*:111122223333:*",
                "arn:aws:s3:::reports",
                "arn:aws:s3:*:*:reports",
                "arn:aws:s3:::reports/*",
                "arn:aws:cloudfront::111122223333:distribution/*",
            ],
            &[
                "arn:aws:sns:*:*:*",
                "arn:aws:sns:*:*:topic",
                "arn:aws:s3:::*",
                "arn:aws:s3:::reports*",
                "arn:*",
            ],
        );
        check(
            "s3:DataAccessPointArn",
            &["arn:aws:s3:*:111122223333:accesspoint/*", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a"],
            &["*", "arn:aws:s3:*:*:accesspoint/plans", "arn:aws:s3:eu-west-1::accesspoint/a", "arn:aws:s3:*"],
        );
        check("s3:DataAccessPointAccount", &["111122223333"], &["*", "1*"]);
        check("aws:PrincipalOrgID", &["o-1", "o-a1b2c3d4e5", "${aws:ResourceOrgID}"], &["o-*", "*", "o-a1*"]);
        check(
            "aws:PrincipalOrgPaths",
            &["o-a1b2c3d4e5/*", "o-*/r-ab12/ou-ab12-11111111/*"],
            &["o-*/r-*", "o-*/r-ab12/*", "*"],
        );
        check("aws:SourceVpc", &["vpc-1", "vpc-0123456789abcdef0"], &["vpc-*", "vpc-0*"]);
        check("aws:userid", &["AROAEXAMPLEEXAMPLEEXA:*", "AIDAEXAMPLEEXAMPLEEXA"], &["*:anna", "AROA*", "*"]);
        check(
            "token.actions.githubusercontent.com:sub",
            &["repo:octo/*", "repo:octo/app:ref:refs/heads/main"],
            &["repo:*", "repo:octo*", "*:main", "*"],
        );
        check("accounts.google.com:aud", &["app"], &["*"]);
    }

    #[test]
    fn addresses_confine_if_they_are_few() {
        let check = |networks: &[&str], confining: usize| {
            let networks: Vec<IpNet> = networks.iter().map(|network| network.parse().unwrap()).collect();
            assert_eq!(confining_networks(&networks).len(), confining, "{networks:?}");
        };
        check(&["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"], 3);
        check(&["0.0.0.0/1", "128.0.0.0/1"], 0);
        check(&["0.0.0.0/1", "203.0.113.0/24"], 0);
        check(&["10.0.0.0/8", "fd00::/8", "::/1"], 2);
        // Halves that make more than they look like.
        check(&["2.0.0.0/8", "3.0.0.0/8"], 0);
        let scattered: Vec<String> = (1..100).map(|number| format!("{}.0.0.0/9", number * 2)).collect();
        check(&scattered.iter().map(String::as_str).collect::<Vec<_>>(), 1);
    }
}
