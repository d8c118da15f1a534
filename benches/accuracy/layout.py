"""Where the corpus, the truth and the tools are, and how they are called.

    .corpus/
      crates/<crate>/        one stand-alone cargo workspace per crate
      scip/<crate>.*         what rust-analyzer said, its configuration and its timing
      rustdoc/<crate>.json   the impls and items that only the compiler sees
      truth/<crate>.json     the ground truth that score.py reads
"""
import json, os, shutil, subprocess, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
CORPUS = REPO / ".corpus"
CRATES = json.loads((HERE / "crates.json").read_text())
SRCSCAN = REPO / "target/srcscan/release/srcscan"

# Debian keeps its own toolchain in /usr/bin, with std's sources and the proc-macro server beside it.
# rust-analyzer must find that sysroot, not one without sources that comes first in PATH: without them
# tokio loses 58% of its references to external symbols.
DEBIAN = Path("/usr/bin/rust-analyzer").exists()
_BASE = dict(os.environ, RUSTUP_TOOLCHAIN="", CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS="fallback")
ENV = dict(_BASE, PATH="/usr/bin:" + os.environ["PATH"]) if DEBIAN else _BASE
if not DEBIAN:
    del ENV["RUSTUP_TOOLCHAIN"]
ENV.pop("CARGO_TARGET_DIR", None)
OFFLINE = dict(ENV, CARGO_NET_OFFLINE="true")


def tool(name):
    """Path of a program in the environment that the corpus is built in."""
    found = shutil.which(name, path=ENV["PATH"])
    if found is None:
        raise SystemExit(f"{name} is not installed; on Debian: "
                         "apt-get install --no-install-recommends rust-web-analyzer rust-web-src rustc-web cargo-web")
    return found


def sh(*command, cwd=None, env=ENV):
    """Run a command that must succeed; its standard output."""
    return subprocess.run(command, cwd=cwd, env=env, check=True, text=True, stdout=subprocess.PIPE).stdout


def timed(command, log, cwd=None, env=OFFLINE):
    """Run a command with its output in `log`: wall and CPU seconds, peak RSS in MB, exit code."""
    start = time.monotonic()
    with open(log, "w") as f:
        p = subprocess.Popen(command, env=env, cwd=cwd, stdout=f, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    return {"wall_s": round(time.monotonic() - start, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
            "peak_rss_mb": round(usage.ru_maxrss / 1024), "rc": p.returncode}


def crate_dir(name):
    return CORPUS / "crates" / name


def metadata(name, *args, offline=True):
    """cargo metadata of a crate of the corpus."""
    flags = ["--offline"] if offline else []
    return json.loads(sh(tool("cargo"), "metadata", "--format-version=1", *flags, *args, cwd=crate_dir(name)))


def feature_flags(name):
    return ["--features", ",".join(CRATES[name]["features"])]


def chosen(names):
    """The crates named on the command line, or all of them."""
    unknown = [n for n in names if n not in CRATES]
    if unknown:
        raise SystemExit(f"not in crates.json: {', '.join(unknown)} (known: {', '.join(CRATES)})")
    return names or list(CRATES)
