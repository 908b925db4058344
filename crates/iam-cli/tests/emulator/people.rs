//! Users, their credentials, a role and policies.

use super::moto::handed_on;
use crate::fake::Raw;

/// Makes something in the account, by the plain form of IAM's protocol.
fn create(port: u16, action: &str, fields: &[(&str, &str)]) -> String {
    let mut body = format!("Action={action}&Version=2010-05-08");
    for (name, value) in fields {
        let value =
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
        body.extend(["&", name, "=", &value]);
    }
    let scope = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/iam/aws4_request";
    let headers = [
        ("host", "iam.amazonaws.com"),
        ("authorization", scope),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-length", &body.len().to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let raw = Raw { method: "POST".to_owned(), target: "/".to_owned(), headers, body: body.into_bytes() };
    let reply = handed_on(port, &raw);
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(reply.status, 200, "{action}: {text}");
    text
}

const TRUST: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"lambda.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}]}";
const READS: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}]}";

const PASSWORD: &str = "Correct-horse-7";

/// Anna signs in with MFA, bob without; deploy has two active keys, old an inactive one; there are a role and policies. Gives
/// back what is secret of all that.
pub(crate) fn fill(port: u16) -> Vec<String> {
    let inner = |text: &str, name: &str| -> String {
        text.split(&format!("<{name}>")).nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    create(port, "CreateAccountAlias", &[("AccountAlias", "emulated")]);
    create(
        port,
        "UpdateAccountPasswordPolicy",
        &[("MinimumPasswordLength", "8"), ("RequireSymbols", "true")],
    );
    for (user, path) in [("anna", "/"), ("bob", "/people/"), ("deploy", "/ci/"), ("old", "/")] {
        create(port, "CreateUser", &[("UserName", user), ("Path", path)]);
    }
    for user in ["anna", "bob"] {
        create(port, "CreateLoginProfile", &[("UserName", user), ("Password", PASSWORD)]);
    }
    let device = create(port, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "anna")]);
    let serial = inner(&device, "SerialNumber");
    let codes = [("AuthenticationCode1", "123456"), ("AuthenticationCode2", "234567")];
    create(
        port,
        "EnableMFADevice",
        &[&[("UserName", "anna"), ("SerialNumber", &serial)][..], &codes].concat(),
    );
    let keys = ["deploy", "deploy", "old"].map(|user| create(port, "CreateAccessKey", &[("UserName", user)]));
    let id = inner(&keys[2], "AccessKeyId");
    create(port, "UpdateAccessKey", &[("UserName", "old"), ("AccessKeyId", &id), ("Status", "Inactive")]);
    create(port, "CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)]);
    create(port, "CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", READS)]);
    create(
        port,
        "AttachRolePolicy",
        &[("RoleName", "app"), ("PolicyArn", "arn:aws:iam::111122223333:policy/reads")],
    );
    create(
        port,
        "PutUserPolicy",
        &[("UserName", "deploy"), ("PolicyName", "inline"), ("PolicyDocument", READS)],
    );
    let keys = keys.iter().map(|key| inner(key, "SecretAccessKey"));
    keys.chain([PASSWORD.to_owned(), inner(&device, "Base32StringSeed")]).collect()
}

/// Files of a snapshot, and the AWS CLI commands that print the same.
pub(crate) fn commands() -> Vec<(String, String)> {
    let mut commands = vec![
        ("credential-report.json".to_owned(), "iam get-credential-report".to_owned()),
        ("account-summary.json".to_owned(), "iam get-account-summary".to_owned()),
        ("account-password-policy.json".to_owned(), "iam get-account-password-policy".to_owned()),
        ("virtual-mfa-devices.json".to_owned(), "iam list-virtual-mfa-devices".to_owned()),
        ("account-aliases.json".to_owned(), "iam list-account-aliases".to_owned()),
        ("account-authorization-details.json".to_owned(), "iam get-account-authorization-details".to_owned()),
        ("server-certificates.json".to_owned(), "iam list-server-certificates".to_owned()),
    ];
    for user in ["anna", "bob", "deploy", "old"] {
        commands
            .push((format!("access-keys/{user}.json"), format!("iam list-access-keys --user-name {user}")));
        commands
            .push((format!("mfa-devices/{user}.json"), format!("iam list-mfa-devices --user-name {user}")));
    }
    commands
}
