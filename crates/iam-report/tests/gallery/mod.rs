//! Two accounts in which everything that a renderer has to show occurs at least once: names that a spreadsheet, a browser or
//! a terminal would obey, waivers, unknown verdicts, gaps, proofs with and without a line, CloudTrail events with a program
//! that nobody would call so, and files of no use.

use iam_core::audit::{AsOf, AsOfFrom, Keep, Report, Settings, audit};
use iam_core::check::{Check, CheckId, Judge, Mappings, Remedy, Severity, Step};
use iam_core::checks;
use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;

/// A bare CSV, so that proofs have lines and columns. Names hold formulas, quotes, HTML, links, escape sequences and
/// right-to-left overrides; one cell and one row cannot be read; one date lies after the as-of.
const BARE_REPORT: &str = "\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2020-01-01T08:00:00Z,true,2026-01-10T08:00:00Z,2020-01-01T08:00:00Z,not_supported,false,true,2020-01-01T08:00:00Z,2025-12-24T08:00:00Z,us-east-1,iam,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
busy,arn:aws:iam::111122223333:user/busy,2023-03-01T08:00:00Z,true,2026-01-14T08:00:00Z,2025-12-01T08:00:00Z,N/A,true,true,2025-12-01T08:00:00Z,2026-01-14T08:00:00Z,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
deploy,arn:aws:iam::111122223333:user/ci/deploy,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,2024-12-11T08:00:00Z,eu-west-1,s3,true,2023-11-07T08:00:00Z,N/A,N/A,N/A,true,2022-11-07T08:00:00Z,false,N/A
vendor,arn:aws:iam::111122223333:user/vendor,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,2024-12-11T08:00:00Z,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
=cmd|'/c calc'!A1,arn:aws:iam::111122223333:user/=cmd|'/c calc'!A1,2023-03-01T08:00:00Z,true,no_information,2023-03-01T08:00:00Z,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
-2+3@SUM,arn:aws:iam::111122223333:user/-2+3@SUM,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
\"say \"\"hi\"\", twice\",\"arn:aws:iam::111122223333:user/say \"\"hi\"\", twice\",2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
<script>alert(1)</script>,arn:aws:iam::111122223333:user/<script>alert(1)</script>,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
[a](https://example.com),arn:aws:iam::111122223333:user/[a](https://example.com),2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
esc\u{1b}[31m\u{202e}kcab,arn:aws:iam::111122223333:user/esc\u{1b}[31m\u{202e}kcab,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2023-03-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
garbled,arn:aws:iam::111122223333:user/garbled,2023-03-01T08:00:00Z,perhaps,N/A,N/A,N/A,perhaps,true,2023-03-01T08:00:00Z,1/15/2026 8:00,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
early,arn:aws:iam::111122223333:user/early,2026-02-01T08:00:00Z,false,N/A,N/A,N/A,false,true,2026-02-01T08:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
nobody,no ARN at all,2023-03-01T08:00:00Z,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
";

/// As `aws iam get-credential-report` prints it, so that proofs have no line, with columns missing.
const WRAPPED_REPORT: &str = r#"{
  "Content": "user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated\n<root_account>,arn:aws-us-gov:iam::444455556666:root,2020-01-01T08:00:00Z,false,N/A,false,N/A\nold,arn:aws-us-gov:iam::444455556666:user/old,2023-03-01T08:00:00Z,true,2023-11-07T08:00:00Z,false,N/A\nworn,arn:aws-us-gov:iam::444455556666:user/worn,2023-03-01T08:00:00Z,false,2023-11-07T08:00:00Z,false,N/A\n",
  "ReportFormat": "text/csv",
  "GeneratedTime": "2026-01-15T06:30:00+00:00"
}"#;

const DENIED_POLICY: &str =
    "An error occurred (AccessDenied) when calling the GetAccountPasswordPolicy operation: not authorized";

const ALIASES: &str = r#"{"AccountAliases": ["acme-production"]}"#;

const SUMMARY: &str = r#"{"SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "Users": 12}}"#;

/// Two events of root, one by a program with an escape sequence, a formula and a link in its name; then the file breaks off.
const TRAIL: &str = r#"{"Records": [
{"userIdentity": {"type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"}, "eventTime": "2026-01-10T08:00:00Z", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "Mozilla/5.0", "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "Yes"}, "eventID": "1a2b-0001", "readOnly": false, "recipientAccountId": "111122223333"},
{"userIdentity": {"type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"}, "eventTime": "2026-01-10T08:01:00Z", "eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "=cmd[31m [a](https://example.com)", "eventID": "1a2b-0002", "readOnly": false, "recipientAccountId": "111122223333"},
{"userIdentity": {"type": "IAMUs"#;

/// Accepts `vendor`, accepted `deploy` until too long ago, and accepts somebody who is not there.
const SETTINGS: &str = r#"
[checks.access-key-unused]
unused-after-days = 60

[[waive]]
check   = "access-key-unused"
subject = "arn:aws:iam::111122223333:user/vendor"
until   = 2026-06-30
reason  = "rotation blocked by the vendor, ticket OPS-812"
owner   = "platform team"

[[waive]]
check   = "access-key-unused"
subject = "arn:aws:iam::111122223333:user/ci/*"
slot    = 1
until   = 2025-06-30
reason  = "=migration"

[[waive]]
check   = "access-key-unused"
subject = "arn:aws:iam::111122223333:user/gone"
until   = 2026-06-30
reason  = "left the company"
"#;

/// Speaks of waivers that match nothing, so that the report has a finding of no account.
static WAIVER_IN_GALLERY: Check = Check {
    id: CheckId("waiver-in-gallery"),
    since: "0.1.0",
    title: "Waiver for nobody",
    severity: Severity::Info,
    severity_reason: "a stale line of the settings file",
    enabled: true,
    needs: &[],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy { risk: "None.", steps: &[Step::think("Remove the waiver.")], console: "" },
    page: "# Waiver for nobody\n\n## What it looks at\n\nWaivers.\n",
    judge: Judge::Waiver(|waiver, _| {
        (waiver.matched == 0).then(|| format!("the waiver for {} matches nothing", waiver.subject))
    }),
};

/// The gallery's report.
pub(crate) fn report(keep: Keep) -> Report {
    let file = |path: &str, text: &str| {
        let file = InputFile { path: path.to_owned(), bytes: text.into() };
        (file, Given::InFolder)
    };
    let mut evidence = assemble(vec![
        file("acme/111122223333/credential-report.csv", BARE_REPORT),
        file("acme/111122223333/account-summary.json", SUMMARY),
        file("acme/111122223333/account-aliases.json", ALIASES),
        file("acme/111122223333/account-password-policy.json", DENIED_POLICY),
        file("acme/444455556666/credential report.json", WRAPPED_REPORT),
        file("acme/444455556666/broken.json", "{\"SummaryMap\": {"),
        file("acme/notes.txt", "Dear diary"),
    ]);
    let mut fold = Fold::new(Selection::default(), Limits::default());
    fold.read(TrailFile::named("acme/cloudtrail/us east.json"), TRAIL.as_bytes());
    evidence.join_activity(fold.finish());
    let mut all = checks::ALL.to_vec();
    all.push(&WAIVER_IN_GALLERY);
    let mut settings = Settings::parse(SETTINGS, &all).expect("the settings are valid");
    settings.keep = keep;
    let at = parse_time("2026-01-15T08:00:00Z").expect("the as-of is RFC 3339");
    let from = AsOfFrom::Given;
    audit(&evidence, &all, &settings, AsOf { at, from })
}
