//! Running other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// What a program said: standard output and standard error in the order that they were written.
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) output: String,
}

/// cargo, in the repository's root.
pub(crate) fn cargo(project: &Project) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(project.root());
    command
}

/// A program that runs in the repository's root.
pub(crate) fn program(project: &Project, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(project.root());
    command
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a program and shows its output as it comes, apart from the lines that only say that all is
/// well. `output` has every line.
pub(crate) fn watch(command: &mut Command) -> Result<Ran> {
    println!("   $ {}", spelled(command));
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("cannot run {}", spelled(command)))?;
    // The command holds the write ends of the pipe, which would never close.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if !is_routine(&text) {
            print!("   {text}");
            std::io::stdout().flush()?;
        }
        output.push_str(&text);
        line.clear();
    }
    Ok(Ran { success: child.wait()?.success(), output })
}

/// Runs a program that must succeed, as [`watch`] does.
pub(crate) fn must(command: &mut Command) -> Result<String> {
    let ran = watch(command)?;
    if !ran.success {
        bail!("`{}` failed", spelled(command));
    }
    Ok(ran.output)
}

/// Standard output of a program that must succeed; nothing is shown.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {}", spelled(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", spelled(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("its output is not UTF-8")
}

/// Runs `work` and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Progress of cargo and tests that passed: they would bury what went wrong.
fn is_routine(line: &str) -> bool {
    const PROGRESS: [&str; 13] = [
        "Compiling ",
        "Checking ",
        "Downloaded ",
        "Downloading ",
        "Documenting ",
        "Fresh ",
        "Locking ",
        "Adding ",
        "Updating ",
        "Blocking ",
        "Scraping ",
        "Generated ",
        "Finished ",
    ];
    let line = line.trim();
    line.is_empty()
        || PROGRESS.iter().any(|word| line.starts_with(word))
        || (line.starts_with("test ") && line.ends_with("... ok"))
        || (line.starts_with("running ") && line.ends_with(['t', 's']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_never_routine() {
        assert!(is_routine("test a::b ... ok\n"));
        assert!(is_routine("   Compiling isgraph v0.1.0\n"));
        assert!(!is_routine("test a::b ... FAILED\n"));
        assert!(!is_routine("test result: ok. 1 passed; 0 failed; 0 ignored\n"));
        assert!(!is_routine("error: could not compile `isgraph`\n"));
    }

    #[test]
    fn both_streams_are_seen_in_order() -> Result<()> {
        let ran = watch(Command::new("sh").args(["-c", "echo one; echo two >&2; echo three; exit 3"]))?;
        assert!(!ran.success);
        assert_eq!(ran.output, "one\ntwo\nthree\n");
        Ok(())
    }
}
