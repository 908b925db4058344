//! The files in `examples/automation`: they are what their kind demands, and what they run, runs.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use saphyr::{LoadableYamlNode as _, Yaml};
use support::{root, run_in};

fn folder() -> PathBuf {
    root().join("examples/automation")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// The commands of ours in a shell script, each as its words.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for line in script.replace("\\\n", " ").lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        for part in line.split(['|', ';', '&']) {
            let words: Vec<&str> = part.split_whitespace().skip_while(|word| *word == "run").collect();
            if words.first() == Some(&"iam-audit") {
                let own = words.iter().skip(1).take_while(|word| !word.starts_with('>'));
                commands.push(own.map(|word| word.trim_matches('"').to_owned()).collect());
            }
        }
    }
    commands
}

/// Whether the program takes these arguments; files that are not there are another matter.
fn assert_accepted(script: &str) {
    let commands = commands(script);
    assert!(commands.len() > 2, "{commands:?}");
    let empty = tempfile::tempdir().unwrap();
    for command in commands {
        // Without network code it says so, with it it would go and ask AWS.
        let is_fetch = command.first().is_some_and(|verb| verb == "fetch");
        let dry = is_fetch.then(|| "--dry-run".to_owned());
        // What a variable stands for is some word.
        let words: Vec<String> = command
            .into_iter()
            .map(|word| if word.starts_with('$') { "slack".to_owned() } else { word })
            .chain(dry)
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = run_in(empty.path(), &words, &[], "");
        assert!(!ran.err.contains("try '--help'"), "{words:?}: {}", ran.err);
    }
}

#[test]
fn commands_are_found_and_wrong_ones_are_refused() {
    assert_eq!(
        commands("run iam-audit a \\\n  -b | x\ncd y; iam-audit \"c\" > d"),
        [["a", "-b"].map(str::to_owned).to_vec(), vec!["c".to_owned()]]
    );
    let wrong = run_in(&root(), &["check", "x", "--no-such-option"], &[], "");
    assert!(wrong.err.contains("try '--help'"), "{}", wrong.err);
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn permissions<'y>(job: &'y Yaml<'_>) -> Vec<(&'y str, &'y str)> {
    let permissions = job["permissions"].as_mapping().unwrap().iter();
    permissions.map(|(name, level)| (name.as_str().unwrap(), level.as_str().unwrap())).collect()
}

#[test]
fn the_workflow_asks_for_little_and_pins_what_it_uses() {
    let text = text("github-workflow.yml");
    let documents = Yaml::load_from_str(&text).unwrap();
    let [workflow] = documents.as_slice() else { panic!("one document") };
    assert_eq!(workflow["permissions"].as_mapping().map(saphyr::Mapping::len), Some(0));
    assert!(workflow["on"]["schedule"][0]["cron"].as_str().unwrap().split(' ').count() == 5);
    // What is built sees no token of the role.
    let build = &workflow["jobs"]["build"];
    assert_eq!(permissions(build), []);
    // Nobody runs a commit that somebody else has chosen.
    assert_eq!(build["env"]["IAM_AUDIT_COMMIT"].as_str(), Some("${{ vars.IAM_AUDIT_COMMIT }}"));
    let install = build["steps"][1]["run"].as_str().unwrap();
    assert!(install.contains("--rev \"$IAM_AUDIT_COMMIT\"") && !install.contains("--tag"), "{install}");
    let audit = &workflow["jobs"]["audit"];
    assert_eq!(audit["needs"].as_str(), Some("build"));
    assert_eq!(
        permissions(audit),
        [("actions", "read"), ("contents", "read"), ("id-token", "write"), ("security-events", "write")]
    );
    let mut scripts = String::new();
    for step in [build, audit].into_iter().flat_map(|job| job["steps"].as_sequence().unwrap()) {
        if let Some(action) = step.as_mapping_get("uses").and_then(Yaml::as_str) {
            let (_, commit) = action.split_once('@').unwrap();
            assert!(is_commit(commit), "{action}");
            // People read the version, machines the commit.
            assert!(text.contains(&format!("{action} # v")), "{action}");
        }
        if let Some(script) = step.as_mapping_get("run").and_then(Yaml::as_str) {
            assert!(!script.contains("${{"), "what others choose would be run as a command: {script}");
            scripts.push_str(script);
            scripts.push('\n');
        }
    }
    assert!(audit["steps"].as_sequence().unwrap().iter().all(|step| {
        step.as_mapping_get("run").and_then(Yaml::as_str).is_none_or(|script| !script.contains("cargo"))
    }));
    assert!(!text.contains("aws-access-key-id") && !text.contains("aws-secret-access-key"));
    assert_accepted(&scripts);
}

#[test]
fn the_workflow_stops_at_once_where_a_variable_is_wrong() {
    const COMMIT: &str = "64a8089dfe586aa046472191b143417175c1f178";
    const ROLE: &str = "arn:aws:iam::111122223333:role/iam-audit";
    let text = text("github-workflow.yml");
    let documents = Yaml::load_from_str(&text).unwrap();
    let step = &documents[0]["jobs"]["build"]["steps"][0];
    let script = step["run"].as_str().unwrap();
    let short = COMMIT.strip_prefix('6').unwrap();
    let (upper, longer, lines) = (COMMIT.to_uppercase(), format!("{COMMIT}0"), format!("x\n{COMMIT}"));
    for (commit, role, chat, expected) in [
        (COMMIT, ROLE, "", None),
        (COMMIT, "arn:aws-us-gov:iam::111122223333:role/audits/iam-audit", "teams", None),
        ("", ROLE, "", Some("IAM_AUDIT_COMMIT")),
        ("v0.1.0", ROLE, "", Some("IAM_AUDIT_COMMIT")),
        ("main", ROLE, "", Some("IAM_AUDIT_COMMIT")),
        (short, ROLE, "", Some("IAM_AUDIT_COMMIT")),
        (&upper, ROLE, "", Some("IAM_AUDIT_COMMIT")),
        (&longer, ROLE, "", Some("IAM_AUDIT_COMMIT")),
        (&lines, ROLE, "", Some("IAM_AUDIT_COMMIT")),
        (COMMIT, "", "", Some("IAM_AUDIT_ROLE")),
        (COMMIT, "iam-audit", "", Some("IAM_AUDIT_ROLE")),
        (COMMIT, "arn:aws:iam::111122223333:user/anna", "", Some("IAM_AUDIT_ROLE")),
        (COMMIT, ROLE, "irc", Some("IAM_AUDIT_CHAT")),
    ] {
        // As GitHub runs it.
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env("IAM_AUDIT_COMMIT", commit)
            .env("IAM_AUDIT_ROLE", role)
            .env("IAM_AUDIT_CHAT", chat)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(i32::from(expected.is_some())),
            "{commit} {role} {chat}: {said}"
        );
        let is_told = expected.is_none_or(|name| said.starts_with("::error::") && said.contains(name));
        assert!(is_told && (expected.is_some() || said.is_empty()), "{commit} {role} {chat}: {said}");
    }
}

#[test]
fn the_script_runs_commands_that_the_program_takes() {
    assert_accepted(&text("weekly.sh"));
}

/// Puts a program into a folder.
fn program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A machine on which the script runs: a fetch that copies an account, and a chat and a mailer that keep what they are told.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = Self { folder };
        let (programs, sent) = (machine.at("bin"), machine.at("sent"));
        for made in [&programs, &sent] {
            fs::create_dir(made).unwrap();
        }
        let fetch = format!(
            "if [ \"$1\" = fetch ]; then\n\
             if [ -e \"$3\" ]; then echo gone on with >> {sent}/fetched; rm -r \"$3\"; fi\n\
             cp -r \"$ACCOUNT\" \"$3\"; exit 4\nfi\nexec {audit} \"$@\"",
            sent = sent.display(),
            audit = env!("CARGO_BIN_EXE_iam-audit")
        );
        program(&programs, "iam-audit", &fetch);
        let keep = |name: &str| {
            format!("echo \"$@\" >> {0}/arguments; cat >> {0}/{name}; echo >> {0}/{name}", sent.display())
        };
        program(&programs, "curl", &keep("messages"));
        program(&programs, "sendmail", &format!("{}; echo END >> {}/mail", keep("mail"), sent.display()));
        fs::write(machine.at("chat"), "url = \"https://hooks.example.com/secret\"\n").unwrap();
        machine
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// What the script says, and whether it went well.
    fn week(&self, account: &Path, settings: &[(&str, &str)]) -> (bool, String) {
        // As cron has it; the program is found by AUDIT_PATH.
        let output = Command::new("sh")
            .arg(folder().join("weekly.sh"))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AUDIT_PATH", self.at("bin"))
            .env("ACCOUNT", account)
            .env("AUDIT_FOLDER", self.at("kept"))
            .envs(settings.iter().copied())
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn week_with_chat(&self, account: &Path) -> String {
        let (is_fine, said) = self.week(account, &[("AUDIT_CHAT", self.at("chat").to_str().unwrap())]);
        assert!(is_fine, "{said}");
        said
    }

    fn last_message(&self) -> String {
        let messages = fs::read_to_string(self.at("sent/messages")).unwrap();
        let last = messages.lines().rfind(|line| !line.is_empty()).unwrap();
        let message: serde_json::Value = serde_json::from_str(last).unwrap();
        message["text"].as_str().unwrap().to_owned()
    }
}

fn account(name: &str) -> PathBuf {
    root().join("testdata/accounts").join(name)
}

#[test]
fn the_script_audits_tells_what_changed_and_tells_the_chat() {
    let machine = Machine::new();
    machine.week_with_chat(&account("clean"));
    assert!(machine.at("kept/snapshot").is_dir() && !machine.at("kept/diff.txt").exists());
    machine.week_with_chat(&account("two-findings"));
    let changes = fs::read_to_string(machine.at("kept/diff.txt")).unwrap();
    assert!(changes.contains("new  "), "{changes}");
    assert!(machine.at("kept/snapshot").is_dir() && !machine.at("kept/snapshot.new").exists());
    let message = machine.last_message();
    assert!(message.contains("2 findings"), "{message}");
    // Everybody on the machine sees the arguments of programs.
    assert!(!fs::read_to_string(machine.at("sent/arguments")).unwrap().contains("secret"));
    // What the account looks like is nobody else's business.
    assert_eq!(fs::metadata(machine.at("kept/report.json")).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn an_interrupted_snapshot_is_gone_on_with_for_a_day_only() {
    const HOUR: Duration = Duration::from_secs(3_600);
    for (begun, is_kept) in [(Some(20), true), (Some(25), false), (Some(7 * 24), false), (None, false)] {
        let machine = Machine::new();
        fs::create_dir_all(machine.at("kept/snapshot.new")).unwrap();
        if let Some(hours) = begun {
            let mark = fs::File::create(machine.at("kept/snapshot.begun")).unwrap();
            mark.set_modified(SystemTime::now() - HOUR * hours).unwrap();
        }
        let said = machine.week_with_chat(&account("clean"));
        assert_eq!(machine.at("sent/fetched").exists(), is_kept, "{begun:?}");
        assert_eq!(said.contains("more than a day ago"), !is_kept, "{said}");
        assert!(!machine.at("kept/snapshot.begun").exists());
    }
}

#[test]
fn an_audit_that_saw_little_is_told() {
    let machine = Machine::new();
    let blind = machine.at("blind");
    fs::create_dir(&blind).unwrap();
    for (name, content) in [
        (
            "account-authorization-details.json",
            r#"{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], "IsTruncated": false}"#,
        ),
        (
            "manifest.json",
            r#"{"tool": "iam-audit 0.1.0", "account": "123456789012", "partition": "aws", "started": "2026-01-15T08:00:05Z",
                "finished": "2026-01-15T08:00:12Z", "calls": [{"operation": "GenerateCredentialReport", "file": null,
                "status": "denied", "time": "2026-01-15T08:00:07Z", "error": "AccessDenied"}]}"#,
        ),
    ] {
        fs::write(blind.join(name), content).unwrap();
    }
    let said = machine.week_with_chat(&blind);
    assert!(said.contains("not everything was seen by: iam-audit check"), "{said}");
    let message = machine.last_message();
    assert!(message.contains("no findings, but ") && message.contains("verdicts are not known"), "{message}");
}

#[test]
fn everybody_is_mailed_once_and_wrong_settings_stop_the_script() {
    let machine = Machine::new();
    let mailed = [("AUDIT_FORMAT", "email"), ("AUDIT_MAIL", "security@example.com")];
    let (is_fine, said) = machine.week(&account("two-findings"), &mailed);
    assert!(is_fine, "{said}");
    let mail = fs::read_to_string(machine.at("sent/mail")).unwrap();
    assert!(mail.starts_with("To: security@example.com\nSubject: "), "{mail}");
    assert_eq!(mail.matches("END\n").count(), 1, "{mail}");
    assert!(!machine.at("sent/messages").exists());
    for (settings, expected) in [
        (&[("AUDIT_FORMAT", "slak")][..], "not 'slak'"),
        (&[("AUDIT_FORMAT", "email")], "needs AUDIT_MAIL"),
        (&[("AUDIT_PATH", "/nowhere")], "set AUDIT_PATH"),
    ] {
        let (is_fine, said) = machine.week(&account("clean"), settings);
        assert!(!is_fine && said.contains(expected), "{settings:?}: {said}");
    }
    // A chat that does not take the message.
    program(&machine.at("bin"), "curl", "exit 22");
    let chat = machine.at("chat");
    assert!(!machine.week(&account("two-findings"), &[("AUDIT_CHAT", chat.to_str().unwrap())]).0);
}

#[test]
fn systemd_takes_the_units() {
    let units = tempfile::tempdir().unwrap();
    let service = text("iam-audit.service");
    let script = folder().join("weekly.sh");
    let installed = "ExecStart=/usr/local/lib/iam-audit/weekly.sh";
    assert!(service.contains(installed) && text("iam-audit.timer").contains("OnCalendar="));
    for line in service.lines().chain(text("iam-audit.timer").lines()) {
        let is_fine = line.is_empty() || line.starts_with('#') || line.starts_with('[') || line.contains('=');
        assert!(is_fine, "{line}");
    }
    let paths = [units.path().join("iam-audit.service"), units.path().join("iam-audit.timer")];
    fs::write(&paths[0], service.replace(installed, &format!("ExecStart={}", script.display()))).unwrap();
    fs::write(&paths[1], text("iam-audit.timer")).unwrap();
    let analyze = |arguments: &[&str]| {
        Command::new("systemd-analyze").args(arguments).args(&paths[..arguments.len().min(2)]).output()
    };
    let Ok(verified) = analyze(&["verify", "--man=no"]) else {
        println!("NOT DONE: systemd-analyze is not on this machine");
        return;
    };
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let exposure = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(&paths[0])
        .output()
        .unwrap();
    assert!(exposure.status.success(), "{}", String::from_utf8_lossy(&exposure.stdout));
}

#[test]
fn the_line_for_cron_is_one() {
    let crontab = text("crontab");
    let jobs: Vec<&str> = crontab
        .lines()
        .filter(|line| {
            !line.is_empty() && !line.starts_with('#') && !line.split(' ').next().unwrap().contains('=')
        })
        .collect();
    let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
    let fields: Vec<&str> = job.splitn(6, ' ').collect();
    let ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    for (field, (least, most)) in fields.iter().zip(ranges) {
        assert!(
            *field == "*" || field.parse::<u32>().is_ok_and(|number| (least..=most).contains(&number)),
            "{field}"
        );
    }
    assert_eq!(fields[5], "/usr/local/lib/iam-audit/weekly.sh");
    // A percent sign would end the command.
    assert!(!job.contains('%'));
}
