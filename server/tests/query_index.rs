//! Indexes that the operator makes, and that queries use.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::database::{order, refused, sql};
use common::query::{find, made, to, values};
use common::{Server, data, on_postgres};
use serde_json::{Value, json};

/// Twenty thousand objects, of which few are like another.
fn fill(server: &Server, folder: &Path) {
    let date = json!({ "__type": "Date", "iso": "2026-01-01T00:00:00.000Z" });
    let body = json!({ "name": "n0", "level": 0, "day": date, "owner": to("Owner", "x"), "on": true, "tags": [] });
    made(server, "Player", &body);
    let statement = if on_postgres() {
        "INSERT INTO objects SELECT class, object_id || i, created_at + i, updated_at + i, acl, \
         public_read, data || jsonb_build_object('name', 'n' || i, 'level', i) \
         FROM objects, generate_series(1, 20000) i RETURNING ''"
    } else {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
         INSERT INTO objects SELECT class, object_id || i, created_at + i, updated_at + i, acl, \
         public_read, json_set(data, '$.name', 'n' || i, '$.level', i) FROM objects, n RETURNING ''"
    };
    sql(folder, statement);
}

#[test]
fn queries_use_the_indexes_that_are_made() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    fill(&server, &folder);
    let plan = |filter: &Value, by: &str| {
        let filter = filter.to_string();
        order(&folder, &["index", "explain", "Player", "--where", &filter, "--order", by])
    };
    let sorts = |plan: &str| plan.contains("TEMP B-TREE") || plan.contains("Sort");
    let uses = |filter: &Value, by: &str| {
        let plan = plan(filter, by);
        plan.contains("class_index_")
    };
    let asked = [
        (json!({ "name": "n77" }), ""),
        (json!({ "name": { "$in": ["n77", "n78"] } }), ""),
        (json!({ "name": { "$regex": "^n777" } }), ""),
        (json!({ "level": 77 }), ""),
        (json!({ "level": { "$gt": 19_990 } }), ""),
        (json!({ "level": { "$in": [5, 7.5] } }), ""),
        (json!({}), "level"),
        (json!({}), "-level"),
        (json!({}), "name"),
        (json!({}), "-updatedAt"),
        (json!({ "owner": to("Owner", "y") }), ""),
        (json!({ "day": { "$gt": { "__type": "Date", "iso": "2026-01-01T00:00:00.000Z" } } }), ""),
    ];
    for (filter, by) in &asked {
        assert!(!uses(filter, by), "{filter} {by}");
    }
    let before: Vec<_> = asked
        .iter()
        .map(|(filter, by)| {
            find(&server, "Player", &[("where", &filter.to_string()), ("order", by)]).json
        })
        .collect();
    for key in ["name", "level", "owner", "day", "updatedAt"] {
        assert_eq!(order(&folder, &["index", "add", &format!("Player.{key}")]), "");
    }
    for ((filter, by), before) in asked.iter().zip(before) {
        let plan = plan(filter, by);
        assert!(plan.contains("class_index_"), "{filter} {by}:\n{plan}");
        assert!(by.is_empty() || !sorts(&plan), "{filter} {by}:\n{plan}");
        let after = find(&server, "Player", &[("where", &filter.to_string()), ("order", by)]);
        assert_eq!(after.json, before, "{filter} {by}");
    }
    // The newest need no index of the operator's.
    for by in ["createdAt", "-createdAt", "", "-objectId"] {
        let plan = plan(&json!({}), by);
        assert!(!sorts(&plan) && !plan.contains("class_index_"), "{by}: {plan}");
    }
    let list = "Player.day\nPlayer.level\nPlayer.name\nPlayer.owner\nPlayer.updatedAt\n";
    assert_eq!(order(&folder, &["index", "list"]), list);
    order(&folder, &["index", "remove", "Player.level"]);
    assert!(!uses(&json!({ "level": 77 }), ""));
    let found = find(&server, "Player", &[("where", r#"{"level":77}"#)]);
    assert_eq!(values(&found, "name"), ["n77"]);
    for (words, text) in [
        (["add", "Player.name"], "nothing is to be done"),
        (["add", "Player.createdAt"], "nothing is to be done"),
        (["remove", "Player.level"], "nothing is to be done"),
        (["add", "Player.never"], "no such key"),
        (["add", "Player.tags"], "of this type"),
        (["add", "Never.name"], "no such class"),
        (["add", "_User.nickname"], "of this type"),
        (["add", "Player"], "CLASS.KEY"),
    ] {
        let said = refused(&folder, &["index", words[0], words[1]]);
        assert!(said.contains(text), "{words:?}: {said}");
    }
}
