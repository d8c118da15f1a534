#!/usr/bin/env python3
"""What Aider's repo map holds of what functions without bodies need.

    context_coverage CRATES TRUTH 56 --cases CASES
    python3 aider_map.py CASES           # in an environment with aider-chat

The map is made as Aider makes it when no file is in the chat yet and the request names the function: its file and the words of
its signature's line are mentioned.  A symbol is held when the line that declares it is in the map.
"""
import json, os, re, statistics, sys

import litellm

# The vocabulary that litellm brings along, so that nothing is downloaded.
VOCABULARIES = os.path.join(os.path.dirname(litellm.__file__), "litellm_core_utils", "tokenizers")
os.environ.setdefault("TIKTOKEN_CACHE_DIR", VOCABULARIES)

import tiktoken
from aider.repomap import RepoMap

BUDGETS = (1000, 2000, 4000)


class Model:
    """Counts tokens as the model would."""

    def __init__(self):
        self.encoding = tiktoken.get_encoding("cl100k_base")

    def token_count(self, text):
        return len(self.encoding.encode(text, disallowed_special=()))


class Quiet:
    def read_text(self, name):
        with open(name, encoding="utf-8") as file:
            return file.read()

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def shown_lines(text):
    """By file, the stripped lines that a map shows."""
    lines, name = {}, None
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(("│", "⋮")):
            name = line[:-1]
            lines.setdefault(name, set())
        elif line.startswith("│") and name:
            lines[name].add(line[1:].strip())
    return lines


def main(root):
    model, scores = Model(), {budget: [] for budget in BUDGETS}
    for crate in sorted(os.listdir(root)):
        directory = os.path.join(root, crate)
        with open(os.path.join(directory, "cases.json"), encoding="utf-8") as file:
            cases = json.load(file)
        sources = sorted(
            os.path.join(at, name) for at, _, names in os.walk(directory) for name in names if name.endswith(".rs"))
        texts = {}
        for path in sources:
            with open(path, encoding="utf-8") as file:
                texts[os.path.relpath(path, directory)] = file.read().splitlines()
        for budget in BUDGETS:
            repo = RepoMap(map_tokens=budget, root=directory, main_model=model, io=Quiet(), refresh="files",
                           map_mul_no_files=1)
            for case in cases:
                header = texts[case["file"]][case["lines"][0] - 1]
                idents = set(re.findall(r"\w+", header)) | {case["name"]}
                text = repo.get_repo_map([], sources, mentioned_fnames={case["file"]}, mentioned_idents=idents,
                                         force_refresh=True) or ""
                shown = shown_lines(text)

                def held(place):
                    name, line = place
                    return texts[name][line - 1].strip() in shown.get(name, ())

                hits = sum(any(held(place) for place in used) for used in case["used"])
                scores[budget].append(hits / len(case["used"]))
        print("up to", crate, {b: round(statistics.mean(s), 3) for b, s in scores.items()}, flush=True)


main(sys.argv[1])
