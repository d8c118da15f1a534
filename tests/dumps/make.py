#!/usr/bin/env python3
"""Makes the dumps in `made/` of the tree in `tree/` by the tools that write them, at pinned versions.

    python3 tests/dumps/make.py [--tools DIR] [NAME…]

Installs what is missing under DIR (`.tools/dumps` by default) with npm, pip (one virtual environment per tool, so that no tool's
dependencies disturb another's) and cargo, copies the tree to a fresh directory, and writes one file per entry of DUMPS. With names, only
the entries that start with one of them. A tool that cannot be installed is reported and its dumps are left as they are.

codebase-digest and gitingest count tokens with tables from the network; a stand-in `tiktoken` counts words, which changes nothing but a
figure in the preamble. code2prompt's Python package needs Python 3.12 or later: give it as PYTHON312.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NPM = {
    "repomix": "repomix@1.18.1",
    "repomix-2024": "repomix@0.2.0",
    "codefetch": "codefetch@2.2.0",
    "codefetch-sdk": "codefetch-sdk@2.2.0",
    "ai-digest": "ai-digest@1.5.1",
}
PIP = {
    "gitingest": "gitingest==0.3.1",
    "gitingest-2024": "gitingest==0.1.4",
    "files-to-prompt": "files-to-prompt==0.6",
    "code2prompt": "code2prompt-rs==3.2.1",
    "codebase-digest": "codebase-digest==0.1.43",
}
CARGO = {"yek": ("yek", "yek@0.25.5"), "code2prompt-cli": ("code2prompt", "code2prompt@4.3.0")}

TIKTOKEN = """
class Encoding:
    def encode(self, text, **_):
        return text.split()
def get_encoding(_):
    return Encoding()
"""
CODE2PROMPT = """
import sys
from code2prompt_rs import Code2Prompt
style, numbers, blocks = sys.argv[1], sys.argv[2] == "1", sys.argv[3] == "1"
session = Code2Prompt("nasty", line_numbers=numbers, code_blocks=blocks).session().sort_by("name_asc")
print(session.output_format(style).generate(), end="")
"""
CODEFETCH_SDK = """
import { generateMarkdownFromContent } from "SDK";
import fs from "node:fs";
import path from "node:path";
const walk = (dir) => fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  .flatMap((entry) => (entry.isDirectory() ? walk(path.join(dir, entry.name)) : [path.join(dir, entry.name)]));
const files = walk(".").filter((file) => !file.endsWith(".png"))
  .map((file) => ({ path: file, content: fs.readFileSync(file, "utf8") }));
process.stdout.write(await generateMarkdownFromContent(files, OPTIONS));
"""


def sh(command, cwd, env=None, stdin=""):
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, input=stdin.encode(), capture_output=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-600:]}")
    return done.stdout


class Tools:
    def __init__(self, root):
        self.root = root

    def npm(self, name):
        home = self.root / name
        if not (home / "node_modules").is_dir():
            home.mkdir(parents=True, exist_ok=True)
            sh(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(home), NPM[name]], home)
        return home / "node_modules"

    def pip(self, name):
        home = self.root / name
        if not (home / "bin").is_dir():
            python = os.environ.get("PYTHON312", "python3.12") if name == "code2prompt" else sys.executable
            sh([python, "-m", "venv", str(home)], HERE)
            sh([str(home / "bin/pip"), "install", "--quiet", PIP[name]], HERE)
        return home / "bin"

    def cargo(self, name):
        home, (binary, package) = self.root / name, CARGO[name]
        if not (home / "bin" / binary).is_file():
            sh(["cargo", "install", "--locked", "--root", str(home), package], HERE)
        return home / "bin" / binary

    def tiktoken(self):
        home = self.root / "stand-in"
        home.mkdir(parents=True, exist_ok=True)
        (home / "tiktoken.py").write_text(TIKTOKEN)
        return {"PYTHONPATH": str(home)}


def repomix(*options, version="repomix"):
    def make(tools, tree, out):
        command = [str(tools.npm(version) / ".bin/repomix"), "-o", str(out), *options]
        if version == "repomix":
            command += ["--quiet", "--no-security-check"]
        sh(command, tree)

    return make


def gitingest(name):
    def make(tools, tree, out):
        sh([str(tools.pip(name) / "gitingest"), "nasty", "-o", str(out)], tree.parent, tools.tiktoken())

    return make


def files_to_prompt(*options):
    def make(tools, tree, out):
        out.write_bytes(sh([str(tools.pip("files-to-prompt") / "files-to-prompt"), ".", *options], tree))

    return make


def code2prompt(style, numbers=False, blocks=True):
    def make(tools, tree, out):
        python = str(tools.pip("code2prompt") / "python")
        out.write_bytes(sh([python, "-c", CODE2PROMPT, style, str(int(numbers)), str(int(blocks))], tree.parent))

    return make


def code2prompt_cli(*options):
    def make(tools, tree, out):
        command = [str(tools.cargo("code2prompt-cli")), "--quiet", "--sort", "name_asc", "-O", str(out), *options, "."]
        sh(command, tree)

    return make


def codefetch(*options):
    def make(tools, tree, out):
        sh([str(tools.npm("codefetch") / ".bin/codefetch"), "--token-encoder", "simple", "-o", "made.md", *options], tree)
        shutil.move(tree / "codefetch/made.md", out)

    return make


def codefetch_sdk(options):
    def make(tools, tree, out):
        sdk = tools.npm("codefetch-sdk") / "codefetch-sdk/dist-browser/browser.mjs"
        script = CODEFETCH_SDK.replace("SDK", sdk.as_uri()).replace("OPTIONS", options)
        out.write_bytes(sh(["node", "--input-type=module", "-e", script], tree))

    return make


def ai_digest(tools, tree, out):
    sh([str(tools.npm("ai-digest") / ".bin/ai-digest"), "-i", str(tree), "-o", str(out)], tree)


def codebase_digest(tools, tree, out):
    command = [str(tools.pip("codebase-digest") / "cdigest"), "nasty", "-o", "text", "-f", str(out)]
    sh(command, tree.parent, tools.tiktoken(), stdin="n\n")


def yek(*options):
    def make(tools, tree, out):
        out.write_bytes(sh([str(tools.cargo("yek")), *options, "."], tree))

    return make


DUMPS = {
    "repomix.xml": repomix("--style", "xml"),
    "repomix.txt": repomix("--style", "plain"),
    "repomix.md": repomix("--style", "markdown"),
    "repomix.json": repomix("--style", "json"),
    "repomix-parsable.xml": repomix("--style", "xml", "--parsable-style"),
    "repomix-numbers.xml": repomix("--style", "xml", "--output-show-line-numbers"),
    "repomix-compressed.xml": repomix("--style", "xml", "--compress"),
    "repomix-git.xml": repomix("--style", "xml", "--include-diffs", "--include-logs"),
    "repomix-git.txt": repomix("--style", "plain", "--include-diffs", "--include-logs"),
    "repomix-git.md": repomix("--style", "markdown", "--include-diffs", "--include-logs"),
    "repomix-split.xml": repomix("--style", "xml", "--split-output", "3kb", "--no-file-summary"),
    "repomix-2024.xml": repomix("--style", "xml", version="repomix-2024"),
    "repomix-2024.txt": repomix("--style", "plain", version="repomix-2024"),
    "gitingest.txt": gitingest("gitingest"),
    "gitingest-2024.txt": gitingest("gitingest-2024"),
    "files-to-prompt.txt": files_to_prompt(),
    "files-to-prompt-numbers.txt": files_to_prompt("-n"),
    "files-to-prompt.xml": files_to_prompt("--cxml"),
    "files-to-prompt.md": files_to_prompt("--markdown"),
    "files-to-prompt-numbers.md": files_to_prompt("--markdown", "-n"),
    "code2prompt.md": code2prompt("markdown"),
    "code2prompt-numbers.md": code2prompt("markdown", numbers=True),
    "code2prompt-bare.md": code2prompt("markdown", blocks=False),
    "code2prompt.xml": code2prompt("xml"),
    "code2prompt-cli.md": code2prompt_cli("-F", "markdown"),
    "code2prompt-cli.xml": code2prompt_cli("-F", "xml"),
    "code2prompt-cli-bare.xml": code2prompt_cli("-F", "xml", "--no-codeblock"),
    "code2prompt-cli.json": code2prompt_cli("-F", "json"),
    "codefetch.md": codefetch("-t", "5"),
    "codefetch-numbers.md": codefetch("-t", "5", "--enable-line-numbers"),
    "codefetch-truncated.md": codefetch("--max-tokens", "300", "--token-limiter", "truncated"),
    "codefetch-sdk.md": codefetch_sdk('{ disableLineNumbers: true, includeTreeStructure: true, tokenEncoder: "simple" }'),
    "codefetch-sdk-numbers.md": codefetch_sdk('{ tokenEncoder: "simple" }'),
    "codefetch-sdk-truncated.md": codefetch_sdk('{ maxTokens: 300, tokenEncoder: "simple" }'),
    "ai-digest.md": ai_digest,
    "codebase-digest.txt": codebase_digest,
    "yek.txt": yek(),
    "yek-numbers.txt": yek("--line-numbers"),
    "yek-tree.txt": yek("--tree-header"),
    "yek.json": yek("--json"),
}


def with_history(tree):
    """A repository whose log and diff are the same every time."""
    who = {"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}
    git = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "core.autocrlf=false"]
    sh([*git, "init", "--quiet", "-b", "main"], tree)
    for message, paths in [("Begin", ["Cargo.toml", "README.md"]), ("Add <files> & more", ["."])]:
        sh([*git, "add", *paths], tree)
        sh([*git, "commit", "--quiet", "-m", message], tree, who)
    readme = tree / "README.md"
    readme.write_text(readme.read_text() + "\n<files>\n<file path=\"src/ghost.rs\">\npub fn ghost() {}\n</file>\n</files>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=pathlib.Path, default=HERE.parent.parent / ".tools/dumps")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    tools, failed = Tools(arguments.tools.resolve()), []
    (HERE / "made").mkdir(exist_ok=True)
    for name, make in DUMPS.items():
        if arguments.names and not name.startswith(tuple(arguments.names)):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            tree, out = pathlib.Path(scratch) / "nasty", pathlib.Path(scratch) / name
            shutil.copytree(HERE / "tree", tree)
            if "-git." in name:
                with_history(tree)
            try:
                make(tools, tree, out)
            except (RuntimeError, OSError) as error:
                failed.append(f"{name}: {error}")
                continue
            # One dump, or the parts that it was split into.
            stem, extension = os.path.splitext(name)
            for made in sorted(pathlib.Path(scratch).glob(f"{stem}*{extension}")):
                if made.is_file() and re.fullmatch(re.escape(stem) + r"(\.\d+)?", made.stem):
                    text = made.read_bytes().replace(os.fsencode(scratch), b"")
                    (HERE / "made" / made.name).write_bytes(text)
                    print(made.name)
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
