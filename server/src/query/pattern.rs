//! Regular expressions: the syntax of the Rust `regex` crate on every store, in linear time.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::problem::Problem;

/// Longest expression, in bytes.
const MAX_BYTES: usize = 1000;
/// Largest compiled expression: with the size of an object it bounds the time for one row.
const MAX_COMPILED: usize = 256 * 1024;
const MAX_CACHE: usize = 1024 * 1024;
/// Deepest nesting.
const MAX_NEST: u32 = 32;

/// An expression, and what of it SQL can say.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
    shape: Shape,
}

/// How far plain comparisons say what an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All of it: texts that begin so.
    Begins(String),
    /// All of it: texts that hold this somewhere.
    Holds(String),
    /// Texts that begin so and pass the expression.
    Narrowed(String),
    /// Nothing of it.
    Any,
}

impl Pattern {
    /// Reads an expression and its `$options` out of `imsx`. What stands between `\Q` and `\E` is
    /// taken as it is: official clients send plain prefixes so.
    pub(super) fn read(text: &str, options: &str) -> Result<Self, Problem> {
        if text.len() > MAX_BYTES {
            return Err(Problem::QUERY_PATTERN_SIZE);
        }
        if !options.chars().all(|option| "imsx".contains(option)) {
            return Err(Problem::QUERY_OPERAND);
        }
        let text = unquoted(text);
        let has = |option| options.contains(option);
        let (i, m, s, x) = (has('i'), has('m'), has('s'), has('x'));
        let parsed = ParserBuilder::new()
            .case_insensitive(i)
            .multi_line(m)
            .dot_matches_new_line(s)
            .ignore_whitespace(x)
            .nest_limit(MAX_NEST)
            .build()
            .parse(&text)
            .map_err(|_| Problem::QUERY_PATTERN)?;
        let regex = RegexBuilder::new(&text)
            .case_insensitive(i)
            .multi_line(m)
            .dot_matches_new_line(s)
            .ignore_whitespace(x)
            .nest_limit(MAX_NEST)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_CACHE)
            .build()
            .map_err(|_| Problem::QUERY_PATTERN_SIZE)?;
        Ok(Self { regex, shape: Shape::of(&parsed) })
    }

    /// Whether it is found in `text`.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What of it SQL can say.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}

impl Shape {
    fn of(parsed: &Hir) -> Self {
        let parts = match parsed.kind() {
            HirKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(parsed),
        };
        // What may match nothing at either end decides nothing there.
        let end = parts.iter().rposition(|part| !may_be_empty(part)).map_or(0, |last| last + 1);
        let parts = parts.get(..end).unwrap_or_default();
        match parts {
            [start, text, rest @ ..] if is_start(start) => match (literal(text), rest) {
                (Some(text), []) => Self::Begins(text),
                (Some(text), _) => Self::Narrowed(text),
                (None, _) => Self::Any,
            },
            _ => {
                let begin = parts.iter().position(|part| !may_be_empty(part)).unwrap_or(0);
                match parts.get(begin..).unwrap_or_default() {
                    [text] => literal(text).map_or(Self::Any, Self::Holds),
                    _ => Self::Any,
                }
            }
        }
    }
}

fn is_start(part: &Hir) -> bool {
    matches!(part.kind(), HirKind::Look(Look::Start))
}

fn may_be_empty(part: &Hir) -> bool {
    matches!(part.kind(), HirKind::Repetition(repetition) if repetition.min == 0)
}

fn literal(part: &Hir) -> Option<String> {
    match part.kind() {
        // U+0000, which no text has, is nothing that a database could be given.
        HirKind::Literal(literal) => {
            str::from_utf8(&literal.0).ok().filter(|text| !text.contains('\0')).map(str::to_owned)
        }
        _ => None,
    }
}

fn unquoted(text: &str) -> String {
    let mut parts = text.split(r"\Q");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (quoted, rest) = part.split_once(r"\E").unwrap_or((part, ""));
        plain.push_str(&regex_syntax::escape(quoted));
        plain.push_str(rest);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_expression_is_known_as_what_it_is() {
        use Shape::{Any, Begins, Holds, Narrowed};
        for (text, options, shape) in [
            ("^abc", "", Begins("abc".into())),
            ("^abc.*", "", Begins("abc".into())),
            (r"^\Qa.c\E", "", Begins("a.c".into())),
            (r"^a\.c", "s", Begins("a.c".into())),
            ("^abc$", "", Narrowed("abc".into())),
            ("^abc*", "", Begins("ab".into())),
            ("^abc+", "", Narrowed("ab".into())),
            ("^abc[de]", "", Narrowed("abc".into())),
            ("^abc", "i", Any),
            ("^abc", "m", Any),
            ("^(abc|def)", "", Any),
            ("^abc|def", "", Any),
            ("abc", "", Holds("abc".into())),
            (".*abc.*", "", Holds("abc".into())),
            (r"\Qa*c\E", "", Holds("a*c".into())),
            ("a b # why", "x", Holds("ab".into())),
            ("a.c", "", Any),
            (".*abc$", "", Any),
            (".*", "", Any),
            ("", "", Any),
            ("^", "", Any),
        ] {
            assert_eq!(Pattern::read(text, options).unwrap().shape, shape, "{text}");
        }
    }

    #[test]
    fn options_and_bounds() {
        let found = |text, options, within| Pattern::read(text, options).unwrap().matches(within);
        assert!(found("^a.c$", "is", "A\nC"));
        assert!(!found("^a.c$", "i", "A\nC"));
        assert!(found("^b", "m", "a\nb"));
        assert!(found(r"\Qa+\E+", "", "a++"));
        assert!(found("", "", ""));
        let read = |text: &str, options| Pattern::read(text, options).err();
        assert_eq!(read("(", ""), Some(Problem::QUERY_PATTERN));
        assert_eq!(read(r"(a)\1", ""), Some(Problem::QUERY_PATTERN));
        assert_eq!(read("a", "g"), Some(Problem::QUERY_OPERAND));
        assert_eq!(read(r"\pL{500}", ""), Some(Problem::QUERY_PATTERN_SIZE));
        assert_eq!(read(&"a".repeat(MAX_BYTES + 1), ""), Some(Problem::QUERY_PATTERN_SIZE));
        let deep = format!("{}{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(read(&deep, ""), Some(Problem::QUERY_PATTERN));
    }
}
