use super::{
    Condition, FilterPattern, InvalidFilterPattern, Ordering, Role, Selector, Step, Test, Value, Word,
};

type Parsed<T> = Result<T, InvalidFilterPattern>;

impl FilterPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`InvalidFilterPattern`] with the first place that cannot be understood.
    pub fn parse(text: &str) -> Parsed<Self> {
        if text.len() > Self::LONGEST {
            let what = format!("the pattern is longer than {} bytes", Self::LONGEST);
            return Err(InvalidFilterPattern { position: 1, what });
        }
        let mut parser = Parser { text, rest: text };
        parser.skip_spaces();
        if parser.rest.is_empty() {
            return Ok(Self::Everything);
        }
        if parser.take("{") {
            let condition = parser.any(0)?;
            parser.expect("}")?;
            parser.end()?;
            return Ok(Self::Json(condition));
        }
        let whole = text.trim();
        if let Some(columns) = whole.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Ok(Self::Columns(columns.to_owned()));
        }
        parser.words()
    }
}

struct Parser<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes the token if it comes next.
    fn take(&mut self, token: &str) -> bool {
        self.skip_spaces();
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    /// Takes the word if it comes next, whatever its case.
    fn take_word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        let Some((start, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let is_whole = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        if !start.eq_ignore_ascii_case(word) || !is_whole {
            return false;
        }
        self.rest = rest;
        true
    }

    fn expect(&mut self, token: &str) -> Parsed<()> {
        if self.take(token) { Ok(()) } else { Err(self.wrong(&format!("expected `{token}`"))) }
    }

    fn end(&mut self) -> Parsed<()> {
        self.skip_spaces();
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("expected nothing more")) }
    }

    /// The error at the present place.
    fn wrong(&self, expected: &str) -> InvalidFilterPattern {
        let before = self.text.len() - self.rest.len();
        let position = self.text.get(..before).unwrap_or_default().chars().count() + 1;
        let what = match self.rest.chars().next() {
            Some(found @ ('"' | '\'')) => format!("found `{found}`, {expected}"),
            Some(found) => format!("found `{}`, {expected}", found.escape_debug()),
            None => format!("the pattern ends, {expected}"),
        };
        InvalidFilterPattern { position, what }
    }

    /// `a || b`, which binds less than `&&`.
    fn any(&mut self, depth: usize) -> Parsed<Condition> {
        let mut all = vec![self.all(depth)?];
        while self.take("||") {
            all.push(self.all(depth)?);
        }
        Ok(one_or(all, Condition::Any))
    }

    /// `a && b`
    fn all(&mut self, depth: usize) -> Parsed<Condition> {
        let mut all = vec![self.single(depth)?];
        while self.take("&&") {
            all.push(self.single(depth)?);
        }
        Ok(one_or(all, Condition::All))
    }

    fn single(&mut self, depth: usize) -> Parsed<Condition> {
        self.skip_spaces();
        if self.rest.starts_with('(') {
            if depth == FilterPattern::DEEPEST {
                let deepest = FilterPattern::DEEPEST;
                return Err(self.wrong(&format!("expected at most {deepest} levels of parentheses")));
            }
            self.take("(");
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let selector = self.selector()?;
        Ok(Condition::Field(selector, self.test()?))
    }

    fn selector(&mut self) -> Parsed<Selector> {
        if !self.take("$") {
            return Err(self.wrong("expected a field such as `$.eventName`"));
        }
        let mut steps = Vec::new();
        loop {
            let dotted = self.rest.strip_prefix('.');
            let after_dot = dotted.unwrap_or(self.rest);
            if let Some(rest) = after_dot.strip_prefix('[') {
                self.rest = rest;
                steps.push(self.bracketed()?);
            } else if let Some(rest) = dotted {
                self.rest = rest;
                if let Some(rest) = rest.strip_prefix('*') {
                    self.rest = rest;
                    steps.push(Step::Every);
                    continue;
                }
                let name = self.span(is_name);
                if name.is_empty() {
                    return Err(self.wrong("expected the name of a field"));
                }
                steps.push(Step::Key(name.to_owned()));
            } else if steps.is_empty() {
                return Err(self.wrong("expected `.` and the name of a field"));
            } else {
                return Ok(Selector(steps));
            }
        }
    }

    /// What stands in brackets: a position, `*`, or a name in quotation marks.
    fn bracketed(&mut self) -> Parsed<Step> {
        self.skip_spaces();
        let step = if self.take("*") {
            Step::Every
        } else if let Some(quote) = ['\'', '"'].into_iter().find(|quote| self.rest.starts_with(*quote)) {
            Step::Key(self.quoted(quote)?)
        } else {
            let digits = self.span(|c| c.is_ascii_digit());
            let index = digits.parse().ok();
            Step::Index(
                index.ok_or_else(|| self.wrong("expected a position, `*` or a name in quotation marks"))?,
            )
        };
        self.expect("]")?;
        Ok(step)
    }

    fn test(&mut self) -> Parsed<Test> {
        if self.take_word("IS") {
            return match () {
                () if self.take_word("NULL") => Ok(Test::IsNull),
                () if self.take_word("TRUE") => Ok(Test::IsTrue),
                () if self.take_word("FALSE") => Ok(Test::IsFalse),
                () => Err(self.wrong("expected `NULL`, `TRUE` or `FALSE`")),
            };
        }
        if self.take_word("NOT") {
            if self.take_word("EXISTS") {
                return Ok(Test::NotExists);
            }
            return Err(self.wrong("expected `EXISTS`"));
        }
        if self.take("!=") {
            return Ok(Test::NotEqual(self.value()?));
        }
        for (sign, ordering) in Ordering::SIGNS {
            if self.take(sign) {
                return self.number().map(|number| Test::Ordered(ordering, number));
            }
        }
        if self.take("=") {
            return Ok(Test::Equal(self.value()?));
        }
        Err(self.wrong("expected `=`, `!=`, `<`, `<=`, `>`, `>=`, `IS` or `NOT EXISTS`"))
    }

    fn number(&mut self) -> Parsed<f64> {
        self.skip_spaces();
        let before = self.rest;
        let text = self.span(is_bare);
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => {
                self.rest = before;
                Err(self.wrong("expected a number"))
            }
        }
    }

    fn value(&mut self) -> Parsed<Value> {
        self.skip_spaces();
        if self.rest.starts_with('"') {
            return self.quoted('"').map(Value::Quoted);
        }
        if self.rest.starts_with('%') {
            return self.regex().map(Value::Regex);
        }
        let bare = self.span(is_bare);
        if bare.is_empty() {
            return Err(self.wrong("expected a text or a number"));
        }
        Ok(Value::Bare(bare.to_owned()))
    }

    /// What stands between percent signs. It has to be a regular expression that can be used.
    fn regex(&mut self) -> Parsed<String> {
        let inside = self.rest.strip_prefix('%').unwrap_or_default();
        let Some((regex, rest)) = inside.split_once('%') else {
            return Err(self.wrong("expected a second `%` after the regular expression"));
        };
        if super::evaluate::compiled(regex).is_none() {
            return Err(self.wrong("expected a regular expression that can be understood"));
        }
        self.rest = rest;
        Ok(regex.to_owned())
    }

    /// The text between two of these quotation marks; a backslash takes the next character as it is.
    fn quoted(&mut self, quote: char) -> Parsed<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    let Some((_, next)) = chars.next() else { break };
                    // Only quotation marks and backslashes need one; any other keeps it.
                    if next != quote && next != '\\' {
                        text.push('\\');
                    }
                    text.push(next);
                }
                c if c == quote => {
                    self.rest = self.rest.get(at + c.len_utf8()..).unwrap_or_default();
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        Err(self.wrong(&format!("expected a closing `{quote}`")))
    }

    fn span(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (span, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        span
    }

    fn words(&mut self) -> Parsed<FilterPattern> {
        let mut words = Vec::new();
        loop {
            self.skip_spaces();
            if self.rest.is_empty() {
                return Ok(FilterPattern::Words(words));
            }
            let role = match () {
                () if self.take("-") => Role::Excluded,
                () if self.take("?") => Role::Optional,
                () => Role::Required,
            };
            let word = |text, is_regex| Word { role, text, is_regex };
            if self.rest.starts_with('"') {
                words.push(word(self.quoted('"')?, false));
            } else if self.rest.starts_with('%') {
                words.push(word(self.regex()?, true));
            } else {
                let text = self.span(|c| !c.is_whitespace() && c != '"');
                if text.is_empty() {
                    return Err(self.wrong("expected a word"));
                }
                words.push(word(text.to_owned(), false));
            }
        }
    }
}

impl Ordering {
    /// How each is written; the longer ones first, so that they are not taken for the shorter.
    pub(super) const SIGNS: [(&'static str, Self); 4] =
        [("<=", Self::LessOrEqual), (">=", Self::GreaterOrEqual), ("<", Self::Less), (">", Self::Greater)];
}

fn one_or(mut all: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match (all.len(), all.pop()) {
        (1, Some(one)) => one,
        (_, Some(last)) => {
            all.push(last);
            many(all)
        }
        (_, None) => many(all),
    }
}

/// Characters of a field's name that needs no quotation marks.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Characters of a text that needs no quotation marks.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace() && !"(){}&|\"%=<>!$".contains(c)
}
