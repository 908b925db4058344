
resource "aws_sns_topic" "this" {
  name              = local.name
  kms_master_key_id = aws_kms_key.this.id
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "@SENDER@"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["@SERVICE@.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [@SOURCES@]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}
