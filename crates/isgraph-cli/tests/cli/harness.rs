//! Runs the command and looks at what it did.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, thread};

use serde_json::Value;
use tempfile::TempDir;

/// The built command, with nothing of the developer's surroundings that changes its output.
pub(crate) fn isgraph() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isgraph"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// A run that ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} in stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in stderr: {}", self.stderr);
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The `error` object of standard error, which must hold nothing else.
    #[track_caller]
    pub(crate) fn json_error(&self) -> Value {
        assert_eq!(self.stdout, "");
        let value: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {}", self.stderr));
        value["error"].clone()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the command writes UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("the command writes UTF-8"),
        }
    }
}

/// Runs the command in `directory`.
pub(crate) fn run_in(directory: &Path, arguments: &[&str]) -> Run {
    isgraph().current_dir(directory).args(arguments).output().expect("the command starts").into()
}

/// Runs the command in `directory` with `input` on standard input.
pub(crate) fn run_with_input(directory: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = isgraph()
        .current_dir(directory)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    // It may end without reading all of it.
    let writer = thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let run = child.wait_with_output().expect("the command ends").into();
    writer.join().expect("writing does not panic");
    run
}

/// A project in a temporary directory.
pub(crate) struct Project {
    directory: TempDir,
}

impl Project {
    /// A project of these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let project = Self { directory };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A copy of a project of `tests/fixtures`.
    pub(crate) fn fixture(name: &str) -> Self {
        let project = Self::of(&[]);
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        isgraph_tests::crates::copy_directory(&fixtures.join(name), project.path()).expect("the fixture is there");
        project
    }

    /// A fixture that was indexed.
    pub(crate) fn indexed(name: &str) -> Self {
        let project = Self::fixture(name);
        project.run(&["index", "--quiet"]).exits(0);
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn join(&self, path: impl AsRef<OsStr>) -> PathBuf {
        self.path().join(Path::new(path.as_ref()))
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a temporary directory is writable");
        }
        fs::write(path, text).expect("a temporary directory is writable");
    }

    /// Runs the command in the project's directory.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.path(), arguments)
    }
}

/// The paths of the symbols of a query's results, in order.
#[track_caller]
pub(crate) fn paths(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap_or_else(|| panic!("no results: {answer}"));
    results.iter().filter_map(|result| result["symbol"]["path"].as_str()).collect()
}
