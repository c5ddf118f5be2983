//! A text of a template with its gaps, and what fills them.

use super::App;
use crate::problem::Problem;
use crate::verify::sent::Claim;

/// A text, read once.
pub(super) struct Text(Vec<Part>);

enum Part {
    Plain(String),
    /// A text of the sent map.
    Sent(String),
    AppId,
    AppSecret,
}

/// What fills the gaps.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) claim: &'a Claim,
    pub(super) app: &'a App,
}

impl Text {
    /// Reads `text`; the error is a sentence for the operator, and says so when `app` lacks what
    /// the text takes.
    pub(super) fn read(text: &str, app: &App) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((plain, after)) = rest.split_once('{') {
            let (gap, after) = after.split_once('}').ok_or("a { of a text has no }")?;
            parts.push(Part::Plain(plain.to_owned()));
            parts.push(match gap {
                "config.app_id" if app.ids.is_empty() => return Err("needs \"app_id\"".to_owned()),
                "config.app_id" => Part::AppId,
                "config.app_secret" if app.secret.is_none() => {
                    return Err("needs \"app_secret\"".to_owned());
                }
                "config.app_secret" => Part::AppSecret,
                _ => match gap.strip_prefix("sent.") {
                    Some(name) if !name.is_empty() => Part::Sent(name.to_owned()),
                    _ => return Err(format!("nothing is known to fill in for {{{gap}}}")),
                },
            });
            rest = after;
        }
        parts.push(Part::Plain(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text as it is, with something in each gap.
    pub(super) fn example(&self) -> String {
        let part = |part: &Part| match part {
            Part::Plain(text) => text.clone(),
            Part::Sent(_) | Part::AppId | Part::AppSecret => "x".to_owned(),
        };
        self.0.iter().map(part).collect()
    }

    /// The text, with what `encode` makes of each text that is filled in. `BAD_AUTH_DATA` when the
    /// map lacks one.
    pub(super) fn fill(
        &self,
        source: Source<'_>,
        encode: impl Fn(&str) -> Result<String, Problem>,
    ) -> Result<String, Problem> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Plain(text) => filled.push_str(text),
                Part::Sent(name) => {
                    let text = source.claim.text(name)?.ok_or(Problem::BAD_AUTH_DATA)?;
                    filled.push_str(&encode(text)?);
                }
                Part::AppId => {
                    let id = source.app.ids.first().map(String::as_str).unwrap_or_default();
                    filled.push_str(&encode(id)?);
                }
                Part::AppSecret => {
                    // Facebook knows no other place for it than the query of a call.
                    let secret = source.app.secret.as_ref().map(|secret| secret.expose());
                    filled.push_str(&encode(secret.unwrap_or_default())?);
                }
            }
        }
        Ok(filled)
    }
}
