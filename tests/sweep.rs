//! Bad input, swept over the whole function table: each pointer NULL, each handle stale or
//! misused, each length wrong. Whatever comes, it is a status and not a crash.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::result_large_err,
    reason = "a test that finds something else than it expects shall end"
)]
mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::api::{self, ClientOptions, FUNCTIONS, Function, Plain, api};
use common::client::{Client, Setup, User};
use common::object::Query;
use common::{folder, host};

const BUFFER: usize = 4096;

/// One world at a time: a handle that is one bit off must not be another test's.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Valid arguments for any function: living handles, and memory that outlives the call.
struct World {
    client: Client,
    request: u64,
    user: User,
    object: User,
    query: Query,
    setup: Setup,
    options: ClientOptions,
    /// Zeroed memory for structs in and out, and for texts out.
    blocks: Vec<Vec<u64>>,
    text: Vec<u8>,
}

impl World {
    fn new(folder: &std::path::Path) -> Self {
        let setup = Setup::hosted(folder);
        let client = setup.open();
        let (login, user) = host::log_in(&client, "a", "t");
        let options = setup.options();
        // Long enough that every length a test claims and the library believes is readable.
        let mut text = vec![b'k'; (1 << 20) + 2];
        text.push(0);
        let object = client.without_data("Score", "k").expect("an object");
        let query = client.query("Score");
        Self {
            client,
            request: login,
            user,
            object,
            query,
            setup,
            options,
            blocks: Vec::new(),
            text,
        }
    }

    /// A block that begins with the size of a struct, which the type's name gives.
    fn block(&mut self, size: usize) -> u64 {
        let mut block = vec![0_u64; BUFFER / 8];
        block[0] = size as u64;
        let place = block.as_mut_ptr().expose_provenance() as u64;
        self.blocks.push(block);
        place
    }

    /// What belongs at a parameter, and what must not come there.
    fn values(&mut self, function: &Function, name: &str, kind: &str) -> (u64, Vec<Bad>) {
        let handle = |right: u64, wrong: [u64; 2]| {
            let odd = [0, 1, u64::MAX, right ^ (1 << 24), right ^ 1, right ^ (1 << 56)];
            let bad: Vec<Bad> = odd.into_iter().chain(wrong).map(Bad::refused).collect();
            (right, bad)
        };
        let (client, request, user) = (self.client.0, self.request, self.user.0);
        let (object, query) = (self.object.0, self.query.0);
        match (name, kind) {
            // 0 stands for the whole library there, and for the current user.
            ("client", "u64") => {
                let (right, mut bad) = handle(client, [request, user]);
                if function.name == "tdsauth_client_stats" {
                    bad.retain(|bad| bad.word != 0);
                }
                (right, bad)
            }
            ("request", "u64") => {
                let (right, mut bad) = handle(request, [client, user]);
                if function.name == "tdsauth_wait" {
                    bad.retain(|bad| bad.word != 0);
                }
                (right, bad)
            }
            ("object" | "target" | "parent", "u64") => handle(object, [client, query]),
            ("query" | "other", "u64") => handle(query, [client, object]),
            ("objects" | "parts", "*const u64") => {
                let of = if name == "objects" { object } else { query };
                let (right, stale) = (self.block(0), self.block(0));
                let last = self.blocks.len() - 1;
                self.blocks[last - 1][0] = of;
                self.blocks[last][0] = of ^ (1 << 24);
                (right, vec![Bad::refused(0), Bad::refused(stale)])
            }
            ("user", "u64") => {
                let (right, mut bad) = handle(user, [client, request]);
                bad.retain(|bad| bad.word != 0);
                (right, bad)
            }
            ("user_data" | "id", "u64") => (0, [1, u64::MAX].map(Bad::harmless).to_vec()),
            ("timeout_ms", "u32") => (1, vec![Bad::harmless(0)]),
            ("index", "u32") => (0, [1, u32::MAX.into()].map(Bad::harmless).to_vec()),
            ("field" | "state", "i32") => {
                let odd = [0, -1_i64 as u64, 99, i32::MAX as u64, i32::MIN as u64];
                // A field of an exchange that is over is not looked at.
                let bad = if function.name == "tdsauth_http_get" {
                    odd.map(Bad::harmless)
                } else {
                    odd.map(Bad::refused)
                };
                (1, bad.to_vec())
            }
            ("rights", "i32") => (1, [4, u64::MAX].map(Bad::refused).to_vec()),
            ("descending" | "yes", "i32") => (1, [2, u64::MAX].map(Bad::refused).to_vec()),
            ("number", "u32") => (1, [0, u32::MAX.into()].map(Bad::harmless).to_vec()),
            ("value" | "unix_ms", "i32" | "i64" | "f64") => {
                (1, [0, u64::MAX, 1 << 63].map(Bad::harmless).to_vec())
            }
            ("status", "i32") => (0, vec![Bad::harmless(u64::MAX), Bad::harmless(1 << 31)]),
            ("cap", "usize") => {
                let odd = [isize::MAX as u64 + 1, u64::MAX].map(Bad::refused);
                let small = [0, 1, 2].map(Bad::harmless);
                (BUFFER as u64, odd.into_iter().chain(small).collect())
            }
            (_, "usize") => {
                let odd = [isize::MAX as u64 + 1, u64::MAX - 1, 1 << 40, 1 << 20];
                let fine = [0, 1, u64::MAX].map(Bad::harmless);
                (1, odd.map(Bad::refused).into_iter().chain(fine).collect())
            }
            (_, "*const c_char") => {
                let text = self.text.as_ptr().expose_provenance() as u64;
                // NULL with the valid length, which is 1.
                (text, vec![Bad::refused(0)])
            }
            ("buf", _) => (self.block(0), vec![Bad::refused(0)]),
            ("needed" | "abandoned", _) => (self.block(0), vec![Bad::harmless(0)]),
            ("error", _) => (self.block(256), vec![Bad::harmless(0)]),
            ("options", "*const ClientOptions") => {
                self.options = self.setup.options();
                ((&raw const self.options).expose_provenance() as u64, vec![Bad::refused(0)])
            }
            ("options", _) => (self.block(size_named(kind)), vec![Bad::harmless(0)]),
            _ => (self.block(size_named(kind)), vec![Bad::refused(0)]),
        }
    }
}

#[derive(Clone, Copy)]
struct Bad {
    word: u64,
    /// Whether the call must fail; otherwise it only must not crash.
    refused: bool,
}

impl Bad {
    fn refused(word: u64) -> Self {
        Self { word, refused: true }
    }
    fn harmless(word: u64) -> Self {
        Self { word, refused: false }
    }
}

/// The size of the struct that a parameter's type names; 0 for a plain value.
fn size_named(kind: &str) -> usize {
    let name = kind.rsplit(' ').next().unwrap_or_default();
    match name {
        "ClientOptions" => size_of::<api::ClientOptions>(),
        "RequestOptions" => size_of::<api::RequestOptions>(),
        "LogoutOptions" => size_of::<api::LogoutOptions>(),
        "AuthDataOptions" => size_of::<api::AuthDataOptions>(),
        "SaveOptions" => size_of::<api::SaveOptions>(),
        "BindingOptions" => size_of::<api::BindingOptions>(),
        "BindingInfo" => size_of::<api::BindingInfo>(),
        "FetchOptions" => size_of::<api::FetchOptions>(),
        "TapTapLoginOptions" => size_of::<api::TapTapLoginOptions>(),
        "Event" => size_of::<api::Event>(),
        "Stats" => size_of::<api::Stats>(),
        "Error" => size_of::<api::Error>(),
        "MacInput" => size_of::<api::MacInput>(),
        "HttpRequest" => size_of::<api::HttpRequest>(),
        "HttpResponse" => size_of::<api::HttpResponse>(),
        _ => 0,
    }
}

/// Calls `function` with everything right.
fn call(function: &Function) -> i32 {
    let folder = folder();
    let mut world = World::new(folder.path());
    let mut words: Vec<u64> = Vec::new();
    for (name, kind) in function.parameters {
        words.push(world.values(function, name, kind).0);
    }
    (function.call)(api(), &words) as i32
}

/// The bad values of one parameter, with handles of the world they are used in.
fn sweep(function: &Function, position: usize) -> usize {
    let (name, kind) = function.parameters[position];
    let count = {
        let folder = folder();
        World::new(folder.path()).values(function, name, kind).1.len()
    };
    for n in 0..count {
        let folder = folder();
        let mut world = World::new(folder.path());
        let mut words: Vec<u64> = Vec::new();
        let mut bad = Bad::harmless(0);
        for (index, (name, kind)) in function.parameters.iter().enumerate() {
            let (right, odd) = world.values(function, name, kind);
            if index == position {
                bad = odd[n];
                words.push(bad.word);
            } else {
                words.push(right);
            }
        }
        let status = (function.call)(api(), &words) as i32;
        let told = format!("{} with {name} = {:#x}: {status}", function.name, bad.word);
        assert_ne!(status, api::PANIC, "{told}");
        assert!(!bad.refused || status < 0, "{told}");
        let event = &mut api::Event::init();
        let alive = api().tdsauth_poll(world.client.0, event);
        assert!(alive >= 0 || alive == api::INVALID_HANDLE, "the client suffered: {told}");
    }
    count
}

#[test]
fn every_function_survives_every_bad_argument() {
    let _alone = alone();
    let mut calls = 0;
    for function in FUNCTIONS {
        for position in 0..function.parameters.len() {
            calls += sweep(function, position);
        }
    }
    assert!(calls > 300, "only {calls} calls");
}

#[test]
fn every_function_survives_nothing_but_nulls() {
    let _alone = alone();
    for function in FUNCTIONS {
        let status = (function.call)(api(), &[0; 16]) as i32;
        let harmless = ["tdsauth_abi_version", "tdsauth_status_name"].contains(&function.name);
        assert!(harmless || status < 0, "{}: {status}", function.name);
    }
}

/// Guards the sweep itself: with nothing wrong, nothing is refused for its arguments.
#[test]
fn every_function_takes_the_arguments_that_the_sweep_holds_for_right() {
    let _alone = alone();
    for function in FUNCTIONS {
        let status = call(function);
        let refusals = [api::INVALID_HANDLE, api::INVALID_UTF8, api::UNSUPPORTED_FIELD];
        assert!(!refusals.contains(&status), "{}: {status}", function.name);
        // These need more than the sweep gives them.
        let demanding = [
            "tdsauth_http_complete",
            "tdsauth_login_with_auth_data",
            "tdsauth_user_associate_auth_data",
            "tdsauth_object_set_json",
            "tdsauth_object_add",
            "tdsauth_object_add_unique",
            "tdsauth_object_remove",
            "tdsauth_object_parse",
            "tdsauth_query_where",
            "tdsauth_query_where_query",
            "tdsauth_mac_header",
            "tdsauth_mac_verify",
            "tdsauth_taptap_renew_qr",
            "tdsauth_taptap_import_token",
            "tdsauth_taptap_mac_header",
            "tdsauth_binding_redirect_uri",
            "tdsauth_binding_redirect",
            "tdsauth_binding_begin",
            "tdsauth_binding_confirm",
        ];
        let fine = demanding.contains(&function.name) || status != api::INVALID_ARGUMENT;
        assert!(fine, "{}: {status}", function.name);
    }
}
