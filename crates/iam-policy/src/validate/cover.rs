//! Whether one pattern includes another, and whether two have anything in common. `*` stands for any text, `?` for one
//! character.

/// Whether everything that `other` matches is matched by `pattern`.
///
/// Exact where it says yes; it says no to patterns that include each other in ways that only several wildcards together show.
pub(super) fn covers(pattern: &str, other: &str) -> bool {
    cover(pattern.as_bytes(), other.as_bytes(), |one, other| one == other)
}

/// As [`covers`], without regard to ASCII case.
pub(super) fn covers_ignoring_case(pattern: &str, other: &str) -> bool {
    cover(pattern.as_bytes(), other.as_bytes(), |one, other| one.eq_ignore_ascii_case(&other))
}

/// Whether the text has only stars, so that it matches everything.
pub(super) fn is_star(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Whether the text has a wildcard.
pub(super) fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'*' | b'?'))
}

/// The wildcards of `other` are characters here that only a star of `pattern` (or, for `?`, a `?`) matches. Only the last
/// star is ever taken back, so that the work is bounded by the product of the lengths.
fn cover(mut pattern: &[u8], mut other: &[u8], same: fn(u8, u8) -> bool) -> bool {
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), other.split_first()) {
            (Some((b'*', rest)), _) => {
                retry = Some((rest, other));
                pattern = rest;
            }
            (Some((b'?', more_pattern)), Some((byte, more_other))) if *byte != b'*' => {
                (pattern, other) = (more_pattern, more_other);
            }
            (Some((want, more_pattern)), Some((is, more_other)))
                if same(*want, *is) && !matches!(is, b'*' | b'?') =>
            {
                (pattern, other) = (more_pattern, more_other);
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, from)) = retry else { return false };
                let Some((_, later)) = from.split_first() else { return false };
                retry = Some((after_star, later));
                (pattern, other) = (after_star, later);
            }
        }
    }
}

/// Whether some text is matched by a template of the catalogue, such as `${BucketName}/${ObjectName}`, and by a pattern.
pub(super) fn fits(template: &str, pattern: &str) -> bool {
    // Nearly always the beginnings decide, or what is left of one is a wildcard alone.
    let is_special = |byte: u8| matches!(byte, b'*' | b'?' | b'$');
    let mut agreed = template.bytes().zip(pattern.bytes());
    let head = match agreed.position(|(one, other)| one != other || is_special(one)) {
        None => template.len().min(pattern.len()),
        Some(at) => at,
    };
    let (Some(template), Some(pattern)) = (template.get(head..), pattern.get(head..)) else { return false };
    match (template.bytes().next(), pattern.bytes().next()) {
        (None, None) => return true,
        (Some(one), Some(other)) if !is_special(one) && !is_special(other) => return false,
        (Some(one), None) | (None, Some(one)) if !is_special(one) => return false,
        _ => {}
    }
    let is_one = |text: &str| text.starts_with("${") && text.find('}') == Some(text.len() - 1);
    if pattern == "*" || is_one(template) && !is_without_slash(template) {
        return true;
    }
    intersect(&tokens_of(template), &tokens_of(pattern))
}

fn is_without_slash(placeholder: &str) -> bool {
    matches!(placeholder, "${BucketName}" | "${AccessPointName}")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Byte(u8),
    AnyByte,
    AnyText,
    /// As names of buckets, which hold no `/`.
    AnyTextWithoutSlash,
}

/// The parts in braces, whether a template's placeholders or variables of a policy, stand for any text.
fn tokens_of(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix("${").and_then(|after| after.split_once('}')) {
            tokens.push(match name {
                "BucketName" | "AccessPointName" => Token::AnyTextWithoutSlash,
                _ => Token::AnyText,
            });
            rest = after;
            continue;
        }
        match character {
            '*' => tokens.push(Token::AnyText),
            '?' => tokens.push(Token::AnyByte),
            _ => tokens.extend(character.encode_utf8(&mut [0; 4]).bytes().map(Token::Byte)),
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    tokens
}

/// One row of the table "the rest of `one` from here and the rest of `other` from there match a common text" after the other,
/// from the end.
fn intersect(one: &[Token], other: &[Token]) -> bool {
    let is_star = |token: &Token| matches!(token, Token::AnyText | Token::AnyTextWithoutSlash);
    let width = other.len() + 1;
    let at = |row: &[bool], index: usize| row.get(index).copied().unwrap_or(false);
    let mut below: Vec<bool> = (0..width).map(|from| other.iter().skip(from).all(is_star)).collect();
    let mut row = vec![false; width];
    for token in one.iter().rev() {
        if let Some(last) = row.last_mut() {
            *last = is_star(token) && at(&below, width - 1);
        }
        for (index, with) in other.iter().enumerate().rev() {
            let common = match (token, with) {
                (one, other) if is_star(one) && is_star(other) => at(&below, index) || at(&row, index + 1),
                (Token::AnyTextWithoutSlash, Token::Byte(b'/')) => at(&below, index),
                (Token::Byte(b'/'), Token::AnyTextWithoutSlash) => at(&row, index + 1),
                (Token::AnyText | Token::AnyTextWithoutSlash, _) => at(&below, index) || at(&row, index + 1),
                (_, Token::AnyText | Token::AnyTextWithoutSlash) => at(&row, index + 1) || at(&below, index),
                (Token::Byte(one), Token::Byte(other)) => one == other && at(&below, index + 1),
                (Token::AnyByte, _) | (_, Token::AnyByte) => at(&below, index + 1),
            };
            if let Some(cell) = row.get_mut(index) {
                *cell = common;
            }
        }
        std::mem::swap(&mut below, &mut row);
    }
    at(&below, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition itself.
    fn matches(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| matches(rest, &text[skip..])),
            Some((want, rest)) => text
                .split_first()
                .is_some_and(|(is, more)| (want == is || *want == b'?') && matches(rest, more)),
        }
    }

    #[test]
    fn patterns_include_others() {
        for (pattern, other) in
            [("*", ""), ("*", "*"), ("Get*", "GetObject"), ("Get*", "Get*Acl"), ("a?c", "abc"), ("?*", "?*")]
        {
            assert!(covers(pattern, other), "{pattern} {other}");
        }
        for (pattern, other) in [("Get*", "G*"), ("?", "*"), ("a?c", "a*c"), ("get*", "GetObject"), ("", "*")]
        {
            assert!(!covers(pattern, other), "{pattern} {other}");
        }
        assert!(covers_ignoring_case("S3:get*", "s3:GetObject"));
    }

    #[test]
    fn names_of_buckets_hold_no_slash() {
        for (template, pattern, expected) in [
            ("${BucketName}", "bucket", true),
            ("${BucketName}", "bucket/*", false),
            ("${BucketName}", "*", true),
            ("${BucketName}/${ObjectName}", "bucket/*", true),
            ("${BucketName}/${ObjectName}", "bucket", false),
            ("${BucketName}/${ObjectName}", "bucket*", true),
            ("role/${RoleNameWithPath}", "role/a/b", true),
            ("role/${RoleNameWithPath}", "user/*", false),
            ("role/${RoleNameWithPath}", "*/a", true),
            ("role/${RoleNameWithPath}", "${aws:username}", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(template, pattern), expected, "{template} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn what_is_included_matches_no_more(pattern in "[ab*?]{0,5}", other in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            if covers(&pattern, &other) && matches(other.as_bytes(), text.as_bytes()) {
                prop_assert!(matches(pattern.as_bytes(), text.as_bytes()));
            }
        }

        #[test]
        fn what_both_match_they_have_in_common(one in "[ab*?]{0,5}", other in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            if matches(one.as_bytes(), text.as_bytes()) && matches(other.as_bytes(), text.as_bytes()) {
                prop_assert!(fits(&one, &other));
            }
        }

        #[test]
        fn what_is_decided_early_is_what_the_table_says(
            template in "(a|b|/|\\$\\{BucketName\\}|\\$\\{Name\\}){0,5}",
            pattern in "(a|b|/|\\*|\\?|\\$\\{aws:username\\}|\\$|\\{|\\}){0,6}",
        ) {
            let expected = intersect(&tokens_of(&template), &tokens_of(&pattern));
            prop_assert_eq!(fits(&template, &pattern), expected, "{} {}", template, pattern);
        }

        #[test]
        fn a_text_is_a_pattern_of_its_own(pattern in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            let expected = matches(pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(covers(&pattern, &text), expected);
            prop_assert_eq!(fits(&text, &pattern), expected);
        }
    }
}
