//! What a C header made by cbindgen says: constants, handle names, structs, prototypes.
//!
//! Not a C parser: the header is regular because a tool writes it, and whatever is not of that
//! regular form is an error here, so that nothing can be left out of the C# side in silence.

use std::collections::BTreeMap;

/// Stands before each prototype; says how the symbol is exported.
const EXPORT_MACRO: &str = "TDSAUTH_API";

/// A C type as the header spells it, without `const`: `uint64_t`, and how many `*` follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CType {
    /// The name, with typedefs resolved (`tdsauth_client` is `uint64_t`).
    pub(super) base: String,
    /// How many pointers.
    pub(super) pointers: usize,
}

/// A parameter or a struct field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its C name.
    pub(super) name: String,
    /// Its type; of one element for an array.
    pub(super) ctype: CType,
    /// The length of a fixed array.
    pub(super) array: Option<usize>,
}

/// A struct with its fields in memory order.
#[derive(Debug)]
pub(super) struct Struct {
    /// The C name.
    pub(super) name: String,
    /// The fields.
    pub(super) fields: Vec<Field>,
}

/// A prototype.
#[derive(Debug)]
pub(super) struct Function {
    /// The C name.
    pub(super) name: String,
    /// What it returns.
    pub(super) returns: CType,
    /// The parameters; none for `(void)`.
    pub(super) parameters: Vec<Field>,
}

/// A constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// An integer of any width up to 64 bits.
    Number(i128),
    /// The largest `size_t`.
    SizeMax,
}

/// The header, in its own order.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// `#define NAME integer`.
    pub(super) constants: Vec<(String, Value)>,
    /// Structs.
    pub(super) structs: Vec<Struct>,
    /// Prototypes.
    pub(super) functions: Vec<Function>,
}

impl Header {
    /// Reads the text of a header.
    ///
    /// # Errors
    /// Names the first declaration that is not of the regular form.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut header = Self::default();
        let code = header.preprocess(&without_comments(text))?;
        let mut aliases = BTreeMap::new();
        for declaration in declarations(&code)? {
            header.declaration(&declaration, &mut aliases)?;
        }
        Ok(header)
    }

    /// Takes the constants; gives back the text without directives and without the C++ parts.
    fn preprocess(&mut self, text: &str) -> Result<String, String> {
        let mut code = String::new();
        let mut conditions: Vec<bool> = Vec::new();
        for line in text.replace("\\\n", " ").lines() {
            let Some(directive) = line.trim().strip_prefix('#') else {
                if !conditions.contains(&true) {
                    code.push_str(line);
                    code.push('\n');
                }
                continue;
            };
            let mut words = directive.split_whitespace();
            match words.next().unwrap_or_default() {
                "ifdef" => conditions.push(words.next() == Some("__cplusplus")),
                "if" | "ifndef" => conditions.push(directive.contains("defined(__cplusplus)")),
                "else" | "elif" => {
                    let of_cplusplus = conditions.pop().unwrap_or_default();
                    conditions.push(!of_cplusplus && directive.contains("__cplusplus"));
                }
                "endif" => drop(conditions.pop()),
                "define" if !conditions.contains(&true) => {
                    self.constant(words.next().unwrap_or_default(), &words.collect::<String>())?;
                }
                _ => {}
            }
        }
        Ok(code)
    }

    /// A macro with arguments, without a value, with a brace (an initialiser) or with a text is no
    /// constant that C# needs.
    fn constant(&mut self, name: &str, value: &str) -> Result<(), String> {
        let attribute = name == EXPORT_MACRO;
        if attribute || name.contains('(') || value.is_empty() || value.starts_with(['{', '"']) {
            return Ok(());
        }
        let bare = value.trim_start_matches('(').trim_end_matches(')');
        let value = match bare {
            "SIZE_MAX" | "UINTPTR_MAX" => Value::SizeMax,
            "UINT32_MAX" => Value::Number(u32::MAX.into()),
            _ => Value::Number(integer(bare).ok_or(format!("#define {name} {value}: no integer"))?),
        };
        self.constants.push((name.to_owned(), value));
        Ok(())
    }

    fn declaration(
        &mut self,
        tokens: &[String],
        aliases: &mut BTreeMap<String, CType>,
    ) -> Result<(), String> {
        let words: Vec<&str> =
            tokens.iter().map(String::as_str).filter(|word| *word != EXPORT_MACRO).collect();
        match words.as_slice() {
            ["typedef", "struct", name, "{", fields @ .., "}", again] if name == again => {
                let fields = list(fields, ";", aliases)?;
                self.structs.push(Struct { name: (*name).to_owned(), fields });
            }
            ["typedef", ctype @ .., name] => {
                aliases.insert((*name).to_owned(), type_of(ctype, aliases)?);
            }
            ["_Static_assert" | "static_assert", ..] => {}
            [prototype @ .., ")"] => self.functions.push(function(prototype, aliases)?),
            other => return Err(format!("not understood: {}", other.join(" "))),
        }
        Ok(())
    }
}

fn function(tokens: &[&str], aliases: &BTreeMap<String, CType>) -> Result<Function, String> {
    let (head, parameters) = match tokens.iter().position(|token| *token == "(") {
        Some(open) => tokens.split_at(open),
        None => return Err(format!("not understood: {}", tokens.join(" "))),
    };
    let Some((name, result)) = head.split_last() else {
        return Err(format!("not understood: {}", tokens.join(" ")));
    };
    let parameters = match parameters {
        ["(", "void"] => Vec::new(),
        ["(", some @ ..] if !some.contains(&"(") => list(some, ",", aliases)?,
        _ => return Err(format!("{name}: a callback or an empty list")),
    };
    Ok(Function { name: (*name).to_owned(), returns: type_of(result, aliases)?, parameters })
}

/// Fields or parameters between separators.
fn list(
    tokens: &[&str],
    separator: &str,
    aliases: &BTreeMap<String, CType>,
) -> Result<Vec<Field>, String> {
    let parts = tokens.split(|token| *token == separator).filter(|part| !part.is_empty());
    parts.map(|part| field(part, aliases)).collect()
}

fn field(tokens: &[&str], aliases: &BTreeMap<String, CType>) -> Result<Field, String> {
    let (ctype, name, array) = match tokens {
        [ctype @ .., name, "[", length, "]"] => {
            let length = length.parse().map_err(|_| format!("{name}: length {length}"))?;
            (ctype, name, Some(length))
        }
        [ctype @ .., name] if !ctype.is_empty() => (ctype, name, None),
        other => return Err(format!("not a field: {}", other.join(" "))),
    };
    Ok(Field { name: (*name).to_owned(), ctype: type_of(ctype, aliases)?, array })
}

fn type_of(tokens: &[&str], aliases: &BTreeMap<String, CType>) -> Result<CType, String> {
    let pointers = tokens.iter().filter(|token| **token == "*").count();
    let names: Vec<&str> =
        tokens.iter().copied().filter(|t| !matches!(*t, "*" | "const" | "struct")).collect();
    let [name] = names.as_slice() else {
        return Err(format!("not a type: {}", tokens.join(" ")));
    };
    let resolved = aliases.get(*name);
    Ok(CType {
        base: resolved.map_or((*name).to_owned(), |alias| alias.base.clone()),
        pointers: pointers + resolved.map_or(0, |alias| alias.pointers),
    })
}

fn integer(text: &str) -> Option<i128> {
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    match digits.strip_prefix("0x") {
        Some(hex) => i128::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((code, comment)) = rest.split_once("/*") {
        out.push_str(code);
        out.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

/// Tokens up to each `;` outside braces.
fn declarations(code: &str) -> Result<Vec<Vec<String>>, String> {
    let mut done = Vec::new();
    let mut current: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for token in tokens(code) {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.checked_sub(1).ok_or("a } without its {")?,
            ";" if depth == 0 => {
                done.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(token);
    }
    if current.is_empty() { Ok(done) } else { Err(format!("unfinished: {}", current.join(" "))) }
}

fn tokens(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in code.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}
