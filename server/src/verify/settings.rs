//! The settings of one platform in the file of `--platforms`. No error repeats a value: it may be a
//! secret.

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::base_url;

/// The object of one platform; what is taken out of it is known, the rest is a mistake.
pub(super) struct PlatformSettings(Map<String, Value>);

type Result<T> = std::result::Result<T, String>;

impl PlatformSettings {
    pub(super) fn new(settings: Option<Value>) -> Result<Self> {
        match settings {
            None => Ok(Self(Map::new())),
            Some(Value::Object(map)) => Ok(Self(map)),
            Some(_) => Err("its settings are no JSON object".to_owned()),
        }
    }

    /// Any JSON.
    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(format!("\"{name}\" is no text, or an empty one")),
        }
    }

    pub(super) fn secret(&mut self, name: &str) -> Result<Option<Secret>> {
        Ok(self.text(name)?.map(Secret::new))
    }

    /// One text or a list of them; none when it is missing.
    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        let list = match self.0.remove(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(list)) if !list.is_empty() => list,
            Some(one) => vec![one],
        };
        let texts = list.into_iter().map(|item| match item {
            Value::String(text) if !text.is_empty() => Ok(text),
            _ => Err(format!("\"{name}\" is neither a text nor a list of texts")),
        });
        texts.collect()
    }

    /// Where somebody is asked: https, or http to this machine. Without a slash at its end.
    pub(super) fn url(&mut self, name: &str) -> Result<Option<String>> {
        let Some(url) = self.text(name)? else { return Ok(None) };
        let url = base_url(&format!("\"{name}\""), &url, false);
        url.map(Some).map_err(|error| format!("\"{name}\": {}", error.message))
    }

    /// Seconds, at least one.
    pub(super) fn seconds(&mut self, name: &str, default: u64) -> Result<u64> {
        match self.0.remove(name) {
            None => Ok(default),
            Some(value) => {
                let seconds = value.as_u64().filter(|seconds| (1..=31_536_000).contains(seconds));
                seconds.ok_or_else(|| format!("\"{name}\" is no whole number of seconds"))
            }
        }
    }

    /// Nothing else may be there.
    pub(super) fn done(self) -> Result<()> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("\"{name}\" is none of the settings of its verifier")),
        }
    }
}
