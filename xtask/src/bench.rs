//! `cargo xtask bench`: the figures that have bars, measured as ratios in one run.

mod service;
mod usage;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::need::{self, Need};
use crate::process;
use crate::suite;
use crate::workspace::{Workspace, new_folder};

const NEEDS: &[&Need] =
    &[&need::GCC, &need::LIBC, &need::OPENSSL, &need::POSTGRESQL, &need::NODE, &need::NPM];
const LIMIT: Duration = Duration::from_secs(600);
const MEGABYTE: f64 = 1e6;
/// How often the signing rows are measured; a turn takes seconds.
const TURNS: usize = 9;

/// Median nanoseconds by the name of a row, as the measuring programs print them.
type Rows = BTreeMap<String, f64>;

/// One line of the table.
#[derive(Debug, PartialEq)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// What it was worked out from.
    from: String,
    bar: Bar,
}

/// What a figure is held to.
#[derive(Debug, PartialEq)]
enum Bar {
    AtLeast(f64),
    AtMost(f64),
    None,
}

impl Figure {
    fn holds(&self) -> bool {
        match self.bar {
            Bar::AtLeast(bar) => self.value >= bar,
            Bar::AtMost(bar) => self.value <= bar,
            Bar::None => true,
        }
    }

    fn line(&self) -> String {
        let bar = match self.bar {
            Bar::AtLeast(bar) => format!("at least {bar}"),
            Bar::AtMost(bar) => format!("at most {bar}"),
            Bar::None => String::from("-"),
        };
        let verdict = if self.holds() { "" } else { "  MISSED" };
        let Self { name, value, unit, from, .. } = self;
        format!("{name:<62}{value:>7.2} {unit:<3} {bar:<13} {from}{verdict}")
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    Library,
    Server,
}

/// Builds what ships, measures, prints the table; whether every bar was met.
pub(crate) fn run(workspace: &Workspace, part: Part) -> Result<bool, String> {
    need::meet(NEEDS)?;
    let scratch = workspace.scratch()?;
    let mut figures = Vec::new();
    if part != Part::Server {
        figures.extend(of_library(workspace, scratch.path())?);
    }
    if part != Part::Library {
        println!("Measuring the server beside parse-server, with a million objects …");
        let data = new_folder(scratch.path(), "data")?;
        let (of_server, growth) = service::figures(workspace, &data)?;
        figures.extend(of_server);
        println!("\n{growth}");
    }
    println!("\n{:<62}{:>7}     {:<13} from", "figure", "", "bar");
    for figure in &figures {
        println!("{}", figure.line());
    }
    Ok(figures.iter().all(Figure::holds))
}

fn of_library(workspace: &Workspace, folder: &Path) -> Result<Vec<Figure>, String> {
    println!("Building the library as it ships, without and with TLS, and its peers …");
    let lean = library(workspace, folder, "lean", &["--no-default-features"])?;
    let full = library(workspace, folder, "full", &[])?;
    let mut figures = mac_figures(&mac_rows(workspace, folder, &full)?)?;
    figures.extend(use_figures(&use_rows(workspace, folder, &full)?)?);
    figures.extend(save_figures(&save_rows(workspace, folder, &full)?)?);
    figures.push(size_figure("library with TLS, stripped", &full, 2.0)?);
    figures.push(size_figure("library without TLS, stripped", &lean, 0.95)?);
    Ok(figures)
}

/// The library with the profile that ships; a copy, for the next build replaces it.
fn library(
    workspace: &Workspace,
    folder: &Path,
    name: &str,
    arguments: &[&str],
) -> Result<PathBuf, String> {
    let mut all = vec!["--lib"];
    all.extend(arguments);
    let built = workspace.build_to_ship("tdsauth", &all)?;
    let copy = folder.join(format!("libtdsauth-{name}.so"));
    std::fs::copy(built.file("libtdsauth.so")?, &copy).map_err(|error| error.to_string())?;
    Ok(copy)
}

fn mac_rows(workspace: &Workspace, folder: &Path, library: &Path) -> Result<Rows, String> {
    let built = workspace.build_to_ship("tdsauth-core", &["--example", "bench_mac"])?;
    let peer = built.file("libbench_mac.so")?.to_owned();
    let program = compile(workspace, folder, "mac_openssl", &["-lcrypto"])?;
    let mut best = Rows::new();
    for _ in 0..TURNS {
        let mut command = process::program(&program);
        let said = process::output(command.arg(library).arg(&peer), LIMIT)?;
        lowest(&mut best, rows(&said)?);
    }
    Ok(best)
}

fn use_rows(workspace: &Workspace, folder: &Path, library: &Path) -> Result<Rows, String> {
    let program = compile(workspace, folder, "client_use", &[])?;
    let mut command = process::program(program);
    command.arg(library);
    rows(&suite::output_with_server(workspace, &mut command, LIMIT)?)
}

fn save_rows(workspace: &Workspace, folder: &Path, library: &Path) -> Result<Rows, String> {
    let program = compile(workspace, folder, "object_saves", &[])?;
    let storage = new_folder(folder, "saves")?;
    let mut command = process::program(program);
    rows(&process::output(command.arg(library).arg(storage), LIMIT)?)
}

fn compile(
    workspace: &Workspace,
    folder: &Path,
    name: &str,
    libraries: &[&str],
) -> Result<PathBuf, String> {
    let program = folder.join(name);
    let mut gcc = process::program("gcc");
    gcc.current_dir(&workspace.root)
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-Iinclude"])
        .arg(format!("benches/peers/{name}.c"))
        .arg("-o")
        .arg(&program)
        .args(libraries)
        .arg("-ldl");
    process::output(&mut gcc, LIMIT)?;
    Ok(program)
}

/// Keeps the lower time of each row: what else the machine does can only add to a time.
fn lowest(best: &mut Rows, other: Rows) {
    for (name, ns) in other {
        best.entry(name).and_modify(|lowest| *lowest = lowest.min(ns)).or_insert(ns);
    }
}

/// `{"row": name, "ns": number}` or `bytes` in place of `ns`, one a line.
fn rows(text: &str) -> Result<Rows, String> {
    let mut rows = Rows::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))?;
        let name = row.get("row").and_then(Value::as_str);
        let ns = row.get("ns").or_else(|| row.get("bytes")).and_then(Value::as_f64);
        let (name, ns) = name.zip(ns).ok_or_else(|| format!("no row: {line}"))?;
        rows.insert(name.to_owned(), ns);
    }
    Ok(rows)
}

fn mac_figures(rows: &Rows) -> Result<Vec<Figure>, String> {
    Ok(vec![
        Figure {
            name: "mac_header against OpenSSL, key set up per call: faster by",
            bar: Bar::AtLeast(1.5),
            ..ratio(rows, "mac_header/openssl", "mac_header/tdsauth")?
        },
        Figure {
            name: "mac_header against bare SHA-1 compressions: slower by",
            bar: Bar::AtMost(1.7),
            ..ratio(rows, "mac_header/tdsauth", "mac_header/compressions")?
        },
        Figure {
            name: "fresh nonce and kept key, against OpenSSL's: faster by",
            ..ratio(rows, "mac_header_kept/openssl", "mac_header_kept/tdsauth")?
        },
    ])
}

fn use_figures(rows: &Rows) -> Result<Vec<Figure>, String> {
    Ok(vec![
        Figure {
            name: "an empty poll against the cheapest exported call: slower by",
            ..ratio(rows, "poll/tdsauth", "poll/no-op")?
        },
        Figure {
            name: "create and current_user, cold, against reading the files",
            ..ratio(rows, "first_use/tdsauth", "first_use/read")?
        },
    ])
}

fn save_figures(rows: &Rows) -> Result<Vec<Figure>, String> {
    let row = |name: &str| rows.get(name).copied().ok_or_else(|| format!("no row {name}"));
    let (peak, poll) = (row("saves/peak")?, row("saves/poll")?);
    Ok(vec![
        Figure {
            name: "10000 object saves submitted to one client: memory",
            value: peak / MEGABYTE,
            unit: "MB",
            from: format!("{peak:.0} bytes"),
            bar: Bar::AtMost(64.0),
        },
        Figure {
            name: "the 999th of a thousand polls meanwhile",
            value: poll / MEGABYTE,
            unit: "ms",
            from: format!("{poll:.0} ns"),
            bar: Bar::AtMost(1.0),
        },
    ])
}

/// The time of `upper` over the time of `lower`.
fn ratio(rows: &Rows, upper: &str, lower: &str) -> Result<Figure, String> {
    let row = |name: &str| {
        let ns = rows.get(name).copied().filter(|ns| *ns > 0.0);
        ns.ok_or_else(|| format!("the row {name} was not measured"))
    };
    let (over, under) = (row(upper)?, row(lower)?);
    let from = format!("{over:.1} ns / {under:.1} ns");
    Ok(Figure { name: "", value: over / under, unit: "x", from, bar: Bar::None })
}

fn size_figure(name: &'static str, library: &Path, bar: f64) -> Result<Figure, String> {
    let bytes = std::fs::metadata(library).map_err(|error| error.to_string())?.len();
    // A library of 2^53 bytes would not be exact any more.
    let value = bytes as f64 / MEGABYTE;
    Ok(Figure { name, value, unit: "MB", from: format!("{bytes} bytes"), bar: Bar::AtMost(bar) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "{\"row\":\"mac_header/tdsauth\",\"ns\":200.0}\n\
        {\"row\":\"mac_header/openssl\",\"ns\":280.0}\n\
        {\"row\":\"mac_header/compressions\",\"ns\":150.0}\n\
        {\"row\":\"mac_header_kept/tdsauth\",\"ns\":100.0}\n\
        {\"row\":\"mac_header_kept/openssl\",\"ns\":300.0}\n";

    #[test]
    fn a_bar_that_is_missed_is_named() {
        let figures = mac_figures(&rows(SAID).unwrap()).unwrap();
        let held: Vec<bool> = figures.iter().map(Figure::holds).collect();
        assert_eq!(held, [false, true, true]);
        assert!(figures[0].line().contains("1.40 x") && figures[0].line().ends_with("MISSED"));
        assert!(figures[2].line().contains("3.00 x") && !figures[2].line().contains("MISSED"));
    }

    #[test]
    fn each_row_keeps_its_lowest_time() {
        let mut best = Rows::from([("a".into(), 3.0), ("b".into(), 1.0)]);
        lowest(&mut best, Rows::from([("a".into(), 2.0), ("b".into(), 4.0), ("c".into(), 5.0)]));
        let expected = [("a".into(), 2.0), ("b".into(), 1.0), ("c".into(), 5.0)];
        assert_eq!(best, Rows::from(expected));
    }

    #[test]
    fn a_row_that_was_not_measured_is_an_error() {
        let few = rows("{\"row\":\"mac_header/tdsauth\",\"ns\":0.0}").unwrap();
        assert!(mac_figures(&few).is_err_and(|why| why.contains("mac_header/openssl")));
        assert!(rows("no json").is_err());
        assert!(rows("{\"ns\":1.0}").is_err());
    }
}
