
# The trail logs every account of the organisation. Apply this in the management account.
data "aws_organizations_organization" "current" {}
