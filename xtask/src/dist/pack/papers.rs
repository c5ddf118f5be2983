//! What lies in each pack beside what it is for: licence, changes, notices.

use std::path::Path;

use super::tree::Tree;

/// Their texts.
#[derive(Debug)]
pub(super) struct Papers {
    licences: [(&'static str, String); 3],
    /// The changelog, with links for a reader who has no repository.
    pub(super) changelog: String,
    /// The notices of what is linked.
    pub(super) notices: String,
}

impl Papers {
    /// Those of the repository at `root`.
    pub(super) fn read(root: &Path, notices: String) -> Result<Self, String> {
        let paper = |name: &'static str| Ok::<_, String>((name, read(&root.join(name))?));
        Ok(Self {
            licences: [paper("LICENSE")?, paper("LICENSE-MIT")?, paper("LICENSE-APACHE")?],
            changelog: unlinked(&read(&root.join("CHANGELOG.md"))?),
            notices,
        })
    }

    /// All licences as one text.
    pub(super) fn licence(&self) -> String {
        let texts: Vec<&str> = self.licences.iter().map(|(_, text)| text.trim_end()).collect();
        texts.join("\n\n---\n\n") + "\n"
    }

    /// Lays all of them into the folder `path` under the names of the repository.
    pub(super) fn lay(&self, tree: &mut Tree, path: &str) {
        for (name, text) in &self.licences {
            tree.text(format!("{path}/{name}"), text.clone());
        }
        tree.text(format!("{path}/CHANGELOG.md"), self.changelog.clone());
        tree.text(format!("{path}/THIRD-PARTY-NOTICES.txt"), self.notices.clone());
    }
}

/// The file as text.
pub(super) fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Links into the repository lead nowhere from a pack: their words stay.
fn unlinked(text: &str) -> String {
    let mut all = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        all.push_str(before);
        let link = after.split_once("](").and_then(|(words, after)| {
            let (to, after) = after.split_once(')')?;
            let is_link = !words.contains(['[', ']']) && !to.contains(char::is_whitespace);
            (is_link && !to.contains("://")).then_some((words, after))
        });
        rest = match link {
            Some((words, after)) => {
                all.push_str(words);
                after
            }
            None => {
                all.push('[');
                after
            }
        };
    }
    all + rest
}

#[cfg(test)]
mod tests {
    use super::unlinked;

    #[test]
    fn only_links_into_the_repository_lose_their_place() {
        let text = "# [1.0]\n[a](https://x.example/) and [docs/a.md](docs/a.md), [this, [b](c) [d";
        let expected = "# [1.0]\n[a](https://x.example/) and docs/a.md, [this, b [d";
        assert_eq!(unlinked(text), expected);
    }
}
