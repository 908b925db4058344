//! Who may read a snapshot, and what never stands in it.

use std::fs;
use std::path::Path;

use iam_fetch::collectors;
use tempfile::TempDir;

use crate::fake::{Fake, SECRET, TOKEN};
use crate::{fetched, files};

#[test]
fn every_file_is_declared_private_and_free_of_secrets() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("new/account");
    fetched(&fake, &snapshot, &[]);

    let declared: Vec<&str> = collectors().iter().flat_map(|collector| collector.files).copied().collect();
    let matches = |file: &str, pattern: &str| {
        let (file, pattern): (Vec<&str>, Vec<&str>) =
            (file.split('/').collect(), pattern.split('/').collect());
        file.len() == pattern.len()
            && file.iter().zip(&pattern).all(|(own, pattern)| pattern.starts_with('<') || own == pattern)
    };
    for file in files(&snapshot) {
        let is_declared = file == "manifest.json" || declared.iter().any(|pattern| matches(&file, pattern));
        assert!(is_declared, "{file}");
        let text = fs::read_to_string(snapshot.join(&file)).unwrap();
        for secret in [SECRET, TOKEN, "AKIAIOSFODNN7EXAMPLE"] {
            assert!(!text.contains(secret), "{file}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&snapshot), 0o700);
        assert_eq!(mode(&snapshot.join("access-keys")), 0o700);
        for file in files(&snapshot) {
            assert_eq!(mode(&snapshot.join(&file)), 0o600, "{file}");
        }
    }
}

#[test]
fn secrets_that_aws_repeats_are_not_kept() {
    let fake = Fake::account(|asked| {
        (asked.operation == "GetAccountSummary").then(|| {
            let message = format!("The request signature does not match.\n\nx-amz-security-token:{TOKEN}\n");
            asked.error(403, "SignatureDoesNotMatch", &message)
        })
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["account-summary"]);
    assert!(!format!("{summary:?}").contains(TOKEN));
    assert!(!fs::read_to_string(folder.path().join("manifest.json")).unwrap().contains(TOKEN));
    assert!(!format!("{:?}", fake.request(folder.path(), &[])).contains(SECRET));
}
