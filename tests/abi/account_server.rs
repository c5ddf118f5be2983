//! The whole account against the real server: what a game is told, and what is true there.

#![cfg(feature = "tls")]

use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::api::{self, AuthDataOptions, Event, Plain, SaveOptions};
use crate::common::client::{Client, Setup, User, accepted, take_object};
use crate::common::memory_folder as folder;
use crate::common::server::{self, Owned};
use crate::common::taptap::text;

/// A server of production's rules that believes what is said of players of these two platforms.
fn server() -> &'static Owned {
    static SERVER: OnceLock<Owned> = OnceLock::new();
    SERVER.get_or_init(|| {
        server::own_with(&["--platform", "weixin=unverified", "--platform", "lc_apple=unverified"])
    })
}

/// Another app on another server, which believes everything, as the real service does.
fn other_app() -> &'static Owned {
    static SERVER: OnceLock<Owned> = OnceLock::new();
    SERVER.get_or_init(|| server::own_with(&["--policy", "leancloud"]))
}

fn device(folder: &Path) -> Client {
    Setup::new(&server().server, folder).open()
}

fn weixin(openid: &str) -> String {
    format!(r#"{{"openid":"{openid}","access_token":"at"}}"#)
}

fn fields(json: &str) -> AuthDataOptions {
    AuthDataOptions {
        fields_json: json.as_ptr().cast(),
        fields_json_len: json.len(),
        ..AuthDataOptions::init()
    }
}

impl Client {
    fn by(&self, platform: &str, json: &str, options: Option<&AuthDataOptions>) -> Event {
        self.finish(accepted(self.try_login_with_auth_data(platform, json, options)))
    }

    /// The same, for a player who has an account.
    fn known_by(&self, platform: &str, json: &str) -> Event {
        let known = AuthDataOptions { fail_on_not_exist: 1, ..AuthDataOptions::init() };
        self.by(platform, json, Some(&known))
    }

    fn me(&self) -> User {
        self.current_user().expect("somebody is logged in")
    }

    fn save(&self, user: &User, options: Option<&SaveOptions>) -> Event {
        self.finish(accepted(self.try_save(user.0, options)))
    }

    /// A guest login; gives whether the account is new, and the guest's id.
    fn guest_id(&self) -> (bool, Value) {
        let request = self.login_anonymously();
        let made = self.succeed(request).value == 1;
        let user = take_object(request, 0).expect("the user");
        (made, user.json(Some("authData")).expect("authData")["anonymous"]["id"].clone())
    }
}

#[test]
fn a_player_of_a_platform_is_new_once_and_known_after() {
    let folders = [folder(), folder()];
    let [here, there] = [0, 1].map(|n| device(folders[n].path()));
    let data = weixin("new-once");
    assert_eq!(here.known_by("weixin", &data).status, api::USER_NOT_FOUND);
    let event = here.by("nobodys", &data, None);
    assert_eq!((event.status, event.server_code), (api::INVALID_AUTH_DATA, 252));
    let event = here.by("weixin", &data, Some(&fields(r#"{"level":1}"#)));
    assert_eq!((event.status, event.server_code), (api::FORBIDDEN, 403));
    assert!(here.current_user().is_none());
    assert_eq!(here.known_by("weixin", &data).status, api::USER_NOT_FOUND, "none was made");

    let event = here.by("weixin", &data, Some(&fields(r#"{"nickname":"Mei"}"#)));
    assert_eq!((event.status, event.value), (api::OK, 1));
    assert_eq!(here.me().str("nickname").as_deref(), Ok("Mei"));
    let event = there.by("weixin", &data, Some(&fields(r#"{"nickname":"Lin"}"#)));
    assert_eq!((event.status, event.value), (api::OK, 0));
    assert_eq!(there.me().id(), here.me().id());
    assert_eq!(there.me().str("nickname").as_deref(), Ok("Mei"), "only for one who is new");
}

#[test]
fn a_unionid_joins_what_two_games_know_of_one_player() {
    let folders = [folder(), folder(), folder()];
    let open = |n: usize| Setup::new(&other_app().server, folders[n].path()).open();
    let unionid = |main_account| AuthDataOptions {
        main_account,
        unionid: "union".as_ptr().cast(),
        unionid_len: "union".len(),
        ..AuthDataOptions::init()
    };
    let [game, mini, alone] = [0, 1, 2].map(open);
    assert_eq!(game.by("wx_game", &weixin("g"), Some(&unionid(1))).value, 1);
    let joined = mini.by("wx_mini", &weixin("m"), Some(&unionid(0)));
    assert_eq!((joined.status, joined.value), (api::OK, 0));
    assert_eq!(mini.me().id(), game.me().id());
    assert_eq!(alone.by("wx_mini", &weixin("other"), None).value, 1, "without it a stranger");
}

#[test]
fn a_guest_that_is_linked_is_a_guest_no_longer() {
    let folders = [folder(), folder()];
    let [here, there] = [0, 1].map(|n| device(folders[n].path()));
    let data = weixin("linked");
    let (_, guest_id) = here.guest_id();
    let id = here.me().id();
    here.succeed(here.associate("weixin", &data));
    assert_eq!((here.me().id(), here.me().platforms()), (id.clone(), vec!["weixin".to_owned()]));
    assert_eq!(there.known_by("weixin", &data).status, api::OK);
    assert_eq!((there.me().id(), there.me().platforms()), (id.clone(), here.me().platforms()));

    here.succeed(here.logout(false));
    let (made, next_id) = here.guest_id();
    assert!(made && next_id != guest_id, "another guest, by another identity");
    let taken = here.associate("weixin", &data);
    let event = here.finish(taken);
    assert_eq!((event.status, event.server_code), (api::ALREADY_ASSOCIATED, 137));
    assert_eq!(text(taken, api::REQUEST_PLATFORM).as_deref(), Ok("weixin"));
    assert_eq!(here.me().platforms(), ["anonymous"]);

    there.succeed(there.associate("lc_apple", r#"{"uid":"linked"}"#));
    let unlinked = accepted(there.try_disassociate(0, "weixin"));
    assert_eq!(there.succeed(unlinked).value, 0, "another one is left");
    let unlinked = accepted(there.try_disassociate(0, "lc_apple"));
    assert_eq!(there.succeed(unlinked).value, 1, "that was the last");
    assert_eq!(there.succeed(there.is_authenticated(0)).value, 1, "the session goes on");
    for (platform, data) in [("weixin", &*data), ("lc_apple", r#"{"uid":"linked"}"#)] {
        assert_eq!(here.known_by(platform, data).status, api::USER_NOT_FOUND, "{platform}");
    }
}

#[test]
fn a_profile_is_saved_field_by_field_and_seen_elsewhere() {
    let folders = [folder(), folder()];
    let [here, there] = [0, 1].map(|n| device(folders[n].path()));
    let data = weixin("profile");
    assert_eq!(
        (here.by("weixin", &data, None).value, there.by("weixin", &data, None).value),
        (1, 0)
    );
    let (mine, theirs) = (here.me(), there.me());
    theirs.set_str("avatar", "a");
    assert_eq!(there.save(&theirs, None).status, api::OK);
    mine.set_str("nickname", "Mei");
    assert_eq!(here.save(&mine, None).status, api::OK);
    mine.set_str("nickname", "Lin");
    let whole = SaveOptions { fetch_when_save: 1, ..SaveOptions::init() };
    assert_eq!(here.save(&mine, Some(&whole)).status, api::OK);
    assert_eq!(mine.str("avatar"), Err(api::NONE), "what it touched comes back, nothing else");
    here.succeed(accepted(here.try_fetch(mine.0, None)));
    assert_eq!(mine.str("avatar").as_deref(), Ok("a"));
    assert_eq!(theirs.str("nickname"), Err(api::NONE));
    there.succeed(accepted(there.try_fetch(theirs.0, None)));
    assert_eq!(theirs.str("nickname").as_deref(), Ok("Lin"));
    assert_eq!(device(folders[1].path()).me().str("nickname").as_deref(), Ok("Lin"), "on disk");

    for (json, status) in [
        (r#"{"nickname":"Mei"}"#, api::CONDITION_FAILED),
        (r#"{"nickname":"Lin"}"#, api::OK),
        (r#"{"nickname":"Lin"}"#, api::CONDITION_FAILED),
    ] {
        mine.set_str("nickname", "Bo");
        let only_if = SaveOptions {
            where_json: json.as_ptr().cast(),
            where_json_len: json.len(),
            ..SaveOptions::init()
        };
        assert_eq!(here.save(&mine, Some(&only_if)).status, status, "{json}");
        assert_eq!(mine.is_dirty(Some("nickname")), status != api::OK, "{json}");
    }
    mine.set_str("level", "1");
    let event = here.save(&mine, None);
    assert_eq!((event.status, event.server_code), (api::FORBIDDEN, 403));
    assert!(mine.is_dirty(Some("level")), "nothing that was set is lost");
    there.succeed(accepted(there.try_fetch(theirs.0, None)));
    assert_eq!(theirs.str("level"), Err(api::NONE));
}

#[test]
fn a_token_that_is_no_good_here_changes_nothing() {
    let folders = [folder(), folder()];
    let here = device(folders[0].path());
    let id = here.guest().id();
    let dead = here.me().token();
    here.succeed(here.refresh_session_token(0));
    let token = here.me().token();
    let foreign = Setup::new(&other_app().server, folders[1].path()).open().guest().token();
    for bad in [dead, foreign] {
        assert_eq!(here.finish(here.login_with_session_token(&bad)).status, api::SESSION_OVER);
        assert_eq!((here.me().id(), here.me().token()), (id.clone(), token.clone()));
        assert_eq!(here.succeed(here.is_authenticated(0)).value, 1);
    }
    assert_eq!(device(folders[0].path()).me().token(), token, "nor on disk");
}

#[test]
fn a_session_that_ended_elsewhere_is_told_by_the_next_call_and_to_the_whole_game() {
    let folders = [folder(), folder()];
    let [here, there] = [0, 1].map(|n| device(folders[n].path()));
    let user = here.guest();
    there.succeed(there.login_with_session_token(&user.token()));
    there.succeed(there.refresh_session_token(0));
    user.set_str("nickname", "Mei");
    let event = here.save(&user, None);
    assert_eq!((event.status, event.server_code), (api::SESSION_OVER, 206));
    assert_eq!(event.flags, api::FLAG_SESSION_OVER | api::FLAG_NEEDS_PLAYER);
    let told = here.next_event();
    assert_eq!((told.kind, told.request), (api::EVENT_SESSION_OVER, 0));
    assert_eq!(told.status, api::SESSION_OVER);
    assert_eq!((here.me().id(), here.me().str("nickname")), (user.id(), Ok("Mei".to_owned())));
    assert!(user.is_dirty(None));
}

#[test]
fn a_deleted_account_is_gone_everywhere_and_its_guest_is_another_player() {
    let folders = [folder(), folder()];
    let [here, there] = [0, 1].map(|n| device(folders[n].path()));
    let (_, guest_id) = here.guest_id();
    let token = here.me().token();
    there.succeed(there.login_with_session_token(&token));
    here.succeed(here.delete_user(0));
    assert!(here.current_user().is_none());
    assert_eq!(there.succeed(there.is_authenticated(0)).value, 0);
    let back = here.login_with_session_token(&token);
    assert_eq!(here.finish(back).status, api::SESSION_OVER);
    let (made, next_id) = here.guest_id();
    assert!(made && next_id != guest_id);

    // The guest of this folder is not who is deleted now.
    assert_eq!(here.by("weixin", &weixin("deleted"), None).value, 1);
    here.succeed(here.delete_user(0));
    assert_eq!(here.known_by("weixin", &weixin("deleted")).status, api::USER_NOT_FOUND);
    assert_eq!(here.guest_id(), (false, next_id));
}

#[test]
fn who_is_banned_hears_it_at_the_next_save_and_login_and_is_back_after() {
    let folder = folder();
    let client = device(folder.path());
    let user = client.guest();
    server().order(&["users", "ban", &user.id()]);
    user.set_str("nickname", "Mei");
    assert_eq!(client.save(&user, None).status, api::SESSION_OVER);
    let event = client.finish(client.login_anonymously());
    assert_eq!((event.status, event.server_code), (api::FORBIDDEN, 403));
    assert_eq!(client.me().id(), user.id(), "who it was stays readable");
    server().order(&["users", "unban", &user.id()]);
    assert_eq!(client.save(&user, None).status, api::OK, "the same session");
    assert!(!client.guest_id().0, "the same guest");
}
