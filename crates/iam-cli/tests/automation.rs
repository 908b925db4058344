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

#[test]
fn the_workflow_asks_for_little_and_pins_what_it_uses() {
    let text = text("github-workflow.yml");
    let documents = Yaml::load_from_str(&text).unwrap();
    let [workflow] = documents.as_slice() else { panic!("one document") };
    assert_eq!(workflow["permissions"].as_mapping().map(saphyr::Mapping::len), Some(0));
    assert!(workflow["on"]["schedule"][0]["cron"].as_str().unwrap().split(' ').count() == 5);
    let job = &workflow["jobs"]["audit"];
    let permissions = job["permissions"].as_mapping().unwrap().iter();
    let permissions: Vec<(&str, &str)> =
        permissions.map(|(name, level)| (name.as_str().unwrap(), level.as_str().unwrap())).collect();
    assert_eq!(permissions, [("contents", "read"), ("id-token", "write"), ("security-events", "write")]);
    let steps = job["steps"].as_sequence().unwrap();
    let mut scripts = String::new();
    for step in steps {
        if let Some(action) = step.as_mapping_get("uses").and_then(Yaml::as_str) {
            let (_, commit) = action.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
            // People read the version, machines the commit.
            assert!(text.contains(&format!("{action} # v")), "{action}");
        }
        if let Some(script) = step.as_mapping_get("run").and_then(Yaml::as_str) {
            assert!(!script.contains("${{"), "what others choose would be run as a command: {script}");
            scripts.push_str(script);
            scripts.push('\n');
        }
    }
    assert!(!text.contains("aws-access-key-id") && !text.contains("aws-secret-access-key"));
    assert_accepted(&scripts);
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

#[test]
fn the_script_audits_tells_what_changed_and_tells_the_chat() {
    let folder = tempfile::tempdir().unwrap();
    let (programs, kept, sent) =
        (folder.path().join("bin"), folder.path().join("kept"), folder.path().join("sent"));
    for made in [&programs, &sent] {
        fs::create_dir(made).unwrap();
    }
    // A fetch that copies an account, and a chat that keeps what it is told.
    let fetch = format!(
        "if [ \"$1\" = fetch ]; then cp -r \"$ACCOUNT\" \"$3\"; exit 4; fi\nexec {} \"$@\"",
        env!("CARGO_BIN_EXE_iam-audit")
    );
    program(&programs, "iam-audit", &fetch);
    program(
        &programs,
        "curl",
        &format!("echo \"$@\" >> {0}/arguments; cat >> {0}/messages; echo >> {0}/messages", sent.display()),
    );
    let chat = folder.path().join("chat");
    fs::write(&chat, "url = \"https://hooks.example.com/secret\"\n").unwrap();
    let week = |account: &str| {
        let output = Command::new("sh")
            .arg(self::folder().join("weekly.sh"))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("ACCOUNT", root().join("testdata/accounts").join(account))
            .env("AUDIT_FOLDER", &kept)
            .env("AUDIT_CHAT", &chat)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    week("clean");
    assert!(kept.join("snapshot").is_dir() && !kept.join("diff.txt").exists());
    week("two-findings");
    let changes = fs::read_to_string(kept.join("diff.txt")).unwrap();
    assert!(changes.contains("new  "), "{changes}");
    assert!(kept.join("snapshot").is_dir() && !kept.join("snapshot.new").exists());
    let messages = fs::read_to_string(sent.join("messages")).unwrap();
    let last = messages.lines().rfind(|line| !line.is_empty()).unwrap();
    let message: serde_json::Value = serde_json::from_str(last).unwrap();
    assert!(message["text"].as_str().unwrap().contains("2 findings"), "{message}");
    // Everybody on the machine sees the arguments of programs.
    assert!(!fs::read_to_string(sent.join("arguments")).unwrap().contains("secret"));
    // What the account looks like is nobody else's business.
    assert_eq!(fs::metadata(kept.join("report.json")).unwrap().permissions().mode() & 0o077, 0);
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
