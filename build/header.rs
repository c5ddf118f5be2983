//! Makes `include/tdsauth.h` out of `src/`: one section per C noun, each section by cbindgen.
//!
//! The file of a noun is read alone, so that its constants, structs and functions stay together in
//! the header as they do in the source. `build.rs` and `cargo xtask header` share this code.

use std::fmt::Write as _;
use std::path::Path;

/// One header: who it is for, which files it is made of, what stands around them.
pub(crate) struct Header<'a> {
    /// Folder of the package: holds `cbindgen.toml` and `src/`.
    pub(crate) package: &'a Path,
    /// Include guard.
    pub(crate) guard: &'a str,
    /// What stands above the include guard: the conventions chapter, a whole C comment.
    pub(crate) preface: &'a str,
    /// Plain preprocessor lines after the includes.
    pub(crate) prelude: &'a str,
    /// File stem in `src/` and the title of its section, in the order of the header.
    pub(crate) sections: &'a [(&'a str, &'a str)],
}

/// The header of the client library.
pub(crate) fn tdsauth(package: &Path) -> Result<String, String> {
    Header {
        package,
        guard: "TDSAUTH_H",
        preface: include_str!("preface.h"),
        prelude: include_str!("prelude.h"),
        sections: &[
            ("handles", "Handles"),
            ("status", "Statuses and errors"),
            ("library", "The library"),
            ("client", "Client: one player's account on one device"),
            ("request", "Requests and events"),
            ("login", "Logging in and out"),
            ("taptap", "TapTap: logging in there"),
            ("user", "The user"),
            ("taptap_player", "TapTap: the player's token and profile"),
            ("qr", "QR codes"),
            ("binding", "Binding a role to TapTap"),
            ("object", "Objects: what the account server stores"),
            ("object_write", "Objects: changing, saving and fetching them"),
            ("object_change", "Objects: counting, lists, relations, pointers, access rights"),
            ("object_all", "Objects: making them, deleting them, saving many"),
            ("query", "Queries"),
            ("mac", "MAC token: signing requests"),
            ("http", "Host transport: the game's own HTTP carries the bytes"),
            ("log", "Log"),
        ],
    }
    .generate()
}

/// The header of the library for game servers.
pub(crate) fn tdsauth_backend(package: &Path) -> Result<String, String> {
    Header {
        package,
        guard: "TDSAUTH_BACKEND_H",
        preface: include_str!("../backend/build/preface.h"),
        prelude: include_str!("../backend/build/prelude.h"),
        sections: &[
            ("status", "Statuses and errors"),
            ("library", "The library"),
            ("mac", "MAC token: acting for a player at the open API"),
            ("taptap", "TapTap: who a player is"),
            ("tap_sign", "X-Tap-Sign: requests between TapTap's servers and the game's"),
        ],
    }
    .generate()
}

impl Header<'_> {
    /// The text of the header.
    ///
    /// # Errors
    /// Says which file could not be read or parsed.
    pub(crate) fn generate(&self) -> Result<String, String> {
        let config = cbindgen::Config::from_file(self.package.join("cbindgen.toml"))?;
        let mut out = String::new();
        let guard = self.guard;
        let _ = write!(out, "{}\n#ifndef {guard}\n#define {guard}\n\n", self.preface.trim_end());
        out.push_str("#include <stddef.h>\n#include <stdint.h>\n\n");
        let _ = write!(out, "{}\n\n", self.prelude.trim_end());
        out.push_str("#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
        for (stem, title) in self.sections {
            let file = self.package.join("src").join(format!("{stem}.rs"));
            let _ = write!(out, "\n{}\n", banner(title));
            out.push_str(&section(&file, &config)?);
        }
        let _ = write!(out, "\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {guard} */\n");
        Ok(out)
    }
}

fn banner(title: &str) -> String {
    let line = "=".repeat(96);
    format!("/* {line}\n * {title}\n * {line} */")
}

fn section(file: &Path, config: &cbindgen::Config) -> Result<String, String> {
    let mut text = Vec::new();
    cbindgen::Builder::new()
        .with_config(config.clone())
        .with_src(file)
        .generate()
        .map_err(|error| format!("{}: {error}", file.display()))?
        .write(&mut text);
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    Ok(format!("\n{}\n", with_initialisers(&tidy(text.trim()))))
}

/// A comment of one line takes one line, constants stand together, a negative one stands in
/// parentheses (an operator before it would read on), and structs go by their typedef.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut rest = lines.as_slice();
    while let [line, tail @ ..] = rest {
        rest = tail;
        let indent = line.len() - line.trim_start().len();
        if let ("/**", [only, end, tail @ ..]) = (line.trim(), rest)
            && end.trim() == "*/"
        {
            let comment = only.trim().trim_start_matches("* ");
            let after_constant = out.iter().rev().nth(1).is_some_and(|l| l.starts_with("#define"));
            if after_constant && tail.first().is_some_and(|next| next.starts_with("#define")) {
                out.pop();
            }
            out.push(format!("{:indent$}/** {comment} */", ""));
            rest = tail;
        } else {
            out.push(code(line));
        }
    }
    out.join("\n")
}

fn code(line: &str) -> String {
    match line.rsplit_once(' ') {
        Some((head, value)) if head.starts_with("#define") && value.starts_with('-') => {
            format!("{head} ({value})")
        }
        _ if line.starts_with("typedef") => line.to_owned(),
        _ => line.replace("struct tdsauth_", "tdsauth_"),
    }
}

/// Adds `TDSAUTH_X_INIT` to every struct: its size where it has one, and the zero of each other
/// field's type, so that no compiler warns of a missing initialiser.
fn with_initialisers(section: &str) -> String {
    let mut out = String::new();
    let mut fields: Vec<&str> = Vec::new();
    for line in section.lines() {
        out.push_str(line);
        out.push('\n');
        let code = line.trim();
        if line.starts_with("typedef struct ") {
            fields.clear();
        } else if line.starts_with("  ") && code.ends_with(';') && !code.starts_with(['*', '/']) {
            fields.push(code);
        } else if let Some(name) = line.strip_prefix("} ").and_then(|l| l.strip_suffix(';')) {
            let values: Vec<String> = fields.iter().map(|field| default_of(field, name)).collect();
            let values = values.join(", ");
            let upper = name.to_uppercase();
            let _ = write!(
                out,
                "/** A `{name}` with every field at its default. */\n\
                 #define {upper}_INIT \\\n  {{ {values} }}\n"
            );
        }
    }
    out.trim_end().to_owned()
}

fn default_of(field: &str, of: &str) -> String {
    if field.ends_with(" struct_size;") {
        format!("(uint32_t)sizeof({of})")
    } else if field.contains('[') {
        "{ 0 }".to_owned()
    } else if field.contains('*') {
        "NULL".to_owned()
    } else {
        "0".to_owned()
    }
}
