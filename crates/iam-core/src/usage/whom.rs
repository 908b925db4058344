use wildmatch::WildMatch;

use crate::evidence::ReportSubjectKind;

/// Whom a question is about: those whose name, ARN, or kind and name matches one of the patterns; everybody without patterns.
#[derive(Debug, Clone, Default)]
pub struct Whom(Vec<WildMatch>);

impl Whom {
    /// Those who match: `deploy*`, `role/ci*`, `arn:aws:iam::111122223333:user/*`. `*` stands for any text, `?` for any one
    /// character, whatever the case.
    ///
    /// ```
    /// use iam_core::evidence::ReportSubjectKind;
    /// use iam_core::usage::Whom;
    ///
    /// let whom = Whom::of(["role/Deploy*"]);
    /// assert!(whom.has(ReportSubjectKind::Role, "deployer", "arn:aws:iam::111122223333:role/ci/deployer"));
    /// assert!(!whom.has(ReportSubjectKind::User, "deployer", "arn:aws:iam::111122223333:user/deployer"));
    /// ```
    pub fn of<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Self {
        Self(patterns.into_iter().map(WildMatch::new_case_insensitive).collect())
    }

    /// Whether it is about this one.
    pub fn has(&self, kind: ReportSubjectKind, name: &str, arn: &str) -> bool {
        let short = || format!("{kind}/{name}");
        self.0.is_empty()
            || self
                .0
                .iter()
                .any(|pattern| pattern.matches(name) || pattern.matches(arn) || pattern.matches(&short()))
    }
}
