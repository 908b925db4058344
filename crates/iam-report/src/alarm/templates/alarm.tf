
# A service that acts in root's name is not root, and does not set off the alarm.
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = local.name
  log_group_name = @GROUP@.trail.name
  pattern        = "@PATTERN@"

  metric_transformation {
    name      = local.name
    namespace = "iam-audit"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "root" {
  alarm_name          = local.name
  alarm_description   = "Root was used. If nobody knows of it, treat it as a break-in."
  namespace           = "iam-audit"
  metric_name         = local.name
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]

  depends_on = [aws_cloudwatch_log_metric_filter.root, aws_sns_topic_policy.this]
}
