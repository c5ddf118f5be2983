//! The commands of this repository: `cargo xtask demo | test | bench | dist | docs | header |
//! sdk`.

use std::process::ExitCode;

mod account_story;
mod bench;
mod binding_story;
mod browser;
mod cargo_test;
mod classes;
mod consumer;
mod coreclr;
mod counts;
mod csharp;
mod csharp_suite;
mod demo;
mod dependencies;
mod desktop;
mod dist;
mod drawn;
mod engines;
mod fetched;
mod fuzz;
mod game;
mod gates;
mod header;
mod html;
mod line;
mod lua;
mod mono_aot;
mod native_suite;
mod need;
mod pages;
mod person;
mod process;
mod reference;
mod sdk;
mod server;
mod standin;
mod story;
mod suite;
mod talker;
mod tap;
mod taptap_caller;
mod taptap_story;
mod test;
mod unity;
mod unity_suite;
mod unreal;
mod wheel;
mod witness;
mod workspace;

const HELP: &str = "\
cargo xtask demo                           tell two players' stories from C, C++ and C#
cargo xtask bench [library|server]         measure what has bars; fails when one is missed
cargo xtask dist [--accept-sizes] [target …]
                                           build the library as it ships, for each system, and pack it
    --accept-sizes  write the sizes into the table that they are held to
cargo xtask docs                           make the reference of each language from its sources
cargo xtask header [--check]               write the files that are made from the code
    --check         only compare them
cargo xtask sdk FOLDER                     lay out the library as it ships, for CMake and pkg-config
cargo xtask test [--long] [--only WORDS]   run every test in every language
    --long          what takes long, too
    --only WORDS    the steps whose heading contains WORDS
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match command(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; whether it went well.
fn command(words: &[&str]) -> Result<bool, String> {
    match words {
        ["test", options @ ..] => {
            let (long, only) = test_options(options)?;
            Ok(test::run(&workspace::Workspace::find(long)?, only))
        }
        ["demo"] => demo::run(&workspace::Workspace::find(false)?).map(|()| true),
        ["bench", part @ ..] => {
            let part = match part {
                [] => bench::Part::All,
                ["library"] => bench::Part::Library,
                ["server"] => bench::Part::Server,
                _ => return Err(HELP.to_owned()),
            };
            bench::run(&workspace::Workspace::find(false)?, part)
        }
        ["dist", options @ ..] => {
            let (accept, names) = match options {
                ["--accept-sizes", names @ ..] => (true, names),
                names => (false, names),
            };
            if names.iter().any(|name| name.starts_with('-')) {
                return Err(HELP.to_owned());
            }
            dist::run(&workspace::Workspace::find(false)?, names, accept)
        }
        ["docs"] => reference::write(&workspace::Workspace::find(false)?),
        ["header"] => {
            for changed in header::write(&workspace::Workspace::find(false)?)? {
                println!("written: {changed}");
            }
            Ok(true)
        }
        ["header", "--check"] => {
            let counts = header::check(&workspace::Workspace::find(false)?)?;
            Ok(counts.failed.is_empty())
        }
        ["sdk", folder] => {
            let sdk = sdk::build(&workspace::Workspace::find(false)?, folder.as_ref())?;
            println!("CMAKE_PREFIX_PATH={}", sdk.prefix.display());
            Ok(true)
        }
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(true)
        }
        _ => Err(HELP.to_owned()),
    }
}

fn test_options<'a>(mut options: &[&'a str]) -> Result<(bool, Option<&'a str>), String> {
    let (mut long, mut only) = (false, None);
    loop {
        options = match options {
            [] => return Ok((long, only)),
            ["--long", rest @ ..] => {
                long = true;
                rest
            }
            ["--only", words, rest @ ..] => {
                only = Some(*words);
                rest
            }
            _ => return Err(HELP.to_owned()),
        };
    }
}
