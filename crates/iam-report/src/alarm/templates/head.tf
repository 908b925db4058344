# Tells somebody of everything that root does. Made by iam-audit; it is yours to change.
#
# After `terraform apply` the address gets a message with a link. Until somebody follows it, nothing is sent.
# Apply this in @REGION@: sign-ins of root and what root does to IAM are logged there.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name       = "@NAME@"
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = "@REGION@"
  alarm_arn  = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${local.name}"
  topic_arn  = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.name}"
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account}:trail/${local.name}"
  group_arn  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.name}"
  account_id = "arn:${local.partition}:iam::${local.account}:root"
}
