//! The C# imports, made from the C header: `bindings/csharp/Runtime/NativeMethods.g.cs`.
//!
//! Everything in them is blittable (`byte*`, `UIntPtr`, `ulong`, structs of primitives), so that no
//! runtime has to make marshalling code: ahead-of-time compilers (iOS, IL2CPP) forbid that, and a
//! marshalled string would be taken for the system's code page where the library speaks UTF-8.

mod header;

use header::{CType, Field, Function, Header, Struct, Value};
use std::fmt::Write as _;

/// Where the result belongs, from the root of the repository.
pub(crate) const NATIVE_METHODS: &str = "bindings/csharp/Runtime/NativeMethods.g.cs";

const PRELUDE: &str = "\
// Made from include/tdsauth.h by `cargo xtask header`. Do not edit: a test compares the two.

using System;
using System.Runtime.InteropServices;

namespace TdsAuth
{
";

const CLASS: &str = "\
    internal static unsafe class NativeMethods
    {
#if UNITY_IOS && !UNITY_EDITOR
        private const string Lib = \"__Internal\";
#else
        private const string Lib = \"tdsauth\";
#endif
";

/// The C# source for a header.
///
/// # Errors
/// Names what in the header has no blittable C# form.
pub(crate) fn native_methods(header_text: &str) -> Result<String, String> {
    let header = Header::read(header_text)?;
    let mut out = String::from(PRELUDE);
    statuses(&mut out, &header);
    out.push('\n');
    for each in &header.structs {
        structure(&mut out, each, &header)?;
        out.push('\n');
    }
    out.push_str(CLASS);
    out.push('\n');
    for (name, value) in &header.constants {
        constant(&mut out, name, *value)?;
    }
    for each in &header.functions {
        out.push('\n');
        function(&mut out, each, &header)?;
    }
    out.push_str("    }\n}\n");
    Ok(out)
}

/// `TDSAUTH_ERR_SESSION_OVER` becomes `TdsStatus.SessionOver`, for games to compare with.
fn statuses(out: &mut String, header: &Header) {
    out.push_str(
        "    /// <summary>The values of <see cref=\"TdsException.Status\"/>.</summary>\n\
         \x20   public static class TdsStatus\n    {\n",
    );
    for (name, value) in &header.constants {
        let named = match name.as_str() {
            "TDSAUTH_OK" | "TDSAUTH_NO_EVENT" | "TDSAUTH_TIMEOUT" | "TDSAUTH_NONE" => {
                name.strip_prefix("TDSAUTH_")
            }
            other => other.strip_prefix("TDSAUTH_ERR_"),
        };
        if let (Some(named), Value::Number(number)) = (named, value) {
            let _ = writeln!(
                out,
                "        /// <summary>{name}</summary>\n        \
                 public const int {} = {number};",
                pascal(named)
            );
        }
    }
    out.push_str("    }\n");
}

fn pascal(name: &str) -> String {
    let word = |word: &str| {
        if word == "TAPTAP" {
            // As the brand writes itself.
            return "TapTap".to_owned();
        }
        let mut chars = word.chars();
        chars.next().map_or(String::new(), |first| {
            format!("{first}{}", chars.as_str().to_ascii_lowercase())
        })
    };
    name.split('_').map(word).collect()
}

fn constant(out: &mut String, name: &str, value: Value) -> Result<(), String> {
    let line = match value {
        Value::SizeMax => format!(
            "internal static readonly UIntPtr {name} =\n            \
             UIntPtr.Size == 4 ? (UIntPtr)uint.MaxValue : (UIntPtr)ulong.MaxValue;"
        ),
        Value::Number(number) => {
            let ctype = if i32::try_from(number).is_ok() {
                "int"
            } else if u32::try_from(number).is_ok() {
                "uint"
            } else if i64::try_from(number).is_ok() {
                "long"
            } else if u64::try_from(number).is_ok() {
                "ulong"
            } else {
                return Err(format!("{name}: {number} fits no C# integer"));
            };
            format!("internal const {ctype} {name} = {number};")
        }
    };
    let _ = writeln!(out, "        {line}");
    Ok(())
}

fn structure(out: &mut String, each: &Struct, header: &Header) -> Result<(), String> {
    let _ = writeln!(
        out,
        "    [StructLayout(LayoutKind.Sequential)]\n    internal unsafe struct {}\n    {{",
        each.name
    );
    for field in &each.fields {
        let ctype = csharp_type(&field.ctype, header)?;
        let name = escaped(&field.name);
        let _ = match field.array {
            Some(length) if field.ctype.pointers == 0 => {
                writeln!(out, "        internal fixed {ctype} {name}[{length}];")
            }
            Some(_) => return Err(format!("{}.{}: an array of pointers", each.name, field.name)),
            None => writeln!(out, "        internal {ctype} {name};"),
        };
    }
    out.push_str("    }\n");
    Ok(())
}

fn function(out: &mut String, each: &Function, header: &Header) -> Result<(), String> {
    let parameter = |field: &Field| match field.array {
        Some(_) => Err(format!("{}: an array parameter {}", each.name, field.name)),
        None => Ok(format!("{} {}", csharp_type(&field.ctype, header)?, escaped(&field.name))),
    };
    let parameters: Vec<String> =
        each.parameters.iter().map(parameter).collect::<Result<_, String>>()?;
    let head =
        format!("internal static extern {} {}(", returned(&each.returns, header)?, each.name);
    out.push_str("        [DllImport(Lib, CallingConvention = CallingConvention.Cdecl)]\n");
    let one_line = format!("        {head}{});", parameters.join(", "));
    let _ = if one_line.len() <= 100 {
        writeln!(out, "{one_line}")
    } else {
        writeln!(out, "        {head}\n            {});", parameters.join(",\n            "))
    };
    Ok(())
}

fn returned(ctype: &CType, header: &Header) -> Result<String, String> {
    if ctype.base == "void" && ctype.pointers == 0 {
        return Ok("void".to_owned());
    }
    csharp_type(ctype, header)
}

fn csharp_type(ctype: &CType, header: &Header) -> Result<String, String> {
    let base = match ctype.base.as_str() {
        // `char` is text in UTF-8, which C# holds in bytes; a C# char has two.
        "char" | "uint8_t" => "byte",
        "int8_t" => "sbyte",
        "int16_t" => "short",
        "uint16_t" => "ushort",
        "int32_t" => "int",
        "uint32_t" => "uint",
        "int64_t" => "long",
        "uint64_t" => "ulong",
        "size_t" | "uintptr_t" => "UIntPtr",
        "double" => "double",
        "float" => "float",
        "void" if ctype.pointers > 0 => "void",
        other if header.structs.iter().any(|each| each.name == other) => other,
        other => return Err(format!("the type {other} has no blittable C# form")),
    };
    Ok(format!("{base}{}", "*".repeat(ctype.pointers)))
}

/// C names that C# keeps for itself.
fn escaped(name: &str) -> String {
    const KEYWORDS: [&str; 10] =
        ["event", "object", "params", "ref", "out", "in", "string", "base", "lock", "checked"];
    if KEYWORDS.contains(&name) { format!("@{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{NATIVE_METHODS, native_methods};

    const HEADER: &str = r#"
#ifndef TDSAUTH_H
#define TDSAUTH_H
#include <stddef.h>
/* a comment; with a semicolon */
#define TDSAUTH_NUL SIZE_MAX
#define TDSAUTH_OK 0
#define TDSAUTH_API __attribute__((visibility("default")))
// -109
#define TDSAUTH_ERR_SESSION_OVER -301
#define TDSAUTH_ERR_TAPTAP_DENIED -400
#define TDSAUTH_BIG 0x80000000
#define TDSAUTH_EVENT_INIT { sizeof(tdsauth_event), \
  0 }
typedef uint64_t tdsauth_client;
typedef struct tdsauth_event {
  uint32_t struct_size;
  char message[232];
  const uint8_t *body;
  size_t body_len;
} tdsauth_event;
#ifdef __cplusplus
extern "C" {
#endif // __cplusplus
TDSAUTH_API uint32_t tdsauth_abi_version(void);
TDSAUTH_API
const char *tdsauth_status_name(int32_t status);
int32_t tdsauth_poll(tdsauth_client client, struct tdsauth_event *event);
int32_t tdsauth_object_get_str(tdsauth_client object,
                               const char *key, size_t key_len, char *buf, size_t cap,
                               size_t *needed);
#ifdef __cplusplus
}
#endif
#endif
"#;

    fn made() -> String {
        native_methods(HEADER).unwrap()
    }

    #[test]
    fn the_committed_imports_are_those_of_the_committed_header() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let header = std::fs::read_to_string(root.join("include/tdsauth.h")).unwrap();
        let committed = std::fs::read_to_string(root.join(NATIVE_METHODS)).unwrap();
        assert_eq!(native_methods(&header).unwrap(), committed, "run `cargo xtask header`");
    }

    #[test]
    fn handles_sizes_and_text_are_blittable() {
        let text = made();
        let poll = "internal static extern int tdsauth_poll(ulong client, tdsauth_event* @event);";
        assert!(text.contains(poll), "{text}");
        assert!(text.contains("static extern byte* tdsauth_status_name(int status);"), "{text}");
        assert!(text.contains("static extern uint tdsauth_abi_version();"), "{text}");
        for forbidden in [" string ", "MarshalAs", "delegate", "ref ", "out ", "bool "] {
            assert!(!text.replace("const string Lib", "").contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn a_long_prototype_takes_one_line_for_each_parameter() {
        let expected =
            "tdsauth_object_get_str(\n            ulong @object,\n            byte* key,\n";
        assert!(made().contains(expected), "{}", made());
        assert!(made().lines().all(|line| line.len() <= 100));
    }

    #[test]
    fn structs_keep_order_and_fixed_arrays() {
        let expected = "struct tdsauth_event\n    {\n        internal uint struct_size;\n        \
                        internal fixed byte message[232];\n        internal byte* body;\n        \
                        internal UIntPtr body_len;\n    }";
        assert!(made().contains(expected), "{}", made());
    }

    #[test]
    fn constants_have_the_smallest_type_that_holds_them() {
        let text = made();
        assert!(text.contains("const int TDSAUTH_ERR_SESSION_OVER = -301;"), "{text}");
        assert!(text.contains("const uint TDSAUTH_BIG = 2147483648;"), "{text}");
        assert!(text.contains("static readonly UIntPtr TDSAUTH_NUL"), "{text}");
        assert!(!text.contains("INIT"), "an initialiser is no constant");
    }

    #[test]
    fn statuses_get_a_name_that_games_may_use() {
        let text = made();
        assert!(text.contains("public const int SessionOver = -301;"), "{text}");
        assert!(text.contains("public const int TapTapDenied = -400;"), "{text}");
        assert!(text.contains("public const int Ok = 0;"), "{text}");
        assert!(!text.contains("public const int Big"), "{text}");
    }

    #[test]
    fn ios_links_the_library_into_the_program() {
        let guard =
            "#if UNITY_IOS && !UNITY_EDITOR\n        private const string Lib = \"__Internal\"";
        assert!(made().contains(guard));
    }

    #[test]
    fn what_is_not_of_the_regular_form_is_an_error() {
        for bad in [
            "int32_t tdsauth_f(void (*callback)(void));",
            "int32_t tdsauth_f(bool x);",
            "int32_t tdsauth_f(long long x);",
            "union tdsauth_u { int32_t a; };",
            "typedef struct tdsauth_s { int32_t *a[2]; } tdsauth_s;",
            "#define TDSAUTH_X 1.5",
            "int32_t tdsauth_f(int32_t x)",
            "}",
        ] {
            assert!(native_methods(bad).is_err(), "{bad}");
        }
    }
}
