use std::fmt;

use serde_json::{Map, Value, json};

use super::{Comparison, EventPattern, Field, Fields, Matcher, Text};

impl EventPattern {
    /// The pattern as JSON. What is written here and read again is the same pattern.
    pub fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

/// The pattern as JSON on one line.
impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_json().fmt(f)
    }
}

impl Fields {
    fn to_json(&self) -> Value {
        let mut object: Map<String, Value> = Map::new();
        for (name, field) in &self.fields {
            let value = match field {
                Field::Object(fields) => fields.to_json(),
                Field::Any(matchers) => matchers.iter().map(Matcher::to_json).collect(),
            };
            object.insert(name.clone(), value);
        }
        if !self.choice.is_empty() {
            object.insert("$or".to_owned(), self.choice.iter().map(Self::to_json).collect());
        }
        Value::Object(object)
    }
}

impl Matcher {
    fn to_json(&self) -> Value {
        match self {
            Self::Equals(value) => value.clone(),
            Self::Number(number) => json!(number),
            Self::Prefix(text) => json!({"prefix": text.to_json()}),
            Self::Suffix(text) => json!({"suffix": text.to_json()}),
            Self::EqualsIgnoreCase(text) => json!({"equals-ignore-case": text}),
            Self::Wildcard(text) => json!({"wildcard": text}),
            Self::Numeric(comparisons) => {
                let pairs = comparisons.iter();
                let pairs = pairs.flat_map(|(comparison, number)| [json!(comparison.sign()), json!(number)]);
                json!({"numeric": pairs.collect::<Value>()})
            }
            Self::Cidr(address, length) => json!({"cidr": format!("{address}/{length}")}),
            Self::Exists(exists) => json!({"exists": exists}),
            Self::AnythingBut(matchers) => json!({"anything-but": Self::all_but(matchers)}),
        }
    }

    /// Values stand in a list; comparisons are all the same, with a list of texts.
    fn all_but(matchers: &[Self]) -> Value {
        let written: Vec<Value> = matchers.iter().map(Self::to_json).collect();
        let Some((name, _)) =
            written.first().and_then(Value::as_object).and_then(|object| object.iter().next())
        else {
            return Value::Array(written);
        };
        let texts: Value = written.iter().filter_map(|value| value.get(name)).cloned().collect();
        json!({ name: texts })
    }
}

impl Text {
    fn to_json(&self) -> Value {
        if self.ignores_case { json!({"equals-ignore-case": self.text}) } else { json!(self.text) }
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        Self::SIGNS.iter().find(|(_, own)| *own == self).map_or("", |(sign, _)| sign)
    }
}
