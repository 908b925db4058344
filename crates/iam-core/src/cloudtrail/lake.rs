//! Rows of CloudTrail Lake, as `aws cloudtrail get-query-results` prints them.
//!
//! Each column is text. A column of a structure is written without quotation marks, `{type=IAMUser, arn=...}`, so that a
//! name that itself holds a comma cannot be told from the next field. Source: `CloudTrail` API Reference,
//! `GetQueryResults`; `CloudTrail` User Guide, "`CloudTrail` Lake SQL constraints".

use serde_json::{Map, Value};

/// Columns whose text is the field's value, by their name in lower case.
const TEXTS: &[(&str, &str)] = &[
    ("eventtime", "eventTime"),
    ("eventsource", "eventSource"),
    ("eventname", "eventName"),
    ("awsregion", "awsRegion"),
    ("sourceipaddress", "sourceIPAddress"),
    ("useragent", "userAgent"),
    ("errorcode", "errorCode"),
    ("errormessage", "errorMessage"),
    ("eventid", "eventID"),
    ("readonly", "readOnly"),
    ("eventtype", "eventType"),
    ("managementevent", "managementEvent"),
    ("recipientaccountid", "recipientAccountId"),
    ("eventcategory", "eventCategory"),
];

/// Fields of `userIdentity`, in lower case as Lake writes them. Fields of structures inside follow under their own names.
const IDENTITY: &[(&str, &[&str])] = &[
    ("type", &["type"]),
    ("principalid", &["principalId"]),
    ("arn", &["arn"]),
    ("accountid", &["accountId"]),
    ("accesskeyid", &["accessKeyId"]),
    ("username", &["userName"]),
    ("invokedby", &["invokedBy"]),
    ("identityprovider", &["identityProvider"]),
];

/// The record that a row holds, as JSON; `None` where the row lacks what every record has.
pub(super) fn record_of_row(row: &[u8]) -> Option<String> {
    let columns: Vec<Map<String, Value>> = serde_json::from_slice(row).ok()?;
    let mut record = Map::new();
    for (name, value) in columns.into_iter().flatten() {
        let Value::String(text) = value else { continue };
        let name = name.to_ascii_lowercase();
        if name == "eventjson" {
            return Some(text);
        }
        if name == "useridentity" {
            record.insert("userIdentity".to_owned(), structure(&text)?);
        } else if name == "requestparameters" || name == "responseelements" || name == "additionaleventdata" {
            let field = match name.as_str() {
                "requestparameters" => "requestParameters",
                "responseelements" => "responseElements",
                _ => "additionalEventData",
            };
            record.insert(field.to_owned(), structure(&text).unwrap_or(Value::Null));
        } else if let Some((_, field)) = TEXTS.iter().find(|(own, _)| *own == name) {
            let text = if name == "eventtime" { time(&text) } else { text };
            if !text.is_empty() {
                record.insert((*field).to_owned(), Value::String(text));
            }
        }
    }
    let has_all =
        ["eventTime", "eventSource", "eventName", "userIdentity"].iter().all(|key| record.contains_key(*key));
    has_all.then(|| Value::Object(record).to_string())
}

/// `2026-01-15 08:00:00.000` as RFC 3339.
fn time(text: &str) -> String {
    match text.split_once(' ') {
        Some((day, time)) => format!("{day}T{time}Z"),
        None => text.to_owned(),
    }
}

/// A structure, written as JSON or without quotation marks.
fn structure(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Some(value);
    }
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut fields = Map::new();
    for part in parts(inner) {
        let Some((name, value)) = part.split_once('=') else { continue };
        let name = name.trim();
        let key = IDENTITY.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let key = match (key, name.to_ascii_lowercase().as_str()) {
            (Some((_, [key, ..])), _) => *key,
            (_, "sessioncontext") => "sessionContext",
            (_, "sessionissuer") => "sessionIssuer",
            (_, "attributes") => "attributes",
            (_, "mfaauthenticated") => "mfaAuthenticated",
            (_, "onbehalfof") => "onBehalfOf",
            (_, "userid") => "userId",
            (_, "identitystorearn") => "identityStoreArn",
            (_, "assumedroot") => "assumedRoot",
            _ => name,
        };
        let value = value.trim();
        let value = if value.starts_with('{') { structure(value) } else { None }
            .unwrap_or_else(|| if value == "null" { Value::Null } else { Value::String(value.to_owned()) });
        fields.insert(key.to_owned(), value);
    }
    Some(Value::Object(fields))
}

/// The parts between commas that stand in no further brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(|character| {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_record() {
        let row = r#"[{"eventTime":"2026-01-15 08:00:00.000"},{"eventSource":"iam.amazonaws.com"},{"eventName":"CreateUser"},
            {"userIdentity":"{type=AssumedRole, principalid=AROAEXAMPLE:anna, arn=arn:aws:sts::111122223333:assumed-role/ops/anna, accountid=111122223333, sessioncontext={attributes={creationdate=2026-01-15, mfaauthenticated=true}, sessionissuer={type=Role, arn=arn:aws:iam::111122223333:role/ops}}, username=null}"}]"#;
        let record: Value = serde_json::from_str(&record_of_row(row.as_bytes()).unwrap()).unwrap();
        assert_eq!(record["eventTime"], "2026-01-15T08:00:00.000Z");
        assert_eq!(
            record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"],
            "arn:aws:iam::111122223333:role/ops"
        );
        assert_eq!(record["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"], "true");
        assert_eq!(record["userIdentity"]["userName"], Value::Null);
        assert!(record_of_row(br#"[{"eventName":"CreateUser"}]"#).is_none());
    }
}
