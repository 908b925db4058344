//! Vaults of AWS Backup.

use super::Here;
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;
use crate::untyped::{Ask, Service, encoded};
use crate::wire::rebuilt;

pub(super) const LIST: Call = Call { operation: "ListBackupVaults", action: "backup:ListBackupVaults" };
pub(super) const POLICY: Call =
    Call { operation: "GetBackupVaultAccessPolicy", action: "backup:GetBackupVaultAccessPolicy" };

static BACKUP: Service = Service { signing_name: "backup", host: "backup" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let mut vaults = Vec::new();
    let page = |token: Option<&str>| {
        let more = token.map(|token| format!("&nextToken={}", encoded(token))).unwrap_or_default();
        Ask::rest(&BACKUP, LIST.operation, format!("/backup-vaults/?maxResults=1000{more}"))
    };
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        let (listed, next) = answer.list("BackupVaultList", "NextToken")?;
        vaults.extend(listed.iter().filter_map(|vault| {
            let text = |name: &str| vault.get(name)?.as_str().map(str::to_owned);
            let name = text("BackupVaultName")?;
            Some((name.clone(), (name, text("BackupVaultArn"))))
        }));
        Ok(next)
    });
    let failure = failure.await;
    here.listed(&LIST, vaults.is_empty(), failure)?;
    here.each("backup-vault", &POLICY, vaults, async |(name, arn): (String, Option<String>)| {
        let target = format!("/backup-vaults/{}/access-policy", encoded(&name));
        match here.run.aws.ask(here.region, Ask::rest(&BACKUP, POLICY.operation, target)).await {
            Ok(answer) => Ok(rebuilt(answer.fields()?).into()),
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(object()
                .with("BackupVaultName", name)
                .maybe("BackupVaultArn", arn)
                .with("Policy", "")
                .into()),
            Err(failure) => Err(failure),
        }
    })
    .await
}
