//! Code dumps and archives from files or from standard input.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use isgraph::source::dump::{DumpFormat, Dumps};
use isgraph::{Error, ErrorCode, Result, SourceSet};

/// Reads dumps, or archives, into one source set: from files, or from standard input for `-`.
///
/// `format` is found out from each text when it is `None`. The parts of a split dump (`name.1.xml`,
/// `name.2.xml`) are read by their numbers, whatever their order here. Bytes that are not UTF-8 are
/// replaced, with a `NOT_UTF8` diagnostic.
///
/// # Errors
/// [`ErrorCode::Io`] when one cannot be read, [`ErrorCode::DumpFormat`] when one is no dump or
/// archive, [`ErrorCode::InvalidArgument`] when standard input is given twice.
pub fn read(paths: &[impl AsRef<Path>], format: Option<DumpFormat>) -> Result<SourceSet> {
    let mut dumps = Dumps::new(format);
    for path in in_order(paths)? {
        add(&mut dumps, &path)?;
    }
    Ok(dumps.finish())
}

fn add(dumps: &mut Dumps, path: &Path) -> Result<()> {
    if path == Path::new("-") {
        return dumps.add(std::io::stdin().lock(), "<stdin>");
    }
    let label = path.display().to_string();
    let metadata = path.metadata().map_err(|error| unreadable(&label, error))?;
    if metadata.is_dir() {
        let message = format!("{label} is a directory, not a dump; index it with `isgraph index {label}`");
        return Err(Error::new(ErrorCode::Io, message));
    }
    let file = File::open(path).map_err(|error| unreadable(&label, error))?;
    // A pipe cannot be read twice.
    if metadata.is_file() { dumps.add_seekable(file, &label) } else { dumps.add(file, &label) }
}

/// The paths as given, each run of parts of one split dump by number.
fn in_order(paths: &[impl AsRef<Path>]) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_owned()).collect();
    if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        let message = "standard input (`-`) is given twice; it can be read once";
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    // A dump's parts stand where its first one is given.
    let mut first_of: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut ordered: Vec<((usize, u64), PathBuf)> = Vec::with_capacity(paths.len());
    for (at, path) in paths.drain(..).enumerate() {
        let key = match part(&path) {
            Some((whole, number)) => (*first_of.entry(whole).or_insert(at), number),
            None => (at, 0),
        };
        ordered.push((key, path));
    }
    ordered.sort_by_key(|(key, _)| *key);
    Ok(ordered.into_iter().map(|(_, path)| path).collect())
}

/// `name.2.xml` → `name.xml` and 2.
fn part(path: &Path) -> Option<(PathBuf, u64)> {
    let name = path.file_name()?.to_str()?;
    let (before, extension) = name.rsplit_once('.')?;
    let (stem, number) = match before.rsplit_once('.') {
        Some((stem, number)) if number.parse::<u64>().is_ok() => (format!("{stem}.{extension}"), number),
        _ => (before.to_owned(), extension),
    };
    Some((path.with_file_name(stem), number.parse().ok()?))
}

fn unreadable(label: &str, error: std::io::Error) -> Error {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "; check the path, or pipe the dump in and give `-`",
        _ => "",
    };
    Error::new(ErrorCode::Io, format!("cannot read {label}: {error}{hint}")).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_in_order() {
        let paths = ["x/o.10.xml", "x/o.2.xml", "x/o.1.xml"];
        let expected = ["x/o.1.xml", "x/o.2.xml", "x/o.10.xml"];
        assert_eq!(in_order(&paths).expect("paths"), expected.map(PathBuf::from));
        assert_eq!(in_order(&["b.txt", "a.txt"]).expect("paths"), ["b.txt", "a.txt"].map(PathBuf::from));
        assert_eq!(in_order(&["o.2", "o.1"]).expect("paths"), ["o.1", "o.2"].map(PathBuf::from));
        assert_eq!(in_order(&["-", "-"]).expect_err("twice").code(), ErrorCode::InvalidArgument);
    }
}
