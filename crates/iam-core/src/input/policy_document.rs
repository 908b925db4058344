//! Policy documents as they stand in files. They are parsed when somebody asks what they say.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use iam_policy::document::{Document, PolicyKind};
use iam_policy::policy::Policy;
use iam_policy::span::Span;
use percent_encoding::percent_decode_str;

use super::json_text::Slice;
use crate::fact::{Gap, Place, Reason, Source};

/// A policy document as it stands in a file. It shares the file's text, so that a document costs no memory of its own and
/// keeps what a parsed value loses: order, duplicate keys, and where in the file everything stands.
#[derive(Debug, Clone)]
pub struct PolicyDocument {
    slice: Slice,
    form: Form,
    source: Source,
    kind: PolicyKind,
    name: Box<str>,
    read: Arc<OnceLock<Result<Policy, Arc<Gap>>>>,
}

/// How a document is written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As an object of the file's JSON, as the AWS CLI prints most documents.
    Object,
    /// As a JSON string that holds JSON, as Organizations returns the content of its policies.
    Text,
    /// As a JSON string that holds JSON with percent-encoding (RFC 3986), as IAM's API returns documents.
    UrlEncoded,
}

impl PolicyDocument {
    /// The document in a value of a file; `None` for a value that cannot be one.
    pub(crate) fn of(slice: Slice, source: Source, kind: PolicyKind, name: &str) -> Option<Self> {
        let form = match slice.as_str().as_bytes().first()? {
            b'{' => Form::Object,
            b'"' => {
                let text: String = serde_json::from_str(slice.as_str()).ok()?;
                if text.trim_start().starts_with('%') {
                    percent_decode_str(&text).decode_utf8().ok()?;
                    Form::UrlEncoded
                } else {
                    Form::Text
                }
            }
            _ => return None,
        };
        Some(Self { slice, form, source, kind, name: name.into(), read: Arc::default() })
    }

    /// The same text as a policy of another kind: what a file holds does not always say what it is attached to.
    pub(crate) fn attached_as(self, kind: PolicyKind, name: &str) -> Self {
        Self { kind, name: name.into(), read: Arc::default(), ..self }
    }

    /// The document's own JSON text.
    ///
    /// ```
    /// # use iam_core::{fact::FileId, input::{Parsed, read}};
    /// let user = r#"{"UserName": "ci", "Arn": "arn:aws:iam::111122223333:user/ci",
    ///     "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D"}]}"#;
    /// let page = format!(r#"{{"UserDetailList": [{user}]}}"#);
    /// let file = read(page.into_bytes(), FileId(0))?.unwrap();
    /// let Parsed::AuthorizationDetails(details) = file.parsed else { panic!() };
    /// let policy = &details.users.items[0].inline.known().unwrap()[0];
    /// assert_eq!(policy.document.known().unwrap().json(), r#"{"Version":"2012-10-17"}"#);
    /// # Ok::<(), iam_core::input::InputError>(())
    /// ```
    pub fn json(&self) -> Cow<'_, str> {
        let text = || serde_json::from_str::<String>(self.slice.as_str()).unwrap_or_default();
        match self.form {
            Form::Object => Cow::Borrowed(self.slice.as_str()),
            Form::Text => Cow::Owned(text()),
            Form::UrlEncoded => Cow::Owned(percent_decode_str(&text()).decode_utf8_lossy().into_owned()),
        }
    }

    /// What the document says. It is parsed once. Places in it count in [`PolicyDocument::json`].
    ///
    /// # Errors
    ///
    /// The gap, when it cannot be understood: all that would be judged by it is unknown.
    pub fn policy(&self) -> Result<&Policy, Arc<Gap>> {
        let read = || {
            let text = self.json();
            let document = Document::parse(&text).map_err(|issues| {
                let first = issues.first().map(|issue| issue.in_text(&text)).unwrap_or_default();
                let others = match issues.len() {
                    0 | 1 => String::new(),
                    all => format!(", and {} more", all.saturating_sub(1)),
                };
                Arc::new(Gap {
                    reason: Reason::Malformed,
                    artefact: None,
                    source: Some(self.source),
                    what: format!("the policy cannot be understood, at its line and column {first}{others}")
                        .into(),
                    remedy: "see what `iam-audit policy validate` says of the policy".into(),
                })
            })?;
            Ok(Policy::compile(&self.name, self.kind, &document))
        };
        self.read.get_or_init(read).as_ref().map_err(Arc::clone)
    }

    /// Where a part of the document stands in the file: the part itself where the document is an object of the file's JSON,
    /// else the document.
    pub fn part(&self, span: Span) -> Source {
        if self.form != Form::Object {
            return self.source;
        }
        let offset = |within: u32| (self.slice.range().start as u64).saturating_add(within.into());
        let place = Place::Part { start: offset(span.start), end: offset(span.end) };
        Source { place, ..self.source }
    }

    /// How it is written in the file. In [`Form::Object`], a byte of [`PolicyDocument::json`] lies in the file at the start
    /// of [`PolicyDocument::range`] plus its own position.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The file and the JSON pointer.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Where it lies in the file, in bytes of UTF-8 and without a byte order mark.
    pub fn range(&self) -> Range<usize> {
        self.slice.range()
    }
}

/// Documents are equal when their text is, wherever they stand.
impl PartialEq for PolicyDocument {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Eq for PolicyDocument {}
