#!/usr/bin/env python3
"""Run `rust-analyzer scip` over the corpus: analyze.py [--again] [CRATE...]

Writes under .corpus/scip/, for each crate:
  <crate>.config.json   the configuration rust-analyzer ran with
  <crate>.scip          its index
  <crate>.log           its output
  <crate>.cfg.json      the cfg set it evaluated (compiler, features, build script)
  <crate>.timing.json   wall, CPU seconds and peak RSS of the cold and of the warm run

The cold run also compiles build scripts and procedural macros, and cargo fetches std's own dependencies
in it, without which the analyzer goes on without std. The warm run only validates all that again,
offline, so it is the fair figure for the analyzer. `--again` repeats only the warm run.
"""
import json, subprocess, sys

from layout import CORPUS, CRATES, ENV, OFFLINE, chosen, crate_dir, feature_flags, metadata, sh, timed, tool


def cfg_set(name):
    """The cfg options that rust-analyzer sees, with cfg.setTest = false."""
    cfgs = {c for c in sh(tool("rustc"), "--print", "cfg").split("\n") if c} | {"debug_assertions"}
    meta = metadata(name, *feature_flags(name))
    root = meta["resolve"]["root"]
    node = next(n for n in meta["resolve"]["nodes"] if n["id"] == root)
    cfgs |= {f'feature="{f}"' for f in node["features"]}
    package = next(p for p in meta["packages"] if p["id"] == root)
    if any("custom-build" in t["kind"] for t in package["targets"]):
        out = subprocess.run([tool("cargo"), "check", "-q", "--offline", "--message-format=json", *feature_flags(name)],
                             env=OFFLINE, cwd=crate_dir(name), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for line in out.splitlines():
            message = json.loads(line) if line.startswith("{") else {}
            if message.get("reason") == "build-script-executed" and message["package_id"] == root:
                cfgs |= set(message["cfgs"])
    return sorted(cfgs)


def analyze(name, again):
    out = CORPUS / "scip"
    config = out / f"{name}.config.json"
    # `miri` would be set by default, and disables code that every build has
    config.write_text(json.dumps({"cargo": {"cfgs": ["debug_assertions"], "features": CRATES[name]["features"]},
                                  "cfg": {"setTest": False}}))
    command = [tool("rust-analyzer"), "scip", str(crate_dir(name)), "--config-path", str(config),
               "--output", str(out / f"{name}.scip")]
    timing_file = out / f"{name}.timing.json"
    timing = json.loads(timing_file.read_text()) if timing_file.exists() else {}
    if not again and not timing:
        timing["cold"] = timed(command, out / f"{name}.log", CORPUS, ENV)
    timing["warm"] = timed(command, out / f"{name}.log", CORPUS)
    if timing["warm"]["rc"] != 0:
        raise SystemExit(f"rust-analyzer failed on {name}; see {out / name}.log")
    timing_file.write_text(json.dumps(timing))
    (out / f"{name}.cfg.json").write_text(json.dumps(cfg_set(name), indent=0))
    print(name, json.dumps(timing["warm"]), flush=True)


def main():
    names = [a for a in sys.argv[1:] if a != "--again"]
    (CORPUS / "scip").mkdir(parents=True, exist_ok=True)
    for name in chosen(names):
        analyze(name, "--again" in sys.argv)


if __name__ == "__main__":
    main()
