//! `tdsauth-server`: the account service a game's players log in to.
//!
//! It answers the published LeanCloud REST contract under `/1.1`, keeps everything in one SQLite
//! file and needs nothing else, unless a PostgreSQL database is named for several servers to share.
//! `tdsauth-server --data DIR` makes the folder, the keys and the database when they are missing,
//! and prints one JSON line on standard output when it is ready.
//!
//! Rooms: `http` speaks HTTP and knows no SQL, `storage` knows SQL and no HTTP, `accounts` knows
//! what a sign-in and a user are, `binding` what a role is and what TapTap asks about it,
//! `binding_check` asks any server the same, `push` tells TapTap of roles, `verify` asks the
//! platforms who a player is, `policy` holds every decision an operator may want otherwise, `pages`
//! is what all pages for people have in common, `dev` plays TapTap on a developer's machine and does
//! not exist without `--dev`.

mod accounts;
mod args;
mod binding;
mod binding_check;
mod clock;
mod credentials;
mod dev;
mod hashing;
mod http;
mod identity_token;
mod ids;
mod keys;
mod objects;
mod operator;
mod pages;
mod policy;
mod private_file;
mod problem;
mod push;
mod query;
mod revoke;
mod seal;
mod start;
mod storage;
mod verify;

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match start::run(args::CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("tdsauth-server: {cause}");
            ExitCode::FAILURE
        }
    }
}
