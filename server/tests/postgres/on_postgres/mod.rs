//! The suites. In this program `common` gives each server a database of PostgreSQL; the names of
//! its tests, by which they are run apart, begin with this module's.

mod pushing;
mod service;

#[path = "../../acl.rs"]
mod acl;
#[path = "../../batch.rs"]
mod batch;
#[path = "../../binding.rs"]
mod binding;
#[path = "../../binding_check.rs"]
mod binding_check;
#[path = "../../binding_codes.rs"]
mod binding_codes;
#[path = "../../binding_roles.rs"]
mod binding_roles;
#[path = "../../binding_service.rs"]
mod binding_service;
#[path = "../../classes.rs"]
mod classes;
#[path = "../../contract.rs"]
mod contract;
#[path = "../../cors.rs"]
mod cors;
#[path = "../../deleting.rs"]
mod deleting;
#[path = "../../dev_authorize.rs"]
mod dev_authorize;
#[path = "../../dev_device.rs"]
mod dev_device;
#[path = "../../dev_lan.rs"]
mod dev_lan;
#[path = "../../dev_open_api.rs"]
mod dev_open_api;
#[path = "../../dev_pages.rs"]
mod dev_pages;
#[path = "../../dev_script.rs"]
mod dev_script;
#[path = "../../durable.rs"]
mod durable;
#[path = "../../finding.rs"]
mod finding;
#[path = "../../identity.rs"]
mod identity;
#[path = "../../keys.rs"]
mod keys;
#[path = "../../limits.rs"]
mod limits;
#[path = "../../link.rs"]
mod link;
#[path = "../../objects.rs"]
mod objects;
#[path = "../../objects_at_once.rs"]
mod objects_at_once;
#[path = "../../operations.rs"]
mod operations;
#[path = "../../operator.rs"]
mod operator;
#[path = "../../passwords.rs"]
mod passwords;
#[path = "../../platforms.rs"]
mod platforms;
#[path = "../../push.rs"]
mod push;
#[path = "../../query.rs"]
mod query;
#[path = "../../query_bounds.rs"]
mod query_bounds;
#[path = "../../query_index.rs"]
mod query_index;
#[path = "../../query_random.rs"]
mod query_random;
#[path = "../../query_rights.rs"]
mod query_rights;
#[path = "../../requests.rs"]
mod requests;
#[path = "../../saving.rs"]
mod saving;
#[path = "../../seal_key.rs"]
mod seal_key;
#[path = "../../sealed.rs"]
mod sealed;
#[path = "../../slow.rs"]
mod slow;
#[path = "../../start.rs"]
mod start;
#[path = "../../taptap_accounts.rs"]
mod taptap_accounts;
#[path = "../../tls.rs"]
mod tls;
#[path = "../../verify_apple.rs"]
mod verify_apple;
#[path = "../../verify_apple_key.rs"]
mod verify_apple_key;
#[path = "../../verify_options.rs"]
mod verify_options;
#[path = "../../verify_templates.rs"]
mod verify_templates;
#[path = "../../verify_webhook.rs"]
mod verify_webhook;
#[path = "../../weblink.rs"]
mod weblink;
#[path = "../../weblink_login.rs"]
mod weblink_login;

/// Suites that PostgreSQL has no part in.
const ELSEWHERE: [&str; 3] = ["binding_check_faults.rs", "readme.rs", "sqlite_file.rs"];

#[test]
fn no_suite_is_forgotten() {
    let own = include_str!("mod.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".rs") && !ELSEWHERE.contains(&name.as_str()) {
            assert!(own.contains(&format!("#[path = \"../../{name}\"]")), "{name} is not listed");
        }
    }
}
