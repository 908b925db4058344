//! Snapshots of EBS volumes.

use super::{Here, twice};
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service, below, text};

pub(super) const LIST: Call = Call { operation: "DescribeSnapshots", action: "ec2:DescribeSnapshots" };
pub(super) const ATTRIBUTE: Call =
    Call { operation: "DescribeSnapshotAttribute", action: "ec2:DescribeSnapshotAttribute" };

pub(in crate::collect) static EC2: Service = Service { signing_name: "ec2", host: "ec2" };
/// The version of its API.
pub(in crate::collect) const EC2_VERSION: &str = "2016-11-15";

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let mut ids = Vec::new();
    let page = |token: Option<&str>| {
        let mut fields = vec![("Owner.1", "self"), ("MaxResults", "1000")];
        fields.extend(token.map(|token| ("NextToken", token)));
        Ask::form(&EC2, EC2_VERSION, LIST.operation, &fields)
    };
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        answer.read_xml("DescribeSnapshotsResponse", |root| {
            let listed = below(root, &["snapshotSet", "item"]);
            ids.extend(listed.into_iter().filter_map(|snapshot| text(snapshot, "snapshotId").map(twice)));
            text(root, "nextToken").map(str::to_owned)
        })
    });
    let failure = failure.await;
    here.listed(&LIST, ids.is_empty(), failure)?;
    here.each("ec2-snapshot", &ATTRIBUTE, ids, async |id: String| {
        let fields = [("SnapshotId", id.as_str()), ("Attribute", "createVolumePermission")];
        let ask = Ask::form(&EC2, EC2_VERSION, ATTRIBUTE.operation, &fields);
        let answer = here.run.aws.ask(here.region, ask).await?;
        answer.read_xml("DescribeSnapshotAttributeResponse", |root| {
            let listed = below(root, &["createVolumePermission", "item"]);
            let permissions: Vec<Json> = listed
                .into_iter()
                .map(|item| {
                    object().maybe("Group", text(item, "group")).maybe("UserId", text(item, "userId")).into()
                })
                .collect();
            object().with("CreateVolumePermissions", permissions).with("SnapshotId", id.as_str()).into()
        })
    })
    .await
}
