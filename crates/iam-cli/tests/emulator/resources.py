"""Makes a resource of each type that lets others in by its own word, and prints the names that AWS chose.

Whatever is called `own` lets nobody in.
"""

import io
import json
import zipfile

import boto3

REGION = "eu-west-1"
ACCOUNT = "111122223333"
OTHER = "arn:aws:iam::444455556666:root"


def client(service):
    return boto3.client(service, region_name=REGION)


def arn(service, rest):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def policy(action, resource=None, principal=None):
    statement = {"Effect": "Allow", "Principal": principal or {"AWS": OTHER}, "Action": action}
    if resource:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def program():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", "def handler(event, context): pass")
    return {"ZipFile": archive.getvalue()}


def buckets():
    s3 = client("s3")
    for name in ["shared", "listed", "shut", "own"]:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(Bucket="shared", Policy=policy("s3:GetObject", "arn:aws:s3:::shared/*"))
    s3.put_bucket_acl(Bucket="listed", ACL="public-read")
    s3.put_bucket_policy(Bucket="shut", Policy=policy("s3:GetObject", "arn:aws:s3:::shut/*", "*"))
    words = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
    s3.put_public_access_block(Bucket="shut", PublicAccessBlockConfiguration={word: True for word in words})

    control = client("s3control")
    # The account is the first part of the host's name, which the loopback has not.
    here = lambda request, **_: setattr(request, "url", request.url.replace(f"//{ACCOUNT}.", "//"))
    control.meta.events.register("before-send", here)
    control.create_access_point(AccountId=ACCOUNT, Name="partner", Bucket="shared")
    objects = arn("s3", "accesspoint/partner/object/*")
    control.put_access_point_policy(AccountId=ACCOUNT, Name="partner", Policy=policy("s3:GetObject", objects))


def keys():
    kms = client("kms")
    key = kms.create_key(Policy=policy("kms:Decrypt", "*"))["KeyMetadata"]["KeyId"]
    reader = "arn:aws:iam::444455556666:role/reader"
    kms.create_grant(KeyId=key, GranteePrincipal=reader, Operations=["Encrypt"])
    return key


def messages():
    queue = client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    attributes = {"Policy": policy("sqs:SendMessage", arn("sqs", "jobs"))}
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes=attributes)

    sns = client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    subscribe = policy("sns:Subscribe", topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=subscribe)

    events = client("events")
    events.create_event_bus(Name="orders")
    put = {"Action": "events:PutEvents", "Principal": "444455556666", "StatementId": "other"}
    events.put_permission(EventBusName="orders", **put)
    return queue


def functions():
    functions = client("lambda")
    role = f"arn:aws:iam::{ACCOUNT}:role/app"
    for name in ["work", "own"]:
        made = {"FunctionName": name, "Runtime": "python3.12", "Role": role, "Handler": "main.handler"}
        functions.create_function(Code=program(), **made)
    other = {"StatementId": "other", "Principal": OTHER}
    functions.add_permission(FunctionName="work", Action="lambda:InvokeFunction", **other)
    functions.publish_layer_version(LayerName="tools", Content=program())
    layer = {"LayerName": "tools", "VersionNumber": 1, "Action": "lambda:GetLayerVersion"}
    functions.add_layer_version_permission(**layer, **other)


def files():
    efs = client("efs")
    system = efs.create_file_system(CreationToken="home")["FileSystemId"]
    efs.put_file_system_policy(FileSystemId=system, Policy=policy("elasticfilesystem:ClientMount", "*"))
    ecr = client("ecr")
    for name in ["team/app", "own"]:
        ecr.create_repository(repositoryName=name)
    ecr.set_repository_policy(repositoryName="team/app", policyText=policy("ecr:BatchGetImage"))
    for name in ["shared", "own"]:
        client("backup").create_backup_vault(BackupVaultName=name)
        client("glacier").create_vault(accountId="-", vaultName=name)
    return system


def secrets():
    secrets = client("secretsmanager")
    secret = secrets.create_secret(Name="prod/db", SecretString="EXAMPLE-of-a-secret")["ARN"]
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=policy("secretsmanager:GetSecretValue", "*"))
    return secret


def tables():
    dynamodb = client("dynamodb")
    keys = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    dynamodb.create_table(TableName="own", **keys)
    table = dynamodb.create_table(TableName="orders", StreamSpecification=stream, **keys)["TableDescription"]
    dynamodb.put_resource_policy(ResourceArn=table["TableArn"], Policy=policy("dynamodb:GetItem", table["TableArn"]))
    glue = policy("glue:GetTable", arn("glue", "*"))
    client("glue").put_resource_policy(PolicyInJson=glue)
    search = policy("es:ESHttpGet", arn("es", "domain/search/*"))
    client("opensearch").create_domain(DomainName="search", AccessPolicies=search)
    return table["LatestStreamArn"]


def snapshots():
    rds = client("rds")
    login = {"MasterUsername": "owner", "MasterUserPassword": "EXAMPLE-of-a-password"}
    size = {"DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    rds.create_db_instance(DBInstanceIdentifier="one", Engine="postgres", **size, **login)
    for name in ["of-one", "own"]:
        rds.create_db_snapshot(DBInstanceIdentifier="one", DBSnapshotIdentifier=name)
    restore = {"AttributeName": "restore"}
    account = ["444455556666"]
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="of-one", ValuesToAdd=account, **restore)
    rds.create_db_cluster(DBClusterIdentifier="many", Engine="aurora-postgresql", **login)
    rds.create_db_cluster_snapshot(DBClusterIdentifier="many", DBClusterSnapshotIdentifier="of-many")
    of_many = {"DBClusterSnapshotIdentifier": "of-many", "ValuesToAdd": ["all"]}
    rds.modify_db_cluster_snapshot_attribute(**of_many, **restore)

    ec2 = client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    permission = {"Attribute": "createVolumePermission", "OperationType": "add"}
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, UserIds=account, **permission)
    return snapshot


def streams():
    kinesis = client("kinesis")
    for name in ["clicks", "own"]:
        kinesis.create_stream(StreamName=name, ShardCount=1)
    stream = arn("kinesis", "stream/clicks")
    kinesis.put_resource_policy(ResourceARN=stream, Policy=policy("kinesis:GetRecords", stream))
    kinesis.register_stream_consumer(StreamARN=stream, ConsumerName="partner")


def main():
    buckets()
    functions()
    streams()
    made = {
        "KEY": keys(),
        "QUEUE": messages(),
        "SYSTEM": files(),
        "SECRET": secrets(),
        "STREAM": tables(),
        "SNAPSHOT": snapshots(),
    }
    print(json.dumps(made))


main()
