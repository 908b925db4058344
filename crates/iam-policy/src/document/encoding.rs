use std::borrow::Cow;

use percent_encoding::percent_decode_str;

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
