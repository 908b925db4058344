//! Text that a terminal shows but does not obey.
//!
//! User names, ARNs and file names come from outside. A name may hold escape sequences that recolour, hide or overwrite what
//! stands around it, and bidirectional controls that show it in another order than it is written.

use std::borrow::Cow;

/// The text on one line, with control, bidirectional and invisible characters in visible form: `\u{1b}`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    // Nearly every text is plain ASCII, which is quickly seen.
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain || !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_obeyed(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The same, cut to so many characters with an ellipsis where it is longer.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let text = line(text);
    match text.char_indices().nth(most) {
        None => text.into_owned(),
        Some(_) => text.chars().take(most.saturating_sub(3)).chain("...".chars()).collect(),
    }
}

/// Control characters (C0, DEL and C1), line and paragraph separators, the bidirectional controls of UAX #9, and what is shown as nothing, so
/// that a name with it looks like another one. Source: Unicode, `Default_Ignorable_Code_Point`, without the variation selectors of emoji.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(line("déploiement 部署 🚀"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(line("a\u{1b}[31mb"), r"a\u{1b}[31mb");
        assert_eq!(line("a\r\nb\tc"), r"a\u{d}\u{a}b\u{9}c");
        assert_eq!(line("\u{9b}2J\u{7f}"), r"\u{9b}2J\u{7f}");
        for control in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}').chain([
            '\u{200e}',
            '\u{200f}',
            '\u{61c}',
            '\u{ad}',
            '\u{2062}',
            '\u{e0041}',
            '\u{3164}',
        ]) {
            assert_eq!(line(&control.to_string()), format!("\\u{{{:x}}}", u32::from(control)));
        }
    }
}
