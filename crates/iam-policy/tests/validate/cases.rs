//! One case for each code: a policy that has it and where, and one that nearly does.

use iam_policy::document::PolicyKind;
use iam_policy::document::PolicyKind::{
    Boundary, Identity, Resource, ResourceControl, ServiceControl, Session, Trust, VpcEndpoint,
};
use iam_policy::issue::IssueCode::{self, *};

/// Policies are written short. A text that begins with `{` or is no statement stands as it is. Elsewhere `+` begins a
/// statement that allows, `-` one that denies, `;;` ends it; `@` is reading an object, `C{` begins the condition, `WHO` is
/// an account as principal, `TRUST` one that may assume a role.
pub(crate) struct Case {
    pub(crate) code: IssueCode,
    pub(crate) kind: PolicyKind,
    /// Has the issue.
    pub(crate) bad: &'static str,
    /// What stands at the place of the issue.
    pub(crate) at: &'static str,
    /// Does not have it.
    pub(crate) good: &'static str,
}

const fn case(
    code: IssueCode,
    kind: PolicyKind,
    bad: &'static str,
    at: &'static str,
    good: &'static str,
) -> Case {
    Case { code, kind, bad, at, good }
}

pub(crate) fn written(short: &str) -> String {
    if !short.starts_with(['+', '-']) {
        return short.to_owned();
    }
    let statements: Vec<String> = short
        .split(";;")
        .map(|statement| {
            let statement = statement.trim();
            let (effect, rest) = statement.split_at(1);
            let effect = if effect == "+" { "Allow" } else { "Deny" };
            format!("{{\"Effect\":\"{effect}\",{}}}", rest.trim())
        })
        .collect();
    let statements = statements
        .join(",")
        .replace('@', r#""Action":"s3:GetObject","Resource":"*""#)
        .replace("C{", r#""Condition":{"#)
        .replace("WHO", r#""Principal":{"AWS":"111122223333"}"#)
        .replace("TRUST", r#""Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#);
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    // Reading.
    case(JsonSyntax, Identity, r#"{"Statement": ]"#, "", "+ @"),
    case(JsonSyntax, Identity, r#"{"Statement": [],}"#, ",", "+ @"),
    case(JsonSyntax, Identity, r#"{"Statement": [1, ]}"#, ",", "+ @"),
    case(DuplicateKey, Identity, r#"+ @,"Action":"s3:PutObject""#, r#""Action""#, "+ @"),
    case(DataTypeMismatch, Identity, r#"+ "Action":7,"Resource":"*""#, "7", "+ @"),
    case(InvalidPolicyElement, Identity, r#"+ @,"Actions":[]"#, r#""Actions""#, "+ @"),
    case(InvalidVersion, Identity, r#"{"Version":"2012-10-18","Statement":[]}"#, r#""2012-10-18""#, "+ @"),
    case(InvalidEffect, Identity, r#"{"Version":"2012-10-17","Statement":{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}}"#, r#""allow""#, "+ @"),
    case(InvalidPrincipalKey, Resource, r#"+ "Principal":{"Aws":"111122223333"},@"#, r#""Aws""#, "+ WHO,@"),
    case(MissingStatement, Identity, r#"{"Version":"2012-10-17","Statement":[]}"#, "[]", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}"#),
    case(MissingVersion, Identity, r#"{"Statement":[]}"#, "{", r#"{"Version":"2012-10-18","Statement":[]}"#),
    case(MissingStatement, Identity, r#"{"Version":"2012-10-17"}"#, r#"{"Version":"2012-10-17"}"#, "+ @"),
    case(MissingEffect, Identity, r#"{"Version":"2012-10-17","Statement":{"Action":"s3:GetObject"}}"#, r#"{"Action":"s3:GetObject"}"#, "+ @"),
    case(MissingAction, Identity, r#"+ "Resource":"*""#, r#"{"Effect":"Allow","Resource":"*"}"#, "+ @"),
    case(ExcludingElements, Identity, r#"+ @,"NotAction":"s3:PutObject""#, r#""NotAction""#, r#"+ "NotAction":"s3:PutObject","Resource":"*""#),
    // The document.
    case(UnsupportedCharacter, Identity, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/team":"部"}}"#, "部", r#"+ @,C{"StringEquals":{"aws:PrincipalTag/team":"ü"}}"#),
    case(UnsupportedId, Identity, r#"{"Version":"2012-10-17","Id":"name","Statement":[]}"#, r#""name""#, "+ @"),
    case(OldVersion, Identity, r#"{"Version":"2008-10-17","Statement":[]}"#, r#""2008-10-17""#, "+ @"),
    case(MissingVersion, Identity, r#"{"Statement":[]}"#, "{", "+ @"),
    case(UnsupportedSid, Identity, r#"+ "Sid":"Read objects",@"#, r#""Read objects""#, r#"+ "Sid":"ReadObjects1",@"#),
    case(EmptySidValue, Identity, r#"+ "Sid":"",@"#, r#""""#, r#"+ "Sid":"a",@"#),
    case(UniqueSidsRequired, Identity, r#"+ "Sid":"one",@ ;; - "Sid":"one",@"#, r#""one""#, r#"+ "Sid":"one",@ ;; - "Sid":"two",@"#),
    case(UniqueSidsRecommended, Resource, r#"+ "Sid":"one",WHO,@ ;; - "Sid":"one",WHO,@"#, r#""one""#, r#"+ "Sid":"one",WHO,@"#),
    // Elements of each kind.
    case(MissingPrincipal, Resource, "+ @", "{", "+ WHO,@"),
    case(UnsupportedPrincipal, Identity, "+ WHO,@", r#""Principal""#, "+ @"),
    case(MissingResource, Identity, r#"+ "Action":"s3:GetObject""#, "{", "+ @"),
    case(ResourceLeftOut, Resource, r#"+ WHO,"Action":"s3:GetObject""#, "{", "+ WHO,@"),
    case(ScpPrincipal, ServiceControl, r#"- "Principal":"*",@"#, r#""Principal""#, "- @"),
    case(RcpPrincipal, ResourceControl, "- WHO,@", r#""Principal""#, r#"- "Principal":"*",@"#),
    case(RcpAllow, ResourceControl, r#"+ "Principal":"*",@"#, "{", r#"+ "Principal":"*","Action":"*","Resource":"*""#),
    case(RcpNotAction, ResourceControl, r#"- "Principal":"*","NotAction":"s3:GetObject","Resource":"*""#, r#""NotAction""#, r#"- "Principal":"*",@"#),
    case(RcpAction, ResourceControl, r#"- "Principal":"*","Action":"iam:GetUser","Resource":"*""#, r#""iam:GetUser""#, r#"- "Principal":"*",@"#),
    case(TrustNotPrincipal, Trust, r#"+ "NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#, r#""NotPrincipal""#, "+ TRUST"),
    case(TrustWildcard, Trust, r#"+ "Principal":"*","Action":"sts:AssumeRole""#, r#""*""#, "+ TRUST"),
    case(TrustResource, Trust, r#"+ TRUST,"Resource":"*""#, r#""Resource""#, "+ TRUST"),
    case(UnsupportedActionInPolicy, Trust, r#"+ WHO,"Action":"s3:GetObject""#, r#""s3:GetObject""#, "+ TRUST"),
    // Actions.
    case(InvalidAction, Identity, r#"+ "Action":"s3:GetObjct","Resource":"*""#, r#""s3:GetObjct""#, r#"+ "Action":"S3:getobject","Resource":"*""#),
    case(InvalidAction, Identity, r#"+ "Action":"s3:GetObjct","NotAction":"iam:*","Resource":"*""#, r#""s3:GetObjct""#, r#"+ "Action":"s3:GetObject","NotAction":"iam:*","Resource":"*""#),
    case(InvalidAction, Identity, r#"+ "Action":"s3:Gett*","Resource":"*""#, r#""s3:Gett*""#, r#"+ "Action":"s3:get*tagging","Resource":"*""#),
    case(InvalidAction, Identity, r#"+ "Action":"s3","Resource":"*""#, r#""s3""#, r#"+ "Action":"*","Resource":"*""#),
    case(InvalidServiceInAction, Identity, r#"+ "Action":"ecc2:RunInstances","Resource":"*""#, "ecc2", r#"+ "Action":"ec2:RunInstances","Resource":"*""#),
    case(WildcardInServiceName, Identity, r#"+ "Action":"s3*:GetObject","Resource":"*""#, "s3*", r#"+ "Action":"s3:*","Resource":"*""#),
    case(WildcardInServiceName, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s*:::b/*""#, "s*", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#),
    case(EmptyArrayAction, Identity, r#"+ "Action":[],"Resource":"*""#, "[]", "+ @"),
    case(RedundantAction, Identity, r#"+ "Action":["s3:GetObject","s3:getobject"],"Resource":"*""#, r#""s3:getobject""#, r#"+ "Action":["s3:GetObject","s3:PutObject"],"Resource":"*""#),
    case(RedundantAction, Identity, r#"+ "Action":["s3:GetObject","s3:Get*"],"Resource":"*""#, r#""s3:GetObject""#, r#"+ "Action":["s3:GetObject","s3:Put*"],"Resource":"*""#),
    // Resources.
    case(InvalidArnPrefix, Identity, r#"+ "Action":"s3:GetObject","Resource":"aws:s3:::b/*""#, r#""aws:s3:::b/*""#, "+ @"),
    case(MissingArnField, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3::b""#, r#""arn:aws:s3::b""#, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/c""#),
    case(InvalidPartition, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:amazon:s3:::b/*""#, "amazon", r#"+ "Action":"s3:GetObject","Resource":"arn:aws-cn:s3:::b/*""#),
    case(InvalidPartition, Identity, r#"+ "Action":"sqs:SendMessage","Resource":"arn:aws:sqs:cn-north-1:111122223333:q""#, "aws", r#"+ "Action":"sqs:SendMessage","Resource":"arn:aws-cn:sqs:cn-north-1:111122223333:q""#),
    case(InvalidService, Identity, r#"+ "Action":"*","Resource":"arn:aws:simple-storage:::b""#, "simple-storage", r#"+ "Action":"*","Resource":"arn:aws:s3:::b""#),
    case(InvalidArnServiceCase, Identity, r#"+ "Action":"*","Resource":"arn:aws:S3:::b""#, "S3", r#"+ "Action":"*","Resource":"arn:aws:s3:::B""#),
    case(InvalidArnRegion, Identity, r#"+ "Action":"*","Resource":"arn:aws:sqs:eu-west-9:111122223333:q""#, "eu-west-9", r#"+ "Action":"*","Resource":"arn:aws:sqs:eu-west-*:111122223333:q""#),
    case(ArnRegionNotAllowed, Identity, r#"+ "Action":"*","Resource":"arn:aws:iam:eu-west-1:111122223333:role/r""#, "eu-west-1", r#"+ "Action":"*","Resource":"arn:aws:iam::111122223333:role/r""#),
    case(MissingArnRegion, Identity, r#"+ "Action":"*","Resource":"arn:aws:sqs::111122223333:q""#, "::", r#"+ "Action":"*","Resource":"arn:aws:sqs:*:111122223333:q""#),
    case(InvalidArnAccount, Identity, r#"+ "Action":"*","Resource":"arn:aws:iam::1111-2222-3333:role/r""#, "1111-2222-3333", r#"+ "Action":"*","Resource":"arn:aws:iam::aws:policy/p""#),
    case(ArnAccountNotAllowed, Identity, r#"+ "Action":"*","Resource":"arn:aws:s3::111122223333:b""#, "111122223333", r#"+ "Action":"*","Resource":"arn:aws:s3::*:b""#),
    case(MissingArnAccount, Identity, r#"+ "Action":"*","Resource":"arn:aws:iam:::role/r""#, "::", r#"+ "Action":"*","Resource":"arn:aws:iam::*:role/r""#),
    case(InvalidArnResource, Identity, r#"+ "Action":"*","Resource":"arn:aws:iam::111122223333:roles/r""#, "roles/r", r#"+ "Action":"*","Resource":"arn:aws:iam::111122223333:*/r""#),
    case(EmptyArrayResource, Identity, r#"+ "Action":"s3:GetObject","Resource":[]"#, "[]", "+ @"),
    case(RedundantResource, Identity, r#"+ "Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/a1","arn:aws:iam::111122223333:role/a*"]"#, r#""arn:aws:iam::111122223333:role/a1""#, r#"+ "Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/a1","arn:aws:iam::111122223333:role/b*"]"#),
    case(RedundantResource, Identity, r#"+ "Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/a"]"#, r#""arn:aws:iam::111122223333:role/a""#, r#"+ "Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/A"]"#),
    case(ActionNeedsStarResource, Identity, r#"+ "Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::b""#, r#""s3:ListAllMyBuckets""#, r#"+ "Action":"s3:ListAllMyBuckets","Resource":["arn:aws:s3:::b","*"]"#),
    case(ActionWithoutMatchingResource, Identity, r#"+ "Action":"s3:ListBucket","Resource":"arn:aws:s3:::b/*""#, r#""s3:ListBucket""#, r#"+ "Action":"s3:ListBucket","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"]"#),
    // Variables.
    case(MissingBraceInVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username/*""#, "${aws:username/*", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*""#),
    case(MissingQuoteInVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username, none}/*""#, "${aws:username, none}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username, 'none'}/*""#),
    case(UnsupportedSpaceInVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${ aws:username}/*""#, "${ aws:username}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*""#),
    case(EmptyVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${}""#, "${}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${*}""#),
    case(UnknownVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:user}""#, "${aws:user}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team}""#),
    case(UnknownVariable, Identity, r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:TagKeys}""#, "${aws:TagKeys}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:userid}""#),
    case(VariableUnsupportedInElement, Identity, r#"+ "Action":"s3:${aws:username}","Resource":"*""#, r#""s3:${aws:username}""#, "+ @"),
    case(VariableUnsupportedInElement, Identity, r#"+ "Action":"iam:GetRole","Resource":"arn:aws:iam::${aws:PrincipalAccount}:role/r""#, "arn:aws:iam::${aws:PrincipalAccount}", r#"+ "Action":"iam:GetRole","Resource":"arn:aws:iam::*:role/${aws:PrincipalAccount}""#),
    case(VariableUnsupportedInVersion, Identity, r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}}"#, "arn:aws:s3:::b/${aws:username}", r#"+ "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}""#),
    case(InvalidVariableForOperator, Identity, r#"+ @,C{"NumericEquals":{"s3:max-keys":"${aws:username}"}}"#, r#""${aws:username}""#, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/a":"${aws:username}"}}"#),
    // Conditions: operators.
    case(InvalidConditionOperator, Identity, r#"+ @,C{"stringEquals":{"aws:PrincipalTag/a":"b"}}"#, r#""stringEquals""#, r#"+ @,C{"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"b"}}"#),
    case(NullWithIfExists, Identity, r#"+ @,C{"NullIfExists":{"aws:PrincipalTag/a":"true"}}"#, r#""NullIfExists""#, r#"+ @,C{"Null":{"aws:PrincipalTag/a":"true"}}"#),
    case(NullWithQualifier, Identity, r#"+ @,C{"ForAnyValue:Null":{"aws:TagKeys":"true"}}"#, r#""ForAnyValue:Null""#, r#"+ @,C{"Null":{"aws:TagKeys":"true"}}"#),
    case(EmptyObjectCondition, Identity, "+ @,C{}", "{}", r#"+ @,C{"Null":{"aws:TagKeys":"true"}}"#),
    case(EmptyObjectCondition, Identity, r#"+ @,C{"Bool":{}}"#, r#""Bool""#, r#"+ @,C{"Bool":{"aws:SecureTransport":"true"}}"#),
    // Conditions: keys.
    case(InvalidConditionKeyFormat, Identity, r#"+ @,C{"StringEquals":{"username":"a"}}"#, r#""username""#, r#"+ @,C{"StringEquals":{"aws:username":"a"}}"#),
    case(InvalidGlobalConditionKey, Identity, r#"+ @,C{"IpAddress":{"aws:SourceIpp":"203.0.113.0/24"}}"#, r#""aws:SourceIpp""#, r#"+ @,C{"IpAddress":{"aws:sourceip":"203.0.113.0/24"}}"#),
    case(InvalidServiceConditionKey, Identity, r#"+ "Action":"s3:PutObject","Resource":"*",C{"StringEquals":{"s3:x-amz-acll":"private"}}"#, r#""s3:x-amz-acll""#, r#"+ "Action":"s3:PutObject","Resource":"*",C{"StringEquals":{"s3:x-amz-acl":"private"}}"#),
    case(InvalidService, Identity, r#"+ @,C{"StringEquals":{"storage:key":"a"}}"#, r#""storage:key""#, r#"+ @,C{"StringEquals":{"example.com:sub":"a"}}"#),
    case(UnsupportedGlobalConditionKey, Identity, r#"+ @,C{"ArnLike":{"aws:ARN":"arn:aws:iam::111122223333:role/r"}}"#, r#""aws:ARN""#, r#"+ @,C{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/r"}}"#),
    case(DeprecatedGlobalConditionKey, Resource, r#"+ WHO,@,C{"StringEquals":{"AWS:SourceOwner":"111122223333"}}"#, r#""AWS:SourceOwner""#, r#"+ WHO,@,C{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#),
    case(MissingTagKeyInCondition, Identity, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/":"a"}}"#, r#""aws:PrincipalTag/""#, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/a":"a"}}"#),
    case(DuplicateKeysWithDifferentCase, Identity, r#"+ @,C{"StringEquals":{"aws:username":"a","aws:UserName":"b"}}"#, r#""aws:UserName""#, r#"+ @,C{"StringEquals":{"aws:username":"a","aws:userid":"b"}}"#),
    case(MissingQualifier, Identity, r#"+ @,C{"StringEquals":{"aws:TagKeys":"a"}}"#, r#""aws:TagKeys""#, r#"+ @,C{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}"#),
    case(ForAllValuesSingle, Identity, r#"+ @,C{"ForAllValues:StringEquals":{"aws:username":"a"}}"#, r#""aws:username""#, r#"- @,C{"ForAllValues:StringEquals":{"aws:username":"a"}}"#),
    case(ForAnyValueAudience, Trust, r#"+ "Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"ForAnyValue:StringEquals":{"accounts.google.com:aud":"a"}}"#, r#""accounts.google.com:aud""#, r#"+ "Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEquals":{"accounts.google.com:aud":"a"}}"#),
    case(ConfirmAudience, Trust, r#"+ "Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEquals":{"accounts.google.com:aud":"a"}}"#, r#""accounts.google.com:aud""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/p"},"Action":"sts:AssumeRoleWithSAML",C{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#),
    case(TypeMismatch, Identity, r#"+ @,C{"StringLike":{"aws:SourceIp":"203.0.113.*"}}"#, r#""aws:SourceIp""#, r#"+ @,C{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
    case(TypeMismatch, Identity, r#"+ @,C{"ArnEquals":{"aws:PrincipalArn":"admin"}}"#, r#""admin""#, r#"+ @,C{"NumericLessThan":{"aws:EpochTime":"1700000000"}}"#),
    case(StringLikeWithArn, Identity, r#"+ @,C{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#, r#""aws:PrincipalArn""#, r#"+ @,C{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#),
    // Conditions: values.
    case(EmptyArrayCondition, Identity, r#"+ @,C{"StringEquals":{"aws:username":[]}}"#, "[]", r#"+ @,C{"StringEquals":{"aws:username":["a"]}}"#),
    case(EmptyArrayConditionForAllValues, Identity, r#"+ @,C{"ForAllValues:StringEquals":{"aws:TagKeys":[]}}"#, "[]", r#"+ @,C{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}"#),
    case(EmptyArrayConditionForAnyValue, Identity, r#"+ @,C{"ForAnyValue:StringEquals":{"aws:TagKeys":[]}}"#, "[]", r#"+ @,C{"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}}"#),
    case(EmptyArrayConditionIfExists, Identity, r#"+ @,C{"StringEqualsIfExists":{"aws:username":[]}}"#, "[]", r#"+ @,C{"StringEqualsIfExists":{"aws:username":["a"]}}"#),
    case(TypeMismatchBoolean, Identity, r#"+ @,C{"Bool":{"aws:SecureTransport":"yes"}}"#, r#""yes""#, r#"+ @,C{"Bool":{"aws:SecureTransport":true}}"#),
    case(InvalidConditionMultipleBoolean, Identity, r#"+ @,C{"Bool":{"aws:SecureTransport":["true","false"]}}"#, r#"["true","false"]"#, r#"+ @,C{"Bool":{"aws:SecureTransport":["true"]}}"#),
    case(TypeMismatchNumber, Identity, r#"+ @,C{"NumericLessThan":{"aws:MultiFactorAuthAge":"1h"}}"#, r#""1h""#, r#"+ @,C{"NumericLessThan":{"aws:MultiFactorAuthAge":3600}}"#),
    case(RedundantConditionValueNum, Identity, r#"+ @,C{"NumericLessThan":{"aws:MultiFactorAuthAge":["2700","3600"]}}"#, r#"["2700","3600"]"#, r#"+ @,C{"NumericEquals":{"aws:MultiFactorAuthAge":["2700","3600"]}}"#),
    case(TypeMismatchDate, Identity, r#"+ @,C{"DateLessThan":{"aws:CurrentTime":"31/12/2026"}}"#, r#""31/12/2026""#, r#"+ @,C{"DateLessThan":{"aws:CurrentTime":"2026-12-31T23:59:59Z"}}"#),
    case(InvalidDateValue, Identity, r#"+ @,C{"DateLessThan":{"aws:EpochTime":"1700000000"}}"#, r#""1700000000""#, r#"+ @,C{"DateLessThan":{"aws:CurrentTime":"2026"}}"#),
    case(TypeMismatchIpRange, Identity, r#"+ @,C{"IpAddress":{"aws:SourceIp":"203.0.113.0/33"}}"#, r#""203.0.113.0/33""#, r#"+ @,C{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#),
    case(ImproveIpRange, Identity, r#"+ @,C{"IpAddress":{"aws:SourceIp":"203.0.113.7/24"}}"#, r#""203.0.113.7/24""#, r#"+ @,C{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#),
    case(PrivateIpAddress, Identity, r#"+ @,C{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, r#""10.0.0.0/8""#, r#"+ @,C{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#),
    case(PrivateNotIpAddress, Identity, r#"- @,C{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, r#""10.0.0.0/8""#, r#"- @,C{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
    case(PrivateIpAddressSubset, Identity, r#"+ @,C{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}"#, r#""10.0.0.0/8""#, r#"+ @,C{"IpAddress":{"aws:SourceIp":["198.51.100.0/24","203.0.113.0/24"]}}"#),
    case(PrivateNotIpAddressSubset, Identity, r#"- @,C{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}"#, r#""10.0.0.0/8""#, r#"- @,C{"NotIpAddress":{"aws:SourceIp":["198.51.100.0/24","203.0.113.0/24"]}}"#),
    case(TypeMismatchString, Identity, r#"+ @,C{"BinaryEquals":{"aws:PrincipalTag/a":"?"}}"#, r#""?""#, r#"+ @,C{"BinaryEquals":{"aws:PrincipalTag/a":"QUJD"}}"#),
    case(InvalidConditionDataType, Identity, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/a":["1",2]}}"#, "2", r#"+ @,C{"StringEquals":{"aws:PrincipalTag/a":[1,2]}}"#),
    case(WildcardWithoutLikeOperator, Identity, r#"+ @,C{"StringEquals":{"aws:PrincipalTag/a":"b*"}}"#, r#""b*""#, r#"+ @,C{"StringLike":{"aws:PrincipalTag/a":"b*"}}"#),
    case(InvalidRegion, Identity, r#"+ @,C{"StringEquals":{"aws:RequestedRegion":"eu-west1"}}"#, r#""eu-west1""#, r#"+ @,C{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#),
    case(InvalidVpcFormat, Identity, r#"+ @,C{"StringEquals":{"aws:SourceVpc":"vpc1"}}"#, r#""vpc1""#, r#"+ @,C{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
    case(InvalidVpceFormat, Identity, r#"+ @,C{"StringEquals":{"aws:SourceVpce":"vpc-12345678"}}"#, r#""vpc-12345678""#, r#"+ @,C{"StringEquals":{"aws:SourceVpce":"vpce-12345678901234567"}}"#),
    case(InvalidKmsKeyValue, Identity, r#"+ "Action":"s3:PutObject","Resource":"*",C{"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"alias/a"}}"#, r#""alias/a""#, r#"+ "Action":"s3:PutObject","Resource":"*",C{"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:eu-west-1:111122223333:key/a"}}"#),
    case(InvalidServicePrincipalFormat, Identity, r#"+ "Action":"iam:PassRole","Resource":"*",C{"StringEquals":{"iam:PassedToService":"lambda"}}"#, r#""lambda""#, r#"+ "Action":"iam:PassRole","Resource":"*",C{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#),
    case(InvalidServicePrincipalFormat, Trust, r#"+ "Principal":{"Service":"lambda"},"Action":"sts:AssumeRole""#, r#""lambda""#, r#"+ "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#),
    case(WildcardUsageTooPermissive, Identity, r#"- @,C{"StringNotLike":{"aws:ResourceAccount":"1111*"}}"#, r#""1111*""#, r#"- @,C{"StringNotLike":{"aws:ResourceAccount":"111122223333"}}"#),
    case(EquivalentToNullFalse, Identity, r#"+ @,C{"StringLike":{"aws:PrincipalTag/a":"*"}}"#, r#""*""#, r#"+ @,C{"StringLike":{"aws:PrincipalTag/a":"?*"}}"#),
    case(EquivalentToNullTrue, Identity, r#"+ @,C{"StringNotLike":{"aws:PrincipalTag/a":"*"}}"#, r#""*""#, r#"+ @,C{"StringNotLike":{"aws:PrincipalTag/a":"a*"}}"#),
    case(RedundantKeyWildcard, Identity, r#"+ @,C{"StringLikeIfExists":{"aws:PrincipalTag/a":"*"}}"#, r#""*""#, r#"+ @,C{"StringLike":{"aws:PrincipalTag/a":"*"}}"#),
    case(RedundantStatementWildcard, Identity, r#"+ @,C{"StringNotLike":{"aws:RequestedRegion":"*"}}"#, r#""*""#, r#"+ @,C{"StringLike":{"aws:RequestedRegion":"eu-*"}}"#),
    // Conditions: keys and the rest of the statement.
    case(UnsupportedActionForConditionKey, Identity, r#"+ "Action":"s3:GetObject","Resource":"*",C{"StringEquals":{"s3:prefix":"a"}}"#, r#""s3:prefix""#, r#"+ "Action":"s3:ListBucket","Resource":"*",C{"StringEquals":{"s3:prefix":"a"}}"#),
    case(UseKeyWithSupportedServices, Identity, r#"+ "Action":"*","Resource":"*",C{"StringEquals":{"aws:VpceOrgID":"o-1"}}"#, r#""aws:VpceOrgID""#, r#"+ @,C{"StringEquals":{"aws:VpceOrgID":"o-1"}}"#),
    case(AllowUnsupportedTag, Identity, r#"+ "Action":"s3:ListAllMyBuckets","Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, r#""aws:ResourceTag/a""#, r#"+ "Action":"ec2:StartInstances","Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#),
    case(AllowNotActionUnsupportedTag, Identity, r#"+ "NotAction":"iam:*","Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, r#""aws:ResourceTag/a""#, r#"+ "NotAction":"iam:*","Resource":"*",C{"StringEquals":{"aws:PrincipalTag/a":"b"}}"#),
    case(DenyUnsupportedTag, Identity, r#"- "Action":["ec2:StartInstances","s3:ListAllMyBuckets"],"Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, r#""aws:ResourceTag/a""#, r#"- "Action":"ec2:StartInstances","Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#),
    case(DenyNotActionUnsupportedTag, Identity, r#"- "NotAction":"iam:*","Resource":"*",C{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, r#""aws:ResourceTag/a""#, r#"- "NotAction":"iam:*","Resource":"*""#),
    case(UntrustworthyConditionKey, Identity, r#"+ @,C{"StringLike":{"aws:Referer":"https://example.com/*"}}"#, r#""aws:Referer""#, r#"- @,C{"StringLike":{"aws:Referer":"https://example.com/*"}}"#),
    case(MissingPairedConditionKeys, Identity, r#"+ @,C{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#, r#""aws:VpcSourceIp""#, r#"+ @,C{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"},"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
    case(DynamodbAttributes, Identity, r#"+ "Action":"dynamodb:GetItem","Resource":"*",C{"ForAllValues:StringEquals":{"dynamodb:Attributes":"a"}}"#, r#""dynamodb:Attributes""#, r#"+ "Action":"dynamodb:GetItem","Resource":"*",C{"ForAllValues:StringEquals":{"dynamodb:Attributes":"a"},"StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}"#),
    case(S3PrefixNegative, Identity, r#"- "Action":"s3:ListBucket","Resource":"*",C{"StringLike":{"s3:prefix":"private/*"}}"#, r#""s3:prefix""#, r#"- "Action":"s3:ListBucket","Resource":"*",C{"StringNotLike":{"s3:prefix":"public/*"}}"#),
    case(IrrelevantConditionKey, Resource, r#"+ WHO,@,C{"StringEquals":{"s3:ResourceAccount":"111122223333"}}"#, r#""s3:ResourceAccount""#, r#"+ WHO,@,C{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#),
    case(RcpPrincipalKey, ResourceControl, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}"#, r#""aws:PrincipalOrgID""#, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#),
    case(RcpServiceKey, ResourceControl, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}"#, r#""aws:SourceAccount""#, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:SourceAccount":"111122223333"},"Bool":{"aws:PrincipalIsAWSService":"true"}}"#),
    case(RcpNullCheck, ResourceControl, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:SourceOrgID":"o-1"},"Bool":{"aws:PrincipalIsAWSService":"true"}}"#, r#""aws:SourceOrgID""#, r#"- "Principal":"*",@,C{"StringNotEquals":{"aws:SourceOrgID":"o-1"},"Bool":{"aws:PrincipalIsAWSService":"true"},"Null":{"aws:SourceAccount":"false"}}"#),
    // Principals.
    case(InvalidPrincipalFormat, Resource, r#"+ "Principal":"111122223333",@"#, r#""111122223333""#, "+ WHO,@"),
    case(InvalidPrincipalFormat, Resource, r#"+ "Principal":{"AWS":"arn:aws:iam::111122223333:group/g"},@"#, r#""arn:aws:iam::111122223333:group/g""#, r#"+ "Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/r/s"},@"#),
    case(InvalidPrincipalFormat, Resource, r#"+ "Principal":{"CanonicalUser":"79a5"},@"#, r#""79a5""#, r#"+ "Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},@"#),
    case(UnsupportedWildcardInPrincipal, Resource, r#"+ "Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},@"#, r#""arn:aws:iam::111122223333:role/*""#, r#"+ "Principal":{"AWS":"arn:aws:iam::111122223333:root"},@"#),
    case(EmptyArrayPrincipal, Resource, r#"+ "Principal":{"AWS":[]},@"#, "[]", "+ WHO,@"),
    case(EmptyObjectPrincipal, Resource, r#"+ "Principal":{},@"#, "{}", "+ WHO,@"),
    case(InvalidRoleReference, Trust, r#"+ "Principal":{"AWS":"AROAIOSFODNN7EXAMPLE"},"Action":"sts:AssumeRole""#, r#""AROAIOSFODNN7EXAMPLE""#, r#"+ "Principal":{"AWS":"arn:aws:iam::111122223333:role/r"},"Action":"sts:AssumeRole""#),
    case(InvalidUserReference, Trust, r#"+ "Principal":{"AWS":"AIDAIOSFODNN7EXAMPLE"},"Action":"sts:AssumeRole""#, r#""AIDAIOSFODNN7EXAMPLE""#, r#"+ "Principal":{"AWS":"arn:aws:iam::111122223333:user/u"},"Action":"sts:AssumeRole""#),
    case(FederatedPrincipalNotSupported, Resource, r#"+ "Principal":{"Federated":"accounts.google.com"},@"#, r#""Federated""#, "+ WHO,@"),
    case(InvalidFederatedPrincipal, Trust, r#"+ "Principal":{"Federated":"login.example.com"},"Action":"sts:AssumeRoleWithWebIdentity""#, r#""login.example.com""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/login.example.com"},"Action":"sts:AssumeRoleWithWebIdentity""#),
    case(MismatchedActionForPrincipal, Trust, r#"+ WHO,"Action":"sts:AssumeRoleWithSAML""#, r#""sts:AssumeRoleWithSAML""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/p"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"]"#),
    case(RolesAnywhere, Trust, r#"+ "Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":"sts:AssumeRole""#, r#""rolesanywhere.amazonaws.com""#, r#"+ "Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:AssumeRole","sts:SetSourceIdentity","sts:TagSession"]"#),
    case(MissingActionForConditionKey, Trust, r#"+ TRUST,C{"StringEquals":{"aws:RequestTag/a":"b"}}"#, r#""aws:RequestTag/a""#, r#"+ WHO,"Action":["sts:AssumeRole","sts:TagSession"],C{"StringEquals":{"aws:RequestTag/a":"b"}}"#),
    case(UnsupportedKeyForService, Resource, r#"+ "Principal":{"Service":"cloudfront.amazonaws.com"},@,C{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, r#""aws:PrincipalOrgID""#, r#"+ "Principal":{"Service":"cloudfront.amazonaws.com"},@,C{"StringEquals":{"aws:SourceOrgID":"o-1"}}"#),
    case(RestrictServicePrincipal, Resource, r#"+ "Principal":{"Service":"sns.amazonaws.com"},@"#, r#""sns.amazonaws.com""#, r#"+ "Principal":{"Service":"sns.amazonaws.com"},@,C{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}"#),
    case(RecommendedKeyForService, Resource, r#"+ "Principal":{"Service":"ses.amazonaws.com"},@,C{"StringEquals":{"aws:Referer":"111122223333"}}"#, r#""aws:Referer""#, r#"+ "Principal":{"Service":"ses.amazonaws.com"},@,C{"StringEquals":{"aws:Referer":"111122223333","aws:SourceAccount":"111122223333"}}"#),
    case(RedundantTrustPrincipal, Trust, r#"+ "Principal":{"AWS":["arn:aws:iam::111122223333:role/p/r","arn:aws:sts::111122223333:assumed-role/r/s"]},"Action":"sts:AssumeRole""#, r#""arn:aws:sts::111122223333:assumed-role/r/s""#, r#"+ "Principal":{"AWS":["arn:aws:iam::111122223333:role/q","arn:aws:sts::111122223333:assumed-role/r/s"]},"Action":"sts:AssumeRole""#),
    case(OidcWithoutCondition, Trust, r#"+ "Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEqualsIfExists":{"accounts.google.com:aud":"a"}}"#, r#""accounts.google.com""#, r#"+ "Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEquals":{"accounts.google.com:aud":"a"}}"#),
    case(SamlWithoutCondition, Trust, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/p"},"Action":"sts:AssumeRoleWithSAML""#, r#""arn:aws:iam::111122223333:saml-provider/p""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/p"},"Action":"sts:AssumeRoleWithSAML",C{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#),
    case(GithubWithoutRepo, Trust, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#, r#""arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref:refs/heads/main"}}"#),
    case(GithubWithoutRepo, Trust, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*/r:*"}}"#, r#""repo:*/r:*""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:o/r:*"}}"#),
    case(GithubWildcard, Trust, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:o/r:*"}}"#, r#""repo:o/r:*""#, r#"+ "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",C{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:o/r:environment:prod"}}"#),
    // What is allowed.
    case(AllowEverybody, Resource, r#"+ "Principal":"*",@"#, r#""*""#, r#"+ "Principal":"*",@,C{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
    case(AllowEverybody, Resource, r#"+ "Principal":{"AWS":"*"},@,C{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, r#""*""#, r#"+ "Principal":{"AWS":"*"},@,C{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
    case(AllowEverybody, Resource, r#"+ "Principal":"*",@,C{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#, r#""*""#, r#"- "Principal":"*",@"#),
    case(AllowNotPrincipal, Resource, r#"+ "NotPrincipal":{"AWS":"111122223333"},@"#, r#""NotPrincipal""#, r#"- "NotPrincipal":{"AWS":"111122223333"},@"#),
    case(AllowNotAction, Identity, r#"+ "NotAction":"iam:*","Resource":"*""#, r#""NotAction""#, r#"- "NotAction":"iam:*","Resource":"*""#),
    case(AllowNotResource, Identity, r#"+ "Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*""#, r#""NotResource""#, r#"- "Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*""#),
    case(PassRoleStarResource, Identity, r#"+ "Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/*""#, r#""iam:PassRole""#, r#"+ "Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app-*""#),
    case(PassRoleStarBoth, Identity, r#"+ "Action":"iam:*","Resource":"*""#, r#""iam:*""#, r#"+ "Action":"iam:Get*","Resource":"*""#),
    case(PassRoleStarNotAction, Identity, r#"+ "NotAction":"s3:*","Resource":"*""#, r#""NotAction""#, r#"+ "NotAction":"iam:Pass*","Resource":"*""#),
    case(PassRoleNotResource, Identity, r#"+ "Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""iam:PassRole""#, r#"- "Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(PassRoleStarNotResource, Identity, r#"+ "Action":"iam:P*","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""iam:P*""#, r#"+ "Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(PassRoleNotActionNotResource, Identity, r#"+ "NotAction":"s3:*","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""NotAction""#, r#"+ "NotAction":"iam:*","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(SlrStarResource, Identity, r#"+ "Action":"iam:CreateServiceLinkedRole","Resource":"*""#, r#""iam:CreateServiceLinkedRole""#, r#"+ "Action":"iam:CreateServiceLinkedRole","Resource":"*",C{"StringEquals":{"iam:AWSServiceName":"ecs.amazonaws.com"}}"#),
    case(SlrStarBoth, Identity, r#"+ "Action":"iam:Create*","Resource":"*""#, r#""iam:Create*""#, r#"+ "Action":"iam:Create*","Resource":"arn:aws:iam::*:role/app-*""#),
    case(SlrStarNotAction, Identity, r#"+ "NotAction":"s3:*","Resource":"*""#, r#""NotAction""#, r#"+ "NotAction":"iam:*","Resource":"*""#),
    case(SlrNotResource, Identity, r#"+ "Action":"iam:CreateServiceLinkedRole","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""iam:CreateServiceLinkedRole""#, r#"+ "Action":"iam:GetRole","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(SlrStarNotResource, Identity, r#"+ "Action":"iam:*","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""iam:*""#, r#"+ "Action":"iam:Get*","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(SlrNotActionNotResource, Identity, r#"+ "NotAction":"s3:*","NotResource":"arn:aws:iam::111122223333:role/a""#, r#""NotAction""#, r#"+ "NotAction":"iam:*","NotResource":"arn:aws:iam::111122223333:role/a""#),
    case(PassRoleStarBoth, Identity, r#"+ "Action":"*","Resource":"*""#, r#""*""#, r#"- "Action":"*","Resource":"*""#),
    // Statements.
    case(RedundantStatement, Identity, r#"+ "Action":"s3:*","Resource":"*" ;; + @"#, "{", r#"+ "Action":"s3:*","Resource":"arn:aws:s3:::b/*" ;; + @"#),
    case(RedundantStatement, Identity, "+ @ ;; + @", "{", r#"+ @,C{"Bool":{"aws:SecureTransport":"true"}} ;; + @,C{"Bool":{"aws:SecureTransport":"false"}}"#),
    case(ShadowedStatement, Identity, r#"+ @ ;; - "Action":"s3:Get*","Resource":"*""#, "{", r#"+ @ ;; - "Action":"s3:Get*","Resource":"*",C{"Bool":{"aws:SecureTransport":"false"}}"#),
    // Kinds that grant nothing are not told what they allow.
    case(UnsupportedPrincipal, Boundary, "+ WHO,@", r#""Principal""#, r#"+ "Action":"*","Resource":"*""#),
    case(UnsupportedPrincipal, Session, "+ WHO,@", r#""Principal""#, r#"+ "Action":"*","Resource":"*""#),
    case(MissingPrincipal, VpcEndpoint, "+ @", "{", r#"+ "Principal":"*","Action":"*","Resource":"*""#),
];
