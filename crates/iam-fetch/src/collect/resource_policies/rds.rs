//! Snapshots of databases and of their clusters, as far as they were made by hand: others cannot be shared.

use roxmltree::Node;

use super::{Here, twice};
use crate::collector::Call;
use crate::json::{Json, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service, below, text};

pub(super) const LIST: Call = Call { operation: "DescribeDBSnapshots", action: "rds:DescribeDBSnapshots" };
pub(super) const ATTRIBUTES: Call =
    Call { operation: "DescribeDBSnapshotAttributes", action: "rds:DescribeDBSnapshotAttributes" };
pub(super) const LIST_OF_CLUSTERS: Call =
    Call { operation: "DescribeDBClusterSnapshots", action: "rds:DescribeDBClusterSnapshots" };
pub(super) const ATTRIBUTES_OF_CLUSTERS: Call = Call {
    operation: "DescribeDBClusterSnapshotAttributes",
    action: "rds:DescribeDBClusterSnapshotAttributes",
};

static RDS: Service = Service { signing_name: "rds", host: "rds" };
const VERSION: &str = "2014-10-31";

/// What the two kinds of snapshots are called in AWS's fields.
struct Kind {
    folder: &'static str,
    word: &'static str,
    list: &'static Call,
    attributes: &'static Call,
}

pub(super) async fn snapshots(here: &Here<'_>) -> Result<(), Halt> {
    let kind = Kind { folder: "rds-db-snapshot", word: "DBSnapshot", list: &LIST, attributes: &ATTRIBUTES };
    collect(here, &kind).await
}

pub(super) async fn snapshots_of_clusters(here: &Here<'_>) -> Result<(), Halt> {
    let kind = Kind {
        folder: "rds-db-cluster-snapshot",
        word: "DBClusterSnapshot",
        list: &LIST_OF_CLUSTERS,
        attributes: &ATTRIBUTES_OF_CLUSTERS,
    };
    collect(here, &kind).await
}

async fn collect(here: &Here<'_>, kind: &Kind) -> Result<(), Halt> {
    let Kind { folder, word, list, attributes } = kind;
    let mut names = Vec::new();
    let page = |marker: Option<&str>| {
        let mut fields = vec![("SnapshotType", "manual"), ("MaxRecords", "100")];
        fields.extend(marker.map(|marker| ("Marker", marker)));
        Ask::form(&RDS, VERSION, list.operation, &fields)
    };
    let (result, identifier) = (format!("{}Result", list.operation), format!("{word}Identifier"));
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        answer.read_xml(&format!("{}Response", list.operation), |root| {
            let listed = below(root, &[&result, &format!("{word}s"), word]);
            names.extend(listed.into_iter().filter_map(|snapshot| text(snapshot, &identifier).map(twice)));
            let marker = below(root, &[&result, "Marker"]);
            marker.first().and_then(|marker| marker.text()).map(str::to_owned)
        })
    });
    let failure = failure.await;
    here.listed(list, names.is_empty(), failure)?;
    here.each(folder, attributes, names, async |name: String| {
        let ask = Ask::form(&RDS, VERSION, attributes.operation, &[(&identifier, &name)]);
        let answer = here.run.aws.ask(here.region, ask).await?;
        answer.read_xml(&format!("{}Response", attributes.operation), |root| {
            let result = format!("{word}AttributesResult");
            let path = [&format!("{}Result", attributes.operation), &*result];
            let listed =
                below(root, &[path[0], path[1], &format!("{word}Attributes"), &format!("{word}Attribute")]);
            let listed = listed.into_iter().map(attribute).collect::<Vec<_>>();
            let inner = object().with(identifier.as_str(), name).with(format!("{word}Attributes"), listed);
            object().with(result, inner).into()
        })
    })
    .await
}

/// An attribute and its values: for `restore` the accounts that the snapshot is shared with, or `all`.
fn attribute(attribute: Node<'_, '_>) -> Json {
    let values = below(attribute, &["AttributeValues", "AttributeValue"]);
    let values: Vec<Json> = values.iter().map(|value| value.text().unwrap_or_default().into()).collect();
    object().maybe("AttributeName", text(attribute, "AttributeName")).with("AttributeValues", values).into()
}
