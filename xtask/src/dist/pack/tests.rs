//! The packs as a whole, made of small libraries.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Duration;

use super::*;
use crate::process;

/// Cargo takes seconds to tell them.
static PARTS: OnceLock<Parts> = OnceLock::new();

fn parts() -> &'static Parts {
    PARTS.get_or_init(|| {
        let (root, target) = (testing::root(), PathBuf::new());
        Parts::find(&Workspace { root, target, long: false }).unwrap()
    })
}

#[test]
fn the_whole_comes_out_alike_twice() {
    let built = testing::libraries(&[]);
    let [first, second] =
        [(); 2].map(|()| files(&testing::root(), &built.libraries, parts()).unwrap());
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "THIRD-PARTY-NOTICES.txt",
        "TdsAuth-V-unreal.zip",
        "com.tdsauth.sdk-V.tgz",
        "com.tdsauth.tapsdk3-V.tgz",
        "tdsauth-V-android.tar.gz",
        "tdsauth-V-ios.tar.gz",
        "tdsauth-V-linux-aarch64.tar.gz",
        "tdsauth-V-linux-x86_64.tar.gz",
        "tdsauth-V-macos.tar.gz",
        "tdsauth-V-windows-x86_64.zip",
        "tdsauth-V.cdx.json",
        "SHA256SUMS",
    ];
    assert_eq!(names, expected.map(|name| name.replace('V', VERSION)));
    for (first, second) in first.iter().zip(&second) {
        assert!(first == second, "{} differs", first.0);
    }
    for (name, bytes) in &first {
        if name.ends_with("gz") || name.ends_with("zip") {
            assert!(archive::read(bytes).entries().count() > 3, "{name}");
        }
    }
}

#[test]
fn sums_are_such_as_sha256sum_checks() {
    let folder = tempfile::tempdir().unwrap();
    let files = [("a b".to_owned(), b"one".to_vec()), ("c".to_owned(), Vec::new())];
    for (name, bytes) in &files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    fs::write(folder.path().join("SHA256SUMS"), sums(&files)).unwrap();
    let mut check = process::program("sha256sum");
    check.current_dir(folder.path()).args(["--check", "--strict", "SHA256SUMS"]);
    let said = process::output(&mut check, Duration::from_secs(60)).unwrap();
    assert_eq!(said, "a b: OK\nc: OK\n");
}

#[test]
fn notices_and_bill_name_what_is_linked_and_nothing_else() {
    let notices = &parts().notices;
    let line = |name: &str| notices.lines().find(|line| line.starts_with(name));
    // The roots are baked in by a build script, and linked by nobody.
    assert!(line("webpki-roots ").unwrap().contains("CDLA-Permissive-2.0"));
    assert!(notices.contains("Community Data License Agreement"));
    // Licences of ring's parts, and one that stands in a source alone.
    assert!(notices.contains("sourced from BoringSSL") && notices.contains("fiat-crypto"));
    assert!(notices.contains("Copyright (c) Project Nayuki"));
    assert!(line("ring ").unwrap().ends_with("tls"));
    assert!(line("rustix ").unwrap().ends_with("not windows-x86_64"));
    assert!(line("linux-raw-sys ").unwrap().ends_with("not ios, macos, windows-x86_64"));
    for absent in ["cbindgen", "tokio", "syn", "serde_derive", "proc-macro2", "tdsauth"] {
        assert_eq!(line(&format!("{absent} ")), None);
    }

    let bill: serde_json::Value = serde_json::from_str(&parts().bill).unwrap();
    let components = bill["components"].as_array().unwrap();
    for component in components {
        let name = component["name"].as_str().unwrap();
        assert!(
            name.starts_with("tdsauth-")
                || line(&format!("{name} ")).is_some()
                || line(name).is_some(),
            "{name}"
        );
        let is_registered = component["purl"].is_string();
        assert_eq!(component["hashes"][0]["content"].is_string(), is_registered, "{name}");
    }
    let known: BTreeSet<&str> = components
        .iter()
        .chain([&bill["metadata"]["component"]])
        .map(|component| component["bom-ref"].as_str().unwrap())
        .collect();
    assert_eq!(known.len(), components.len() + 1, "a reference stands for two");
    for dependency in bill["dependencies"].as_array().unwrap() {
        let needs = dependency["dependsOn"].as_array().unwrap();
        for each in needs.iter().chain([&dependency["ref"]]) {
            assert!(known.contains(each.as_str().unwrap()), "{each}");
        }
    }
}
