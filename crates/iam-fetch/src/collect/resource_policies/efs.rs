//! File systems of EFS.

use super::{Here, twice};
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;
use crate::untyped::{Ask, Service, encoded};
use crate::wire::rebuilt;

pub(super) const LIST: Call =
    Call { operation: "DescribeFileSystems", action: "elasticfilesystem:DescribeFileSystems" };
pub(super) const POLICY: Call =
    Call { operation: "DescribeFileSystemPolicy", action: "elasticfilesystem:DescribeFileSystemPolicy" };

static EFS: Service = Service { signing_name: "elasticfilesystem", host: "elasticfilesystem" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let mut ids = Vec::new();
    let page = |marker: Option<&str>| {
        let more = marker.map(|marker| format!("&Marker={}", encoded(marker))).unwrap_or_default();
        Ask::rest(&EFS, LIST.operation, format!("/2015-02-01/file-systems?MaxItems=1000{more}"))
    };
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        let (listed, next) = answer.list("FileSystems", "NextMarker")?;
        ids.extend(listed.iter().filter_map(|system| Some(twice(system.get("FileSystemId")?.as_str()?))));
        Ok(next)
    });
    let failure = failure.await;
    here.listed(&LIST, ids.is_empty(), failure)?;
    here.each("efs-file-system", &POLICY, ids, async |id| {
        let target = format!("/2015-02-01/file-systems/{}/policy", encoded(&id));
        match here.run.aws.ask(here.region, Ask::rest(&EFS, POLICY.operation, target)).await {
            Ok(answer) => Ok(rebuilt(answer.fields()?).into()),
            Err(failure) if failure.is("PolicyNotFound") => {
                Ok(object().with("FileSystemId", id).with("Policy", "").into())
            }
            Err(failure) => Err(failure),
        }
    })
    .await
}
