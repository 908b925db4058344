//! The embedded catalogue is what its manifest says, and the laws of reading, expanding and shrinking hold.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use iam_policy::catalogue::{
    Action, ActionId, ActionResource, ActionSet, Catalogue, Draft, DraftAction, DraftActionResource,
    DraftResourceType, Levels, Lookup, Service, UnreadableCatalogue,
};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use wildmatch::WildMatch;

const FILE: &[u8] = include_bytes!("../data/catalogue.txt.gz");

fn embedded() -> &'static Catalogue {
    Catalogue::embedded()
}

#[test]
fn the_data_are_those_of_the_manifest() {
    let manifest: Value = serde_json::from_str(include_str!("../data/manifest.json")).unwrap();
    let hash = Sha256::digest(FILE).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(manifest["sha256"], hash);
    assert_eq!(manifest["bytes"], FILE.len());

    let catalogue = Catalogue::read(FILE).unwrap();
    assert_eq!(manifest["dataDate"], catalogue.data_date().unwrap());
    let sources = manifest["sources"].as_array().unwrap();
    let notice = include_str!("../data/NOTICE");
    for source in sources {
        let (_, package) = source["package"].as_str().unwrap().split_once(' ').unwrap();
        let version = source["version"].as_str().unwrap();
        assert!(catalogue.source().contains(&format!("{package} {version}")), "{}", catalogue.source());
        assert!(notice.contains(&format!("== {package} ")), "NOTICE lacks {package}");
    }
    assert_eq!(notice.matches("Permission is hereby granted").count(), sources.len());
    assert_eq!(notice.matches("Copyright").count(), sources.len());

    let actions = |of: &dyn Fn(&Action<'_>) -> bool| catalogue.actions().filter(of).count();
    let counts = &manifest["counts"];
    assert_eq!(counts["services"], catalogue.services().len());
    assert_eq!(counts["actions"], catalogue.len());
    assert_eq!(counts["actionsWithoutResourceType"], actions(&|it| !it.has_resources()));
    assert_eq!(counts["actionsWithDependents"], actions(&|it| it.dependents().next().is_some()));
    assert_eq!(
        counts["actionsThatNeedPassRole"],
        actions(&|it| it.dependents().any(|it| it == "iam:PassRole"))
    );
    let per_service =
        |of: &dyn Fn(&Service<'_>) -> usize| -> usize { catalogue.services().map(|it| of(&it)).sum() };
    assert_eq!(counts["resourceTypes"], per_service(&|it| it.resource_types().len()));
    assert_eq!(counts["conditionKeys"], per_service(&|it| it.condition_keys().count()));
    assert_eq!(
        counts["servicesWithResourceControlPolicies"],
        per_service(&|it| usize::from(it.supports_rcp() == Some(true)))
    );
    // The page for people says the same.
    let page = include_str!("../../../docs/catalogue.md");
    assert!(page.contains(&format!("| data of | {} |", catalogue.data_date().unwrap())));
    let versions = sources.iter().map(|source| &source["version"]);
    for value in versions.chain(counts.as_object().unwrap().values()) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert!(page.contains(&value), "docs/catalogue.md lacks {value}");
    }
    // Less than this and the data were cut; the manifest alone would not notice.
    assert!(catalogue.len() > 20_000 && catalogue.services().len() > 400);
}

#[test]
fn well_known_actions_have_their_levels() {
    let tagging = Levels::TAGGING.union(Levels::WRITE);
    let permissions = Levels::PERMISSIONS_MANAGEMENT.union(Levels::WRITE);
    for (text, levels) in [
        ("iam:PassRole", Levels::WRITE),
        ("iam:CreateRole", Levels::WRITE),
        ("iam:AttachUserPolicy", permissions),
        ("iam:PutRolePolicy", permissions),
        ("iam:UpdateAssumeRolePolicy", permissions),
        ("iam:CreateAccessKey", Levels::WRITE),
        ("iam:ListUsers", Levels::LIST),
        ("iam:TagRole", tagging),
        ("sts:AssumeRole", Levels::WRITE),
        ("s3:GetObject", Levels::READ),
        ("s3:ListBucket", Levels::LIST),
        ("s3:ListAllMyBuckets", Levels::LIST),
        ("s3:PutObject", Levels::WRITE),
        ("s3:PutBucketPolicy", permissions),
        ("ec2:RunInstances", Levels::WRITE),
        ("ec2:DescribeInstances", Levels::LIST),
        ("ec2:CreateTags", tagging),
        ("lambda:AddPermission", permissions),
        ("lambda:InvokeFunction", Levels::WRITE),
        ("kms:Decrypt", Levels::WRITE),
        ("kms:PutKeyPolicy", permissions),
        ("secretsmanager:GetSecretValue", Levels::READ),
        ("cloudtrail:StopLogging", Levels::WRITE),
    ] {
        let action = embedded().find(text).known().unwrap_or_else(|| panic!("{text} is missing"));
        assert_eq!(action.to_string(), text);
        assert_eq!(action.levels(), levels, "{text}: {}", action.levels());
    }
    for action in embedded().actions() {
        assert!(!action.levels().is_empty() && !action.levels().contains(Levels::OTHER), "{action}");
    }
}

#[test]
fn an_action_knows_its_resources_keys_and_dependents() {
    let run = embedded().find("EC2:runinstances").known().unwrap();
    let required: Vec<&str> = run
        .resources()
        .filter(ActionResource::is_required)
        .map(|it| it.resource_type().unwrap().name())
        .collect();
    assert!(required.contains(&"instance") && required.contains(&"subnet"), "{required:?}");
    let image = run.resources().find(|it| it.resource_type().unwrap().name() == "image").unwrap();
    assert!(!required.contains(&"key-pair"));
    assert_eq!(image.resource_type().unwrap().arn_patterns().collect::<Vec<_>>(), ["arn:*:ec2:*::image/*"]);
    assert!(image.condition_keys().any(|key| key.name() == "ec2:Owner"));
    let dependents: BTreeSet<&str> = run.dependents().collect();
    assert!(dependents.contains("iam:PassRole"), "{dependents:?}");

    let pass = embedded().find("iam:PassRole").known().unwrap();
    let keys: Vec<&str> = pass.condition_keys().map(|key| key.name()).collect();
    assert_eq!(keys, ["iam:AssociatedResourceArn", "iam:PassedToService"]);

    let buckets = embedded().find("s3:ListAllMyBuckets").known().unwrap();
    assert!(!buckets.has_resources());
    assert_eq!(buckets.resources().len(), 0);

    let s3 = embedded().service("S3").unwrap();
    assert_eq!((s3.prefix(), s3.name(), s3.supports_rcp()), ("s3", "Amazon S3", Some(true)));
    assert_eq!(
        s3.resource_type("Bucket").unwrap().arn_templates().collect::<Vec<_>>(),
        ["arn:${Partition}:s3:::${BucketName}"]
    );
    assert_eq!(embedded().service("iam").unwrap().supports_rcp(), Some(false));
}

#[test]
fn names_are_found_whatever_their_case_and_unknown_ones_are_values() {
    for (number, action) in (0..).zip(embedded().actions()) {
        assert_eq!(action.id().number(), number);
        for text in [action.to_string().to_uppercase(), action.to_string().to_lowercase()] {
            assert_eq!(embedded().find(&text).known().map(|it| it.id()), Some(action.id()), "{text}");
        }
        assert_eq!(embedded().by_id(action.id()).map(|it| it.to_string()), Some(action.to_string()));
    }
    for (text, service_known) in [
        ("s3:GetObjects", true),
        ("s3:", true),
        ("s3:GetObject ", true),
        ("s4:GetObject", false),
        ("s3", false),
        ("", false),
        (":", false),
        ("s3 :GetObject", false),
    ] {
        let found = embedded().find(text);
        assert!(
            matches!(found, Lookup::Unknown { service_known: known } if known == service_known),
            "{text}: {found:?}"
        );
    }
}

fn set(catalogue: &Catalogue, numbers: &[usize]) -> ActionSet {
    let ids: Vec<ActionId> = catalogue.actions().map(|action| action.id()).collect();
    numbers.iter().filter(|_| !ids.is_empty()).map(|number| ids[number % ids.len()]).collect()
}

fn expanded(catalogue: &Catalogue, patterns: &[String]) -> ActionSet {
    patterns.iter().fold(ActionSet::new(), |all, pattern| all.union(&catalogue.expand(pattern)))
}

#[test]
fn patterns_match_as_written() {
    for (pattern, expected) in [
        ("s3:GetObject", 1),
        ("S3:GETOBJECT", 1),
        ("s3:getobjec?", 1),
        ("s3:?etObject", 1),
        ("", 0),
        (" ", 0),
        ("s3: GetObject", 0),
        ("s3:GetObject,s3:PutObject", 0),
        ("s3:GetObject:x", 0),
        ("s3:*:*", 0),
        ("s3", 0),
        (":", 0),
        (":*", 0),
        ("*", embedded().len()),
        ("***", embedded().len()),
        ("*:*", embedded().len()),
        ("s3:*", embedded().service("s3").unwrap().all().len()),
        ("s3*:GetObject", 3),
        ("[a-z]3:GetObject", 0),
    ] {
        assert_eq!(embedded().expand(pattern).len(), expected, "{pattern}");
    }
}

/// Pieces of real names, whole words and parts, with wildcards.
fn pattern() -> impl Strategy<Value = String> {
    let prefix =
        prop::sample::select(vec!["s3", "iam", "EC2", "s3*", "*", "?am", "s3?utposts", "ce", "nothing"]);
    let piece =
        prop::sample::select(vec!["*", "*", "?", "Get", "List", "Object", "Tag", "e", "s", "ing", "Role"]);
    let name = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    (prefix, prop::sample::select(vec![":", ":", ":", "", "::"]), name)
        .prop_map(|(prefix, colon, name)| format!("{prefix}{colon}{name}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn expansion_is_plain_matching_of_every_action(pattern in pattern()) {
        static NAMES: OnceLock<Vec<String>> = OnceLock::new();
        let names = NAMES.get_or_init(|| embedded().actions().map(|it| it.to_string().to_lowercase()).collect());
        let plain = WildMatch::new(&pattern.to_lowercase());
        let expected: Vec<u32> =
            (0..).zip(names).filter(|(_, name)| plain.matches(name)).map(|(number, _)| number).collect();
        let found: Vec<u32> = embedded().expand(&pattern).iter().map(ActionId::number).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn what_is_shrunk_expands_to_the_same(
        patterns in prop::collection::vec(pattern(), 0..3),
        more in prop::collection::vec(any::<usize>(), 0..30),
        less in prop::collection::vec(any::<usize>(), 0..30),
    ) {
        let mut wanted = expanded(embedded(), &patterns);
        prop_assume!(wanted.len() < 3_000); // a debug build takes seconds for all services
        wanted.union_with(&set(embedded(), &more));
        wanted.subtract(&set(embedded(), &less));
        let shrunk = embedded().shrink(&wanted);
        prop_assert_eq!(expanded(embedded(), &shrunk), wanted.clone());
        prop_assert!(shrunk.is_sorted());
        prop_assert!(shrunk.len() <= wanted.len());
        // None is there for nothing.
        for at in 0..shrunk.len() {
            let others: Vec<String> = shrunk.iter().enumerate().filter(|(it, _)| *it != at).map(|(_, it)| it.clone()).collect();
            prop_assert!(expanded(embedded(), &others) != wanted, "{} is not needed", shrunk[at]);
        }
    }
}

#[test]
fn all_that_reads_shrinks_to_a_part() {
    let reads = Levels::READ.union(Levels::LIST);
    let wanted: ActionSet =
        embedded().actions().filter(|it| it.levels().intersects(reads)).map(|it| it.id()).collect();
    let shrunk = embedded().shrink(&wanted);
    assert_eq!(expanded(embedded(), &shrunk), wanted);
    assert!(shrunk.len() * 4 < wanted.len(), "{} patterns for {} actions", shrunk.len(), wanted.len());
}

/// Short names of few letters, so that everything that can clash does.
fn made_up() -> impl Strategy<Value = BTreeSet<(String, String)>> {
    prop::collection::btree_set(("[ab]{1,2}", "([AB][ab]{0,2}){1,3}|[ab._-]{1,4}"), 0..40)
}

fn catalogue_of(actions: &BTreeSet<(String, String)>) -> Catalogue {
    let mut draft = Draft::new("made up", None);
    for (prefix, name) in actions {
        draft.service(prefix).unwrap().add_action(name, DraftAction::default()).unwrap();
    }
    draft.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn made_up_names_shrink_and_expand(actions in made_up(), picked in prop::collection::vec(any::<usize>(), 0..30)) {
        let catalogue = catalogue_of(&actions);
        let wanted = set(&catalogue, &picked);
        let shrunk = catalogue.shrink(&wanted);
        prop_assert_eq!(expanded(&catalogue, &shrunk), wanted, "{:?}", shrunk);
        prop_assert_eq!(catalogue.shrink(&catalogue.all()).len(), catalogue.services().len());
        prop_assert_eq!(catalogue.shrink(&ActionSet::new()).len(), 0);
    }
}

/// A small catalogue that uses every part of the format.
fn small_text() -> String {
    let mut draft = Draft::new("made up", Some("2026-01-31"));
    let service = draft.service("s3").unwrap();
    "Amazon\tS3\n".clone_into(&mut service.name);
    service.supports_rcp = Some(true);
    service.add_condition_key("s3:TlsVersion", "Numeric");
    service.add_resource_type(
        "object",
        DraftResourceType {
            arn_templates: ["arn:${Partition}:s3:::${B}/${O}".to_owned(), "arn:second".to_owned()].into(),
            condition_keys: ["aws:ResourceTag/${TagKey}".to_owned()].into(),
        },
    );
    let keys: BTreeSet<String> = ["s3:TLSVERSION".to_owned(), "s3:new".to_owned()].into();
    let resource = |name: &str, required| DraftActionResource {
        name: name.to_owned(),
        required,
        condition_keys: keys.clone(),
    };
    let action = DraftAction {
        levels: Levels::parse("Read, Telepathy"),
        resources: vec![resource("object", true), resource("unheard of", false)],
        condition_keys: keys.clone(),
        dependents: ["iam:PassRole".to_owned(), "kms:Decrypt".to_owned()].into(),
        seen_by_policy_generation: None,
        seen_by_last_accessed: Some(true),
    };
    service.add_action("GetObject", action).unwrap();
    service.add_action("ListBucket", DraftAction::default()).unwrap();
    draft.service("iam").unwrap().add_action("PassRole", DraftAction::default()).unwrap();
    draft.to_text()
}

#[test]
fn what_a_draft_holds_can_be_read() {
    let catalogue = Catalogue::read(small_text().as_bytes()).unwrap();
    assert_eq!((catalogue.data_date(), catalogue.source()), (Some("2026-01-31"), "made up"));
    let action = catalogue.find("s3:getobject").known().unwrap();
    assert_eq!(action.service().unwrap().name(), "Amazon S3 ");
    assert_eq!(action.levels(), Levels::READ.union(Levels::OTHER));
    assert_eq!(action.dependents().collect::<Vec<_>>(), ["iam:PassRole", "kms:Decrypt"]);
    assert_eq!((action.seen_by_policy_generation(), action.seen_by_last_accessed()), (None, Some(true)));
    let keys: Vec<_> = action.condition_keys().map(|key| (key.name(), key.kind_name())).collect();
    assert_eq!(keys, [("s3:new", ""), ("s3:TlsVersion", "Numeric")]);
    let resources: Vec<_> = action
        .resources()
        .map(|it| (it.resource_type().unwrap().name(), it.is_required(), it.condition_keys().count()))
        .collect();
    assert_eq!(resources, [("object", true, 2), ("unheard of", false, 2)]);
    let object = catalogue.service("s3").unwrap().resource_type("object").unwrap();
    assert_eq!(object.arn_patterns().collect::<Vec<_>>(), ["arn:*:s3:::*/*", "arn:second"]);
    assert_eq!(
        object.condition_keys().map(|key| key.name()).collect::<Vec<_>>(),
        ["aws:ResourceTag/${TagKey}"]
    );
}

#[test]
fn a_bad_line_is_named() {
    let text = small_text();
    let start = "iam-catalogue 1\n";
    for (bytes, expected) in [
        ("", "this is not a catalogue of actions"),
        ("{}", "this is not a catalogue of actions"),
        ("iam-catalogue 2\n", "this is not a catalogue of actions"),
        (&text.replace("ss3\t", "ss3 \t"), "expected the prefix of a service"),
        (&text.replace("ss3\ty", "ss3\tperhaps"), "expected `y`, `n` or `.`"),
        (&text.replace("aListBucket", "aA"), "expected names in ascending order, each once"),
        (&text.replace("aListBucket", "aList*"), "expected the name of an action"),
        (&text.replace("aListBucket", "aListBucket\tx"), "expected letters of levels"),
        (
            &text.replace("aListBucket", "aListBucket\t\t2"),
            "expected numbers of resource types of this service",
        ),
        (
            &text.replace("aListBucket", "aListBucket\t\t-1"),
            "expected numbers of resource types of this service",
        ),
        (&text.replace("aListBucket", "aListBucket\t\t\t4294967295"), "expected numbers of condition keys"),
        (&text.replace("aListBucket", "aListBucket\t\t\t\t\t\t"), "expected no more fields"),
        (&text.replace("aListBucket", "aListBucket\t\t\t\t\tyé"), "expected `y`, `n` or `.`"),
        (&format!("{start}aGet\n"), "line 2 of the catalogue: expected a line of a service before this one"),
        (&format!("{start}ktwo\n"), "line 2 of the catalogue: expected a line of a service before this one"),
        (&format!("{start}\n"), "line 2 of the catalogue: expected a line that begins with"),
        (&format!("{start}é\n"), "line 2 of the catalogue: expected a line that begins with"),
    ] {
        let error = Catalogue::read(bytes.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\nfor {bytes}");
    }
    assert_eq!(Catalogue::read(b"iam-catalogue 1\n\xff").unwrap_err(), UnreadableCatalogue::NotUtf8(16));
    let huge = format!("{start}d{}\n", "x".repeat(16 << 20));
    assert_eq!(Catalogue::read(huge.as_bytes()).unwrap_err(), UnreadableCatalogue::TooLarge);
    assert!(matches!(Catalogue::read(&FILE[..FILE.len() / 2]), Err(UnreadableCatalogue::Damaged(_))));
}

/// Everything that can be asked gives some answer.
fn ask_everything(catalogue: &Catalogue) {
    for service in catalogue.services() {
        for resource_type in service.resource_types() {
            assert!(service.resource_type(resource_type.name()).is_some());
            let _ = (resource_type.arn_patterns().count(), resource_type.condition_keys().count());
        }
        for key in service.condition_keys() {
            let _ = (key.kind(), catalogue.condition_key(key.name()));
        }
    }
    for action in catalogue.actions() {
        assert_eq!(catalogue.find(&action.to_string()).known().map(|it| it.id()), Some(action.id()));
        let _ = (action.dependents().count(), action.condition_keys().count());
        assert!(action.resources().all(|it| it.resource_type().is_some()));
    }
    let _ = (
        catalogue.nearest("s3:GetObjekt"),
        catalogue.nearest_condition_key("s3:tls"),
        catalogue.shrink(&catalogue.all()),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200), gzipped in any::<bool>()) {
        let mut all = if gzipped { vec![0x1f, 0x8b, 8, 0] } else { b"iam-catalogue 1\n".to_vec() };
        all.extend(&bytes);
        for bytes in [bytes, all] {
            if let Ok(catalogue) = Catalogue::read(&bytes) {
                ask_everything(&catalogue);
            }
        }
    }

    #[test]
    fn damaged_text_is_refused_or_sound(
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\t\n :!,.0-9a-zyn]|é", any::<bool>()), 1..6),
    ) {
        let mut text: Vec<char> = small_text().chars().collect();
        for (at, new, replace) in changes {
            let at = at.index(text.len());
            text.splice(at..at + usize::from(replace), new.chars());
        }
        let text: String = text.into_iter().collect();
        if let Ok(catalogue) = Catalogue::read(text.as_bytes()) {
            ask_everything(&catalogue);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(15))]

    #[test]
    fn damaged_gzip_is_refused(at in 10..FILE.len(), flip in 1..=255u8) {
        let mut bytes = FILE.to_vec();
        bytes[at] ^= flip;
        prop_assert!(Catalogue::read(&bytes).is_err());
        prop_assert!(Catalogue::read(&FILE[..at]).is_err());
    }
}
