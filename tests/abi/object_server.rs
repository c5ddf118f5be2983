//! Objects and queries against the real account server.

use serde_json::json;

use crate::common::api::{self, api};
use crate::common::client::{Client, Setup, User, accepted, take_object};
use crate::common::memory_folder as folder;
use crate::common::server::{Owned, own_with};

fn server() -> Owned {
    own_with(&["--policy", "leancloud"])
}

fn saved(client: &Client, object: &User) {
    client.succeed(client.submit_save(object));
}

fn found(client: &Client, request: u64) -> Vec<User> {
    let event = client.succeed(request);
    (0..event.objects).map(|at| take_object(request, at).expect("an object")).collect()
}

#[test]
fn an_object_lives_from_its_making_to_its_deletion() {
    let (server, folder) = (server(), folder());
    let client = Setup::new(&server.server, folder.path()).open();
    let user = client.guest();
    let (book, author) = (client.create("Book"), client.create("Author"));
    author.set_str("name", "塔拉");
    book.point("author", &author);
    book.point("owner", &user);
    book.relate("readers", &author);
    assert_eq!((book.increment("sold", 5), book.add_unique("tags", r#"["a","b"]"#)), (0, 0));
    book.set_json("n", &i64::MAX.to_string());
    saved(&client, &book);
    // By another handle, as another device would.
    let other = client.without_data("Book", &book.id()).expect("an object");
    client.succeed(accepted(client.try_fetch(other.0, None)));
    assert_eq!((other.i64("sold"), other.i64("n")), (Ok(5), Ok(i64::MAX)));
    assert_eq!(other.target("author").map(|author| author.id()), Ok(author.id()));
    assert_eq!((other.increment("sold", 2), other.add("tags", r#"["c"]"#)), (0, 0));
    saved(&client, &other);
    assert_eq!((book.increment("sold", 1), book.add("tags", r#"["d"]"#)), (0, 0));
    assert_eq!(book.remove("tags", r#"["a"]"#), api::OK);
    saved(&client, &book);
    client.succeed(accepted(client.try_fetch(book.0, None)));
    assert_eq!(book.i64("sold"), Ok(8), "nobody's addition is lost");
    assert_eq!(book.json(Some("tags")), Ok(json!(["b", "c", "d"])));
    client.succeed(accepted(client.try_delete(book.0)));
    let fetch = accepted(client.try_fetch(other.0, None));
    assert_eq!(client.finish(fetch).status, api::NOT_FOUND);
    other.set_str("name", "x");
    let save = client.submit_save(&other);
    assert_eq!(client.finish(save).status, api::NOT_FOUND);
}

#[test]
fn many_are_saved_at_once_and_found_again() {
    let (server, folder) = (server(), folder());
    let client = Setup::new(&server.server, folder.path()).open();
    let team = client.create("Team");
    team.set_str("name", "a");
    let scores: Vec<User> = (0..60).map(|_| client.create("Score")).collect();
    for (at, score) in scores.iter().enumerate() {
        score.set_json("points", &at.to_string());
        score.point("team", &team);
    }
    let save = client.save_all(&scores.iter().collect::<Vec<_>>());
    assert_eq!(client.succeed(save).value, 60);
    scores[0].set_json("points", "\"no number\"");
    scores[1].increment("points", 1000);
    let save = client.save_all(&[&scores[0], &scores[1]]);
    let event = client.finish(save);
    assert_eq!((event.value, event.status, event.server_code), (1, api::REJECTED, 111));
    let query = client.query("Score");
    query.and("points", "$gte", "50").and("points", "$lt", "100").order("points", true);
    assert_eq!(api().tdsauth_query_limit(query.0, 3), api::OK);
    let key = "team";
    api().tdsauth_query_include(query.0, key.as_ptr().cast(), key.len());
    let best = found(&client, client.find(&query));
    let points: Vec<_> = best.iter().map(|score| score.i64("points")).collect();
    assert_eq!(points, [Ok(59), Ok(58), Ok(57)]);
    let included = best[0].target("team").expect("the team");
    assert_eq!(included.str("name").as_deref(), Ok("a"));
    assert_eq!(client.succeed(client.count(&query)).value, 10);
    assert_eq!(found(&client, client.first(&query))[0].id(), best[0].id());
    let get = accepted(client.get(&query, &scores[7].id()));
    assert_eq!(found(&client, get)[0].i64("points"), Ok(7));
    let teams = client.query("Team");
    teams.and("name", "", "\"nobody\"");
    let lost = client.query("Score");
    let op = "$inQuery";
    let (op, len) = (op.as_ptr().cast(), op.len());
    api().tdsauth_query_where_query(lost.0, key.as_ptr().cast(), key.len(), op, len, teams.0);
    assert_eq!(found(&client, client.find(&lost)).len(), 0);
    // Too long for a URL.
    let ids: Vec<String> = scores.iter().map(User::id).cycle().take(300).collect();
    let long = client.query("Score");
    long.and("objectId", "$in", &serde_json::to_string(&ids).unwrap());
    assert_eq!(found(&client, client.find(&long)).len(), 60);
    let nowhere = client.query("Score");
    assert_eq!(nowhere.try_where("points", "$regex", "1"), api::OK);
    assert_eq!(client.finish(client.find(&nowhere)).status, api::REJECTED);
}

#[test]
fn a_relation_is_read_by_a_query_and_an_acl_keeps_others_out() {
    let (server, folders) = (server(), [folder(), folder()]);
    let [mine, theirs] =
        [0, 1].map(|n: usize| Setup::new(&server.server, folders[n].path()).open());
    let (user, _) = (mine.guest(), theirs.guest());
    let (post, one, two) = (mine.create("Post"), mine.create("Like"), mine.create("Like"));
    assert_eq!((post.relate("likes", &one), post.relate("likes", &two)), (0, 0));
    assert_eq!(post.set_acl(&user.id(), api::ACL_READ | api::ACL_WRITE), api::OK);
    saved(&mine, &post);
    post.unrelate("likes", &one);
    saved(&mine, &post);
    let likes = mine.query("Like");
    let key = "likes";
    let (key, len) = (key.as_ptr().cast(), key.len());
    assert_eq!(api().tdsauth_query_where_related_to(likes.0, post.0, key, len), api::OK);
    let left = found(&mine, mine.find(&likes));
    assert_eq!(left.iter().map(User::id).collect::<Vec<_>>(), [two.id()]);
    assert_eq!(found(&theirs, theirs.find(&theirs.query("Post"))).len(), 0);
    let seen = theirs.without_data("Post", &post.id()).expect("an object");
    let fetch = accepted(theirs.try_fetch(seen.0, None));
    assert_eq!(theirs.finish(fetch).status, api::FORBIDDEN);
    seen.set_str("text", "x");
    assert_eq!(theirs.finish(theirs.submit_save(&seen)).status, api::FORBIDDEN);
    saved(&mine, &post);
}
