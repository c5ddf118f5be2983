//! What a template is as JSON. The shipped ones are `../templates/*.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The names and texts of the shipped templates.
const SHIPPED: [(&str, &str); 5] = [
    ("facebook", include_str!("../templates/facebook.json")),
    ("google", include_str!("../templates/google.json")),
    ("qq", include_str!("../templates/qq.json")),
    ("weibo", include_str!("../templates/weibo.json")),
    ("weixin", include_str!("../templates/weixin.json")),
];

/// A call and how its answer is read. Texts may hold `{sent.NAME}` (a text of the sent map),
/// `{config.app_id}` and `{config.app_secret}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::verify) struct Form {
    /// For people.
    #[serde(default, rename = "about")]
    _about: Vec<String>,
    /// The member of the sent map that holds the identity.
    pub(super) key: String,
    /// Where the platform is, if the operator does not say.
    pub(in crate::verify) base_url: Option<String>,
    /// `GET` or `POST`.
    pub(super) method: String,
    /// Path and query; what is filled in is percent-encoded.
    pub(super) path: String,
    /// The fields of a `POST`.
    #[serde(default)]
    pub(super) form: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) answer: Answer,
}

/// Where the answer holds what: JSON pointers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::verify) struct Answer {
    /// It may be the call of a function with the JSON as its argument.
    #[serde(default)]
    pub(super) jsonp: bool,
    /// Without one the status alone says what an error is.
    pub(super) error: Option<Failure>,
    /// Members that have to be one of these.
    #[serde(default)]
    pub(super) is: BTreeMap<String, Vec<String>>,
    /// Has to be the identity that was sent.
    pub(super) id: String,
    /// Has to be one of the app ids.
    pub(super) audience: Option<String>,
    pub(super) unionid: Option<String>,
    pub(super) nickname: Option<String>,
    pub(super) avatar: Option<String>,
}

/// What an error looks like: the member is there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::verify) struct Failure {
    pub(super) at: String,
    /// Values that mean that there is none.
    pub(super) none: Vec<String>,
    /// Values that say nothing about the player: busy, or this server's own settings are wrong.
    pub(super) ours: Vec<String>,
}

impl Form {
    /// The shipped template of this name.
    pub(in crate::verify) fn shipped(name: &str) -> Option<Result<Self, String>> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(serde_json::from_str(text).map_err(|error| error.to_string()))
    }

    /// What the shape alone does not say.
    pub(super) fn check(&self) -> Result<(), String> {
        let post = match self.method.as_str() {
            "GET" => false,
            "POST" => true,
            _ => return Err("\"method\" is neither GET nor POST".to_owned()),
        };
        if !post && !self.form.is_empty() {
            return Err("a GET has no \"form\"".to_owned());
        }
        if !self.path.starts_with('/') {
            return Err("\"path\" does not begin with /".to_owned());
        }
        if self.key.is_empty() {
            return Err("\"key\" is empty".to_owned());
        }
        for name in self.headers.keys() {
            let token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let own = ["host", "content-length", "content-type", "transfer-encoding", "connection"];
            if name.is_empty() || !name.bytes().all(token) {
                return Err("a header has a name that HTTP does not allow".to_owned());
            }
            if own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return Err(format!("the header {name} is not a template's to set"));
            }
        }
        let answer = &self.answer;
        let more = [&answer.audience, &answer.unionid, &answer.nickname, &answer.avatar];
        let more = more.into_iter().flatten().chain(answer.is.keys());
        let mut pointers =
            more.chain(answer.error.as_ref().map(|error| &error.at)).chain([&answer.id]);
        if pointers.any(|pointer| !pointer.starts_with('/')) {
            return Err("where something stands in the answer begins with /".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_can_be_used() {
        for (name, _) in SHIPPED {
            let form = Form::shipped(name).unwrap().unwrap();
            form.check().unwrap();
            assert!(form.base_url.unwrap().starts_with("https://"), "{name}");
        }
        assert!(Form::shipped("unknown").is_none());
    }
}
