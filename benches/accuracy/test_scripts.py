"""What the truth and the scores rest on: python3 -m unittest discover -s benches/accuracy"""
import unittest

import corpus
import scip_index
from extract import Nest, parse_descriptor, strip_generics, symbol_path
from score import Scorer, norm_path, truth_as_graph


def definition(id, kind, name, line, **more):
    return {"id": id, "kind": kind, "name": name, "path": f"crate::{name}", "symbol": None, "file": "src/lib.rs", "line": line,
            "col": 3, "range": [line, 0, line, 40], "parent": 0, "origin": "source", **more}


def truth():
    """fn a() { b(); b(); x.m() }  fn b() {}  impl S { fn m() {} }"""
    call = {"from": 1, "file": "src/lib.rs", "line": 1}
    return {
        "crate": "small", "version": "1.0.0", "files": [{"path": "src/lib.rs"}], "blind": [], "macro_calls": [], "implements": [],
        "defs": [definition(0, "module", "crate", 1, path="crate"), definition(1, "function", "a", 1),
                 definition(2, "function", "b", 2), definition(3, "method", "m", 3), definition(4, "function", "c", 4)],
        "sites": [{**call, "kind": "call-path", "form": "call-path", "to": [2], "col": 9, "name": "b"},
                  {**call, "kind": "call-path", "form": "call-path", "to": [2], "col": 14, "name": "b"},
                  {**call, "kind": "call-method", "form": "call-method", "to": [3], "col": 21, "name": "m"}],
    }


class Scores(unittest.TestCase):
    def score(self, change):
        graph = truth_as_graph(truth())
        change(graph)
        return Scorer(truth(), graph).run()

    def test_the_truth_scores_perfectly(self):
        scores = self.score(lambda graph: None)
        self.assertEqual(scores["nodes"]["ALL"]["f1"], 1.0)
        self.assertEqual(scores["calls_pairs"]["strict"]["ALL"]["f1"], 1.0)
        self.assertEqual(scores["calls_pairs"]["strict"]["ALL"]["truth"], 2)    # two sites of one pair

    def test_a_missing_call_costs_recall(self):
        calls = self.score(lambda graph: graph["edges"].pop())["calls_pairs"]["strict"]
        self.assertEqual((calls["ALL"]["precision"], calls["ALL"]["recall"]), (1.0, 0.5))
        self.assertEqual(calls["call-method"]["recall"], 0.0)

    def test_a_wrong_target_costs_both(self):
        def redirect(graph):
            graph["edges"][-1]["to"] = 4
        calls = self.score(redirect)["calls_pairs"]["strict"]["ALL"]
        self.assertEqual((calls["precision"], calls["recall"]), (0.5, 0.5))

    def test_a_symbol_that_is_not_there_costs_precision(self):
        def add(graph):
            graph["nodes"].append({"id": 99, "kind": "function", "name": "ghost", "path": "crate::ghost",
                                   "file": "src/lib.rs", "line": 9, "column": 4})
        nodes = self.score(add)["nodes"]["ALL"]
        self.assertLess(nodes["precision"], 1.0)
        self.assertEqual(nodes["recall"], 1.0)


class Symbols(unittest.TestCase):
    def test_descriptors(self):
        symbol = "rust-analyzer cargo tokio 1.0.0 sync/impl#[`Sender<T>`][Clone]clone()."
        self.assertEqual(parse_descriptor(symbol),
                         [("sync", "/"), ("impl", "#"), ("Sender<T>", "[]"), ("Clone", "[]"), ("clone", "()")])
        self.assertEqual(symbol_path(symbol), "crate::sync::<Sender as Clone>::clone")

    def test_paths_without_generics(self):
        self.assertEqual(norm_path("tokio::sync::<Sender<T> as Clone>::clone"), "crate::sync::Sender::clone")
        self.assertEqual(strip_generics("&'a mut Map<K, V>"), "Map")

    def test_innermost_range(self):
        nest = Nest([((1, 0), (9, 0), "outer"), ((2, 0), (3, 0), "inner")])
        self.assertEqual([nest.at(p) for p in ((2, 5), (4, 0), (9, 1))], ["inner", "outer", None])


class Reading(unittest.TestCase):
    def test_scip_varints(self):
        self.assertEqual(scip_index._packed(bytes([0x05, 0xAC, 0x02])), [5, 300])

    def test_a_manifest_keeps_only_what_is_scored(self):
        manifest = ('[package]\nname = "x"\nrust-version = "1.60"\n\n[dependencies.a]\nversion = "1"\n\n'
                    '[dev-dependencies.b]\nversion = "1"\n\n[[bench]]\nname = "y"\n\n[features]\nf = ["a/g", "b/h"]\n')
        cleaned = corpus.clean_manifest(manifest)
        self.assertIn("[dependencies.a]", cleaned)
        self.assertIn('f = ["a/g", ]', cleaned)
        for gone in ("rust-version", "dev-dependencies", "bench]", "b/h"):
            self.assertNotIn(gone, cleaned)
        self.assertTrue(cleaned.endswith("[workspace]\n"))


if __name__ == "__main__":
    unittest.main()
