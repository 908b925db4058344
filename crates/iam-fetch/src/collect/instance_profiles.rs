//! Which EC2 instances have which instance profile.

use super::resource_policies::{EC2, EC2_VERSION};
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, object};
use crate::run::{Halt, Run};
use crate::untyped::{Ask, below, text};

const LIST: Call = Call {
    operation: "DescribeIamInstanceProfileAssociations",
    action: "ec2:DescribeIamInstanceProfileAssociations",
};

pub(super) static COLLECTOR: Collector = Collector {
    name: "instance-profiles",
    about: "which EC2 instances have which instance profile",
    calls: &[LIST],
    files: &["instance-profiles/<region>/iam-instance-profile-associations.json"],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let file = format!("instance-profiles/{region}/iam-instance-profile-associations.json");
    run.list(
        LIST.in_region(region, &file),
        "IamInstanceProfileAssociations",
        async |items: &mut Vec<Json>| {
            let page = |token: Option<&str>| {
                let mut fields = vec![("MaxResults", "1000")];
                fields.extend(token.map(|token| ("NextToken", token)));
                Ask::form(&EC2, EC2_VERSION, LIST.operation, &fields)
            };
            let failure = run.aws.ask_pages(region, page, |answer| {
                answer.read_xml("DescribeIamInstanceProfileAssociationsResponse", |root| {
                    items.extend(
                        below(root, &["iamInstanceProfileAssociationSet", "item"])
                            .into_iter()
                            .map(association),
                    );
                    text(root, "nextToken").map(str::to_owned)
                })
            });
            failure.await
        },
    )
    .await
}

fn association(item: roxmltree::Node<'_, '_>) -> Json {
    let profile = below(item, &["iamInstanceProfile"]).into_iter().next();
    let profile = profile.map(|profile| {
        Json::from(object().maybe("Arn", text(profile, "arn")).maybe("Id", text(profile, "id")))
    });
    object()
        .maybe("AssociationId", text(item, "associationId"))
        .maybe("InstanceId", text(item, "instanceId"))
        .maybe("IamInstanceProfile", profile)
        .maybe("State", text(item, "state"))
        .into()
}
