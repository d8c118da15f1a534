#!/usr/bin/env python3
"""Download the corpus: corpus.py [CRATE...]

For each crate of crates.json, cargo fetches the pinned version and its sources are copied to
.corpus/crates/<crate>/, which becomes a stand-alone workspace:

  * dev-dependencies and the test, bench and example targets are dropped from Cargo.toml
    (only src/ is scored, and dependency resolution stays small);
  * an empty [workspace] table keeps cargo from looking upward;
  * rust-version is dropped, so that Cargo.lock gets the newest dependencies that the installed
    compiler can build.

A crate that is there in the wanted version is left alone.
"""
import os, re, shutil, sys, tempfile
from pathlib import Path

from layout import CORPUS, CRATES, chosen, crate_dir, feature_flags, metadata, sh, tool

NOT_SCORED = ("tests", "benches", "examples", ".cargo_vcs_info.json", "Cargo.lock", ".cargo-ok", "Cargo.toml.orig",
              ".cargo", "rust-toolchain", "rust-toolchain.toml")
DROPPED_TABLE = re.compile(
    r"(dev-dependencies\b|target\..*\.dev-dependencies\b|test$|bench$|example$|workspace\b|profile\b)")


def fetch(name, version):
    """The unpacked sources of a crate, in cargo's registry."""
    with tempfile.TemporaryDirectory(dir=CORPUS) as tmp:
        probe = Path(tmp)
        (probe / "src").mkdir()
        (probe / "src/lib.rs").write_text("")
        (probe / "Cargo.toml").write_text(
            f'[package]\nname = "probe"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n'
            f'"{name}" = {{ version = "={version}", default-features = false }}\n')
        sh(tool("cargo"), "fetch", "-q", cwd=probe)     # unpacks crates without a library too
    cargo_home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    return next(cargo_home.glob(f"registry/src/*/{name}-{version}"))


def clean_manifest(text):
    """Drop dev-dependencies and targets outside src/; keep everything else verbatim."""
    original, out, skip = text, [], False
    for line in text.splitlines():
        table = re.match(r"\s*\[\[?([^\]]+)\]\]?\s*$", line)
        if table:
            skip = bool(DROPPED_TABLE.match(table.group(1).strip()))
        if not skip:
            out.append(line)
    text = "\n".join(out) + "\n"
    # features that forward to a dropped dev-dependency
    dev = set(re.findall(r"(?m)^\[(?:target\..*\.)?dev-dependencies\.\"?([\w-]+)", original))
    kept = set(re.findall(r"(?m)^\[(?:target\..*\.)?dependencies\.\"?([\w-]+)", original))
    for dependency in dev - kept:
        text = re.sub(rf'"{re.escape(dependency)}\??/[^"]*",?', "", text)
    for key in ("autotests", "autobenches", "autoexamples", "rust-version"):
        text = re.sub(rf"(?m)^{key}\s*=.*\n", "", text)
    targets = "autotests = false\nautobenches = false\nautoexamples = false\n"
    return text.replace("[package]\n", "[package]\n" + targets, 1) + "\n[workspace]\n"


def prepare(name):
    version, target = CRATES[name]["version"], crate_dir(name)
    stamp = target / ".version"
    if stamp.exists() and stamp.read_text() == version:
        print(f"{name} {version}: already there", flush=True)
        return
    source = fetch(name, version)
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    for unwanted in NOT_SCORED:
        path = target / unwanted
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    manifest = target / "Cargo.toml"
    manifest.write_text(clean_manifest(manifest.read_text()))
    sh(tool("cargo"), "generate-lockfile", "-q", cwd=target)
    sh(tool("cargo"), "fetch", "-q", cwd=target)
    metadata(name, *feature_flags(name))
    stamp.write_text(version)
    print(f"{name} {version}", flush=True)


def main():
    (CORPUS / "crates").mkdir(parents=True, exist_ok=True)
    for name in chosen(sys.argv[1:]):
        prepare(name)


if __name__ == "__main__":
    main()
