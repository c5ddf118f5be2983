//! The Unity package and its sample, without Unity: compiled as their assembly definitions say
//! against stubs of Unity's own assemblies, for each platform that differs, and played under Mono
//! against the server. Unity itself, IL2CPP, Android and iOS are not here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::counts::Counts;
use crate::process;
use crate::suite::{self, Suites};
use crate::unity::asmdef::{self, Assembly, Build};
use crate::workspace::Workspace;

const COMPILE: Duration = Duration::from_secs(300);
const SUITE: Duration = Duration::from_secs(900);

/// Stand-ins for what is not ours, each a folder below `tests/unity/stubs` and the assemblies that
/// it needs.
const STUBS: [(&str, &[&str]); 5] = [
    ("UnityEngine", &[]),
    ("UnityEditor", &["UnityEngine"]),
    ("nunit.framework", &[]),
    ("TapSDK.Core", &[]),
    ("TapSDK.Login", &[]),
];

/// Names in assembly definitions for which the stub of NUnit is enough.
const TEST_RUNNER: [&str; 2] = ["UnityEngine.TestRunner", "UnityEditor.TestRunner"];

/// Packages that a project may have beside ours.
const PACKAGES: [&str; 1] = ["com.tdsauth.tapsdk3"];

/// Every kind of build that compiles other lines: in the editor with Android as its target, so that
/// the code that changes Gradle projects is there; and the game on each platform.
const BUILDS: [(&str, Build); 5] = [
    (
        "the editor",
        Build {
            platform: "Editor",
            symbols: &["UNITY_EDITOR", "UNITY_ANDROID", "UNITY_INCLUDE_TESTS", SINCE],
            packages: &PACKAGES,
        },
    ),
    (
        "Android",
        Build { platform: "Android", symbols: &["UNITY_ANDROID", SINCE], packages: &PACKAGES },
    ),
    ("iOS", Build { platform: "iOS", symbols: &["UNITY_IOS", SINCE], packages: &PACKAGES }),
    ("WebGL", Build { platform: "WebGL", symbols: &["UNITY_WEBGL", SINCE], packages: &[] }),
    (
        "desktops",
        Build {
            platform: "LinuxStandalone64",
            symbols: &["UNITY_STANDALONE", "UNITY_STANDALONE_LINUX", SINCE],
            packages: &PACKAGES,
        },
    ),
];
const SINCE: &str = "UNITY_2021_3_OR_NEWER";

/// The assemblies of one build.
struct Compiled {
    folder: PathBuf,
    names: Vec<String>,
}

/// Everything compiled for each platform, then the flows under Mono with the editor's assemblies:
/// they are all there is.
pub(crate) fn mono(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let scratch = workspace.scratch()?;
    let stubs = stubs(&workspace.root, scratch.path())?;
    let mut all = asmdef::below(&workspace.root.join("bindings/csharp"))?;
    all.extend(asmdef::below(&workspace.root.join("unity-sample/Assets"))?);
    let mut editor = None;
    for (name, build) in &BUILDS {
        let compiled = compile(&workspace.root, &all, build, &stubs, scratch.path());
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(why) => {
                counts.check(&format!("package and sample compile for {name}"), Err(why));
                continue;
            }
        };
        counts.check(&format!("package and sample compile for {name}"), Ok(()));
        if build.platform == "Editor" {
            editor = Some(compiled);
        }
    }
    if let Some(editor) = editor {
        counts.add(play(workspace, &editor, &stubs)?);
    }
    Ok(counts)
}

/// The page that phones show: the Java of Android compiled and played against stubs, the
/// Objective-C++ of iOS compiled against stubs.
pub(crate) fn phones(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let plugins = workspace.root.join("bindings/csharp/Runtime/Plugins");
    let mut clang = process::program("clang");
    clang
        .args(["--target=arm64-apple-ios13.0", "-std=c++17", "-x", "objective-c++"])
        .args(["-fobjc-arc", "-fblocks", "-ffreestanding", "-nostdlibinc", "-fsyntax-only"])
        .args(["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-isystem"])
        .arg(workspace.root.join("tests/unity/ios"))
        .arg(plugins.join("iOS/TdsAuthWebView.mm"));
    let compiled = process::output(&mut clang, COMPILE).map(|_| ());
    counts.check("the page of iOS compiles, against stubs", compiled);

    let scratch = workspace.scratch()?;
    let mut sources = vec![plugins.join("Android/TdsAuthWebView.java")];
    files(&workspace.root.join("tests/unity/java"), "java", &mut sources)?;
    let mut javac = process::program("javac");
    javac
        .args(["--release", "8", "-Xlint:all,-options,-deprecation,-serial", "-Werror", "-d"])
        .arg(scratch.path())
        .args(sources);
    process::output(&mut javac, COMPILE)?;
    let mut java = process::program("java");
    java.arg("-cp").arg(scratch.path()).arg("com.tdsauth.unity.WebViewSuite");
    let mut reader = crate::tap::Reader::default();
    let status = process::stream(&mut java, SUITE, |line| {
        println!("{line}");
        reader.line(line);
    })?;
    counts.add(reader.finish("the page of Android", status.success()));
    Ok(counts)
}

fn stubs(root: &Path, scratch: &Path) -> Result<BTreeMap<&'static str, PathBuf>, String> {
    let folder = new_folder(scratch, "stubs")?;
    let mut made = BTreeMap::new();
    for (name, needs) in STUBS {
        let out = folder.join(format!("{name}.dll"));
        let mut sources = Vec::new();
        files(&root.join("tests/unity/stubs").join(name), "cs", &mut sources)?;
        let references: Vec<PathBuf> =
            needs.iter().filter_map(|need| made.get(need)).cloned().collect();
        // Fields that only Unity would fill, events that only it would raise.
        mcs(root, &["-target:library", "-nowarn:67,649"], &references, &sources, &out)?;
        made.insert(name, out);
    }
    Ok(made)
}

fn compile(
    root: &Path,
    all: &[Assembly],
    build: &Build,
    stubs: &BTreeMap<&'static str, PathBuf>,
    scratch: &Path,
) -> Result<Compiled, String> {
    let folder = new_folder(scratch, build.platform)?;
    let mut names: Vec<String> = Vec::new();
    for assembly in all {
        let Some(symbols) = assembly.symbols(build) else { continue };
        let mut references = Vec::new();
        if !assembly.is_without_engine {
            references.extend(stubs.get("UnityEngine").cloned());
            if build.symbols.contains(&"UNITY_EDITOR") {
                references.extend(stubs.get("UnityEditor").cloned());
            }
        }
        for name in &assembly.references {
            let bare = name.strip_suffix(".dll").unwrap_or(name);
            if let Some(stub) = stubs.get(bare) {
                references.push(stub.clone());
            } else if names.contains(name) {
                references.push(folder.join(format!("{name}.dll")));
            } else if !TEST_RUNNER.contains(&bare) {
                return Err(format!("{} refers to {name}, which is not there", assembly.name));
            }
        }
        let mut options = vec![
            "-target:library".to_owned(),
            format!("-define:{}", symbols.join(";")),
            "-r:System.Xml.dll".to_owned(),
        ];
        if !assembly.allows_unsafe {
            options.push("-unsafe-".to_owned());
        }
        let out = folder.join(format!("{}.dll", assembly.name));
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        mcs(root, &options, &references, &assembly.sources()?, &out)?;
        names.push(assembly.name.clone());
    }
    Ok(Compiled { folder, names })
}

/// Compiles the suite into the same folder, and runs it.
fn play(
    workspace: &Workspace,
    compiled: &Compiled,
    stubs: &BTreeMap<&'static str, PathBuf>,
) -> Result<Counts, String> {
    let folder = &compiled.folder;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let library = workspace.build("tdsauth", &["--lib"])?;
    fs::copy(library.file("libtdsauth.so")?, folder.join("libtdsauth.so")).map_err(failed)?;
    let mut references: Vec<PathBuf> =
        compiled.names.iter().map(|name| folder.join(format!("{name}.dll"))).collect();
    for stub in stubs.values() {
        let copy = folder.join(stub.file_name().ok_or("a stub without a name")?);
        fs::copy(stub, &copy).map_err(failed)?;
        references.push(copy);
    }
    let shared = workspace.root.join("tests/csharp");
    let mut sources: Vec<PathBuf> = ["Tap.cs", "Web.cs", "StandIn.cs", "World.cs"]
        .iter()
        .map(|name| shared.join(name))
        .collect();
    files(&workspace.root.join("tests/unity/suite"), "cs", &mut sources)?;
    files(&workspace.root.join("samples/tapsdk3-game/Scripts"), "cs", &mut sources)?;
    let program = folder.join("TdsAuth.UnitySuite.exe");
    mcs(&workspace.root, &["-target:exe"], &references, &sources, &program)?;
    let mut mono = process::program("mono");
    mono.arg("--debug").arg(&program).env("LD_LIBRARY_PATH", folder);
    suite::with_server(workspace, |suites: &Suites| {
        suites.run("the Unity package under Mono", &mut mono, SUITE)
    })
}

/// C# 6, which is less than Unity's compiler takes.
fn mcs(
    root: &Path,
    options: &[&str],
    references: &[PathBuf],
    sources: &[PathBuf],
    out: &Path,
) -> Result<(), String> {
    let mut mcs = process::program("mcs");
    mcs.current_dir(root).args(["-langversion:6", "-warn:4", "-warnaserror", "-debug", "-unsafe"]);
    mcs.args(options);
    mcs.args(references.iter().map(|path| format!("-r:{}", path.display())));
    mcs.args(sources).arg(format!("-out:{}", out.display()));
    process::output(&mut mcs, COMPILE).map(|_| ())
}

fn files(folder: &Path, extension: &str, into: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut entries = fs::read_dir(folder)
        .and_then(|read| read.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, extension, into)?;
        } else if path.extension().is_some_and(|is| is == extension) {
            into.push(path);
        }
    }
    Ok(())
}

fn new_folder(parent: &Path, name: &str) -> Result<PathBuf, String> {
    crate::workspace::new_folder(parent, name)
}
