//! What the engine's header tool makes of the marks in a header, as far as the plugin uses it, and
//! its rules that a compiler does not know.

use std::fmt::Write as _;
use std::path::Path;

use super::files;

/// Writes a `.generated.h` into `to` for each header in `public`.
///
/// # Errors
/// Names the line that the engine's tool would not take.
pub(super) fn generate(public: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    std::fs::create_dir_all(to).map_err(failed)?;
    for header in files::of(public, "h")? {
        let name = header.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&header).map_err(failed)?;
        let made = generated(&name, &text).map_err(|why| format!("{name}.h: {why}"))?;
        std::fs::write(to.join(format!("{name}.generated.h")), made).map_err(failed)?;
    }
    Ok(())
}

/// A type that is marked: `class TDSAUTH_API UName : public UParent`.
struct Marked<'a> {
    name: &'a str,
    parent: Option<&'a str>,
}

fn generated(name: &str, text: &str) -> Result<String, String> {
    let includes: Vec<&str> = text.lines().filter(|line| line.starts_with("#include")).collect();
    if includes.last() != Some(&format!("#include \"{name}.generated.h\"").as_str()) {
        return Err("its last include is not its generated header".into());
    }
    if text.lines().any(|line| line.starts_with("#if")) {
        return Err("the tool does not follow conditions".into());
    }
    let mut out =
        format!("#pragma once\n#undef CURRENT_FILE_ID\n#define CURRENT_FILE_ID FID_{name}_\n");
    // The mark whose type is still to come, and the type whose body is.
    let (mut awaited, mut open): (Option<&str>, Option<Marked>) = (None, None);
    // An exposed property or function, whose declaration follows.
    let mut exposed = false;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let word = line.trim();
        let mark = ["UCLASS(", "USTRUCT("].into_iter().find(|mark| line.starts_with(mark));
        if let Some(mark) = mark {
            if let Some(before) = awaited.or(open.as_ref().map(|each| each.name)) {
                return Err(format!("line {number}: {before} has no body"));
            }
            awaited = Some(mark);
        } else if let (Some(mark), Some(found)) = (awaited, marked(line)) {
            named(mark, &found).map_err(|why| format!("line {number}: {why}"))?;
            (awaited, open) = (None, Some(found));
        } else if word == "GENERATED_BODY()" {
            let Some(of) = open.take() else {
                return Err(format!("line {number}: the body of no marked type"));
            };
            // A struct stays public, a class is private after the mark.
            let body = of.parent.map_or(String::new(), |parent| {
                format!("public: using ThisClass = {}; using Super = {parent}; private:", of.name)
            });
            let _ = writeln!(out, "#define FID_{name}_{number}_GENERATED_BODY {body}");
        } else if word.starts_with("UPROPERTY(") || word.starts_with("UFUNCTION(") {
            exposed = true;
        } else if exposed && !word.starts_with("meta") {
            known(word).map_err(|why| format!("line {number}: {why}"))?;
            exposed = !word.ends_with(';');
        }
    }
    match awaited.or(open.as_ref().map(|each| each.name)) {
        Some(left) => Err(format!("{left} has no body")),
        None => Ok(out),
    }
}

fn marked(line: &str) -> Option<Marked<'_>> {
    let rest = line.strip_prefix("class ").or_else(|| line.strip_prefix("struct "))?;
    let rest = rest.strip_prefix("TDSAUTH_API ")?;
    let (name, parent) = match rest.split_once(" : public ") {
        Some((name, parent)) => (name, Some(parent)),
        None => (rest, None),
    };
    Some(Marked { name, parent })
}

/// Classes of objects begin with U and have a parent, structs begin with F.
fn named(mark: &str, found: &Marked) -> Result<(), String> {
    let (letter, has_parent) = if mark == "UCLASS(" { ('U', true) } else { ('F', false) };
    if !found.name.starts_with(letter) {
        return Err(format!("{} does not begin with {letter}", found.name));
    }
    if has_parent && found.parent.is_none() {
        return Err(format!("{} has no parent", found.name));
    }
    Ok(())
}

/// What Blueprints and the tool have no type for.
fn known(declaration: &str) -> Result<(), String> {
    let foreign = ["std::", "uint64", "uint32", "char*", "TSharedPtr", "TFunction", "tdsauth"];
    match foreign.into_iter().find(|word| declaration.contains(word)) {
        Some(word) => Err(format!("{word} cannot be exposed")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::generated;

    const HEADER: &str = "#pragma once
#include \"A.generated.h\"

UCLASS()
class TDSAUTH_API UA : public UObject
{
\tGENERATED_BODY()

\tUPROPERTY(BlueprintReadOnly)
\tint32 Number;
};
";

    #[test]
    fn a_marked_class_gets_its_body() {
        let made = generated("A", HEADER).unwrap();
        assert!(
            made.ends_with(
                "#define FID_A_7_GENERATED_BODY \
                 public: using ThisClass = UA; using Super = UObject; private:\n"
            ),
            "{made}"
        );
    }

    #[test]
    fn what_the_engine_would_not_take_is_told() {
        for (from, to, why) in [
            ("A.generated.h", "B.generated.h", "its last include is not its generated header"),
            ("UCLASS()", "#if 1\nUCLASS()", "the tool does not follow conditions"),
            ("GENERATED_BODY()", "", "UA has no body"),
            (" : public UObject", "", "line 5: UA has no parent"),
            ("UA ", "FA ", "line 5: FA does not begin with U"),
            ("UCLASS()", "", "line 7: the body of no marked type"),
            ("int32 Number", "uint64 Number", "line 10: uint64 cannot be exposed"),
            ("int32 Number", "std::string Name", "line 10: std:: cannot be exposed"),
        ] {
            assert_eq!(generated("A", &HEADER.replace(from, to)), Err(why.to_owned()));
        }
    }
}
