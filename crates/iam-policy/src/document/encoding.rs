use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

/// The JSON of a document that may be URL-encoded (RFC 3986), as the IAM API returns it and the AWS CLI does not.
///
/// Text that is no JSON object and becomes none by decoding is returned as it is.
///
/// ```
/// use iam_policy::document::decoded;
///
/// assert_eq!(decoded("%7B%22Statement%22%3A%5B%5D%7D"), r#"{"Statement":[]}"#);
/// assert_eq!(decoded(r#"{"Id": "100%25"}"#), r#"{"Id": "100%25"}"#);
/// ```
pub fn decoded(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_start();
    // A document that is not encoded begins with a bracket, and an encoded one has none.
    if trimmed.starts_with('{') || !trimmed.starts_with('%') {
        return Cow::Borrowed(text);
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) if decoded.trim_start().starts_with('{') => decoded,
        _ => Cow::Borrowed(text),
    }
}

/// The policy in what the AWS CLI prints around one: `get-policy-version`, `get-role-policy`, `get-role`, `get-bucket-policy`,
/// `describe-policy` of AWS Organizations and others, also as text within JSON. A policy that stands there as an object keeps its
/// lines and columns. Text in which no policy is seen, or more than one, is returned as it is.
///
/// ```
/// use iam_policy::document::unwrapped;
///
/// let policy = r#"{"Statement":[]}"#;
/// assert_eq!(unwrapped(&format!(r#"{{"Policy": {policy}}}"#)).trim(), policy);
/// assert_eq!(unwrapped(r#"{"Policy": "{\"Statement\":[]}"}"#), policy);
/// assert_eq!(unwrapped(policy), policy);
/// ```
pub fn unwrapped(text: &str) -> Cow<'_, str> {
    match held(text, 0) {
        Some(Held::Here(policy)) if policy.len() < text.trim().len() => {
            let before = policy.as_ptr().addr().saturating_sub(text.as_ptr().addr());
            let blank = text.get(..before).unwrap_or_default().chars().map(|character| match character {
                '\n' => '\n',
                _ => ' ',
            });
            Cow::Owned(blank.chain(policy.chars()).collect())
        }
        Some(Held::Here(_)) | None => Cow::Borrowed(text),
        Some(Held::InText(policy)) => Cow::Owned(policy),
    }
}

/// A policy within other text.
enum Held<'t> {
    /// An object of the text.
    Here(&'t str),
    /// What a string of the text says.
    InText(String),
}

/// Where the AWS CLI puts policies. Sources: IAM, Amazon S3, AWS KMS, Amazon SQS, AWS Lambda, AWS Secrets Manager and AWS
/// Organizations API References.
const HOLDERS: &[&str] = &[
    "PolicyVersion",
    "Document",
    "PolicyDocument",
    "Role",
    "AssumeRolePolicyDocument",
    "Policy",
    "policy",
    "Content",
    "ResourcePolicy",
    "Attributes",
];

const DEEPEST: usize = 4;

fn held(text: &str, depth: usize) -> Option<Held<'_>> {
    let text = text.trim();
    if depth > DEEPEST {
        return None;
    }
    if text.starts_with('"') {
        let inner: String = serde_json::from_str(text).ok()?;
        let inner = decoded(&inner).into_owned();
        return match held(&inner, depth + 1)? {
            Held::Here(policy) => Some(Held::InText(policy.to_owned())),
            Held::InText(policy) => Some(Held::InText(policy)),
        };
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    if members.contains_key("Statement") {
        return Some(Held::Here(text));
    }
    let holders = HOLDERS.iter().filter_map(|name| members.get(*name));
    let mut found = holders.filter_map(|value| held(value.get(), depth + 1));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
