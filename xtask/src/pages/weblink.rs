//! The page for the web link, which TapTap opens and which leads back to TapTap. There it ends:
//! this run's browser reaches nobody but this run's servers.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::visit::Visit;
use super::words::{
    AGREE, ALLOW, ASKS, BOUND_TITLE, BY_PASSWORD, BY_TAPTAP, DENIED, FOREIGN, GONE, LOG_IN_FIRST,
    NO_ACCOUNT, NO_ROLES, OTHER_ACCOUNT, REFUSE, REFUSED_BINDING, START_AGAIN, WRONG_PASSWORD,
    YOUR_ACCOUNT,
};
use crate::browser::chromium::{Language, keys};
use crate::server::Server;
use crate::standin::StandIn;

/// The page as TapTap opens it, and where it leads back to.
const OPENED: &str = "/binding?redirect_uri=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind\
                      %3Fapp_id%3D123456%26from%3Dsetting";
const BACK: &str = "https://www.taptap.cn/game-record/bind?app_id=123456&from=setting&code=";
/// Who logs in by name.
const NAMES: [&str; 2] = ["mia", "without-roles"];
const PASSWORD: &str = "correct horse";

/// A server that binds roles, and on it the accounts that the walks are about.
pub(super) fn server(program: &Path, folder: &Path) -> Result<Server, String> {
    let secrets = folder.join("binding-secrets");
    std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&secrets)
        .and_then(|mut file| file.write_all(b"server-secret-of-the-pages"))
        .map_err(|error| format!("{}: {error}", secrets.display()))?;
    let secrets = secrets.to_str().ok_or("the folder's name is no text")?;
    let options = ["--binding-secrets", secrets, "--binding-page-passwords"];
    let server = Server::start_with(program, folder, "127.0.0.1:0", &options)?;
    let stand_in = StandIn::of(&server);
    stand_in.script(&json!({ "interval": 0 }))?;
    for (player, roles) in [("lin", 3), ("alex", 0)] {
        let auth = stand_in.auth_data(&server.taptap_client_id, player)?;
        let body = json!({ "authData": { "taptap": auth } });
        give(&server, &server.ask("/1.1/users", &body)?, roles)?;
    }
    for (name, roles) in [(NAMES[0], 1), (NAMES[1], 0)] {
        let body = json!({ "username": name, "password": PASSWORD, "nickname": name });
        give(&server, &server.ask("/1.1/users", &body)?, roles)?;
    }
    Ok(server)
}

/// Gives an account the first so many of three roles.
fn give(server: &Server, account: &Value, many: usize) -> Result<(), String> {
    let account = account.get("objectId").and_then(Value::as_str).ok_or("no account")?;
    let roles = [
        json!({ "nickname": "晨星", "level": "50", "profession": "法师", "zone": "天空岛" }),
        json!({ "nickname": "Nightfall", "level": "7", "display_role_id": "10023" }),
        json!({ "nickname": "一个名字相当长、在手机上需要换行的角色" }),
    ];
    let roles: Vec<_> = roles
        .into_iter()
        .take(many)
        .enumerate()
        .map(|(at, mut role)| {
            if let Some(role) = role.as_object_mut() {
                role.insert("role_id".to_owned(), json!(format!("{account}-{at}")));
                role.insert("account".to_owned(), json!(account));
            }
            role
        })
        .collect();
    server.order("/tdsauth/v1/roles", &json!({ "roles": roles })).map(drop)
}

/// What of the roles is in no language of the page's.
const ROLES: [&str; 5] =
    ["晨星", "法师", "天空岛", "Nightfall", "一个名字相当长、在手机上需要换行的角色"];

/// The player logs in with TapTap and agrees.
pub(super) fn agree(visit: &Visit<'_>) -> Result<(), String> {
    open(visit)?;
    visit.look("weblink", "login", &[])?;
    through_taptap(visit, "林小满")?;
    for role in ROLES {
        visit.browser.wait_for(role)?;
    }
    let account = account(visit)?;
    visit.look("weblink", "consent", &[&ROLES[..], &[&account]].concat())?;
    let question = visit.browser.address()?;
    if question.contains('?') {
        return Err(format!("something is left in {question}"));
    }
    visit.press(AGREE)?;
    let back = visit.browser.wait_for_address(BACK)?;
    let code = back.strip_prefix(BACK).unwrap_or_default();
    if code.len() != 32 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(format!("no code is in {back}"));
    }
    // What a browser says about a host that is not there is not the page's.
    visit.browser.complaints()?;
    visit.browser.open(&question)?;
    visit.read(GONE)?;
    visit.look("weblink", "gone", &[])
}

/// The player does not agree.
pub(super) fn refuse(visit: &Visit<'_>) -> Result<(), String> {
    open(visit)?;
    through_taptap(visit, "林小满")?;
    visit.tab_through()?;
    visit.press(REFUSE)?;
    visit.read(REFUSED_BINDING)?;
    visit.look("weblink", "refused", &[])
}

/// The player logs in by name, with the keyboard alone and a wrong password at first.
pub(super) fn by_password(visit: &Visit<'_>) -> Result<(), String> {
    open(visit)?;
    visit.tab_through()?;
    open(visit)?;
    // Past both languages and TapTap's button.
    let tab = keys::TAB;
    let typed = |password: &str| {
        let name = NAMES.first().copied().unwrap_or_default();
        [tab, tab, tab, tab, name, tab, password, tab, keys::ENTER].concat()
    };
    visit.browser.type_keys(&typed("another"))?;
    visit.read(WRONG_PASSWORD)?;
    visit.look("weblink", "wrong-password", &[])?;
    open(visit)?;
    visit.browser.type_keys(&typed(PASSWORD))?;
    visit.read(YOUR_ACCOUNT)?;
    visit.press(AGREE)?;
    visit.browser.wait_for_address(BACK)?;
    visit.browser.complaints().map(drop)
}

/// The player has no account in the game, or none with roles, or does not let TapTap tell.
pub(super) fn nothing_to_bind(visit: &Visit<'_>) -> Result<(), String> {
    open(visit)?;
    through_taptap_to(visit, "梅 Mei")?;
    visit.read(NO_ACCOUNT)?;
    visit.look("weblink", "no-account", &[])?;
    visit.press(START_AGAIN)?;
    through_taptap(visit, "Alex Carter")?;
    visit.read(NO_ROLES)?;
    let account = account(visit)?;
    visit.look("weblink", "no-roles", &[&account])?;
    visit.press(OTHER_ACCOUNT)?;
    visit.press(BY_TAPTAP)?;
    visit.press(REFUSE)?;
    visit.read(DENIED)?;
    visit.look("weblink", "denied", &[])
}

/// The page is opened by somebody else than TapTap.
pub(super) fn foreign(visit: &Visit<'_>) -> Result<(), String> {
    visit.open("/binding?redirect_uri=https%3A%2F%2Fevil.example%2Fgame-record%2Fbind")?;
    visit.read(FOREIGN)?;
    visit.look("weblink", "foreign", &[])
}

/// The player reads another language than the browser says, from the beginning to the end.
pub(super) fn other_language(visit: &Visit<'_>) -> Result<(), String> {
    open(visit)?;
    let other = visit.language().pick(Language::Chinese, Language::English);
    visit.browser.press(other.pick("English", "简体中文"))?;
    visit.browser.press(BY_TAPTAP.of(other))?;
    visit.read(ASKS)?;
    visit.browser.press("林小满")?;
    visit.press(ALLOW)?;
    visit.browser.wait_for(YOUR_ACCOUNT.of(other))?;
    visit.browser.press(REFUSE.of(other))?;
    visit.browser.wait_for(REFUSED_BINDING.of(other))
}

fn open(visit: &Visit<'_>) -> Result<(), String> {
    visit.open(OPENED)?;
    for words in [BOUND_TITLE, LOG_IN_FIRST, BY_TAPTAP, BY_PASSWORD] {
        visit.read(words)?;
    }
    Ok(())
}

/// Logs in at TapTap, which leads back to the question.
fn through_taptap(visit: &Visit<'_>, player: &str) -> Result<(), String> {
    through_taptap_to(visit, player)?;
    visit.read(YOUR_ACCOUNT)
}

fn through_taptap_to(visit: &Visit<'_>, player: &str) -> Result<(), String> {
    visit.press(BY_TAPTAP)?;
    visit.read(ASKS)?;
    visit.browser.press(player)?;
    visit.press(ALLOW)
}

/// The account's id, as the page shows it.
fn account(visit: &Visit<'_>) -> Result<String, String> {
    const ID: &str = "return document.getElementById('account').innerText.match(/[0-9a-f]{24}/)[0]";
    let id = visit.browser.script(ID, &json!([]))?;
    id.as_str().map(str::to_owned).ok_or_else(|| "the page shows no account".into())
}
