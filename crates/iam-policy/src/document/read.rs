//! From JSON to the model. `serde_json` decides whether the text is JSON; `jsonc-parser` tells where its values stand and
//! keeps keys that stand twice, but is more lenient.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged as _};
use serde::de::IgnoredAny;

use super::{
    ConditionElement, ConditionKey, ConditionOperator, Document, Effect, Items, PatternElement,
    PrincipalElement, PrincipalEntry, PrincipalKind, Principals, Scalar, ScalarForm, Statement, Text,
    Version, VersionElement,
};
use crate::issue::{Issue, IssueCode, quoted};
use crate::span::{At, Span};

/// The largest text that is read, in bytes. The largest policies that AWS takes, those of buckets, have 20 KiB.
pub const MAX_TEXT: usize = 1 << 20;

/// What could be read of a document.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The document without the statements and elements that the issues are about; `None` where nothing could be read. It
    /// is all of the document only if there are no issues.
    pub document: Option<Document>,
    /// What could be understood of the statements that the document lacks, so that more can be said of them. An effect that
    /// was not understood stands as `Deny`, actions that were not as an empty list: they say nothing of what is allowed.
    pub fragments: Vec<Statement>,
    /// What is wrong, in the order of the text.
    pub issues: Vec<Issue>,
}

impl Document {
    /// Reads as much of a document as can be understood, for tools that go on to say what else is wrong with it.
    pub fn read(text: &str) -> Reading {
        if text.len() > MAX_TEXT {
            let message = format!("found {} bytes, but no policy has more than {MAX_TEXT}", text.len());
            let issue = Issue::new(IssueCode::TooLarge, Span::NONE, message);
            return Reading::of_nothing(issue);
        }
        let value = match json(text) {
            Ok(value) => value,
            Err(issue) => return Reading::of_nothing(issue),
        };
        let mut reader = Reader { issues: Vec::new(), fragments: Vec::new() };
        let document = reader.document(&value);
        reader.issues.sort_by_key(|issue| issue.span);
        Reading { document, fragments: reader.fragments, issues: reader.issues }
    }
}

impl Reading {
    fn of_nothing(issue: Issue) -> Self {
        Self { document: None, fragments: Vec::new(), issues: vec![issue] }
    }
}

fn json(text: &str) -> Result<Value<'_>, Issue> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let at = offset(text, error.line(), error.column());
        if let Some(comma) = trailing_comma(text, at) {
            let message = "the policy is not JSON: there is nothing behind this comma";
            return Err(Issue::new(IssueCode::JsonSyntax, Span::new(comma, comma + 1), message));
        }
        let full = error.to_string();
        let cause = full.rsplit_once(" at line ").map_or(&*full, |(cause, _)| cause);
        let message = format!("the policy is not JSON: {}", cause.to_lowercase());
        return Err(Issue::new(IssueCode::JsonSyntax, Span::new(at, at), message));
    }
    let options = jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let unreadable = |span, message: String| Issue::new(IssueCode::JsonSyntax, span, message);
    match jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &options) {
        Ok(parsed) => {
            parsed.value.ok_or_else(|| unreadable(Span::NONE, "expected an object, found nothing".to_owned()))
        }
        // Too deep, or half of a surrogate pair, which is JSON to the one and no text to the other.
        Err(error) => {
            let range = error.range();
            let message = format!("the policy cannot be read: {}", error.kind().to_string().to_lowercase());
            Err(unreadable(Span::new(range.start, range.end), message))
        }
    }
}

/// The byte at a line and column as `serde_json` counts them: lines from 1, bytes of the line from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + column.saturating_sub(1)).min(text.len());
    // Columns count bytes, and may point into a character.
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The values of an element that stands twice, so that something can be said of all of them. The statement is none that counts.
fn both(one: Option<PatternElement>, other: Option<PatternElement>) -> Option<PatternElement> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.patterns.items.extend(other.patterns.items);
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// The comma before a bracket that closes at a place, or a little before it.
fn trailing_comma(text: &str, at: usize) -> Option<usize> {
    let closes = |character: char| matches!(character, '}' | ']');
    let here = text.get(at..)?.starts_with(closes);
    let end = if here { at } else { text.get(..at)?.trim_end().strip_suffix(closes)?.len() };
    text.get(..end)?.trim_end().strip_suffix(',').map(str::len)
}

struct Reader {
    issues: Vec<Issue>,
    fragments: Vec<Statement>,
}

impl Reader {
    fn document(&mut self, value: &Value<'_>) -> Option<Document> {
        let object = self.object(value, "the policy")?;
        let (mut version, mut id, mut statements) = (None, None, None);
        for member in self.members(object) {
            match member.name.as_str() {
                "Version" => version = self.version(&member.value),
                "Id" => id = self.text(&member.value, "`Id`"),
                "Statement" => statements = self.items(&member.value, Self::statement),
                other => self.unknown(member, other, &["Version", "Id", "Statement"], "a policy"),
            }
        }
        if !object.properties.iter().any(|member| member.name.as_str() == "Statement") {
            self.issue(IssueCode::MissingStatement, object.range, "the policy has no `Statement`");
        }
        Some(Document { version, id, statements: statements?, at: at(object.range) })
    }

    fn version(&mut self, value: &Value<'_>) -> Option<VersionElement> {
        let text = self.text(value, "`Version`")?;
        let version = match &*text.value {
            "2012-10-17" => Version::V2012,
            "2008-10-17" => Version::V2008,
            other => {
                let found = quoted(other);
                let message = format!("found the version {found}, expected `2012-10-17` or `2008-10-17`");
                self.issue(IssueCode::InvalidVersion, value.range(), message);
                return None;
            }
        };
        Some(VersionElement { version, at: text.at })
    }

    fn statement(&mut self, value: &Value<'_>) -> Option<Statement> {
        const ELEMENTS: &[&str] = &[
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        let object = self.object(value, "a statement")?;
        let (mut sid, mut effect, mut principal, mut action, mut resource, mut condition) =
            (None, None, None, None, None, None);
        let issues = self.issues.len();
        for member in self.members(object) {
            let (name, value) = (member.name.as_str(), &member.value);
            match name {
                "Sid" => sid = self.text(value, "`Sid`"),
                "Effect" => effect = self.effect(value),
                "Principal" | "NotPrincipal" => {
                    self.alone(principal.is_some(), member, "Principal");
                    let (negated, key) = (name == "NotPrincipal", at(member.name_range()));
                    let principals = self.principals(value);
                    principal = principals.map(|principals| PrincipalElement { negated, principals, key });
                }
                "Action" | "NotAction" => {
                    self.alone(action.is_some(), member, "Action");
                    let other = self.patterns(member, name == "NotAction");
                    action = both(action, other);
                }
                "Resource" | "NotResource" => {
                    self.alone(resource.is_some(), member, "Resource");
                    let other = self.patterns(member, name == "NotResource");
                    resource = both(resource, other);
                }
                "Condition" => condition = self.condition(value),
                other => self.unknown(member, other, ELEMENTS, "a statement"),
            }
        }
        let has =
            |names: [&str; 2]| object.properties.iter().any(|member| names.contains(&member.name.as_str()));
        if !has(["Effect", "Effect"]) {
            self.issue(IssueCode::MissingEffect, object.range, "the statement has no `Effect`");
        }
        if !has(["Action", "NotAction"]) {
            let message = "the statement has neither `Action` nor `NotAction`";
            self.issue(IssueCode::MissingAction, object.range, message);
        }
        let at = at(object.range);
        // A statement of which a part was not understood would say something else than its writer did.
        if self.issues.len() > issues {
            let nothing = || PatternElement { negated: false, patterns: Items::list(Vec::new()), key: at };
            let (effect, action) = (effect.unwrap_or(Effect::Deny), action.unwrap_or_else(nothing));
            self.fragments.push(Statement { sid, effect, principal, action, resource, condition, at });
            return None;
        }
        Some(Statement { sid, effect: effect?, principal, action: action?, resource, condition, at })
    }

    fn effect(&mut self, value: &Value<'_>) -> Option<Effect> {
        let text = self.text(value, "`Effect`")?;
        match &*text.value {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            other => {
                let message = format!(
                    "found the effect {}, expected `Allow` or `Deny`, spelled like this",
                    quoted(other)
                );
                self.issue(IssueCode::InvalidEffect, value.range(), message);
                None
            }
        }
    }

    fn patterns(&mut self, member: &ObjectProp<'_>, negated: bool) -> Option<PatternElement> {
        let what = match member.name.as_str() {
            "Action" => "`Action`",
            "NotAction" => "`NotAction`",
            "Resource" => "`Resource`",
            _ => "`NotResource`",
        };
        let patterns = self.items(&member.value, |reader, item| reader.text(item, what))?;
        Some(PatternElement { negated, patterns, key: at(member.name_range()) })
    }

    fn principals(&mut self, value: &Value<'_>) -> Option<Principals> {
        let object = match value {
            Value::StringLit(text) if text.value == "*" => {
                return Some(Principals::Everybody(at(text.range)));
            }
            Value::Object(object) => object,
            _ => {
                let message =
                    format!("found {}, expected `*` or an object such as {{\"AWS\": \"ARN\"}}", kind(value));
                self.issue(IssueCode::InvalidPrincipalFormat, value.range(), message);
                return None;
            }
        };
        let mut entries = Vec::new();
        for member in self.members(object) {
            let name = member.name.as_str();
            let Some(kind) = PrincipalKind::ALL.iter().find(|kind| kind.as_str() == name) else {
                let message = format!(
                    "found the kind of principal {}, expected `AWS`, `Federated`, `Service` or `CanonicalUser`",
                    quoted(name)
                );
                self.issue(IssueCode::InvalidPrincipalKey, member.name_range(), message);
                continue;
            };
            if let Some(values) = self.items(&member.value, |reader, item| reader.text(item, "a principal")) {
                entries.push(PrincipalEntry { kind: *kind, values, key: at(member.name_range()) });
            }
        }
        Some(Principals::Listed(entries, at(object.range)))
    }

    fn condition(&mut self, value: &Value<'_>) -> Option<ConditionElement> {
        let object = self.object(value, "`Condition`")?;
        let mut operators = Vec::new();
        for member in self.members(object) {
            let what = format!("the operator {}", quoted(member.name.as_str()));
            let Some(block) = self.object(&member.value, &what) else { continue };
            let mut keys = Vec::new();
            for key in self.members(block) {
                if let Some(values) = self.items(&key.value, Self::scalar) {
                    keys.push(ConditionKey { name: name(key), values });
                }
            }
            operators.push(ConditionOperator { name: name(member), keys });
        }
        Some(ConditionElement { operators, at: at(object.range) })
    }

    fn scalar(&mut self, value: &Value<'_>) -> Option<Scalar> {
        let (text, form): (&str, _) = match value {
            Value::StringLit(text) => (&text.value, ScalarForm::Text),
            Value::NumberLit(number) => (number.value, ScalarForm::Number),
            Value::BooleanLit(literal) => (if literal.value { "true" } else { "false" }, ScalarForm::Bool),
            Value::Object(_) | Value::Array(_) | Value::NullKeyword(_) => {
                let message = format!("found {} as a condition's value, expected a text", kind(value));
                self.issue(IssueCode::DataTypeMismatch, value.range(), message);
                return None;
            }
        };
        Some(Scalar { text: text.into(), form, at: at(value.range()) })
    }

    /// One value, or those of a list. Values that are not understood have an issue and are left out.
    fn items<T>(
        &mut self,
        value: &Value<'_>,
        mut read: impl FnMut(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Option<Items<T>> {
        let at = at(value.range());
        match value {
            Value::Array(list) => {
                let items = list.elements.iter().filter_map(|item| read(self, item)).collect();
                Some(Items { items, is_list: true, at })
            }
            value => read(self, value).map(|item| Items { items: vec![item], is_list: false, at }),
        }
    }

    fn text(&mut self, value: &Value<'_>, what: &str) -> Option<Text> {
        if let Value::StringLit(text) = value {
            return Some(Text { value: (&*text.value).into(), at: at(text.range) });
        }
        let message = format!("found {} as {what}, expected a text", kind(value));
        self.issue(IssueCode::DataTypeMismatch, value.range(), message);
        None
    }

    fn object<'v, 't>(&mut self, value: &'v Value<'t>, what: &str) -> Option<&'v Object<'t>> {
        if let Value::Object(object) = value {
            return Some(object);
        }
        let message = format!("found {} as {what}, expected an object", kind(value));
        self.issue(IssueCode::DataTypeMismatch, value.range(), message);
        None
    }

    /// The members of an object, of which each key may stand there once ("Grammar of the IAM JSON policy language").
    fn members<'v, 't>(&mut self, object: &'v Object<'t>) -> Vec<&'v ObjectProp<'t>> {
        let mut members: Vec<&ObjectProp<'_>> = object.properties.iter().collect();
        if members.len() < 2 {
            return members;
        }
        // Sorting finds the twins of many keys as well, and keeps their order.
        members.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
        members.dedup_by(|twin, first| {
            let is_twin = twin.name.as_str() == first.name.as_str();
            if is_twin {
                let message =
                    format!("the key {} stands twice in the same object", quoted(twin.name.as_str()));
                self.issue(IssueCode::DuplicateKey, twin.name_range(), message);
            }
            is_twin
        });
        members.sort_by_key(|member| member.range.start);
        members
    }

    fn alone(&mut self, has_other: bool, member: &ObjectProp<'_>, name: &str) {
        if has_other {
            let message = format!("`{name}` and `Not{name}` stand in the same statement");
            self.issue(IssueCode::ExcludingElements, member.name_range(), message);
        }
    }

    fn unknown(&mut self, member: &ObjectProp<'_>, name: &str, known: &[&str], place: &str) {
        let meant = known.iter().find(|known| known.eq_ignore_ascii_case(name));
        let hint = meant.map(|meant| format!("; it is spelled `{meant}`")).unwrap_or_default();
        let message = format!("{} is no element of {place}{hint}", quoted(name));
        self.issue(IssueCode::InvalidPolicyElement, member.name_range(), message);
    }

    fn issue(&mut self, code: IssueCode, range: Range, message: impl Into<String>) {
        self.issues.push(Issue::new(code, Span::new(range.start, range.end), message));
    }
}

trait NameRange {
    fn name_range(&self) -> Range;
}

impl NameRange for ObjectProp<'_> {
    fn name_range(&self) -> Range {
        self.name.range()
    }
}

fn name(member: &ObjectProp<'_>) -> Text {
    Text { value: member.name.as_str().into(), at: at(member.name_range()) }
}

fn at(range: Range) -> At {
    At(Span::new(range.start, range.end))
}

/// The JSON type of a value, with an article.
fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a text",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(_) => "a truth value",
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        Value::NullKeyword(_) => "null",
    }
}
