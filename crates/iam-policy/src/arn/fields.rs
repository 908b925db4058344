/// A text that begins like an ARN, split at its first five colons. Fields may be empty, which [`super::Arn`] does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields<'a> {
    text: &'a str,
    before: [&'a str; 5],
    resource: &'a str,
}

impl<'a> Fields<'a> {
    /// Splits a text; `None` if it does not have six fields of which the first is `arn`.
    pub fn split(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next();
        let (before, resource) = ([part()?, part()?, part()?, part()?, part()?], part()?);
        before.first().is_some_and(|prefix| *prefix == "arn").then_some(Self { text, before, resource })
    }

    /// The whole text.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The first five fields: `arn`, partition, service, Region, account.
    pub fn fields(self) -> [&'a str; 5] {
        self.before
    }

    /// The last field: all that follows the fifth colon.
    pub fn resource(self) -> &'a str {
        self.resource
    }
}
