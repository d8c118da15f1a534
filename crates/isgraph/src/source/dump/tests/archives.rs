use std::io::{Cursor, Write};

use crate::error::ErrorCode;
use crate::source::SourceSet;
use crate::source::dump::{Dumps, FileStatus};

const FILES: &[(&str, &str)] = &[
    ("app-1.0.0/Cargo.toml", "[package]\nname = \"app\"\n"),
    ("app-1.0.0/src/lib.rs", "pub fn f() {}\n"),
    ("app-1.0.0/README.md", "#\n"),
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).expect("written");
    out.finish().expect("written")
}

fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // Written into the name itself, because the library refuses to make some of these paths.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        out.append(&header, text.as_bytes()).expect("written");
    }
    out.into_inner().expect("written")
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        out.start_file(*path, zip::write::SimpleFileOptions::default()).expect("written");
        out.write_all(text.as_bytes()).expect("written");
    }
    out.finish().expect("written").into_inner()
}

fn read(bytes: &[u8]) -> crate::Result<SourceSet> {
    let mut dumps = Dumps::new(None);
    dumps.add(bytes, "archive")?;
    let by_stream = dumps.finish();
    let mut dumps = Dumps::new(None);
    dumps.add_seekable(Cursor::new(bytes), "archive")?;
    let by_place = dumps.finish();
    assert_eq!(by_stream, by_place);
    Ok(by_place)
}

#[track_caller]
fn fails(bytes: &[u8], says: &str) {
    let error = read(bytes).expect_err("no archive");
    assert_eq!(error.code(), ErrorCode::DumpFormat, "{error}");
    assert!(error.to_string().contains("archive") && error.to_string().contains(says), "{error}");
}

#[test]
fn an_archive_is_a_source_set_without_its_directory() {
    for (bytes, format) in [(tar(FILES), "tar"), (gzip(&tar(FILES)), "tar.gz"), (zip(FILES), "zip")] {
        let sources = read(&bytes).expect(format);
        assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["Cargo.toml", "src/lib.rs"]);
        assert_eq!(&*sources.files["src/lib.rs"], "pub fn f() {}\n");
        let report = sources.dump.expect("a report");
        assert_eq!((report.dumps[0].format.as_str(), report.complete, report.other), (format, 2, 1));
        assert!(sources.origins.is_empty());
    }
}

#[test]
fn a_gzipped_dump_and_a_zipped_one_are_dumps() {
    let dump = "FILE: a.rs\nfn a() {}\nFILE: b.rs\nfn b() {}\n";
    for bytes in [
        gzip(dump.as_bytes()),
        [gzip(&dump.as_bytes()[..21]), gzip(&dump.as_bytes()[21..])].concat(),
        zip(&[("x/d.txt", dump)]),
    ] {
        let sources = read(&bytes).expect("a dump");
        assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["a.rs", "b.rs"]);
        assert_eq!(sources.origins["b.rs"].line, 4);
        assert_eq!(sources.dump.expect("a report").dumps[0].format, "file-marker");
    }
}

#[test]
fn paths_that_lead_out_are_refused() {
    let evil = [
        ("../up.rs", "fn a() {}"),
        ("/etc/x.rs", ""),
        ("a/../../b.rs", ""),
        ("C:\\x.rs", ""),
        ("src/ok.rs", "fn f() {}"),
    ];
    for bytes in [tar(&evil), zip(&evil)] {
        let sources = read(&bytes).expect("an archive");
        assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["src/ok.rs"]);
        let report = sources.dump.expect("a report");
        assert_eq!((report.complete, report.skipped), (1, 4), "{report:#?}");
        assert!(
            report.notes.iter().all(|note| note.status == FileStatus::Skipped && note.reason.contains("leads out"))
        );
    }
}

#[test]
fn links_hidden_files_and_bad_texts_are_left_out() {
    let mut out = tar::Builder::new(tar(&[("a/src/lib.rs", "fn f() {}"), ("a/.git/x.rs", "")]));
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    out.append_link(&mut header, "a/src/link.rs", "/etc/passwd").expect("written");
    // The first builder's end is in between; the reader is told to go on.
    let bytes = out.into_inner().expect("written");
    assert!(read(&bytes).expect("an archive").files.contains_key("src/lib.rs"));

    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    out.add_symlink("link.rs", "/etc/passwd", options).expect("written");
    out.start_file("latin1.rs", options).expect("written");
    out.write_all(b"// caf\xe9").expect("written");
    out.start_file(".hidden/x.rs", options).expect("written");
    let sources = read(&out.finish().expect("written").into_inner()).expect("an archive");
    assert!(sources.files.is_empty(), "{sources:?}");
    let report = sources.dump.expect("a report");
    assert_eq!((report.skipped, report.other), (2, 1), "{report:#?}");
    assert!(sources.diagnostics.iter().any(|d| d.code == "NOT_UTF8"));
}

#[test]
fn a_bomb_is_refused() {
    let zeros = " ".repeat(66 << 20);
    let text = format!("FILE: a.rs\n{zeros}");
    fails(&gzip(text.as_bytes()), "unpack");
    fails(&gzip(&tar(&[("a.rs", &zeros)])), "unpack");
    fails(&zip(&[("a.rs", &zeros)]), "unpack");
    fails(&zip(&[("dump.txt", &text)]), "unpack");
}

#[test]
fn a_damaged_archive_says_so() {
    for bytes in [tar(FILES), gzip(&tar(FILES)), zip(FILES), gzip(b"FILE: a.rs\nfn a() {}\n")] {
        // A tar's last blocks are empty.
        for len in [bytes.len() / 3, bytes.len() / 2] {
            if let Err(error) = read(&bytes[..len]) {
                assert_eq!(error.code(), ErrorCode::DumpFormat, "{error}");
            }
        }
    }
    fails(&gzip(&tar(FILES))[..60], "damaged");
    fails(&zip(FILES)[..60], "damaged");
    fails(&zip(&[("a.txt", ""), ("b.txt", "")]), "without a Rust file");
    fails(&gzip(&gzip(b"x")), "inside gzip");
}
