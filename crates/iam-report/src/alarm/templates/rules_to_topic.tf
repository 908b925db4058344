
resource "aws_cloudwatch_event_target" "root" {
  rule = aws_cloudwatch_event_rule.root.name
  arn  = aws_sns_topic.this.arn

  depends_on = [aws_sns_topic_policy.this]
}

resource "aws_cloudwatch_event_target" "findings" {
  rule = aws_cloudwatch_event_rule.findings.name
  arn  = aws_sns_topic.this.arn

  depends_on = [aws_sns_topic_policy.this]
}
