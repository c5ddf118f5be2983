//! The server beside parse-server, the best known server of its kind, on one PostgreSQL, and beside
//! what PostgreSQL itself can do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use callers::{CALLERS, Call, Ran, Service, THREADS};
use private_postgres::Instance;
use serde_json::{Value, json};

use super::{Bar, Figure, usage};
use crate::server::Server;
use crate::talker::Talker;
use crate::workspace::Workspace;
use crate::{fetched, process};

const FETCH: Duration = Duration::from_secs(600);
const WARM: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);
/// How often each work is measured beside its peers, and how long each time. A machine may be half
/// as fast a few seconds later: only what was measured at once can be compared.
const ROUNDS: u64 = 15;
const ROUND: Duration = Duration::from_secs(1);
/// Objects of the class that is asked.
const ROWS: u64 = 1_000_000;
/// Objects that one query finds.
const FOUND: u64 = 10;

/// One thing that games do.
struct Work {
    name: [&'static str; 2],
    call: fn(u64) -> Call,
    /// The statement that the server sends for it, as a script of pgbench.
    script: fn(&Place) -> String,
}

/// Where the server's tables are.
struct Place<'a> {
    postgres: &'a Instance,
    database: &'a str,
    class: String,
}

const WORKS: [Work; 4] = [
    Work {
        name: [
            "guest logins against parse-server: processor time",
            "guest logins: of what pgbench does",
        ],
        call: |n| {
            let id = format!("guest-{n}-{:x}", salt(n));
            let body = format!(r#"{{"authData":{{"anonymous":{{"id":"{id}"}}}}}}"#);
            Call { method: "POST", path: "/users".into(), body }
        },
        script: |_| {
            "\\set n random(1, 9000000000000000000)\n\
             WITH made AS (INSERT INTO users (id, created_at, updated_at, username, token_lookup, \
             token_sealed, fields) SELECT md5(CAST(:n AS TEXT)), 1, 1, md5(CAST(:n AS TEXT)), \
             md5(CAST(:n AS TEXT)), '', '{}' WHERE NOT EXISTS (SELECT FROM identities WHERE \
             platform = 'anonymous' AND value = md5(CAST(:n AS TEXT)))) \
             INSERT INTO identities (platform, value, user_id, data) SELECT 'anonymous', \
             md5(CAST(:n AS TEXT)), md5(CAST(:n AS TEXT)), '' WHERE NOT EXISTS (SELECT FROM \
             identities WHERE platform = 'anonymous' AND value = md5(CAST(:n AS TEXT)));\n"
                .into()
        },
    },
    Work {
        name: [
            "object creates against parse-server: processor time",
            "object creates: of what pgbench does",
        ],
        call: |n| {
            let body = format!(r#"{{"level":{},"name":"player {n}"}}"#, n % 100);
            Call { method: "POST", path: "/classes/Made".into(), body }
        },
        script: |place| {
            format!(
                "\\set n random(1, 9000000000000000000)\n\
                 INSERT INTO objects (class, object_id, created_at, updated_at, public_read, data) \
                 SELECT {0}, md5(CAST(:n AS TEXT)), 1, 1, TRUE, \
                 '{{\"level\": 7, \"name\": \"player 7\"}}' \
                 WHERE (SELECT version FROM classes WHERE id = {0}) IS NOT NULL;\n",
                place.class
            )
        },
    },
    Work {
        name: [
            "gets by id against parse-server: processor time",
            "gets by id: of what pgbench does",
        ],
        call: |n| {
            let path = format!("/classes/Score/{}", object_id(salt(n) % ROWS));
            Call { method: "GET", path, body: String::new() }
        },
        script: |place| {
            format!(
                "\\set n random(0, {0})\n\
                 SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
                 CAST(data AS TEXT) AS data FROM objects WHERE class = {1} AND object_id = \
                 lpad(to_hex(CAST(:n AS BIGINT)), 24, '0') AND \
                 (SELECT version FROM classes WHERE id = {1}) IS NOT NULL;\n",
                ROWS - 1,
                place.class
            )
        },
    },
    Work {
        name: [
            "queries by an indexed key against parse-server: processor time",
            "queries by an indexed key: of what pgbench does",
        ],
        call: |n| asked(salt(n) % (ROWS / FOUND)),
        // As the server asks; `index explain` shows that it does, and the version comes with it.
        script: |place| {
            format!(
                "\\set n random(0, {0})\n\
                 SELECT o.object_id, o.created_at, o.updated_at, CAST(o.data AS TEXT) AS data, \
                 (SELECT version FROM classes WHERE id = {1}) AS \
                 version FROM objects o WHERE ((o.class = {1} AND \
                 o.public_read) AND (CASE WHEN jsonb_typeof((o.data -> 'level')) = 'number' THEN \
                 CAST(((o.data -> 'level') #>> '{{}}') AS numeric) END) = CAST(:n AS numeric)) \
                 ORDER BY o.object_id ASC LIMIT 100;\n",
                ROWS / FOUND - 1,
                place.class
            )
        },
    },
];

/// What was measured, and a table of how a query's time grows.
pub(super) fn figures(
    workspace: &Workspace,
    folder: &Path,
) -> Result<(Vec<Figure>, String), String> {
    let built = workspace.build("tdsauth-server", &["--release", "--bin", "tdsauth-server"])?;
    let program = built.file("tdsauth-server")?.to_owned();
    let postgres = private_postgres::shared();
    let database = postgres.database();
    let server = Server::deployed(
        &program,
        folder,
        &["--policy", "leancloud", "--log", "error", "--database-url", &database],
    )?;
    let ours = Service {
        address: address(server.address())?,
        headers: format!("X-LC-Id: {}\r\nX-LC-Key: {}\r\n", server.app_id, server.app_key),
    };
    let (parse, theirs) = parse_server(workspace, postgres)?;

    let class = prepared(&ours, &theirs, postgres, &database, parse.database())?;
    add_index(&program, folder, &database)?;
    let growth = growth(&ours, postgres, &database, &class)?;
    fill_parse(postgres, parse.database())?;

    let place = Place { postgres, database: &database, class };
    let mut figures = Vec::new();
    for work in &WORKS {
        let script = (work.script)(&place);
        let mut rounds = Vec::new();
        for number in 0..ROUNDS {
            rounds.push(Round {
                our: measured(&ours, "/1.1", server.id(), work, number)?,
                most: pgbench(&place, folder, &script)?,
                their: measured(&theirs, "/parse", parse.talker.id(), work, number)?,
            });
        }
        let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
        let [against, share] = work.name;
        figures.push(Figure {
            name: against,
            value: of(|round| round.our.cost / round.their.cost),
            unit: "x",
            from: format!(
                "{:.0} us / {:.0} us",
                of(|round| round.our.cost * 1e6),
                of(|round| round.their.cost * 1e6)
            ),
            bar: Bar::AtMost(0.1),
        });
        figures.push(Figure {
            name: share,
            value: of(|round| round.our.rate / round.most),
            unit: "x",
            from: format!(
                "{:.0} /s of {:.0} /s (parse-server: {:.0} /s)",
                of(|round| round.our.rate),
                of(|round| round.most),
                of(|round| round.their.rate)
            ),
            bar: Bar::AtLeast(0.5),
        });
    }
    let (our, their) = (usage::of(server.id())?.peak, usage::of(parse.talker.id())?.peak);
    figures.push(Figure {
        name: "memory against parse-server, at the peak",
        value: our as f64 / their as f64,
        unit: "x",
        from: format!("{:.1} MB / {:.1} MB", our as f64 / 1e6, their as f64 / 1e6),
        bar: Bar::AtMost(0.1),
    });
    server.stop()?;
    Ok((figures, growth))
}

/// What was measured one directly after the other.
struct Round {
    our: Cost,
    /// Transactions a second.
    most: f64,
    their: Cost,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Processor seconds of the service for one request, and requests a second.
struct Cost {
    cost: f64,
    rate: f64,
}

fn measured(
    service: &Service,
    base: &str,
    id: u32,
    work: &Work,
    round: u64,
) -> Result<Cost, String> {
    let call = |n| {
        // Different numbers in each round, so that no guest comes twice.
        let call = (work.call)(n + (round << 32));
        Call { path: format!("{base}{}", call.path), ..call }
    };
    let before = usage::of(id)?.seconds;
    let Ran { requests, seconds } = service.load(ROUND, &call)?;
    let used = usage::of(id)?.seconds - before;
    Ok(Cost { cost: used / requests as f64, rate: requests as f64 / seconds })
}

/// Numbers that look as if drawn, the same in each run.
fn salt(n: u64) -> u64 {
    let mixed = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8
}

fn object_id(n: u64) -> String {
    format!("{n:024x}")
}

fn asked(level: u64) -> Call {
    let path = format!("/classes/Score?where=%7B%22level%22%3A{level}%7D");
    Call { method: "GET", path, body: String::new() }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}

/// Makes the classes by the first object of each; the id of ours.
fn prepared(
    ours: &Service,
    theirs: &Service,
    postgres: &Instance,
    database: &str,
    their_database: &str,
) -> Result<String, String> {
    for (service, base) in [(ours, "/1.1"), (theirs, "/parse")] {
        for class in ["Score", "Made"] {
            let body = json!({"level": 0, "name": "first"}).to_string();
            service.once(&Call {
                method: "POST",
                path: format!("{base}/classes/{class}"),
                body,
            })?;
        }
    }
    postgres.sql(their_database, "CREATE INDEX ON \"Score\" (level)");
    Ok(postgres.sql(database, "SELECT id FROM classes WHERE name = 'Score'"))
}

fn add_index(program: &Path, folder: &Path, database: &str) -> Result<(), String> {
    let mut add = process::program(program);
    add.args(["index", "add", "Score.level", "--database-url", database, "--data"]).arg(folder);
    process::output(&mut add, FETCH).map(|_| ())
}

/// The time of one query while the class grows and what is found stays as much.
fn growth(
    ours: &Service,
    postgres: &Instance,
    database: &str,
    class: &str,
) -> Result<String, String> {
    let mut table = String::from("a query that finds 10 objects by an indexed key\n");
    let mut one = None;
    for rows in [ROWS / 100, ROWS / 10, ROWS] {
        postgres.sql(
            database,
            &format!(
                "DELETE FROM objects WHERE class = {class}; \
                 INSERT INTO objects (class, object_id, created_at, updated_at, public_read, data) \
                 SELECT {class}, lpad(to_hex(i), 24, '0'), 1, 1, TRUE, \
                 jsonb_build_object('level', i % {}, 'name', 'player ' || i) \
                 FROM generate_series(0, {}) i",
                rows / FOUND,
                rows - 1
            ),
        );
        postgres.sql(database, "VACUUM ANALYZE objects");
        let levels = rows / FOUND;
        let found = ours.once(&with_base(asked(0)))?;
        let found: Value = serde_json::from_slice(&found).map_err(|error| error.to_string())?;
        let count = found.get("results").and_then(Value::as_array).map_or(0, Vec::len);
        if count as u64 != FOUND {
            return Err(format!("{count} objects were found, not {FOUND}"));
        }
        ours.load(WARM, &|n| with_base(asked(salt(n) % levels)))?;
        let ran = ours.load(MEASURED, &|n| with_base(asked(salt(n) % levels)))?;
        let each = ran.seconds / ran.requests as f64 * 1e6;
        let first = *one.get_or_insert(each);
        table += &format!("{rows:>10} objects  {each:>8.0} us a query  {:>6.2} x\n", each / first);
    }
    Ok(table)
}

fn with_base(call: Call) -> Call {
    Call { path: format!("/1.1{}", call.path), ..call }
}

fn fill_parse(postgres: &Instance, database: &str) -> Result<(), String> {
    postgres.sql(
        database,
        &format!(
            "INSERT INTO \"Score\" (\"objectId\", \"createdAt\", \"updatedAt\", level, name) \
             SELECT lpad(to_hex(i), 24, '0'), now(), now(), i % {}, 'player ' || i \
             FROM generate_series(0, {}) i",
            ROWS / FOUND,
            ROWS - 1
        ),
    );
    postgres.sql(database, "VACUUM ANALYZE \"Score\"");
    Ok(())
}

/// parse-server, running.
struct Parse {
    talker: Talker,
    database: String,
}

impl Parse {
    fn database(&self) -> &str {
        &self.database
    }
}

fn parse_server(workspace: &Workspace, postgres: &Instance) -> Result<(Parse, Service), String> {
    let peer = workspace.root.join("benches/peers/parse_server");
    let kept = workspace.target.join("peers").join("parse_server");
    let [package, lock] = ["package.json", "package-lock.json"].map(|name| peer.join(name));
    fetched::by_locks(&kept, &[&package, &lock], |making| {
        println!("Fetching parse-server from npm, once …");
        let mut npm = process::program("npm");
        npm.current_dir(making).args(["ci", "--ignore-scripts", "--omit=optional"]);
        npm.args(["--no-audit", "--no-fund", "--no-update-notifier"]);
        process::output(&mut npm, FETCH).map(|_| ())
    })?;
    let url = postgres.database();
    let database = url.rsplit('/').next().unwrap_or_default();
    let mut node: Command = process::program("node");
    node.arg(peer.join("main.js")).arg(postgres.folder()).arg(database);
    node.env("NODE_PATH", kept.join("node_modules")).env("NODE_ENV", "production");
    // It writes logs where it stands.
    node.current_dir(&kept);
    // What it would like its users to change.
    node.stderr(std::process::Stdio::null());
    let mut talker = Talker::start(&mut node)?;
    let ready = loop {
        let line = talker.line()?;
        if let Ok(ready) = serde_json::from_str::<Value>(&line) {
            break ready;
        }
    };
    let port = ready.get("listening").and_then(Value::as_u64).ok_or("no port")?;
    let headers = "X-Parse-Application-Id: app\r\n".into();
    let service = Service { address: address(&format!("127.0.0.1:{port}"))?, headers };
    Ok((Parse { talker, database: url }, service))
}

/// Transactions a second that PostgreSQL makes of this script for as many clients.
fn pgbench(place: &Place, folder: &Path, script: &str) -> Result<f64, String> {
    let file: PathBuf = folder.join("script.sql");
    std::fs::write(&file, script).map_err(|error| error.to_string())?;
    let mut pgbench = place.postgres.pgbench(place.database);
    pgbench.args(["-n", "-M", "prepared", "-c", &CALLERS.to_string()]);
    pgbench.args(["-j", &THREADS.to_string(), "-T", &ROUND.as_secs().to_string()]);
    pgbench.arg("-f").arg(&file);
    let said = process::output(&mut pgbench, FETCH)?;
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = tps.and_then(|rest| rest.split(' ').next()?.parse().ok());
    tps.ok_or_else(|| format!("pgbench tells no tps:\n{said}"))
}
