//! Contract rows 3, 5, 11 and 12: players of any platform, several at once, joined by a unionid,
//! linked and unlinked, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::thread;

use common::{Answer, Server, guest};
use serde_json::{Value, json};

const BAD: &str = "Invalid authData.";
const TAKEN: &str = "A unique field was given a value that is already taken.";
const UNKNOWN: &str = "Invalid authData. The platform is not configured.";

/// A server that believes whatever players of these say, as the recorded one did.
fn server() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

fn login(server: &Server, auth_data: &Value) -> Answer {
    server.post("/1.1/users", &json!({ "authData": auth_data }))
}

fn put(server: &Server, account: &Answer, query: &str, body: &Value) -> Answer {
    let path = format!("/1.1/classes/_User/{}{query}", account.text("objectId"));
    server.ask("PUT", &path, Some(account.text("sessionToken")), body)
}

fn link(server: &Server, account: &Answer, auth_data: &Value) -> Answer {
    put(server, account, "", &json!({ "authData": auth_data }))
}

/// The account's `authData` as its owner sees it now.
#[track_caller]
fn auth_data(server: &Server, account: &Answer) -> Value {
    let me = server.get("/1.1/users/me", Some(account.text("sessionToken")));
    assert_eq!(me.text("objectId"), account.text("objectId"));
    me.json["authData"].clone()
}

fn same(one: &Answer, other: &Answer) -> bool {
    one.text("objectId") == other.text("objectId")
}

#[test]
fn row_3_a_known_login_refreshes_the_map_and_is_a_later_update() {
    let server = server();
    for path in ["/1.1/users?", "/1.1/classes/_User?fetchWhenSave=false"] {
        let body = |token: &str| json!({ "authData": { "corp": { "uid": path, "token": token } } });
        let made = server.post(path, &body("one"));
        assert_eq!((made.status, made.text("createdAt")), (201, made.text("updatedAt")));
        let location = format!("/1.1/classes/_User/{}", made.text("objectId"));
        assert_eq!(made.header("location"), Some(location.as_str()));
        let again = server.post(path, &body("two"));
        assert_eq!((again.status, again.header("location")), (200, None));
        assert_eq!(again.json["authData"], body("two")["authData"]);
        assert_eq!(again.text("sessionToken"), made.text("sessionToken"));
        assert!(again.text("updatedAt") > made.text("updatedAt"));
        assert_eq!(again.text("createdAt"), made.text("createdAt"));
    }
}

#[test]
fn row_3_several_platforms_make_one_account_and_find_it() {
    let server = server();
    let both = json!({ "corp": { "uid": "c" }, "weixin": { "openid": "w" } });
    let made = login(&server, &both);
    assert_eq!((made.status, &made.json["authData"]), (201, &both));
    for alone in [json!({ "corp": { "uid": "c" } }), json!({ "weixin": { "openid": "w" } })] {
        let again = login(&server, &alone);
        assert_eq!((again.status, same(&again, &made)), (200, true));
        assert_eq!(again.json["authData"], both, "the others stay");
    }
    // One that is known brings the other to its account.
    let more = login(&server, &json!({ "corp": { "uid": "c" }, "qq": { "openid": "q" } }));
    assert_eq!((more.status, same(&more, &made)), (200, true));
    assert!(same(&login(&server, &json!({ "qq": { "openid": "q" } })), &made));
    // Those of two accounts open neither.
    let other = login(&server, &json!({ "weibo": { "uid": "b" } }));
    let of_two = json!({ "weibo": { "uid": "b" }, "corp": { "uid": "c" } });
    login(&server, &of_two).is_error(400, 137, TAKEN);
    assert_eq!(auth_data(&server, &other), json!({ "weibo": { "uid": "b" } }));
    // A guest who is a player as well is none.
    let with_guest = json!({ "anonymous": { "id": "g" }, "corp": { "uid": "c" } });
    login(&server, &with_guest).is_error(400, 252, UNKNOWN);
}

fn of_union(openid: &str, unionid: &str, main: &Value) -> Value {
    json!({ "openid": openid, "platform": "weixin", "unionid": unionid, "main_account": main })
}

#[test]
fn row_5_a_unionid_joins_the_platforms_of_one_person() {
    let server = server();
    for (i, main) in [json!(true), json!("true")].iter().enumerate() {
        let (unionid, game) =
            (format!("union {i}"), of_union(&format!("o {i}"), &format!("union {i}"), main));
        let made = login(&server, &json!({ "weixin_game": game }));
        assert_eq!(made.status, 201);
        let entry = json!({ "uid": unionid });
        let both = json!({ "weixin_game": game, "_weixin_unionid": entry });
        assert_eq!(made.json["authData"], both);
        let mini = of_union(&format!("m {i}"), &unionid, &json!(false));
        let joined = login(&server, &json!({ "weixin_mini": mini }));
        assert_eq!((joined.status, same(&joined, &made)), (200, true));
        assert_eq!(joined.text("sessionToken"), made.text("sessionToken"));
        let all = json!({ "weixin_game": game, "_weixin_unionid": entry, "weixin_mini": mini });
        assert_eq!(joined.json["authData"], all);
        // Without a unionid too from now on.
        let openid = json!({ "weixin_mini": { "openid": format!("m {i}") } });
        assert!(same(&login(&server, &openid), &made));
        // failOnNotExist finds by it as well.
        let path = "/1.1/users?failOnNotExist=true";
        let third = of_union(&format!("t {i}"), &unionid, &json!(false));
        let found = server.post(path, &json!({ "authData": { "third": third } }));
        assert_eq!((found.status, same(&found, &made)), (200, true));
    }
}

#[test]
fn row_5_who_is_no_main_account_is_not_joined() {
    let server = server();
    let made = login(&server, &json!({ "one": of_union("1", "u", &json!(false)) }));
    assert_eq!((made.status, &made.json["authData"]["_weixin_unionid"]), (201, &Value::Null));
    let other = login(&server, &json!({ "two": of_union("2", "u", &json!(false)) }));
    assert_eq!((other.status, same(&other, &made)), (201, false));
    // The first that says so is the main account, also by a later login.
    let main = login(&server, &json!({ "two": of_union("2", "u", &json!(true)) }));
    assert_eq!(main.json["authData"]["_weixin_unionid"], json!({ "uid": "u" }));
    let third = login(&server, &json!({ "three": of_union("3", "u", &json!(false)) }));
    assert!(same(&third, &other));
    // The own identity goes before what joins.
    let first = login(&server, &json!({ "one": of_union("1", "u", &json!(true)) }));
    assert_eq!((first.status, same(&first, &made)), (200, true));
    assert_eq!(first.json["authData"]["_weixin_unionid"], Value::Null, "it is another's");
    // Two people's unionids open neither's account.
    login(&server, &json!({ "a": of_union("a", "v", &json!(true)) }));
    let both = json!({
        "x": of_union("x", "u", &json!(false)), "y": of_union("y", "v", &json!(false)),
    });
    login(&server, &both).is_error(400, 137, TAKEN);
}

#[test]
fn row_5_a_link_brings_the_unionid_and_unlinking_takes_it() {
    let server = server();
    let made = server.guest("me");
    let map = of_union("o", "u", &json!(true));
    assert_eq!(link(&server, &made, &json!({ "weixin": map })).status, 200);
    let entry = json!({ "uid": "u" });
    assert_eq!(auth_data(&server, &made), json!({ "weixin": map, "_weixin_unionid": entry }));
    assert!(same(&login(&server, &json!({ "mini": of_union("m", "u", &json!(false)) })), &made));
    // Another account cannot become the main one, and is not joined by a link.
    let other = server.guest("other");
    let main = of_union("p", "u", &json!(true));
    link(&server, &other, &json!({ "weixin": main })).is_error(400, 137, TAKEN);
    let plain = json!({ "weixin": of_union("p", "u", &json!(false)) });
    assert_eq!(link(&server, &other, &plain).status, 200);
    assert_eq!(auth_data(&server, &other), plain);
    // A platform that did not bring it leaves it, the one that did takes it along.
    link(&server, &made, &json!({ "mini": null }));
    assert_eq!(auth_data(&server, &made)["_weixin_unionid"], entry);
    link(&server, &made, &json!({ "weixin": null }));
    assert_eq!(auth_data(&server, &made), Value::Null);
    let free = login(&server, &json!({ "new": of_union("n", "u", &json!(true)) }));
    assert_eq!(free.status, 201);
}

#[test]
fn row_11_a_guest_becomes_a_player_of_any_platform() {
    let server = server();
    let forms = [
        (json!({ "authData": { "corp": { "uid": "0" } } }), "0"),
        (json!({ "authData.corp": { "uid": "1" } }), "1"),
        // As some official clients send it: all they know.
        (json!({ "authData": { "anonymous": { "id": "guest 2" }, "corp": { "uid": "2" } } }), "2"),
    ];
    for (i, (body, uid)) in forms.iter().enumerate() {
        let made = server.guest(&format!("guest {i}"));
        let linked = put(&server, &made, "?new=true", body);
        assert_eq!(linked.status, 200, "{}", linked.json);
        assert_eq!(linked.names(), ["authData", "objectId", "updatedAt"]);
        let corp = json!({ "corp": { "uid": uid } });
        assert_eq!(linked.json["authData"], corp, "the guest is gone");
        assert_eq!(auth_data(&server, &made), corp);
        assert!(same(&login(&server, &corp), &made));
        let guest = server.guest(&format!("guest {i}"));
        assert_eq!((guest.status, same(&guest, &made)), (201, false));
        // What the client still remembers of the guest does no harm, nor does all of it.
        let whole = json!({ "anonymous": { "id": "x" }, "corp": { "uid": uid } });
        let more = json!({ "anonymous": { "id": "x" }, "weixin": { "openid": uid }, "corp": { "uid": uid } });
        for again in [&whole, &more, &json!({ "anonymous": { "id": "x" } })] {
            assert_eq!(link(&server, &made, again).status, 200);
        }
        assert_eq!(
            auth_data(&server, &made),
            json!({ "corp": { "uid": uid }, "weixin": { "openid": uid } })
        );
        assert!(!same(&server.guest("x"), &made));
    }
    // Another guest's id is no second way into an account.
    let made = server.guest("me");
    let answer = link(&server, &made, &json!({ "anonymous": { "id": "another" } }));
    answer.is_error(400, 252, UNKNOWN);
    assert_eq!(link(&server, &made, &guest("me")["authData"]).status, 200, "it is this guest");
    assert_eq!(auth_data(&server, &made), made.json["authData"]);
}

#[test]
fn row_11_one_that_is_taken_undoes_the_whole_save() {
    let server = server();
    let owner = login(&server, &json!({ "corp": { "uid": "c" } }));
    let made = login(&server, &json!({ "weixin": { "openid": "w" } }));
    let before = server.get("/1.1/users/me", Some(made.text("sessionToken")));
    let body = json!({
        "nickname": "x",
        "authData": { "corp": { "uid": "c" }, "qq": { "openid": "q" }, "weixin": null },
    });
    put(&server, &made, "", &body).is_error(400, 137, TAKEN);
    let now = server.get("/1.1/users/me", Some(made.text("sessionToken")));
    assert_eq!(now.json, before.json);
    assert_eq!(auth_data(&server, &owner), json!({ "corp": { "uid": "c" } }));
    assert_eq!(login(&server, &json!({ "qq": { "openid": "q" } })).status, 201);
}

#[test]
fn row_12_unlinking_takes_that_platform_alone_and_the_last_one_may_go() {
    let server = server();
    let all = json!({ "a": { "uid": "a" }, "b": { "uid": "b" }, "c": { "uid": "c" }, "d": { "uid": "d" } });
    let made = login(&server, &all);
    let forms = [
        (json!({ "authData.a": { "__op": "Delete" } }), vec!["b", "c", "d"]),
        (json!({ "authData": { "b": null } }), vec!["c", "d"]),
        (json!({ "authData": { "c": { "__op": "Delete" }, "d": { "uid": "d" } } }), vec!["d"]),
        (json!({ "authData": { "d": { "uid": "d" }, "none": null } }), vec!["d"]),
        (json!({ "authData.d": null }), vec![]),
    ];
    for (body, left) in forms {
        let answer = put(&server, &made, "?fetchWhenSave=true", &body);
        assert_eq!(answer.status, 200, "{}", answer.json);
        let names: Vec<_> = answer.json["authData"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, left, "{body}");
    }
    // It lives by its session, and what it was is free.
    assert_eq!(auth_data(&server, &made), Value::Null);
    let new = login(&server, &json!({ "a": { "uid": "a" } }));
    assert_eq!((new.status, same(&new, &made)), (201, false));
    let twice = json!({ "authData": { "a": { "uid": "z" } }, "authData.a": { "__op": "Delete" } });
    put(&server, &made, "", &twice).is_error(400, 251, BAD);
    // And it can be linked anew.
    assert_eq!(link(&server, &made, &json!({ "b": { "uid": "b" } })).status, 200);
    assert!(same(&login(&server, &json!({ "b": { "uid": "b" } })), &made));
}

#[test]
fn row_12_what_is_stored_of_the_others_may_be_sent_back_though_it_proves_nothing() {
    let taptap = common::taptap::start();
    let own = common::taptap::beside(&taptap, &["--platform", "corp=unverified"]);
    let token = common::taptap::token(&taptap, "lin", "public_profile");
    let sent = common::taptap::nine(&taptap, &token);
    let made = login(&own, &json!({ "taptap": sent }));
    let stored = made.json["authData"]["taptap"].clone();
    assert_ne!(stored, sent, "no token is stored");
    let whole = json!({ "taptap": stored, "corp": { "uid": "c" } });
    assert_eq!(link(&own, &made, &whole).status, 200);
    assert_eq!(auth_data(&own, &made), whole);
    let gone = json!({ "taptap": stored, "corp": null });
    assert_eq!(link(&own, &made, &gone).status, 200);
    assert_eq!(auth_data(&own, &made), json!({ "taptap": stored }));
    assert_eq!(link(&own, &made, &json!({ "taptap": stored })).status, 200);
    // It is no proof of who one is not yet.
    let other = own.guest("other");
    link(&own, &other, &json!({ "taptap": stored })).is_error(400, 251, BAD);
}

#[test]
fn hostile_logins_make_nobody() {
    let server = server();
    let wrong = [
        json!(null),
        json!(1),
        json!(true),
        json!("x"),
        json!([]),
        json!([{}]),
        json!({}),
        json!({ "uid": null }),
        json!({ "uid": 1 }),
        json!({ "uid": {} }),
        json!({ "uid": "" }),
        json!({ "uid": "x".repeat(1025) }),
        json!({ "uid": "a\nb" }),
        json!({ "id": "x" }),
        json!({ "uid": "x", "unionid": 7 }),
        json!({ "uid": "x", "unionid": "u".repeat(1025) }),
    ];
    for map in &wrong {
        for body in [
            json!({ "authData": { "corp": map } }),
            json!({ "authData": { "corp": { "uid": "good" }, "more": map } }),
        ] {
            let answer = server.post("/1.1/users", &body);
            let code = answer.json["code"].as_u64().unwrap();
            assert!((250..=252).contains(&code) && answer.status == 400, "{body} {}", answer.json);
        }
    }
    for name in ["", "_weixin_unionid", "a b", "a.b", "__op", "\u{1f600}", &"x".repeat(65)] {
        let answer = login(&server, &json!({ name: { "uid": "good" } }));
        answer.is_error(400, 252, UNKNOWN);
    }
    let many: serde_json::Map<_, _> =
        (0..10_000).map(|i| (format!("k{i}"), json!({ "uid": "good" }))).collect();
    login(&server, &many.into()).is_error(400, 251, BAD);
    for (name, value) in [("nickname", json!(1)), ("avatar", json!({})), ("nickname", json!(null))]
    {
        let mut body = json!({ "authData": { "corp": { "uid": "good" } } });
        body[name] = value;
        assert_eq!(server.post("/1.1/users", &body).json["code"], json!(111));
    }
    let path = "/1.1/users?failOnNotExist=true";
    let good = json!({ "authData": { "corp": { "uid": "good" } } });
    server.post(path, &good).is_error(400, 211, "Could not find user.");
}

/// All at once.
fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let all: Vec<_> = (0..count).map(|i| scope.spawn(move || work(i))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn row_3_sixty_four_first_logins_make_one_account() {
    let server = server();
    let map = |i: usize| match i % 2 {
        0 => json!({ "corp": { "uid": "c" } }),
        _ => json!({ "corp": { "uid": "c" }, "weixin": { "openid": "w" } }),
    };
    let answers = at_once(64, |i| login(&server, &map(i)));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| same(answer, &answers[0])));
    assert!(same(&login(&server, &json!({ "weixin": { "openid": "w" } })), &answers[0]));
    // Nor do those of one unionid make two main accounts.
    let main = |i: usize| json!({ format!("p{i}"): of_union("o", "u", &json!(true)) });
    let answers = at_once(64, |i| login(&server, &main(i)));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| same(answer, &answers[0])));
    assert_eq!(auth_data(&server, &answers[0]).as_object().unwrap().len(), 65);
}

#[test]
fn row_11_sixty_four_links_have_one_winner_also_while_it_unlinks() {
    let server = server();
    let accounts: Vec<_> = (0..64).map(|i| server.guest(&format!("guest {i}"))).collect();
    let corp = json!({ "corp": { "uid": "c" } });
    let answers = at_once(64, |i| link(&server, &accounts[i], &corp));
    let winners: Vec<_> = (0..64).filter(|i| answers[*i].status == 200).collect();
    assert_eq!(winners.len(), 1);
    let owner = &accounts[winners[0]];
    assert!(same(&login(&server, &corp), owner));
    for i in (0..64).filter(|i| *i != winners[0]) {
        answers[i].is_error(400, 137, TAKEN);
        assert_eq!(auth_data(&server, &accounts[i]), accounts[i].json["authData"]);
    }
    // Links and unlinks of one account: whatever comes last, the rows agree with each other.
    at_once(64, |i| match i % 2 {
        0 => link(&server, owner, &corp),
        _ => link(&server, owner, &json!({ "corp": null })),
    })
    .iter()
    .for_each(|answer| assert_eq!(answer.status, 200, "{}", answer.json));
    let left = auth_data(&server, owner);
    let login = server.post("/1.1/users?failOnNotExist=true", &json!({ "authData": corp }));
    match left {
        Value::Null => login.is_error(400, 211, "Could not find user."),
        left => assert_eq!((left, same(&login, owner)), (corp, true)),
    }
}
