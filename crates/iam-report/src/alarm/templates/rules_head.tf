# Tells somebody of what root does and of findings of IAM Access Analyzer, by rules of EventBridge. Made by iam-audit; it is
# yours to change.
#
# Rules see one Region. Apply this in @REGION@, where sign-ins of root and what root does to IAM are logged, and in every other
# Region in which you want to be told. CloudTrail has to have a trail that logs management events.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.31"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  name       = "@NAME@"
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  topic_arn  = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.name}"
  rule_arn   = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.name}"
  account_id = "arn:${local.partition}:iam::${local.account}:root"
}

# The state makes the rule see calls that only read, which rules leave out otherwise.
resource "aws_cloudwatch_event_rule" "root" {
  name          = "${local.name}-root"
  description   = "Everything that root does"
  state         = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
  event_pattern = <<-JSON
    @ROOT_EVENTS@
  JSON
}

resource "aws_cloudwatch_event_rule" "findings" {
  name          = "${local.name}-findings"
  description   = "Findings of IAM Access Analyzer"
  event_pattern = <<-JSON
    @FINDINGS@
  JSON
}
