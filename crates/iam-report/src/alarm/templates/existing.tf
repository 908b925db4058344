
# The log group that the trail delivers to. The trail has to log all Regions, and management events that read and that write.
data "aws_cloudwatch_log_group" "trail" {
  name = "@LOG_GROUP@"
}
