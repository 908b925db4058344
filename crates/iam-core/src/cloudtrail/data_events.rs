//! Calls that touch the data in a service rather than the service, for records that do not say which they are.
//!
//! `eventCategory` stands in records since format version 1.07, `managementEvent` since 1.06; in older ones the name of the
//! call has to tell. Source: CloudTrail User Guide, "Logging data events".

/// Service and call, sorted.
const CALLS: &[(&str, &str)] = &[
    ("dynamodb", "BatchExecuteStatement"),
    ("dynamodb", "BatchGetItem"),
    ("dynamodb", "BatchWriteItem"),
    ("dynamodb", "DeleteItem"),
    ("dynamodb", "ExecuteStatement"),
    ("dynamodb", "ExecuteTransaction"),
    ("dynamodb", "GetItem"),
    ("dynamodb", "PutItem"),
    ("dynamodb", "Query"),
    ("dynamodb", "Scan"),
    ("dynamodb", "TransactGetItems"),
    ("dynamodb", "TransactWriteItems"),
    ("dynamodb", "UpdateItem"),
    ("lambda", "Invoke"),
    ("lambda", "InvokeExecution"),
    ("s3", "AbortMultipartUpload"),
    ("s3", "CompleteMultipartUpload"),
    ("s3", "CopyObject"),
    ("s3", "CreateMultipartUpload"),
    ("s3", "DeleteObject"),
    ("s3", "DeleteObjectTagging"),
    ("s3", "DeleteObjects"),
    ("s3", "GetObject"),
    ("s3", "GetObjectAcl"),
    ("s3", "GetObjectTagging"),
    ("s3", "GetObjectTorrent"),
    ("s3", "HeadBucket"),
    ("s3", "HeadObject"),
    ("s3", "ListMultipartUploads"),
    ("s3", "ListObjectVersions"),
    ("s3", "ListObjects"),
    ("s3", "ListParts"),
    ("s3", "PutObject"),
    ("s3", "PutObjectAcl"),
    ("s3", "PutObjectTagging"),
    ("s3", "RestoreObject"),
    ("s3", "SelectObjectContent"),
    ("s3", "UploadPart"),
    ("s3", "UploadPartCopy"),
    ("sns", "Publish"),
    ("sns", "PublishBatch"),
    ("sqs", "ChangeMessageVisibility"),
    ("sqs", "ChangeMessageVisibilityBatch"),
    ("sqs", "DeleteMessage"),
    ("sqs", "DeleteMessageBatch"),
    ("sqs", "ReceiveMessage"),
    ("sqs", "SendMessage"),
    ("sqs", "SendMessageBatch"),
];

/// All of them, as service and call.
pub(crate) fn data_calls() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLS.iter().copied()
}

/// Whether the call is known as one whose records are data events.
pub(super) fn contains(service: &str, name: &str) -> bool {
    CALLS.binary_search(&(service, name)).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_sorted() {
        assert!(super::CALLS.is_sorted_by(|a, b| a < b));
    }
}
