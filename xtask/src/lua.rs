//! The declarations for LuaJIT, made from the C header: `samples/love/tdsauth_cdef.lua`.
//!
//! LuaJIT reads C declarations as they are; they are the header's own, without comments. What the
//! preprocessor does, it does not: numbers become constants.

use std::fmt::Write as _;

/// Where the result belongs, from the root of the repository.
pub(crate) const DECLARATIONS: &str = "samples/love/tdsauth_cdef.lua";

const BEGIN: &str = "\
-- Made from include/tdsauth.h by `cargo xtask header`. Do not edit: a test compares the two. What each
-- function does, and what 0 means in each field, stands there.
return [[
";

/// The Lua source for a header.
///
/// # Errors
/// Names a macro that is neither a number nor known to have no place in Lua.
pub(crate) fn declarations(header: &str) -> Result<String, String> {
    let plain = without_comments(header);
    let mut out = String::from(BEGIN);
    let mut code = String::new();
    let mut lines = plain.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("#ifdef __cplusplus") {
            lines.by_ref().find(|line| line.starts_with("#endif"));
        } else if let Some(defined) = line.trim_start().strip_prefix("#define ") {
            if let Some((name, value)) = constant(defined)? {
                let ctype = if i32::try_from(value).is_ok() { "int" } else { "uint32_t" };
                let _ = writeln!(out, "static const {ctype} {name} = {value};");
            }
            let mut last = line;
            while last.ends_with('\\') {
                last = lines.next().unwrap_or_default();
            }
        } else if !line.trim_start().starts_with('#') {
            code.push_str(line);
            code.push(' ');
        }
    }
    for declaration in split(&code) {
        let _ = writeln!(out, "{declaration}");
    }
    out.push_str("]]\n");
    Ok(out)
}

fn without_comments(header: &str) -> String {
    let mut parts = header.split("/*");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    plain
}

/// Name and value of `NAME value`; none for what Lua says in another way.
fn constant(defined: &str) -> Result<Option<(&str, i64)>, String> {
    let (name, value) = defined.split_once(' ').unwrap_or((defined, ""));
    let value = value.trim().trim_start_matches('(').trim_end_matches(')');
    let elsewhere = name.ends_with("_INIT") || name == "TDSAUTH_API" || value == "SIZE_MAX";
    if elsewhere || value.is_empty() {
        return Ok(None);
    }
    let number = if value == "UINT32_MAX" { Some(i64::from(u32::MAX)) } else { value.parse().ok() };
    let number = number.filter(|number| (i64::from(i32::MIN)..=u32::MAX.into()).contains(number));
    number.map(|number| Some((name, number))).ok_or_else(|| format!("{name}: {value} is no number"))
}

/// Each declaration on a line of its own, with single blanks.
fn split(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut one, mut depth) = (String::new(), 0_u32);
    for word in code.split_whitespace().filter(|word| !word.ends_with("_API")) {
        one.push_str(if one.is_empty() { "" } else { " " });
        one.push_str(word);
        depth += u32::from(word.ends_with('{'));
        depth = depth.saturating_sub(u32::from(word.starts_with('}')));
        if depth == 0 && word.ends_with(';') {
            all.push(std::mem::take(&mut one));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\
/* A header. */\n#ifndef TDSAUTH_H\n#define TDSAUTH_H\n#include <stdint.h>\n\
#ifndef TDSAUTH_API\n#define TDSAUTH_API __attribute__((visibility(\"default\")))\n#endif\n\
#define TDSAUTH_NUL SIZE_MAX\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\
/** No. */\n#define TDSAUTH_ERR_NO (-3)\n#define TDSAUTH_FOREVER UINT32_MAX\n\
typedef uint64_t tdsauth_client;\n\
typedef struct tdsauth_error {\n  /** Size. */\n  uint32_t struct_size;\n  char message[232];\n\
} tdsauth_error;\n#define TDSAUTH_ERROR_INIT \\\n  { (uint32_t)sizeof(tdsauth_error), { 0 } }\n\
/**\n * Polls.\n */\nTDSAUTH_API\nint32_t tdsauth_poll(tdsauth_client client,\n\
                     const char *text);\n#ifdef __cplusplus\n}\n#endif\n#endif\n";

    #[test]
    fn declarations_are_those_of_the_header() {
        let made = declarations(HEADER).unwrap();
        let wanted = [
            "static const int TDSAUTH_ERR_NO = -3;",
            "static const uint32_t TDSAUTH_FOREVER = 4294967295;",
            "typedef uint64_t tdsauth_client;",
            "typedef struct tdsauth_error { uint32_t struct_size; char message[232]; } tdsauth_error;",
            "int32_t tdsauth_poll(tdsauth_client client, const char *text);",
        ];
        assert_eq!(made, format!("{BEGIN}{}\n]]\n", wanted.join("\n")));
    }

    #[test]
    fn a_macro_that_lua_cannot_have_is_named() {
        assert!(declarations("#define TDSAUTH_NAME \"x\"\n").unwrap_err().contains("TDSAUTH_NAME"));
    }
}
