//! From the options and the file of `--platforms` to verifiers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::apple::{Apple, KeyFile};
use super::settings::PlatformSettings;
use super::studio::MIN_KEY;
use super::template::{App, Form, Template};
use super::webhook::Webhook;
use super::{Verifier, Verifiers, sent};
use crate::accounts::{ANONYMOUS, TAPTAP};
use crate::args::Args;
use crate::private_file;
use crate::seal::Seal;
use crate::start::StartError;

/// Platforms that are asked about players: the threads of them all are fewer than the process may
/// have.
const MAX_PLATFORMS: usize = 12;

impl Verifiers {
    /// Everything that the options name but TapTap.
    pub(crate) fn load(args: &Args, seal: &Arc<Seal>) -> Result<Self, StartError> {
        let mut verifiers = Self::new(args.policy);
        let mut settings = match &args.platforms {
            Some(path) => file(path)?,
            None => Map::new(),
        };
        let patience = Duration::from_secs(args.platform_timeout.get());
        for option in &args.platform {
            let failed = |why: String| StartError::new(format!("--platform {option}: {why}"));
            let (name, kind) = option
                .split_once('=')
                .ok_or_else(|| failed("NAME=VERIFIER is expected".to_owned()))?;
            free(&verifiers, name).map_err(failed)?;
            let own = PlatformSettings::new(settings.remove(name)).map_err(failed)?;
            let keys = args.folder().map(|folder| KeyFile::new(folder, Arc::clone(seal)));
            verifiers.add_configured(name, kind, own, patience, keys).map_err(failed)?;
        }
        if verifiers.named.len() > MAX_PLATFORMS {
            let text = format!("no more than {MAX_PLATFORMS} platforms can be named");
            return Err(StartError::new(text));
        }
        if let Some(name) = settings.keys().next() {
            let text = format!("--platforms: no option --platform {name}=… goes with \"{name}\"");
            return Err(StartError::new(text));
        }
        Ok(verifiers)
    }

    fn add_configured(
        &mut self,
        name: &str,
        kind: &str,
        mut settings: PlatformSettings,
        patience: Duration,
        key: Option<KeyFile>,
    ) -> Result<(), String> {
        // Several platforms of one service (an app and a website, say) share its unionids.
        let own_union = if Form::shipped(kind).is_some() { kind } else { name };
        let union = settings.text("union")?;
        if union.as_ref().is_some_and(|union| !sent::is_platform_name(union)) {
            return Err("\"union\" is no name of a platform".to_owned());
        }
        let union = union.unwrap_or_else(|| own_union.to_owned());
        let verifier = match kind {
            "unverified" => Verifier::Unverified,
            "apple" => Verifier::Apple(Apple::configured(name, &mut settings, patience, key)?),
            "webhook" => Verifier::Webhook(webhook(name, &mut settings, patience)?),
            "template" => {
                let form = settings.value("template").ok_or("needs \"template\"")?;
                let form = serde_json::from_value(form).map_err(|error| shape(&error))?;
                Verifier::Template(template(name, form, &mut settings, patience)?)
            }
            kind => {
                let form = Form::shipped(kind).ok_or(
                    "the verifier is none of apple, facebook, google, qq, template, unverified, \
                     webhook, weibo and weixin",
                )??;
                Verifier::Template(template(name, form, &mut settings, patience)?)
            }
        };
        settings.done()?;
        self.add(name, verifier, union);
        Ok(())
    }
}

fn free(verifiers: &Verifiers, name: &str) -> Result<(), String> {
    if !sent::is_platform_name(name) {
        return Err("a name is up to 64 letters, digits and _, and begins with a letter".to_owned());
    }
    if name == ANONYMOUS {
        return Err("guests are no platform's".to_owned());
    }
    if name == TAPTAP {
        return Err("TapTap has options of its own: --taptap-client-id".to_owned());
    }
    if verifiers.named.contains_key(name) {
        return Err("it is named twice".to_owned());
    }
    Ok(())
}

fn template(
    name: &str,
    form: Form,
    settings: &mut PlatformSettings,
    patience: Duration,
) -> Result<Template, String> {
    let app = App { ids: settings.texts("app_id")?, secret: settings.secret("app_secret")? };
    let secret = app.secret.iter().map(|secret| secret.expose());
    if app.ids.iter().map(String::as_str).chain(secret).any(|text| !is_visible(text)) {
        return Err("\"app_id\" or \"app_secret\" holds what is no visible ASCII".to_owned());
    }
    let base_url = match (settings.url("base_url")?, &form.base_url) {
        (Some(url), _) => url,
        (None, Some(url)) => {
            let checked = tdsauth_core::transport::base_url("\"base_url\"", url, false);
            checked.map_err(|error| error.message.clone())?
        }
        (None, None) => return Err("needs \"base_url\"".to_owned()),
    };
    Template::new(name, form, base_url, app, patience)
}

/// Whether a header can carry it.
fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn webhook(
    name: &str,
    settings: &mut PlatformSettings,
    patience: Duration,
) -> Result<Webhook, String> {
    let url = settings.url("url")?.ok_or("needs \"url\"")?;
    let key = settings.secret("key")?.ok_or("needs \"key\"")?;
    if key.expose().len() < MIN_KEY {
        return Err(format!("\"key\" has fewer than {MIN_KEY} characters"));
    }
    Webhook::new(name, url, &key, patience).map_err(|error| error.to_string())
}

/// The file's object: platform name to settings.
fn file(path: &Path) -> Result<Map<String, Value>, StartError> {
    let failed = |why: &dyn std::fmt::Display| {
        StartError::new(format!("--platforms {}: {why}", path.display()))
    };
    let text = private_file::read(path).map_err(|error| failed(&error))?;
    let text = text.ok_or_else(|| failed(&"there is no such file"))?;
    // What a reader says of a mistake may repeat what it read.
    let value = serde_json::from_str(&text).map_err(|error| {
        failed(&format!("line {} column {}: no JSON", error.line(), error.column()))
    })?;
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(failed(&"a JSON object is expected: {\"NAME\": {…}}")),
    }
}

/// What is wrong with a template, without its texts.
fn shape(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("unknown field") || text.starts_with("missing field") {
        format!("\"template\": {text}")
    } else {
        "\"template\": a value is of another type than expected".to_owned()
    }
}
