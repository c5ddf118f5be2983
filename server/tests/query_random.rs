//! Random objects and random queries: the database and a plain model in memory find the same, in
//! the same order. As this runs on each database, all of them agree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_possible_wrap)]

mod common;
#[path = "query/model.rs"]
mod model;
#[path = "query/random.rs"]
mod random;

use common::Server;
use model::{Object, World};
use random::Random;
use serde_json::{Value, json};

/// Another may be given in the environment.
const SEED: u64 = 20_260_101;

const OTHERS: usize = 12;
const THINGS: usize = 90;
const QUERIES: usize = 300;

fn made(server: &Server, class: &str, fields: &Object) -> Object {
    let path = format!("/1.1/classes/{class}");
    let answer = server.master("POST", &path, &Value::Object(fields.clone()));
    assert_eq!(answer.status, 201, "{fields:?}: {}", answer.json);
    let mut object = fields.clone();
    object.insert("objectId".into(), answer.json["objectId"].clone());
    let created = json!({ "__type": "Date", "iso": answer.json["createdAt"] });
    object.insert("createdAt".into(), created);
    object
}

fn id(object: &Object) -> &str {
    object["objectId"].as_str().unwrap()
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[test]
fn the_database_finds_what_the_model_finds() {
    let seed = number("TDSAUTH_TEST_SEED", SEED);
    let queries = number("TDSAUTH_TEST_QUERIES", QUERIES as u64);
    println!("seed {seed}: TDSAUTH_TEST_SEED={seed} does it again");
    let mut random = Random::new(seed);
    let server = Server::in_memory();
    // Every key has its type from the start.
    let keys = ["s", "n", "b", "d", "a", "o", "p", "g"];
    let all = |random: &mut Random, ids: &[String]| -> Object {
        keys.into_iter().map(|key| (key.to_owned(), random.of_key(key, ids))).collect()
    };
    let mut others = vec![made(&server, "Other", &all(&mut random, &[]))];
    for _ in 1..OTHERS {
        others.push(made(&server, "Other", &random.fields(&[])));
    }
    let ids: Vec<_> = others.iter().map(|object| id(object).to_owned()).collect();
    let mut things = vec![made(&server, "Thing", &all(&mut random, &ids))];
    for _ in 1..THINGS {
        things.push(made(&server, "Thing", &random.fields(&ids)));
    }
    let mut world = World { things, others };
    world.things.sort_by(|one, other| id(one).cmp(id(other)));
    world.others.sort_by(|one, other| id(one).cmp(id(other)));

    random.pool = [world.things.clone(), world.others.clone()].concat();

    let (mut some, mut empty) = (0, 0);
    for _ in 0..queries {
        let (filter, order) = (random.filter(2, &ids), random.order());
        let (limit, skip) = match random.chance(3) {
            true => (random.below(20), random.below(10)),
            false => (1000, 0),
        };
        let text = filter.to_string();
        let (limits, skips) = (limit.to_string(), skip.to_string());
        let mut path = form_urlencoded::Serializer::new("/1.1/classes/Thing?".to_owned());
        path.extend_pairs([("where", text.as_str()), ("order", &order)]);
        path.extend_pairs([("limit", limits.as_str()), ("skip", &skips)]);
        let path = path.finish();
        // PostgreSQL is asked in one statement where nothing is counted, and not looked into.
        let plain = server.master("GET", &path, &Value::Null);
        let answer = server.master("GET", &format!("{path}&count=1"), &Value::Null);
        let told = format!("seed {seed}: where={filter} order={order} limit={limit} skip={skip}");
        assert_eq!(answer.status, 200, "{told}: {}", answer.json);
        let expected = world.find("Thing", &filter, &order);
        let results = answer.json["results"].as_array().unwrap();
        let found: Vec<_> = results.iter().map(|row| row["objectId"].as_str().unwrap()).collect();
        let wanted: Vec<_> =
            expected.iter().skip(skip).take(limit).map(|object| id(object)).collect();
        assert_eq!(found, wanted, "{told}");
        assert_eq!(answer.json["count"], expected.len(), "{told}");
        assert_eq!(plain.json["results"], answer.json["results"], "{told}");
        if expected.is_empty() || expected.len() == THINGS { empty += 1 } else { some += 1 }
    }
    println!("{some} queries told objects apart, {empty} did not");
    assert!(some * 2 > empty, "{some} queries told objects apart, {empty} did not");
}
