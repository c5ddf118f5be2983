//! A key of an object, or one of the objects within it.

use crate::problem::Problem;

/// Longest name of a key, in bytes.
const MAX_NAME: usize = 256;
/// Most names between dots.
const MAX_SEGMENTS: usize = 8;

/// `level` or `settings.sound`. Each name can stand in a quoted JSON path of either database: it
/// holds no quotation mark, no backslash and no control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// Reads a key. The first name is one of a key: letters, digits and `_`, a letter first.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let names: Vec<_> = text.split('.').map(str::to_owned).collect();
        let named = names.first().is_some_and(|name| is_key(name));
        let good = named && names.len() <= MAX_SEGMENTS && names.iter().all(|name| is_name(name));
        if good { Ok(Self(names)) } else { Err(Problem::QUERY_KEY) }
    }

    /// The key of the object itself.
    pub(crate) fn key(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Every name, from the object's key inwards.
    pub(crate) fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether it leads into an object.
    pub(crate) fn is_nested(&self) -> bool {
        self.0.len() > 1
    }
}

/// Whether this may name a key of an object, or a class.
pub(crate) fn is_key(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= MAX_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && !name.starts_with('$')
        && !name.chars().any(|c| matches!(c, '"' | '\\') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_dots() {
        let path = Path::read("settings.sound volume.声").unwrap();
        assert_eq!((path.key(), path.is_nested()), ("settings", true));
        assert_eq!(path.names(), ["settings", "sound volume", "声"]);
        assert!(!Path::read("level_2").unwrap().is_nested());
        let nine = ["a"; 9].join(".");
        let long = "a".repeat(MAX_NAME + 1);
        for bad in ["", ".", "a.", ".a", "a..b", "_a", "2", "a b", "ä", "a.$b", "a.\"", "a.\\"] {
            assert_eq!(Path::read(bad), Err(Problem::QUERY_KEY), "{bad}");
        }
        for bad in ["a.\n", "a'", &nine, &long] {
            assert_eq!(Path::read(bad), Err(Problem::QUERY_KEY), "{bad}");
        }
    }
}
