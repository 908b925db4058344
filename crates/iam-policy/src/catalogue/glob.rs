//! Text against patterns with `*` and `?`.

/// Whether the whole `text` matches `pattern`: `*` stands for any bytes, `?` for one. No case is folded here; callers
/// hand in lower case.
///
/// Only the last `*` is ever taken back, so that the work is bounded by the product of the lengths.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.as_bytes(), text.as_bytes());
    // After the last star, and where in the text it was last tried to end.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((b'?', more_pattern)), Some((_, more_text))) => (pattern, text) = (more_pattern, more_text),
            (Some((want, more_pattern)), Some((is, more_text))) if want == is => {
                (pattern, text) = (more_pattern, more_text);
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, from)) = retry else { return false };
                let Some((_, later)) = from.split_first() else { return false };
                retry = Some((after_star, later));
                (pattern, text) = (after_star, later);
            }
        }
    }
}

/// The part of a pattern before its first wildcard, and the rest.
pub(super) fn literal_head(pattern: &str) -> (&str, &str) {
    let end = pattern.find(['*', '?']).unwrap_or(pattern.len());
    pattern.split_at_checked(end).unwrap_or((pattern, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition itself, exponential.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
            Some((want, rest)) => {
                text.split_first().is_some_and(|(is, more)| (want == is || *want == b'?') && slow(rest, more))
            }
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = "*a".repeat(2_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4_000)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn it_is_the_definition(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(matches(&pattern, &text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
