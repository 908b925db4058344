//! Laws that hold for the list of checks as a whole.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests look at the source files, and a helper of a test fails like one"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use iam_core::check::{Check, Remedy, Step};
use iam_core::checks;

/// Modules in the folder of the checks that are no checks: what several of them share.
const SHARED: &[&str] = &[
    "analyzer_findings",
    "calls_in_a_day",
    "central_root",
    "densest",
    "key_in_trail",
    "outside",
    "password_policy",
    "policy_statements",
    "quarantine",
    "role_with_policy",
    "root_events",
    "root_summary",
    "sensitive_actions",
    "single_event",
    "slots",
    "told",
    "trusted_providers",
    "trusts",
    "unused_grants",
    "watch",
    "watch_alarm",
    "watch_chain",
    "watch_controls",
    "watch_events",
    "watch_reach",
    "watch_rules",
    "watch_selectors",
    "watch_shapes",
];

/// The checks that may be mapped to a Security Hub control. Source: AWS Security Hub CSPM user guide, "Security Hub
/// controls for IAM".
const SECURITY_HUB: &[(&str, &[&str])] = &[
    ("IAM.1", &["policy-admin"]),
    ("IAM.2", &["user-policy-attached-directly"]),
    ("IAM.3", &["access-key-old"]),
    ("IAM.4", &["root-access-key-active"]),
    ("IAM.5", &["console-without-mfa"]),
    ("IAM.6", &["root-mfa-not-hardware"]),
    ("IAM.7", PASSWORD_POLICY),
    ("IAM.8", &["access-key-unused", "console-password-unused"]),
    ("IAM.9", &["root-without-mfa"]),
    ("IAM.10", PASSWORD_POLICY),
    ("IAM.11", &["password-policy-no-uppercase"]),
    ("IAM.12", &["password-policy-no-lowercase"]),
    ("IAM.13", &["password-policy-no-symbol"]),
    ("IAM.14", &["password-policy-no-number"]),
    ("IAM.15", &["password-policy-short"]),
    ("IAM.16", &["password-policy-reuse"]),
    ("IAM.17", &["password-policy-no-expiry"]),
    ("IAM.18", &["support-role-missing"]),
    ("IAM.19", &["user-without-mfa"]),
    ("IAM.20", &["root-use-unmonitored"]),
    ("IAM.21", &["policy-service-wildcard"]),
    ("IAM.22", &["access-key-unused", "console-password-unused"]),
    ("IAM.23", &["iam-resource-untagged"]),
    ("IAM.24", &["iam-resource-untagged"]),
    ("IAM.25", &["iam-resource-untagged"]),
    ("IAM.26", &["server-certificate-expired"]),
    ("IAM.27", &["cloudshell-full-access"]),
    ("IAM.28", &["access-analyzer-missing"]),
];

/// The parts of the controls that ask several things of a password policy at once.
const PASSWORD_POLICY: &[&str] = &[
    "password-policy-no-expiry",
    "password-policy-no-lowercase",
    "password-policy-no-number",
    "password-policy-no-symbol",
    "password-policy-no-uppercase",
    "password-policy-reuse",
    "password-policy-short",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/checks")
}

fn stem(check: &Check) -> String {
    check.id.as_str().replace('-', "_")
}

fn source(check: &Check) -> String {
    let path = folder().join(stem(check) + ".rs");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn ids_are_unique() {
    let ids: BTreeSet<&str> = checks::ALL.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids.len(), checks::ALL.len());
    for check in checks::ALL {
        assert!(std::ptr::eq(checks::find(check.id.as_str()).unwrap(), *check), "{}", check.id);
    }
}

#[test]
fn ids_are_kebab_case() {
    for check in checks::ALL {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        assert!(check.id.as_str().split('-').all(is_word), "{}", check.id);
    }
}

#[test]
fn every_id_stands_in_the_file_that_is_named_after_it() {
    for check in checks::ALL {
        let source = source(check);
        assert!(source.contains(&format!("CheckId(\"{}\")", check.id)), "{}: other id in its file", check.id);
        for include in [
            format!("#![doc = include_str!(\"{}.md\")]", stem(check)),
            format!("page: include_str!(\"{}.md\")", stem(check)),
        ] {
            assert!(source.contains(&include), "{}: no `{include}`", check.id);
        }
    }
}

#[test]
fn every_file_in_the_folder_belongs_to_a_check() {
    let mut expected: BTreeSet<String> =
        checks::ALL.iter().flat_map(|check| [stem(check) + ".rs", stem(check) + ".md"]).collect();
    expected.extend(SHARED.iter().map(|module| format!("{module}.rs")));
    expected.insert("mod.rs".to_owned());
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let strangers: Vec<_> = found.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(
        strangers.is_empty() && missing.is_empty(),
        "files without an entry in ALL or SHARED: {strangers:?}; entries without a file: {missing:?}"
    );
}

#[test]
fn list_of_ids() {
    let ids: BTreeSet<&str> = checks::ALL.iter().map(|check| check.id.as_str()).collect();
    let list: Vec<&str> = ids.into_iter().collect();
    insta::assert_snapshot!(list.join("\n"));
}

#[test]
fn titles_name_the_bad_state() {
    for check in checks::ALL {
        let first = check.title.split(' ').next().unwrap_or_default();
        assert!(
            !["Ensure", "Check"]
                .iter()
                .any(|verb| first.eq_ignore_ascii_case(verb)
                    || first.eq_ignore_ascii_case(&format!("{verb}s"))),
            "{}: {}",
            check.id,
            check.title
        );
        assert!(
            check.title.starts_with(|c: char| c.is_uppercase()) && !check.title.ends_with('.'),
            "{}: {}",
            check.id,
            check.title
        );
        // It goes on after a colon, and a period may follow. Names of AWS are written as they are.
        let reason = check.severity_reason;
        let goes_on = reason.starts_with(|c: char| c.is_lowercase()) || reason.starts_with("AWS ");
        assert!(goes_on && !reason.ends_with('.'), "{}: {reason}", check.id);
    }
    let titles: BTreeSet<&str> = checks::ALL.iter().map(|check| check.title).collect();
    assert_eq!(titles.len(), checks::ALL.len(), "two checks have the same title");
}

#[test]
fn remedies_hold_no_placeholder_that_is_not_filled_in() {
    for check in checks::ALL {
        let remedy = &check.remedy;
        assert!(!remedy.risk.is_empty() && !remedy.steps.is_empty(), "{}", check.id);
        let texts = remedy.steps.iter().flat_map(|step| [step.text, step.command]);
        for text in texts.chain([remedy.console]) {
            for name in placeholders(text) {
                assert!(Remedy::PLACEHOLDERS.contains(&name), "{}: {{{name}}} in `{text}`", check.id);
            }
        }
        // The risk is shown as it stands.
        assert!(placeholders(remedy.risk).is_empty(), "{}", check.id);
    }
}

#[test]
fn a_key_id_is_looked_up_before_it_is_used() {
    for check in checks::ALL {
        let steps = check.remedy.steps;
        let lookups = [Step::FIND_KEY_ID.command, Step::FIND_ROOT_KEY_ID.command, Step::LIST_KEYS.command];
        let is_lookup = |step: &Step| lookups.contains(&step.command);
        let lookup = steps.iter().position(is_lookup);
        let first_use = steps.iter().position(|step| placeholders(step.command).contains(&"key"));
        if let Some(first_use) = first_use {
            assert!(
                lookup.is_some_and(|lookup| lookup < first_use),
                "{}: no Step::FIND_KEY_ID before `{}`",
                check.id,
                steps[first_use].command
            );
        }
    }
}

/// Without the profile they would delete the password and keys of whoever runs them.
#[test]
fn commands_for_root_of_a_member_account_name_its_session() {
    let check = checks::find("member-root-credentials-present").unwrap();
    let mut sessions = 0;
    let mut whose_session_is_known = false;
    for command in check.remedy.steps.iter().map(|step| step.command).filter(|command| !command.is_empty()) {
        if command.contains("aws sts assume-root") {
            sessions += 1;
            whose_session_is_known = false;
            continue;
        }
        assert!(command.ends_with(" --profile member-root"), "{command}");
        whose_session_is_known |= command.contains("get-caller-identity");
        assert!(whose_session_is_known, "nothing shows whose session it is before `{command}`");
    }
    assert_eq!(sessions, 2, "one session to look, one to delete");
}

#[test]
fn every_setting_is_read_by_its_check() {
    for check in checks::ALL {
        let source = source(check);
        let statics = statics_of_params(&source);
        let declared: Vec<&str> = check.params.iter().map(|param| param.name()).collect();
        let named: BTreeSet<&str> = statics.iter().map(|(_, name)| *name).collect();
        assert_eq!(
            declared.iter().copied().collect::<BTreeSet<_>>(),
            named,
            "{}: `params` and the statics of its file differ",
            check.id
        );
        assert_eq!(declared.len(), named.len(), "{}: a setting stands twice", check.id);
        assert!(declared.len() <= 8, "{}: a context remembers eight settings", check.id);
        for (symbol, name) in statics {
            assert!(source.contains(&format!("get(&{symbol})")), "{}: nothing reads `{name}`", check.id);
        }
    }
}

#[test]
fn settings_say_where_their_boundary_lies_and_accept_their_default() {
    for check in checks::ALL {
        for param in check.params {
            assert!(!param.about().is_empty(), "{}: {}", check.id, param.name());
            assert!(param.accept(&param.default_value()).is_ok(), "{}: {}", check.id, param.name());
        }
    }
}

#[test]
fn controls_of_security_hub_are_mapped_to_their_own_checks_only() {
    let mut mapped: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for check in checks::ALL {
        for control in check.mappings.security_hub {
            mapped.entry(control).or_default().insert(check.id.as_str());
        }
    }
    for (control, own) in &mapped {
        let allowed = SECURITY_HUB.iter().find(|(id, _)| id == control);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("there is no control {control}"));
        for check in own {
            assert!(allowed.contains(check), "{control} is not the control behind {check}");
        }
    }
    let mut table = String::new();
    for (control, _) in SECURITY_HUB {
        let own = mapped.get(control).map_or_else(
            || "not covered".to_owned(),
            |own| own.iter().copied().collect::<Vec<_>>().join(", "),
        );
        writeln!(table, "{control}: {own}").unwrap();
    }
    insta::assert_snapshot!(table);
}

/// The names in braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// The settings that a source file makes, as the names of their statics and of the settings themselves.
fn statics_of_params(source: &str) -> Vec<(&str, &str)> {
    source
        .split("static ")
        .skip(1)
        .filter_map(|rest| rest.split_once(": Param<"))
        .filter(|(symbol, _)| !symbol.contains(char::is_whitespace))
        .filter_map(|(symbol, rest)| Some((symbol, rest.split('"').nth(1)?)))
        .collect()
}
