//! The classes in which the suites store objects: in the production policy nobody but the operator
//! makes classes and fields.

use std::time::Duration;

use serde_json::json;

use crate::server::Server;

const PATIENCE: Duration = Duration::from_secs(30);

/// Their names.
const OPEN: [&str; 3] = ["Book", "Shelf", "Hero"];

/// Lets everybody add fields to them.
pub(crate) fn open(server: &Server) -> Result<(), String> {
    let config = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE));
    let agent: ureq::Agent = config.build().into();
    let body = json!({"permissions": {"add_fields": {"*": true}}}).to_string();
    for class in OPEN {
        let answer = agent
            .put(format!("{}/tdsauth/v1/classes/{class}", server.url))
            .header("X-LC-Id", &server.app_id)
            .header("X-LC-Key", &format!("{},master", server.master_key))
            .header("Content-Type", "application/json")
            .send(&body);
        let mut answer = answer.map_err(|error| format!("class {class}: {error}"))?;
        if !answer.status().is_success() {
            let said = answer.body_mut().read_to_string().unwrap_or_default();
            return Err(format!("class {class}: {}: {said}", answer.status()));
        }
    }
    Ok(())
}
