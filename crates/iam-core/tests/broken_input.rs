//! Damaged files: what of them is still judged, and which gap says what is not. Nothing panics.
//!
//! Each test states what matters; the snapshot beside it holds the rest, so that a message cannot get worse unnoticed.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

mod testdata;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iam_core::audit::{AccountReport, Report, ReportedGap};
use iam_core::check::{Check, SubjectKind};
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::fact::{Fact, FileId, Reason, parse_time};
use iam_core::input::credential_report::{self, Column};
use iam_core::input::{InputFile, Parsed, may_be_artefact, read};

/// One check for each way in which damage can hit: the account, root, a user, a key, a listing.
const REPRESENTATIVE: [&str; 5] = [
    "root-without-mfa",
    "console-without-mfa",
    "access-key-unused",
    "password-policy-short",
    "mfa-device-unassigned",
];

/// One check for each kind of entry of the account authorization details.
const OF_DETAILS: [&str; 6] = [
    "user-without-group",
    "user-policy-attached-directly",
    "group-empty",
    "role-unused",
    "managed-policy-unused",
    "quarantine-policy-attached",
];

/// One check for each kind of answer of Access Analyzer.
const OF_ACCESS_ANALYZER: [&str; 4] =
    ["access-analyzer-missing", "access-analyzer-inactive", "external-access", "archive-rule-broad"];

/// Judges a folder of `testdata/broken/`; `judged` names everyone about whom something can still be said.
#[track_caller]
fn broken(kind: &str, judged: &[&str], said: &[&str]) {
    broken_for(&REPRESENTATIVE, kind, judged, said);
}

#[track_caller]
fn broken_for(checks: &[&str], kind: &str, judged: &[&str], said: &[&str]) {
    let files = || testdata::folder(&format!("broken/{kind}"));
    let representative: Vec<&'static Check> = checks.iter().filter_map(|id| checks::find(id)).collect();
    let report = testdata::judge(files(), &representative);
    let shown = show(&report);
    for part in said {
        assert!(shown.contains(part), "`{part}` is not said:\n{shown}");
    }
    let names: BTreeSet<&str> = report.accounts.iter().flat_map(names_judged).collect();
    assert_eq!(names, judged.iter().copied().collect(), "{shown}");
    insta::assert_snapshot!(kind, shown);

    let all = testdata::judge(files(), checks::ALL);
    for gap in all.accounts.iter().flat_map(|account| &account.gaps) {
        assert_ne!(gap.reason, Reason::Internal, "{gap:?}");
    }
}

/// Root and users with at least one verdict other than unknown.
fn names_judged(account: &AccountReport) -> impl Iterator<Item = &str> {
    let failed = account.findings.iter().map(|finding| &finding.subject);
    let silent = account.silent.iter().map(|silent| &silent.subject);
    failed
        .chain(silent)
        .filter(|subject| {
            !matches!(
                subject.kind,
                SubjectKind::Account | SubjectKind::VirtualMfaDevice | SubjectKind::UnreadRow
            )
        })
        .map(|subject| &*subject.name)
}

fn show(report: &Report) -> String {
    let mut shown = String::new();
    for account in &report.accounts {
        writeln!(shown, "account {}, {} users", account.name(), account.users).unwrap();
        for (check, counts) in &account.coverage {
            writeln!(
                shown,
                "  {check}: {} pass, {} fail, {} not applicable, {} unknown",
                counts.pass, counts.fail, counts.not_applicable, counts.unknown
            )
            .unwrap();
        }
        for gap in &account.gaps {
            show_gap(gap, &mut shown);
        }
    }
    for file in &report.unused {
        let fault = if file.is_fault { "" } else { " (no fault)" };
        writeln!(shown, "unused {}: {}{fault}\n  {}", file.path, file.why, file.remedy).unwrap();
    }
    shown
}

fn show_gap(gap: &ReportedGap, shown: &mut String) {
    let place = match (&gap.path, &gap.region) {
        (Some(path), Some(region)) => format!(" {path}:{}:{}-{}", region.line, region.start, region.end),
        (Some(path), None) => format!(" {path}"),
        (None, _) => String::new(),
    };
    writeln!(shown, "  gap {}{place}: {} [blocks {}]\n    {}", gap.reason, gap.what, gap.blocks, gap.remedy)
        .unwrap();
}

const ALL: [&str; 3] = ["root", "deploy", "olga"];

#[test]
fn crlf_changes_nothing() {
    broken("crlf", &ALL, &["account 111122223333, 2 users"]);
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    broken("byte-order-mark", &ALL, &[]);
}

#[test]
fn utf_16_as_powershell_writes_it_is_read() {
    broken("utf-16-little-endian", &ALL, &[]);
    broken("utf-16-big-endian", &ALL, &[]);
    broken("utf-16-without-mark", &ALL, &[]);
}

#[test]
fn findings_that_are_cut_off_are_no_list_of_findings() {
    let outside = ["outside", "eu-west-1"];
    broken_for(&OF_ACCESS_ANALYZER, "findings-cut-off", &outside, &["EOF while parsing"]);
}

#[test]
fn damaged_findings_rules_and_analyzers_cost_only_themselves() {
    let judged = ["eu-west-1", "outside", "fine of outside", "good", "no-date", "no-list", "two-keys"];
    let said =
        ["found `7`", "an object with one key", "`TimeTravel` is not understood", "the ARN of an analyzer"];
    broken_for(&OF_ACCESS_ANALYZER, "findings-damaged-entries", &judged, &said);
}

#[test]
fn findings_that_name_no_analyzer_are_told_and_complete_nothing() {
    let judged = ["good"];
    let said = ["does not say which analyzer it is about", "does not say which Region it is about"];
    broken_for(&OF_ACCESS_ANALYZER, "findings-of-nobody", &judged, &said);
}

#[test]
fn semicolons_are_recognised_and_explained() {
    broken("semicolons", &[], &["semicolons instead of commas?"]);
}

#[test]
fn a_report_with_all_cells_quoted_is_read() {
    broken("quoted-everywhere", &ALL, &[]);
}

#[test]
fn a_row_that_is_cut_off_is_the_only_one_not_judged() {
    broken(
        "last-row-cut-off",
        &["root", "deploy"],
        &["line 4: found ", "expected 22 as in the header: `olga`"],
    );
}

#[test]
fn dates_of_spreadsheets_are_not_guessed() {
    let said = [
        "credential-report.csv:3:",
        "column `access_key_1_last_used_date`: found `45306.99`",
        "column `access_key_2_last_rotated`: found `3/1/2023 8:00`",
        "credential-report.csv:4:",
        "column `mfa_active`: found `WAHR`",
    ];
    broken("spreadsheet-dates", &ALL, &said);
}

#[test]
fn rows_with_too_many_or_too_few_cells_are_left_out() {
    let said = ["line 3: found 24 cells, expected 22", "line 4: found 19 cells, expected 22"];
    broken("wrong-cell-counts", &["root"], &said);
}

#[test]
fn the_same_row_twice_counts_once() {
    broken(
        "duplicate-user-same",
        &ALL,
        &["line 5: the row of user `deploy` stands in the report more than once"],
    );
}

#[test]
fn differing_rows_of_a_user_count_neither() {
    let said = ["line 4: one of several differing rows of user `olga`", "line 5: one of several"];
    broken("duplicate-user-differing", &["root", "deploy"], &said);
    broken(
        "duplicate-user-case",
        &["root", "deploy"],
        &["line 4: one of several differing rows of user `olga`"],
    );
}

#[test]
fn neither_of_two_root_rows_is_believed() {
    broken(
        "two-root-rows",
        &["deploy", "olga"],
        &["line 2: one of several rows of the root user", "line 3: one of"],
    );
}

#[test]
fn without_a_root_row_root_is_unknown() {
    broken("no-root-row", &["deploy", "olga"], &["the report has no row of the root user"]);
}

#[test]
fn a_row_of_another_account_is_left_out() {
    broken(
        "foreign-account-row",
        &["root", "deploy"],
        &["line 4: ARN `arn:aws:iam::444455556666:user/olga` belongs to another account"],
    );
}

#[test]
fn a_quotation_mark_without_its_partner_hides_the_rest_and_says_where() {
    broken("unterminated-quote", &["root"], &["line 3: found 1 cells, expected 22"]);
}

#[test]
fn a_cell_that_swallows_the_row_of_another_user_is_not_believed() {
    broken("quote-over-rows", &["root"], &["line 3: a cell goes on over the end of its line: `deploy`"]);
}

#[test]
fn a_header_with_thousands_of_columns_or_over_several_lines_is_refused() {
    let wide = format!("user,arn{}\n", ",x".repeat(70_000));
    let long = "user,arn,\"mfa_active\n<root_account>,arn:aws:iam::111122223333:root,true\"\n".to_owned();
    for (csv, said) in [(wide, "the first line has 70002 columns"), (long, "over the end of the first line")]
    {
        let error = read(csv.into_bytes(), FileId(0)).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_quotation_mark_inside_a_cell_is_a_character_like_others() {
    let csv = "user,arn,access_key_1_last_used_region,access_key_1_last_used_service\n\
        olga,arn:aws:iam::111122223333:user/olga,5\"0,\"s3\"x\"y\n\
        sven,arn:aws:iam::111122223333:user/sven,x,y\n";
    let (report, gaps) = credential_report::parse(csv.into(), FileId(0)).unwrap();
    let row = report.users().next().unwrap();
    let cell = |column| match row.text(column) {
        Fact::Seen(text, source) => (text, report.region(source.place).unwrap()),
        Fact::Unknown(gap) => panic!("{gap:?}"),
    };
    assert_eq!(cell(Column::AccessKey1LastUsedRegion), ("5\"0", (2, 42, 45)), "{gaps:?}");
    assert_eq!(cell(Column::AccessKey1LastUsedService), ("s3x\"y", (2, 46, 53)));
    assert_eq!(report.users().count(), 2);
}

#[test]
fn a_name_that_is_no_text_cannot_be_judged() {
    broken("name-not-utf-8", &["root", "deploy"], &["line 4: user `ol\u{fffd}ga`"]);
}

#[test]
fn an_empty_file_is_a_fault() {
    broken("empty-file", &[], &["the file is empty"]);
}

#[test]
fn an_account_without_users_is_judged() {
    broken("no-users", &["root"], &["0 users"]);
}

#[test]
fn a_header_alone_is_a_report_without_root() {
    broken("header-only", &[], &["the report has no row of the root user"]);
}

#[test]
fn a_second_header_is_a_row_that_names_nobody() {
    broken("header-twice", &ALL, &["line 3: user `user` with ARN `arn` names no IAM user"]);
}

#[test]
fn empty_lines_do_not_shift_line_numbers() {
    broken("empty-lines", &ALL, &[]);
}

#[test]
fn an_empty_cell_is_unknown() {
    let said = [
        "column `mfa_active`: found ``",
        "column `access_key_1_active`: found ``",
        "column `password_enabled`: found ``",
    ];
    broken("empty-cells", &["deploy", "olga"], &said);
}

#[test]
fn base64_that_ends_too_early_says_so() {
    broken("truncated-base64", &["root", "deploy"], &["line 4: found 10 cells"]);
    broken("truncated-base64-at-a-quad", &["root", "deploy"], &["line 4"]);
    broken("damaged-base64", &[], &["the base64 of the report cannot be decoded"]);
}

#[test]
fn base64_without_its_json_and_json_without_base64_are_read() {
    broken("bare-base64", &ALL, &[]);
    broken("decoded-content", &ALL, &[]);
}

#[test]
fn a_generated_time_that_is_no_date_is_a_gap_and_hides_nothing_else() {
    broken("generated-time-not-a-date", &ALL, &["`GeneratedTime`: found", "yesterday"]);
}

#[test]
fn json_that_ends_too_early_is_a_fault() {
    broken("truncated-json", &[], &["line 3 column "]);
    broken("content-is-no-text", &[], &["`Content` is missing or is no text"]);
}

#[test]
fn json_of_the_wrong_shape_says_where() {
    let said = [
        "at /SummaryMap/Users: found",
        "at /PasswordPolicy: found",
        "at /VirtualMFADevices/0/SerialNumber: found `7`, expected a text",
        "at /VirtualMFADevices/1/SerialNumber: found nothing",
        "at /VirtualMFADevices/2/User/Arn: found",
        "at /ServerCertificateMetadataList: found",
        "at /EnabledFeatures: found",
        "at /ServiceSpecificCredentials/0/Status: found",
        "at /ServiceSpecificCredentials/0/CreateDate: found",
    ];
    broken("json-of-wrong-shape", &[], &said);
    broken("json-list", &[], &["unused account-summary.json"]);
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    for (open, close) in [("[", "]"), ("{\"SummaryMap\":", "}")] {
        let bytes = format!("{{\"SummaryMap\":{}1{}}}", open.repeat(200_000), close.repeat(200_000));
        let file = InputFile { path: "deep.json".to_owned(), bytes: bytes.into_bytes() };
        let report = testdata::judge(vec![(file, Given::ByName)], checks::ALL);
        let gaps = &report.accounts[0].gaps;
        assert!(gaps.iter().any(|gap| gap.what.contains("recursion limit")), "{gaps:?}");
    }
}

#[test]
fn a_listing_that_is_cut_off_is_not_taken_for_the_whole() {
    broken("cut-listing", &ALL, &["the list of virtual MFA devices goes on after item 0"]);
}

#[test]
fn a_damaged_entry_of_the_details_costs_itself_alone() {
    let said = [
        "at /UserDetailList/1/UserName: found nothing, expected a text",
        "at /UserDetailList/2: found `\\\"olga\\\"`, expected an object",
        "at /UserDetailList/3/GroupList: found",
        "at /GroupDetailList/0/GroupPolicyList/0/PolicyDocument: found nothing, expected a policy document",
        "at /RoleDetailList/0/RoleLastUsed: found",
        "at /RoleDetailList/1/AssumeRolePolicyDocument: found `[]`, expected a policy document",
        "`arn:aws:iam::444455556666:role/foreign` belongs to another account",
        "at /RoleDetailList/3/Arn: found",
        "at /Policies/0/AttachmentCount: found",
        "at /Policies/1: the key `PolicyName` stands twice in the same object",
    ];
    broken_for(&OF_DETAILS, "details-damaged-entries", &["deploy", "olga", "old"], &said);
}

#[test]
fn lists_that_a_filter_left_empty_are_not_empty() {
    let said = [
        "user `deploy` and 1 more of the credential report was not in the account authorization details",
        "nothing tells whether --filter left them out",
    ];
    broken_for(&OF_DETAILS, "details-filtered", &["web"], &said);
}

#[test]
fn policies_and_groups_that_are_named_and_not_listed_are_gaps() {
    let said = [
        "policy `upload` was not in the account authorization details",
        "policy `ReadOnlyAccess` was not in",
        "policy `boundary` was not in",
        "group `ci` was not in",
    ];
    broken_for(&OF_DETAILS, "details-missing-policy", &["deploy", "web", "other"], &said);
}

#[test]
fn nothing_tells_that_a_page_in_the_middle_is_missing() {
    let said = ["nothing tells whether the 2 files hold all pages of the account authorization details"];
    broken_for(&OF_DETAILS, "details-page-lost", &["deploy", "web", "other"], &said);
}

#[test]
fn details_that_end_too_early_are_none() {
    broken_for(&OF_DETAILS, "details-cut-off", &[], &["line 24 column "]);
}

#[test]
fn of_two_differing_entries_neither_is_believed() {
    let said = ["two entries say different things of `arn:aws:iam::111122223333:user/olga`"];
    broken_for(&OF_DETAILS, "details-twice", &["deploy", "web", "other"], &said);
}

#[test]
fn names_that_look_like_formulas_are_read_as_they_stand() {
    broken("formula-names", &["root", "=HYPERLINK(\"http://example.com\")", "@SUM(A1)"], &[]);
}

#[test]
fn escape_sequences_in_names_are_kept_as_data_and_escaped_in_gaps() {
    broken("escape-sequences", &["root", "de\u{1b}[31mploy", "ol\u{202e}ga"], &[]);
}

#[test]
fn dates_after_the_as_of_are_pointed_out() {
    broken(
        "future-dates",
        &ALL,
        &["2 moments in the report lie after the as-of", "the latest is 2030-01-01T00:00:00Z in line 4"],
    );
}

#[test]
fn an_active_key_without_a_date_is_never_no_key() {
    let said = [
        "column `access_key_1_active` is `true`, but column `access_key_1_last_rotated` is `N/A`",
        "column `password_enabled` is `true`, but column `password_last_used` is `N/A`",
    ];
    broken("active-key-without-date", &ALL, &said);
}

#[test]
fn columns_may_be_added_and_stand_in_any_order() {
    broken("unknown-columns", &ALL, &[]);
    broken("reordered-columns", &ALL, &[]);
    broken("23-columns", &ALL, &[]);
}

#[test]
fn of_a_column_that_stands_twice_neither_is_believed() {
    broken("column-twice", &["deploy", "olga"], &["more than one column `mfa_active`"]);
}

#[test]
fn other_tables_are_no_reports() {
    broken("another-table", &[], &["not recognised as the output of any call"]);
}

#[test]
fn what_became_of_a_report_is_told_from_other_tables() {
    broken("tabs", &[], &["no column `user` (tabs instead of commas?)"]);
    let csv = include_str!("../../../testdata/accounts/bare-csv/credential-report.csv");
    for column in ["user", "arn"] {
        let lost = csv.replacen(&format!("{column},"), "lost,", 1);
        assert!(may_be_artefact("download", lost.as_bytes()), "{lost}");
        let error = read(lost.into(), FileId(0)).unwrap_err().to_string();
        assert!(error.contains(&format!("the first line has no column `{column}`: ")), "{error}");
    }
}

#[test]
fn what_the_aws_cli_prints_as_text_is_read_with_its_time() {
    let csv = include_bytes!("../../../testdata/accounts/bare-csv/credential-report.csv");
    let base64 = STANDARD.encode(csv);
    let text = format!("{base64}\t2026-01-15T08:00:00+00:00\ttext/csv\n");
    let Parsed::CredentialReport(report) = read(text.into(), FileId(0)).unwrap().unwrap().parsed else {
        panic!()
    };
    assert_eq!(report.users().count(), 2);
    assert_eq!(report.generated().known().unwrap(), parse_time("2026-01-15T08:00:00Z").unwrap());
}

#[test]
fn what_the_aws_cli_prints_as_yaml_is_told_with_what_to_do() {
    for (yaml, command) in [
        ("SummaryMap:\n  Users: 3\n", "aws iam get-account-summary"),
        (
            "Content: dXNlcixhcm4s\nGeneratedTime: '2026-01-15T08:00:00+00:00'\n",
            "aws iam get-credential-report",
        ),
    ] {
        let error = read(yaml.into(), FileId(0)).unwrap_err();
        assert_eq!(error.to_string(), "this is YAML, expected JSON");
        let remedy = error.remedy();
        assert!(remedy.ends_with(&format!("{command}` with --output json")), "{remedy}");
    }
    assert!(read(b"Content: a book\n".to_vec(), FileId(0)).unwrap().is_none());
}

#[test]
fn whatever_is_read_is_also_looked_for_in_folders() {
    let accounts = testdata::names("accounts").into_iter().map(|name| format!("accounts/{name}"));
    let damaged = testdata::names("broken").into_iter().map(|name| format!("broken/{name}"));
    for folder in accounts.chain(damaged) {
        for (file, _) in testdata::folder(&folder) {
            let start: Vec<u8> = file.bytes.iter().take(4_096).copied().collect();
            let is_read = matches!(read(file.bytes, FileId(0)), Ok(Some(_)));
            // The name says nothing here.
            assert!(!is_read || may_be_artefact("download", &start), "{folder}/{}", file.path);
        }
    }
}

#[test]
fn a_sentence_with_the_words_of_a_header_is_no_report() {
    for text in ["Things to learn, in this order\n", "user,arnold\n", "superuser, arn\n"] {
        assert!(read(text.into(), FileId(0)).unwrap().is_none(), "{text}");
        assert!(!may_be_artefact("notes", text.as_bytes()), "{text}");
    }
}

#[test]
fn every_kind_of_damage_has_a_test() {
    let source = include_str!("broken_input.rs");
    for kind in testdata::names("broken") {
        assert!(source.contains(&format!("\"{kind}\"")), "{kind} has no test");
    }
}
