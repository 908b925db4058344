//! From the model to JSON.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::{
    ConditionElement, Document, Items, PatternElement, PrincipalElement, Principals, Scalar, ScalarForm,
    Statement, Text,
};

impl Document {
    /// The document as JSON, indented by two spaces. Elements come in the order in which AWS's documentation has them.
    ///
    /// ```
    /// use iam_policy::document::Document;
    ///
    /// let document = Document::parse(r#"{"Statement":{"Effect":"Deny","Action":["s3:*"],"Resource":"*"}}"#).unwrap();
    /// assert_eq!(Document::parse(&document.to_json()).as_ref(), Ok(&document));
    /// ```
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&Json(self)).unwrap_or_default()
    }

    /// The document as JSON without white space.
    pub fn to_compact_json(&self) -> String {
        serde_json::to_string(&Json(self)).unwrap_or_default()
    }
}

/// Something of a document as JSON. A wrapper, because the model itself is no wire format.
struct Json<T>(T);

impl Serialize for Json<&Document> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(element) = &document.version {
            map.serialize_entry("Version", element.version.as_str())?;
        }
        if let Some(id) = &document.id {
            map.serialize_entry("Id", &*id.value)?;
        }
        map.serialize_entry("Statement", &Json(&document.statements))?;
        map.end()
    }
}

impl Serialize for Json<&Statement> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let statement = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &statement.sid {
            map.serialize_entry("Sid", &*sid.value)?;
        }
        map.serialize_entry("Effect", statement.effect.as_str())?;
        if let Some(PrincipalElement { negated, principals, .. }) = &statement.principal {
            map.serialize_entry(&element("Principal", *negated), &Json(principals))?;
        }
        for (name, patterns) in
            [("Action", Some(&statement.action)), ("Resource", statement.resource.as_ref())]
        {
            if let Some(PatternElement { negated, patterns, .. }) = patterns {
                map.serialize_entry(&element(name, *negated), &Json(patterns))?;
            }
        }
        if let Some(condition) = &statement.condition {
            map.serialize_entry("Condition", &Json(condition))?;
        }
        map.end()
    }
}

impl Serialize for Json<&Principals> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Principals::Everybody(_) => serializer.serialize_str("*"),
            Principals::Listed(entries, _) => {
                serializer.collect_map(entries.iter().map(|entry| (entry.kind.as_str(), Json(&entry.values))))
            }
        }
    }
}

impl Serialize for Json<&ConditionElement> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0.operators.iter().map(|operator| (&*operator.name.value, Json(operator.keys.as_slice()))),
        )
    }
}

impl Serialize for Json<&[super::ConditionKey]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|key| (&*key.name.value, Json(&key.values))))
    }
}

impl<'i, T> Serialize for Json<&'i Items<T>>
where
    Json<&'i T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.items.as_slice() {
            [item] if !self.0.is_list => Json(item).serialize(serializer),
            items => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Json(item))?;
                }
                list.end()
            }
        }
    }
}

impl Serialize for Json<&Text> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.value)
    }
}

impl Serialize for Json<&Scalar> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.form {
            ScalarForm::Text => serializer.serialize_str(&self.0.text),
            ScalarForm::Bool => serializer.serialize_bool(&*self.0.text == "true"),
            // Digits stay as they were written: a float would round them.
            ScalarForm::Number => {
                match serde_json::value::RawValue::from_string(self.0.text.clone().into()) {
                    Ok(number) => number.serialize(serializer),
                    Err(_) => serializer.serialize_str(&self.0.text),
                }
            }
        }
    }
}

fn element(name: &'static str, negated: bool) -> String {
    if negated { format!("Not{name}") } else { name.to_owned() }
}
