//! Archives that come out alike, byte for byte, from the same files: in the order of their names,
//! of one time, of nobody, with one of two modes.

use std::io::{Cursor, Write as _};

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;

use super::tree::{Entry, Tree};

/// 1980-01-01, the first day that a zip knows.
const TIME: u64 = 315_532_800;

const FILE: u32 = 0o644;
const PROGRAM: u32 = 0o755;

/// A tar compressed by gzip.
pub(super) fn tar_gz(tree: &Tree) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("tar: {error}");
    // Without a time and a name of its own.
    let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for (path, entry) in tree.entries() {
        let mut header = tar::Header::new_ustar();
        header.set_mtime(TIME);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        header.set_mode(FILE);
        match entry {
            Entry::Link(to) => {
                header.set_entry_type(tar::EntryType::Symlink);
                tar.append_link(&mut header, path, to).map_err(failed)?;
            }
            Entry::File(bytes) | Entry::Program(bytes) => {
                header.set_size(bytes.len() as u64);
                header.set_mode(mode(entry));
                tar.append_data(&mut header, path, bytes.as_slice()).map_err(failed)?;
            }
        }
    }
    tar.into_inner().and_then(flate2::write::GzEncoder::finish).map_err(failed)
}

/// A zip. Links do not live in every reader of zips: where one is, the file itself comes again.
pub(super) fn zip(tree: &Tree) -> Result<Vec<u8>, String> {
    let failed = |error: zip::result::ZipError| format!("zip: {error}");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, entry) in tree.entries() {
        let (Entry::File(bytes) | Entry::Program(bytes)) = entry else {
            return Err(format!("zip: {path} is a link"));
        };
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(mode(entry));
        zip.start_file(path, options).map_err(failed)?;
        zip.write_all(bytes).map_err(|error| format!("zip: {path}: {error}"))?;
    }
    zip.finish().map(Cursor::into_inner).map_err(failed)
}

fn mode(entry: &Entry) -> u32 {
    if matches!(entry, Entry::Program(_)) { PROGRAM } else { FILE }
}

/// What an archive of either kind holds.
#[cfg(test)]
pub(super) fn read(archive: &[u8]) -> Tree {
    use std::io::Read;
    let whole = |mut from: Box<dyn Read + '_>, mode: u32| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        assert!(mode & 0o777 == FILE || mode & 0o777 == PROGRAM, "{mode:o}");
        if mode & 0o777 == PROGRAM { Entry::Program(bytes) } else { Entry::File(bytes) }
    };
    let mut tree = Tree::default();
    if archive.starts_with(b"PK") {
        let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        for index in 0..zip.len() {
            let file = zip.by_index(index).unwrap();
            let (name, mode) = (file.name().to_owned(), file.unix_mode().unwrap());
            assert_eq!(file.last_modified(), Some(zip::DateTime::default()));
            tree.put(name, whole(Box::new(file), mode));
        }
        return tree;
    }
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for file in tar.entries().unwrap() {
        let file = file.unwrap();
        let header = file.header();
        let whose = [header.mtime(), header.uid(), header.gid()].map(Result::unwrap);
        assert_eq!(whose, [TIME, 0, 0]);
        let name = file.path().unwrap().to_str().unwrap().to_owned();
        let mode = header.mode().unwrap();
        match file.link_name().unwrap() {
            Some(to) => tree.put(name, Entry::Link(to.to_str().unwrap().to_owned())),
            None => tree.put(name, whole(Box::new(file), mode)),
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(has_link: bool) -> Tree {
        let mut tree = Tree::default();
        tree.text("package/b.txt", "two");
        tree.put("package/a", Entry::Program(vec![0; 100_000]));
        tree.text(format!("package/{}/name", "long".repeat(40)), "three");
        if has_link {
            tree.put("package/c", Entry::Link("b.txt".into()));
        }
        tree
    }

    #[test]
    fn what_is_read_back_is_what_was_packed_and_twice_is_the_same() {
        let packed = tar_gz(&tree(true)).unwrap();
        assert_eq!(read(&packed), tree(true));
        assert_eq!(packed, tar_gz(&tree(true)).unwrap());
        // No flags, so no name; no time.
        assert_eq!(packed.get(3..8), Some(&[0; 5][..]));
        let packed = zip(&tree(false)).unwrap();
        assert_eq!(read(&packed), tree(false));
        assert_eq!(packed, zip(&tree(false)).unwrap());
    }

    #[test]
    fn a_zip_takes_no_link() {
        assert_eq!(zip(&tree(true)), Err("zip: package/c is a link".into()));
    }
}
