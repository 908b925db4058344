use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Comparison, EventPattern, Field, Fields, InvalidEventPattern, Matcher, Text};

type Parsed<T> = Result<T, InvalidEventPattern>;

impl EventPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`InvalidEventPattern`] with the first place that cannot be understood.
    pub fn parse(text: &str) -> Parsed<Self> {
        let wrong = |place: String, what: String| Err(InvalidEventPattern { place, what });
        if text.len() > Self::LONGEST {
            return wrong("line 1".to_owned(), format!("the pattern is longer than {} bytes", Self::LONGEST));
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => Ok(Self(fields(&Place::Top, &object)?)),
            Ok(_) => wrong("line 1".to_owned(), "expected a JSON object".to_owned()),
            Err(error) => {
                let place = format!("line {} column {}", error.line(), error.column());
                wrong(place, "expected JSON".to_owned())
            }
        }
    }
}

/// A place in the pattern, as the way to it.
enum Place<'p> {
    Top,
    Below(&'p Self, &'p str),
}

impl Place<'_> {
    fn wrong<T>(&self, found: &Value, expected: &str) -> Parsed<T> {
        let shown: String = found.to_string().chars().take(40).collect();
        let place = self.pointer();
        let place = if place.is_empty() { "the pattern".to_owned() } else { place };
        Err(InvalidEventPattern { place, what: format!("found `{shown}`, expected {expected}") })
    }

    fn pointer(&self) -> String {
        match self {
            Self::Top => String::new(),
            Self::Below(above, key) => {
                let mut pointer = above.pointer();
                // Writing to a String cannot fail.
                let _ = write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1"));
                pointer
            }
        }
    }
}

fn fields(place: &Place<'_>, object: &Map<String, Value>) -> Parsed<Fields> {
    let mut all = Fields::default();
    for (key, value) in object {
        let below = Place::Below(place, key);
        match value {
            Value::Array(alternatives) if key == "$or" => {
                for alternative in alternatives {
                    let Value::Object(object) = alternative else {
                        return below.wrong(alternative, "an object with fields");
                    };
                    all.choice.push(fields(&below, object)?);
                }
                if all.choice.len() < 2 {
                    return below.wrong(value, "a list of at least two alternatives");
                }
            }
            Value::Object(object) => {
                all.fields.insert(key.clone(), Field::Object(fields(&below, object)?));
            }
            Value::Array(values) if !values.is_empty() => {
                let matchers = values.iter().map(|value| matcher(&below, value)).collect::<Parsed<_>>()?;
                all.fields.insert(key.clone(), Field::Any(matchers));
            }
            other => return below.wrong(other, "an object, or a list of values"),
        }
    }
    if all.fields.is_empty() && all.choice.is_empty() {
        return place.wrong(&Value::Object(object.clone()), "an object with fields");
    }
    Ok(all)
}

fn matcher(place: &Place<'_>, value: &Value) -> Parsed<Matcher> {
    match value {
        Value::String(_) | Value::Bool(_) | Value::Null => Ok(Matcher::Equals(value.clone())),
        Value::Number(number) => match number.as_f64() {
            Some(number) => Ok(Matcher::Number(number)),
            None => place.wrong(value, "a number"),
        },
        Value::Array(_) => place.wrong(value, "a text, a number or a comparison"),
        Value::Object(object) => match object.iter().next() {
            Some((name, argument)) if object.len() == 1 => {
                comparison(&Place::Below(place, name), name, argument)
            }
            _ => place.wrong(value, "an object with one comparison"),
        },
    }
}

fn comparison(place: &Place<'_>, name: &str, argument: &Value) -> Parsed<Matcher> {
    match name {
        "prefix" => Ok(Matcher::Prefix(text(place, argument)?)),
        "suffix" => Ok(Matcher::Suffix(text(place, argument)?)),
        "equals-ignore-case" => Ok(Matcher::EqualsIgnoreCase(plain(place, argument)?)),
        "wildcard" => Ok(Matcher::Wildcard(plain(place, argument)?)),
        "exists" => match argument {
            Value::Bool(exists) => Ok(Matcher::Exists(*exists)),
            other => place.wrong(other, "`true` or `false`"),
        },
        "numeric" => numeric(place, argument),
        "cidr" => cidr(place, argument),
        "anything-but" => Ok(Matcher::AnythingBut(anything_but(place, argument)?)),
        _ => place.wrong(argument, "a comparison that is known: prefix, suffix, anything-but, numeric ..."),
    }
}

fn plain(place: &Place<'_>, value: &Value) -> Parsed<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        other => place.wrong(other, "a text"),
    }
}

/// A text, or `{"equals-ignore-case": "text"}`.
fn text(place: &Place<'_>, value: &Value) -> Parsed<Text> {
    match (value, value.get("equals-ignore-case")) {
        (Value::String(text), _) => Ok(Text { text: text.clone(), ignores_case: false }),
        (_, Some(Value::String(text))) => Ok(Text { text: text.clone(), ignores_case: true }),
        _ => place.wrong(value, "a text"),
    }
}

/// One value, a list of values, or one comparison of one or several texts.
fn anything_but(place: &Place<'_>, value: &Value) -> Parsed<Vec<Matcher>> {
    let is_plain =
        |value: &Value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null);
    match value {
        Value::Array(values) if !values.is_empty() => {
            if let Some(other) = values.iter().find(|value| !is_plain(value)) {
                return place.wrong(other, "a text or a number");
            }
            values.iter().map(|value| matcher(place, value)).collect()
        }
        Value::Object(object) => {
            let one = object.iter().next().filter(|_| object.len() == 1);
            let one = one.filter(|(name, _)| {
                ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(&name.as_str())
            });
            let Some((name, argument)) = one else {
                return place.wrong(value, "prefix, suffix, equals-ignore-case or wildcard");
            };
            let below = Place::Below(place, name);
            match argument {
                Value::Array(texts) if !texts.is_empty() => {
                    texts.iter().map(|text| comparison(&below, name, text)).collect()
                }
                one => Ok(vec![comparison(&below, name, one)?]),
            }
        }
        value if is_plain(value) => Ok(vec![matcher(place, value)?]),
        other => place.wrong(other, "a value, a list of values or a comparison"),
    }
}

/// `["=", 5]` or `[">", 0, "<=", 5]`
fn numeric(place: &Place<'_>, value: &Value) -> Parsed<Matcher> {
    const EXPECTED: &str = "a list of one or two comparisons, such as [\">\", 0, \"<=\", 5]";
    let Some(list) = value.as_array().filter(|list| matches!(list.len(), 2 | 4)) else {
        return place.wrong(value, EXPECTED);
    };
    let mut comparisons = Vec::new();
    for pair in list.chunks(2) {
        let [sign, number] = pair else { return place.wrong(value, EXPECTED) };
        let sign = sign.as_str().and_then(|sign| Comparison::SIGNS.iter().find(|(own, _)| *own == sign));
        let (Some((_, comparison)), Some(number)) = (sign, number.as_f64()) else {
            return place.wrong(value, EXPECTED);
        };
        comparisons.push((*comparison, number));
    }
    Ok(Matcher::Numeric(comparisons))
}

fn cidr(place: &Place<'_>, value: &Value) -> Parsed<Matcher> {
    let block = value.as_str().and_then(|text| {
        let (address, length) = text.split_once('/')?;
        let address: std::net::IpAddr = address.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
    });
    match block {
        Some((address, length)) => Ok(Matcher::Cidr(address, length)),
        None => place.wrong(value, "a block of addresses such as 10.0.0.0/24"),
    }
}
