#!/usr/bin/env python3
"""The compiler's view of the corpus: rustdoc.py [CRATE...]  ->  .corpus/rustdoc/<crate>.json

rust-analyzer's index has no impl that exists only after macro expansion; rustdoc's JSON has. The format
is unstable, so the compiler is told to accept unstable options; the truth does without a crate that fails here.
"""
import shutil, subprocess, sys

from layout import CORPUS, OFFLINE, chosen, crate_dir, feature_flags, metadata, tool

TARGET = CORPUS / "target-rustdoc"
ENV = dict(OFFLINE, CARGO_TARGET_DIR=str(TARGET), RUSTDOCFLAGS="--cap-lints=allow", CARGO_PROFILE_DEV_DEBUG="0",
           RUSTC_BOOTSTRAP="1")


def document(name):
    targets = metadata(name, "--no-deps")["packages"][0]["targets"]
    lib = [t for t in targets if set(t["kind"]) & {"lib", "rlib"}]
    target = (lib or [t for t in targets if "bin" in t["kind"]])[0]
    select = ["--lib"] if lib else ["--bin", target["name"]]
    run = subprocess.run([tool("cargo"), "rustdoc", "-q", *select, *feature_flags(name), "--", "-Z", "unstable-options",
                          "--output-format", "json", "--document-private-items", "--document-hidden-items",
                          "--cap-lints=allow"],
                         cwd=crate_dir(name), env=ENV, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    made = TARGET / "doc" / (target["name"].replace("-", "_") + ".json")
    if run.returncode == 0 and made.exists():
        shutil.move(made, CORPUS / "rustdoc" / f"{name}.json")
        print(name, "ok", flush=True)
    else:
        print(name, "failed; its truth lacks impls made by macros:", run.stderr[-800:], flush=True)


def main():
    (CORPUS / "rustdoc").mkdir(parents=True, exist_ok=True)
    for name in chosen(sys.argv[1:]):
        document(name)


if __name__ == "__main__":
    main()
