//! isgraph's graph against what rust-analyzer says about the same crates.
//!
//! The truth is made by the scripts of `benches/accuracy/`, which share no code with isgraph.

mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use crate::process::{cargo, must, program};
use crate::project::Project;
use crate::report::{self, Block};
use score::CrateScore;

const RESULTS: &str = "accuracy";
const TABLE: Block = Block { document: "docs/accuracy.md", name: "accuracy" };

/// What is scored, against which truth.
#[derive(Args)]
pub(crate) struct AccuracyArgs {
    /// Crates of benches/accuracy/crates.json. The table is written when none is named.
    crates: Vec<String>,
    /// Directory of CRATE.json or CRATE.json.xz files made earlier. Without it the truth is made
    /// under .corpus/truth, which needs rust-analyzer and takes minutes the first time.
    #[arg(long, value_name = "DIR")]
    truth: Option<PathBuf>,
    /// List up to N mistakes of each sort.
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: u32,
}

/// Scores the crates, and writes the table when all of them were scored.
pub(crate) fn run(project: &Project, args: &AccuracyArgs) -> Result<()> {
    let crates = chosen(project, &args.crates)?;
    corpus(project, &crates)?;
    must(cargo(project).args(["build", "--release", "--quiet", "--package", "isgraph-cli"]))?;
    let scores: Vec<CrateScore> = crates
        .iter()
        .map(|name| {
            let truth = match &args.truth {
                Some(dir) => stored_truth(dir, name)?,
                None => make_truth(project, name)?,
            };
            score_crate(project, name, &truth, args.errors)
        })
        .collect::<Result<_>>()?;
    println!("\n{}", score::table(&scores));
    if args.crates.is_empty() {
        report::store(project, RESULTS, &scores)?;
        TABLE.write(project, &score::table(&scores))?;
    }
    Ok(())
}

/// Downloads the crates that are not there yet.
pub(crate) fn corpus(project: &Project, crates: &[String]) -> Result<()> {
    must(script(project, "corpus.py").args(crates)).map(drop)
}

/// A crate of the corpus.
#[derive(Deserialize)]
struct Pinned {
    /// Features that are on besides the default ones, for rust-analyzer and for isgraph.
    features: Vec<String>,
}

fn pinned(project: &Project) -> Result<BTreeMap<String, Pinned>> {
    let text = std::fs::read_to_string(project.path("benches/accuracy/crates.json"))?;
    serde_json::from_str(&text).context("benches/accuracy/crates.json")
}

/// Names of the corpus, in order.
pub(crate) fn crate_names(project: &Project) -> Result<Vec<String>> {
    Ok(pinned(project)?.into_keys().collect())
}

/// The crates named, or all of them.
pub(crate) fn chosen(project: &Project, named: &[String]) -> Result<Vec<String>> {
    let known = crate_names(project)?;
    if let Some(unknown) = named.iter().find(|name| !known.contains(name)) {
        bail!("{unknown:?} is not in benches/accuracy/crates.json, which has {}", known.join(", "));
    }
    Ok(if named.is_empty() { known } else { named.to_vec() })
}

/// The directory of a crate of the corpus.
pub(crate) fn crate_dir(project: &Project, name: &str) -> PathBuf {
    project.corpus().join("crates").join(name)
}

/// What is wrong with the table, compared with the stored scores.
pub(crate) fn stale(project: &Project) -> Result<Option<String>> {
    match report::load::<Vec<CrateScore>>(project, RESULTS)? {
        Some(scores) => TABLE.complaint(project, &score::table(&scores)),
        None => Ok(None),
    }
}

/// One of the scripts, run by Python from its own directory.
pub(crate) fn script(project: &Project, name: &str) -> Command {
    let mut command = program(project, "python3");
    command.arg(project.path("benches/accuracy").join(name));
    // Output of a script is shown as it comes.
    command.env("PYTHONUNBUFFERED", "1");
    command
}

fn stored_truth(dir: &Path, name: &str) -> Result<PathBuf> {
    let found = ["json", "json.xz"].iter().map(|e| dir.join(format!("{name}.{e}"))).find(|path| path.exists());
    found.with_context(|| format!("{} has neither {name}.json nor {name}.json.xz", dir.display()))
}

/// Runs rust-analyzer, the compiler and the scanner on a crate, unless that was done before.
fn make_truth(project: &Project, name: &str) -> Result<PathBuf> {
    let truth = project.corpus().join("truth").join(format!("{name}.json"));
    if truth.exists() {
        return Ok(truth);
    }
    let mut scanner = cargo(project);
    scanner.args(["build", "--release", "--quiet", "--locked"]);
    scanner.arg("--manifest-path").arg(project.path("benches/accuracy/srcscan/Cargo.toml"));
    scanner.arg("--target-dir").arg(project.path("target/srcscan"));
    must(&mut scanner)?;
    for step in ["analyze.py", "rustdoc.py", "extract.py"] {
        must(script(project, step).arg(name))?;
    }
    Ok(truth)
}

fn score_crate(project: &Project, name: &str, truth: &Path, errors: u32) -> Result<CrateScore> {
    let work = project.corpus().join("graphs");
    std::fs::create_dir_all(&work)?;
    let (graph, scores) = (work.join(format!("{name}.json")), work.join(format!("{name}.scores.json")));
    let mut export = program(project, project.release_binary("isgraph"));
    export.args(["export", "--format", "json", "--dir"]).arg(crate_dir(project, name));
    let features = pinned(project)?.remove(name).map(|pinned| pinned.features).unwrap_or_default();
    if !features.is_empty() {
        export.args(["--features", &features.join(",")]);
    }
    export.stdout(std::fs::File::create(&graph)?);
    if !export.status().context("cannot run isgraph")?.success() {
        bail!("isgraph export failed on {name}");
    }
    let mut score = script(project, "score.py");
    score.arg(truth).arg(&graph).arg("--json").arg(&scores).args(["--errors", &errors.to_string()]);
    if errors > 0 {
        must(&mut score)?;
    } else {
        crate::process::read(&mut score)?;
    }
    let scores: Value = serde_json::from_str(&std::fs::read_to_string(scores)?)?;
    println!("   {name}: scored");
    CrateScore::read(&scores).with_context(|| format!("the scores of {name} lack a row"))
}
