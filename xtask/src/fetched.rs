//! What registries of packages give, kept below the target folder.

use std::fs;
use std::path::Path;

/// Makes the folder `kept` anew, with what `fill` puts into the empty folder that it is given.
/// That lies beside its place and is then renamed: a run that was cut short leaves no half of it.
pub(crate) fn anew(
    kept: &Path,
    fill: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let making = kept.with_extension("part");
    let file = |error: std::io::Error| format!("{}: {error}", making.display());
    for folder in [kept, &making] {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(file)?;
        }
    }
    fs::create_dir_all(&making).map_err(file)?;
    fill(&making)?;
    fs::rename(&making, kept).map_err(file)
}

/// The same, if `kept` was not made by these very `locks`, the files that say which packages are
/// wanted. `fill` finds a copy of them in its folder.
pub(crate) fn by_locks(
    kept: &Path,
    locks: &[&Path],
    fill: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let mut texts = Vec::new();
    for lock in locks {
        let text = fs::read(lock).map_err(|error| format!("{}: {error}", lock.display()))?;
        texts.push((lock.file_name().unwrap_or_default(), text));
    }
    let same = |(name, text): &(_, Vec<u8>)| fs::read(kept.join(name)).is_ok_and(|is| is == *text);
    if texts.iter().all(same) {
        return Ok(());
    }
    anew(kept, |making| {
        for (name, text) in &texts {
            fs::write(making.join(name), text).map_err(|error| error.to_string())?;
        }
        fill(making)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_lock_fetches_anew_and_a_failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let [kept, lock] = ["kept", "lock"].map(|name| folder.path().join(name));
        let fetch = |mark: &str, text: &str| {
            fs::write(&lock, text).unwrap();
            let mut fetched = false;
            let done = by_locks(&kept, &[&lock], |making| {
                fetched = true;
                assert_eq!(fs::read_to_string(making.join("lock")).unwrap(), text);
                fs::write(making.join(mark), "").map_err(|error| error.to_string())
            });
            done.map(|()| fetched)
        };
        assert_eq!(fetch("first", "1"), Ok(true));
        assert_eq!(fetch("again", "1"), Ok(false));
        assert_eq!(fetch("second", "2"), Ok(true));
        assert!(kept.join("second").exists() && !kept.join("first").exists());
        fs::write(&lock, "3").unwrap();
        assert_eq!(
            by_locks(&kept, &[&lock], |_| Err("no network".into())),
            Err("no network".into())
        );
        assert!(!kept.exists());
        assert_eq!(fetch("third", "3"), Ok(true));
    }
}
