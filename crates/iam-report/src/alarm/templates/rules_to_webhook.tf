
# The web address holds a secret: hand it in as TF_VAR_webhook_url, and keep it out of files.
variable "webhook_url" {
  description = "The address of the webhook"
  type        = string
  sensitive   = true
}

# EventBridge wants a header to authenticate with; the address itself is the secret.
resource "aws_cloudwatch_event_connection" "webhook" {
  name               = local.name
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "X-Sent-By"
      value = "iam-audit"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "webhook" {
  name                             = local.name
  invocation_endpoint              = var.webhook_url
  http_method                      = "POST"
  invocation_rate_limit_per_second = 1
  connection_arn                   = aws_cloudwatch_event_connection.webhook.arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["${local.rule_arn}-root", "${local.rule_arn}-findings"]
    }
  }
}

data "aws_iam_policy_document" "invoke" {
  statement {
    actions   = ["events:InvokeApiDestination"]
    resources = [aws_cloudwatch_event_api_destination.webhook.arn]
  }
}

resource "aws_iam_role" "webhook" {
  name               = "${local.name}-webhook-${local.region}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "webhook" {
  name   = "invoke"
  role   = aws_iam_role.webhook.id
  policy = data.aws_iam_policy_document.invoke.json
}

resource "aws_cloudwatch_event_target" "root" {
  rule     = aws_cloudwatch_event_rule.root.name
  arn      = aws_cloudwatch_event_api_destination.webhook.arn
  role_arn = aws_iam_role.webhook.arn

  input_transformer {
    input_paths = {
      account = "$.account"
      call    = "$.detail.eventName"
      source  = "$.detail.eventSource"
      address = "$.detail.sourceIPAddress"
      time    = "$.detail.eventTime"
    }

    input_template = <<-JSON
      @TOLD_OF_ROOT@
    JSON
  }
}

resource "aws_cloudwatch_event_target" "findings" {
  rule     = aws_cloudwatch_event_rule.findings.name
  arn      = aws_cloudwatch_event_api_destination.webhook.arn
  role_arn = aws_iam_role.webhook.arn

  input_transformer {
    input_paths = {
      account  = "$.account"
      type     = "$.detail-type"
      resource = "$.detail.resource"
      status   = "$.detail.status"
    }

    input_template = <<-JSON
      @TOLD_OF_FINDINGS@
    JSON
  }
}
