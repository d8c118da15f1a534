#!/usr/bin/env python3
"""Score a symbol graph against the rust-analyzer truth.

    score.py TRUTH.json GRAPH.json [--json OUT.json] [--errors N]
    score.py --self-test TRUTH.json...

GRAPH: {"nodes" or "symbols":[{"id","kind","name","path","file","line","column"}],
        "edges":[{"from","to","kind","file","line","column"}]}
Lines are 1-based and point at the name token; columns may be 0- or 1-based
(detected).  The rules are described in README.md, "How the scorer decides".
"""
import argparse, bisect, collections, json, lzma, random, re, sys

CALL_KINDS = ("call-path", "call-method", "call-macro-arg", "call-macro-item")
TYPE_FAMILY = {"struct", "enum", "union", "trait", "type_alias"}
FAMILY = {
    **dict.fromkeys(("function", "fn", "method", "assoc_fn", "associated_function", "trait_method",
                     "static_method", "constructor"), "fn"),
    **dict.fromkeys(("struct", "class"), "struct"), "enum": "enum", "union": "union",
    **dict.fromkeys(("trait", "interface", "trait_alias"), "trait"),
    **dict.fromkeys(("type_alias", "typealias", "type", "assoc_type", "associated_type"), "type_alias"),
    **dict.fromkeys(("const", "constant", "assoc_const", "associated_const"), "const"),
    "static": "static", **dict.fromkeys(("macro", "macro_rules"), "macro"),
    **dict.fromkeys(("field", "property"), "field"),
    **dict.fromkeys(("variant", "enum_variant", "enum_member"), "variant"),
    **dict.fromkeys(("module", "mod", "crate", "package", "namespace"), "module"), "impl": "impl",
}
EDGE_CLASS = {
    **dict.fromkeys(("calls", "call", "async_calls"), "calls"),
    **dict.fromkeys(("implements", "implement", "impl", "derives", "impl_trait"), "implements"),
    **dict.fromkeys(("contains", "defines", "declares", "has", "parent"), "contains"),
    **dict.fromkeys(("imports", "import", "reexports", "exports"), "imports"),
    **dict.fromkeys(("overrides", "associates"), "not scored"),
}
# truth site kind -> family of use edges
USE_FAMILY = {"type-use": "type", "ctor": "type", "const-use": "const", "static-use": "static", "field": "field",
              "variant-use": "variant", "variant-pattern": "variant", "macro-use": "macro", "fn-ref": "fn-ref"}
FORM_GROUP = {"type": "type position", "bound": "type position", "impl-trait": "type position",
              "assoc-binding": "type position", "qualifier": "path qualifier"}


def norm_path(p):
    """crate::m::<T<A> as Tr>::f  ->  crate::m::T::f (generics and trait dropped)."""
    if not p:
        return None
    p = re.sub(r"<\s*([^<>]*(?:<.*>)?[^<>]*?)\s+as\s+.*?>(?=::|$)", lambda m: m.group(1), p)
    while True:
        q = re.sub(r"(::)?<[^<>]*>", "", p)
        if q == p:
            break
        p = q
    segs = [re.sub(r"[^\w#]", "", s.split(" ")[-1]).removeprefix("r#") for s in p.split("::")]
    return "::".join(["crate", *segs[1:]])


class Regions:
    """Positions covered by any of a set of ranges of one file."""

    def __init__(self, ranges):
        self.r = []
        for s, e in sorted(ranges):
            if self.r and s <= self.r[-1][1]:
                self.r[-1][1] = max(e, self.r[-1][1])
            else:
                self.r.append([s, e])
        self.starts = [x[0] for x in self.r]

    def has(self, pos):
        i = bisect.bisect_right(self.starts, pos) - 1
        return i >= 0 and pos < self.r[i][1]


class Truth:
    def __init__(self, t):
        self.t = t
        self.defs = {d["id"]: d for d in t["defs"]}
        self.files = {f["path"] for f in t["files"]}
        blind, mac = collections.defaultdict(list), collections.defaultdict(list)
        for b in t["blind"]:
            r = b["range"]
            blind[b["file"]].append(((r[0], r[1]), (r[2], r[3])))
        for m in t["macro_calls"]:
            r = m["range"]
            mac[m["file"]].append(((r[0], r[1]), (r[2], r[3])))
        self.blind = {f: Regions(v) for f, v in blind.items()}
        self.mac = {f: sorted(v) for f, v in mac.items()}
        # definitions by place and by path
        self.by_line, self.by_path = collections.defaultdict(list), collections.defaultdict(list)
        for d in t["defs"]:
            for ln in {d["line"], d.get("alt_line")} - {None}:
                self.by_line[d["file"], ln].append(d)
            self.by_path[norm_path(d["path"])].append(d)
        self.decl = {d["id"]: d["decl"] for d in t["defs"] if d.get("decl") is not None}
        # sites
        self.site_at, self.site_line = {}, collections.defaultdict(list)
        self.names_in = collections.defaultdict(list)       # (file, name) -> [pos]
        self.places = {(s["file"], s["line"], s["col"]) for s in t["sites"]}
        self.use_names_in = collections.defaultdict(list)
        for i, s in enumerate(t["sites"]):
            s["id"] = i
            self.use_names_in[s["file"], s["name"]].append((s["line"], s["col"]))
            if s["kind"] in CALL_KINDS or s["kind"] in ("ctor", "fn-ref", "call-operator", "call-local", "call-unresolved"):
                self.site_at[s["file"], s["line"], s["col"]] = s
                self.site_line[s["file"], s["line"]].append(s)
                self.names_in[s["file"], s["name"]].append((s["line"], s["col"]))

    def scored_target(self, s):
        """In-crate definitions a site must be linked to ([] when not scored)."""
        return [d for d in s["to"] if self.defs[d]["origin"] != "derived"]

    def is_blind(self, file, line, col):
        r = self.blind.get(file)
        if r is None:
            return False
        if col is None:
            return r.has((line, 0)) and r.has((line, 10**6))
        return r.has((line, col))

    def macro_around(self, file, line, col):
        """Innermost macro invocation around a position, as (start, end)."""
        best = None
        pos = (line, col if col is not None else 0)
        for s, e in self.mac.get(file, ()):
            if s[0] > line:
                break
            inside = s <= pos < e if col is not None else s[0] <= line <= e[0]
            if inside and (best is None or s >= best[0]):
                best = (s, e)
        return best

    def same(self, a, b):
        """Lenient equality: same definition, or trait declaration vs an impl of it."""
        return a == b or self.decl.get(a) == b or self.decl.get(b) == a


def prf(tp_p, n_p, tp_r, n_r):
    p = tp_p / n_p if n_p else None
    r = tp_r / n_r if n_r else None
    f = 2 * p * r / (p + r) if p and r else (0.0 if p is not None and r is not None else None)
    return {"precision": p, "recall": r, "f1": f, "predicted": n_p, "truth": n_r, "tp": tp_r}


class Scorer:
    def __init__(self, truth, graph, errors=0):
        self.T, self.g, self.limit = Truth(truth), graph, errors
        self.errors = collections.defaultdict(list)
        self.info = collections.Counter()
        self.out = {"crate": truth["crate"], "version": truth["version"]}

    def err(self, what, row):
        if len(self.errors[what]) < self.limit:
            self.errors[what].append(row)

    def col(self, x, base):
        c = x.get("column", x.get("col"))
        return None if c is None else c - base

    def detect_base(self, rows, places):
        hits = [sum((r.get("file"), r.get("line"), self.col(r, b)) in places for r in rows) for b in (0, 1)]
        return 1 if hits[1] > hits[0] else 0

    # ------------------------------------------------------------- nodes
    def match_nodes(self):
        T = self.T
        nodes = self.g.get("nodes") or self.g["symbols"]
        self.node = {n["id"]: n for n in nodes}
        self.nbase = self.detect_base(nodes, {(d["file"], d["line"], d["col"]) for d in T.defs.values()})
        self.map, self.neutral, used = {}, {}, {}
        tally = collections.defaultdict(lambda: collections.Counter())
        pending = []
        for n in nodes:
            fam = FAMILY.get(str(n.get("kind", "")).lower())
            if fam is None:
                self.neutral[n["id"]] = "other-kind"
                continue
            d = self.node_at(n, fam, used)
            if d is None:
                pending.append((n, fam))
            else:
                self.map[n["id"]], used[d["id"]] = d["id"], n["id"]
        for n, fam in pending:                              # by path: generated items, file modules
            cands = [d for d in T.by_path.get(norm_path(n.get("path")), ())
                     if FAMILY[d["kind"]] == fam and d["id"] not in used and
                     (d["line"] is None or fam == "module" or n.get("line") is None)]
            if cands:
                d = cands[0]
                self.map[n["id"]], used[d["id"]] = d["id"], n["id"]
                self.info["nodes matched by path"] += 1
                continue
            why = self.node_neutral(n)
            if why:
                self.neutral[n["id"]] = why
                self.info[f"nodes neutral: {why}"] += 1
            else:
                tally[fam]["fp"] += 1
                self.err("node-extra", {k: n.get(k) for k in ("kind", "name", "path", "file", "line")})
        for nid, did in self.map.items():
            fam = FAMILY[str(self.node[nid]["kind"]).lower()]
            tfam = FAMILY[T.defs[did]["kind"]]
            if fam == tfam:
                tally[fam]["tp"] += 1
            else:
                tally[fam]["fp"] += 1
                self.err("node-kind", {"graph": fam, "truth": tfam, "path": T.defs[did]["path"]})
        for d in T.defs.values():
            if d["origin"] == "derived" or d["name"] == "_":
                continue
            fam = FAMILY.get(d["kind"])
            if fam is None:
                continue
            fam = fam if d["origin"] != "generated" else "generated:" + ("fn" if fam == "fn" else "other")
            tally[fam]["n"] += 1
            ok = d["id"] in used
            tally[fam]["hit"] += ok
            if not ok:
                self.err("node-missing", {k: d[k] for k in ("kind", "path", "file", "line")})
        self.used = used
        self.out["nodes"] = {f: prf(c["tp"], c["tp"] + c["fp"], c["hit"], c["n"]) if not f.startswith("generated")
                             else {"recall": c["hit"] / c["n"] if c["n"] else None, "truth": c["n"], "tp": c["hit"],
                                   "precision": None, "f1": None, "predicted": None}
                             for f, c in sorted(tally.items())}
        src = [c for f, c in tally.items() if not f.startswith("generated")]
        s = {k: sum(c[k] for c in src) for k in ("tp", "fp", "hit", "n")}
        self.out["nodes"]["ALL"] = prf(s["tp"], s["tp"] + s["fp"], s["hit"], s["n"])

    def node_at(self, n, fam, used):
        if n.get("line") is None or not n.get("file"):
            return None
        col = self.col(n, self.nbase)
        name = str(n.get("name", "")).removeprefix("r#")
        best = None
        for d in self.T.by_line.get((n["file"], n["line"]), ()):
            if d["id"] in used:
                continue
            dfam = FAMILY.get(d["kind"])
            if (fam == "impl") != (dfam == "impl") or fam != "impl" and d["name"] != name:
                continue
            rank = (dfam == fam, d["col"] == col, -abs((d["col"] or 0) - (col or 0)))
            if best is None or rank > best[0]:
                best = (rank, d)
        return best[1] if best else None

    def node_neutral(self, n):
        f, ln = n.get("file"), n.get("line")
        if not f or f not in self.T.files:
            return "file not in truth (external, test or cfg'd out)"
        if ln is None:
            return "no position"
        col = self.col(n, self.nbase)
        if self.T.is_blind(f, ln, col):
            return "blind region"
        if self.T.macro_around(f, ln, col):
            return "inside a macro invocation"
        if n.get("name") == "_":
            return "const _"
        if FAMILY[str(n["kind"]).lower()] == "field" and str(n.get("name")).isdigit():
            return "tuple field"
        return None

    # ------------------------------------------------------------- edges
    def container_of(self, nid, seen=()):
        """Truth definition an edge starts at: fields/variants count as their type;
        closures and the like as what contains them."""
        while nid is not None and nid not in self.map and nid not in seen:
            if nid not in self.neutral or self.neutral[nid] != "other-kind":
                return None
            seen = (*seen, nid)
            nid = self.parent.get(nid)
        d = self.map.get(nid)
        while d is not None and self.T.defs[d]["kind"] in ("field", "variant"):
            d = self.T.defs[d]["parent"]
        return d

    def find_site(self, file, line, col, name):
        s = self.T.site_at.get((file, line, col)) if col is not None else None
        if s is not None:
            return s
        c = [s for s in self.T.site_line.get((file, line), ()) if s["name"] == name]
        return min(c, key=lambda s: abs(s["col"] - (col or 0))) if c else None

    def prepare_edges(self):
        edges = self.g["edges"]
        self.parent = {e["to"]: e["from"] for e in edges if EDGE_CLASS.get(str(e["kind"]).lower()) == "contains"}
        self.ebase = self.detect_base(edges, self.T.places)
        self.edges = collections.defaultdict(list)
        for e in edges:
            self.edges[EDGE_CLASS.get(str(e["kind"]).lower(), "uses")].append(e)

    def end(self, nid):
        """('def', id) | ('neutral', why) | ('fp', None)"""
        if nid in self.map:
            return "def", self.map[nid]
        if nid in self.neutral:
            return "neutral", self.neutral[nid]
        return ("fp", None) if nid in self.node else ("neutral", "unknown id")

    def score_calls(self):
        T = self.T
        need = collections.defaultdict(set)                 # (from, frozenset(to)) -> sub-kinds
        neutral, op_need = set(), set()
        truth_sites = []
        for s in T.t["sites"]:
            to = T.scored_target(s)
            if s["kind"] in CALL_KINDS:
                if to:
                    need[s["from"], frozenset(to)].add(s["kind"])
                    truth_sites.append(s)
                else:
                    neutral |= {(s["from"], t) for t in s["to"]}
            elif s["kind"] in ("fn-ref", "call-operator"):
                neutral |= {(s["from"], t) for t in s["to"]}
                if s["kind"] == "call-operator" and to:
                    op_need.add((s["from"], frozenset(to)))
        good = collections.defaultdict(set)                 # from -> {to}
        for f, ts in need:
            good[f] |= ts
        # predictions
        pred = collections.defaultdict(lambda: {"kinds": set(), "neutral": False, "where": None})
        unknown = 0                                         # edges to nodes that do not exist in truth
        sp = collections.defaultdict(lambda: collections.Counter())
        site_hit = {"strict": set(), "lenient": set()}
        seen_site = set()
        for e in self.edges["calls"]:
            tk, t = self.end(e["to"])
            f = self.container_of(e["from"])
            tn = self.node.get(e["to"], {})
            if f is None:
                if self.end(e["from"])[0] == "fp":
                    unknown += 1
                self.info["call edges skipped: caller not scored"] += 1
                continue
            file = e.get("file") or self.node[e["from"]].get("file")
            line, col = e.get("line"), self.col(e, self.ebase)
            name = str(tn.get("name", "")).removeprefix("r#")
            site = self.find_site(file, line, col, name) if line is not None else None
            # edges that rust-analyzer cannot judge
            why = None
            if tk == "neutral":
                why = "callee not scored"
            elif T.defs[f]["origin"] == "generated":
                why = "caller exists only after macro expansion"
            elif tk == "def" and FAMILY[T.defs[t]["kind"]] in ("struct", "variant", "enum", "union", "type_alias"):
                self.edges["uses"].append(e)
                self.info["call edges to types/variants counted as uses"] += 1
                continue
            elif tk == "def" and T.defs[t]["origin"] == "derived":
                why = "derived callee"
            elif line is not None and T.is_blind(file, line, col):
                why = "site in a blind region"
            elif site is not None and site["kind"] in ("call-unresolved", "call-operator", "fn-ref"):
                why = f"{site['kind']} site"
            elif site is None and line is not None:
                m = T.macro_around(file, line, col)
                if m and not any(m[0] <= p < m[1] for p in T.names_in.get((file, name), ())):
                    why = "only inside a macro expansion"
            kind = site["kind"] if site is not None and site["kind"] in CALL_KINDS else "other"
            if why:
                self.info[f"call edges neutral: {why}"] += 1
                if tk == "def":
                    pred[f, t]["neutral"] = True
                continue
            if tk == "fp":
                unknown += 1
                sp[kind].update(("n-strict", "n-lenient"))
                continue
            pr = pred[f, t]
            pr["kinds"].add(kind)
            pr["where"] = pr["where"] or (file, line)
            # site level
            key = (site["id"] if site is not None else (file, line, col), t)
            if key in seen_site:
                continue
            seen_site.add(key)
            to = T.scored_target(site) if site is not None else []
            sp[kind]["n-strict"] += 1
            if t in to:
                sp[kind]["strict"] += 1
                site_hit["strict"].add(site["id"])
            if any(T.same(t, x) for x in to):
                if site["id"] not in site_hit["lenient"]:
                    sp[kind]["n-lenient"] += 1
                    sp[kind]["lenient"] += 1
                site_hit["lenient"].add(site["id"])
            else:
                sp[kind]["n-lenient"] += 1
        # pair level
        by_from = collections.defaultdict(set)
        for (f, t), pr in pred.items():
            by_from[f].add(t)
        n, tp = collections.Counter(), collections.Counter()
        # lenient: all predictions that stand for the same true pair count once, so that
        # fanning a trait call out to every impl is neither rewarded nor punished
        n_len, tp_len = collections.defaultdict(set), collections.defaultdict(set)
        for (f, t), pr in pred.items():
            strict = t in good[f]
            match = t if strict else next((x for x in sorted(good[f]) if T.same(t, x)), None)
            if not strict and (pr["neutral"] or (f, t) in neutral):
                continue
            kinds = pr["kinds"] or {"other"}                 # only neutral sites, yet a true pair
            if strict and kinds == {"other"}:
                kinds = set().union(*(k for (ff, ts), k in need.items() if ff == f and t in ts))
            for k in ("ALL", *kinds):
                n[k] += 1
                tp[k] += strict
                n_len[k].add((f, t if match is None else match))
                if match is not None:
                    tp_len[k].add((f, match))
            if not strict:
                self.err("call-extra" if match is None else "call-extra-lenient-ok",
                         {"from": T.defs[f]["path"], "to": T.defs[t]["path"], "at": pr["where"], "kind": sorted(kinds)})
        hit = {"strict": collections.Counter(), "lenient": collections.Counter()}
        m = collections.Counter()
        for (f, ts), kinds in need.items():
            strict = bool(ts & by_from[f])
            lenient = strict or any(T.same(a, b) for a in ts for b in by_from[f])
            tags = ["ALL", *kinds]
            d = T.defs[min(ts)]
            if d["origin"] == "generated":
                tags.append("made by a crate macro" if (d.get("macro") or [0, 0])[1] == "in-crate" else "made by another macro")
            for k in tags:
                m[k] += 1
                hit["strict"][k] += strict
                hit["lenient"][k] += lenient
            if not strict:
                self.err("call-missing-lenient-ok" if lenient else "call-missing",
                         {"from": T.defs[f]["path"], "to": T.defs[min(ts)]["path"], "kind": sorted(kinds)})
        rows = ("ALL", *CALL_KINDS, "made by a crate macro", "made by another macro")
        lost = collections.Counter({"ALL": unknown})         # edges to nodes truth does not have
        self.out["calls_pairs"] = {
            "strict": {k: prf(tp[k], n[k] + lost[k], hit["strict"][k], m[k]) for k in rows},
            "lenient": {k: prf(len(tp_len[k]), len(n_len[k]) + lost[k], hit["lenient"][k], m[k]) for k in rows}}
        # site level
        ms = collections.Counter(s["kind"] for s in truth_sites)
        hs = {mode: collections.Counter(s["kind"] for s in truth_sites if s["id"] in site_hit[mode])
              for mode in ("strict", "lenient")}
        have_pos = any(e.get("line") is not None for e in self.edges["calls"])
        self.out["calls_sites"] = {mode: {k: prf(
            sum(sp[x][mode] for x in sp) if k == "ALL" else sp[k][mode],
            sum(sp[x]["n-" + mode] for x in sp) if k == "ALL" else sp[k]["n-" + mode],
            sum(hs[mode].values()) if k == "ALL" else hs[mode][k],
            len(truth_sites) if k == "ALL" else ms[k]) for k in ("ALL", *CALL_KINDS)}
            for mode in ("strict", "lenient")} if have_pos else None
        got = sum(1 for f, ts in op_need if ts & by_from[f])
        self.out["operator_calls"] = {"truth_pairs": len(op_need), "found": got}

    def score_uses(self):
        T = self.T
        need = collections.defaultdict(lambda: collections.defaultdict(set))    # family -> pair -> form groups
        neutral = set()
        for s in T.t["sites"]:
            fam = USE_FAMILY.get(s["kind"])
            to = T.scored_target(s)
            fd = T.defs[s["from"]]
            if s["kind"] == "self-type":
                im = fd
                while im is not None and im["kind"] not in ("impl", "trait", "struct", "enum", "union"):
                    im = T.defs.get(im["parent"]) if im["parent"] is not None else None
                if im is not None:
                    neutral.add((s["from"], im.get("self_def") if im["kind"] == "impl" else im["id"]))
                continue
            if s["kind"] in ("import", "call-operator") or s["kind"] in CALL_KINDS:
                neutral |= {(s["from"], t) for t in to}
                continue
            if fam is None or not to:
                continue
            if fam == "type" and FAMILY[T.defs[to[0]]["kind"]] == "variant":
                fam = "variant"
            if fd["kind"] in ("impl", "module"):            # headers: attribution is a matter of taste
                neutral |= {(s["from"], t) for t in to}
                if fd["kind"] == "impl":
                    neutral |= {(fd.get("self_def"), t) for t in to}
                continue
            need[fam][s["from"], frozenset(to)].add(FORM_GROUP.get(s["form"], "expression"))
        pred = collections.defaultdict(set)
        for e in self.edges["uses"]:
            tk, t = self.end(e["to"])
            f = self.container_of(e["from"])
            if f is None or tk == "neutral":
                self.info["use edges skipped: end not scored"] += 1
                continue
            file = e.get("file") or self.node[e["from"]].get("file")
            line, col = e.get("line"), self.col(e, self.ebase)
            if line is not None and T.is_blind(file, line, col):
                self.info["use edges neutral: blind region"] += 1
                continue
            m = T.macro_around(file, line, col) if line is not None else None
            name = str(self.node.get(e["to"], {}).get("name", "")).removeprefix("r#")
            if m and (file, line, col) not in T.places and \
                    not any(m[0] <= p < m[1] for p in T.use_names_in.get((file, name), ())):
                self.info["use edges neutral: only inside a macro expansion"] += 1
                continue
            if tk == "fp":
                pred["type"].add((f, None))
                continue
            fam = FAMILY[T.defs[t]["kind"]]
            fam = "type" if fam in TYPE_FAMILY else "fn-ref" if fam == "fn" else fam
            if fam in ("module", "impl") or T.defs[f]["kind"] in ("impl", "module"):
                continue
            pred[fam].add((f, t))
        out = {}
        for fam in sorted(set(need) | set(pred)):
            good = collections.defaultdict(set)
            for f, ts in need[fam]:
                good[f] |= ts
            by_from = collections.defaultdict(set)
            n = tp = 0
            for f, t in pred[fam]:
                by_from[f].add(t)
                ok = t in good[f]
                if not ok and ((f, t) in neutral or f == t):
                    continue
                n, tp = n + 1, tp + ok
                if not ok:
                    self.err(f"use-extra-{fam}", {"from": T.defs[f]["path"], "to": T.defs[t]["path"] if t is not None else None})
            m, h = collections.Counter(), collections.Counter()
            for (f, ts), groups in need[fam].items():
                ok = bool(ts & by_from[f])
                for k in ("ALL", *groups):
                    m[k] += 1
                    h[k] += ok
                if not ok:
                    self.err(f"use-missing-{fam}", {"from": T.defs[f]["path"], "to": T.defs[min(ts)]["path"], "form": sorted(groups)})
            out[fam] = prf(tp, n, h["ALL"], m["ALL"])
            if fam == "type":
                out[fam]["recall_by_form"] = {k: [h[k], m[k]] for k in m if k != "ALL"}
        self.out["uses_pairs"] = out

    def score_implements(self):
        T = self.T
        need = {"in-crate trait": {}, "external trait": {}}
        optional = set()
        for i in T.t["implements"]:
            if i["type"] is None:
                continue
            key = (i["type"], i["trait"]) if i["trait"] is not None else (i["type"], i["trait_name"])
            if i.get("ref") or i.get("blanket"):
                optional.add(key)
                continue
            need["in-crate trait" if i["trait"] is not None else "external trait"].setdefault(key, set()).add(i["how"])
        pred = {"in-crate trait": set(), "external trait": set()}
        for e in self.edges["implements"]:
            f = self.container_of(e["from"])
            if f is not None and T.defs[f]["kind"] == "impl":
                f = T.defs[f].get("self_def")
            if f is None:
                self.info["implements edges skipped: type not scored"] += 1
                continue
            tk, t = self.end(e["to"])
            if tk == "def":
                pred["in-crate trait"].add((f, t))
            else:
                name = str(self.node.get(e["to"], {}).get("name") or e["to"])
                pred["external trait"].add((f, re.sub(r"<.*", "", name).split("::")[-1].strip()))
        self.out["implements"] = {}
        for k in need:
            p = {x for x in pred[k] if x in need[k] or x not in optional}
            hit = [x for x in need[k] if x in p]
            row = prf(len(hit), len(p), len(hit), len(need[k]))
            row["recall_by_how"] = {how: [sum(x in p for x, hs in need[k].items() if how in hs),
                                          sum(how in hs for hs in need[k].values())]
                                    for how in ("impl", "derive", "expansion")}
            self.out["implements"][k] = row
            for x in need[k]:
                if x not in p:
                    self.err(f"implements-missing ({k})", {"type": T.defs[x[0]]["path"], "trait": T.defs[x[1]]["path"] if k[0] == "i" else x[1]})
            for x in p:
                if x not in need[k]:
                    self.err(f"implements-extra ({k})", {"type": T.defs[x[0]]["path"], "trait": T.defs[x[1]]["path"] if k[0] == "i" else x[1]})

    def run(self):
        self.match_nodes()
        self.prepare_edges()
        self.score_calls()
        self.score_uses()
        self.score_implements()
        self.out["info"] = dict(sorted(self.info.items()))
        if self.limit:
            self.out["errors"] = self.errors
        return self.out


# ------------------------------------------------------------------ report
def report(o):
    def pct(x):
        return "   -  " if x is None else f"{100 * x:6.2f}"

    def row(name, r):
        pred = "-" if r["predicted"] is None else r["predicted"]
        print(f"  {name:26s} {pct(r['precision'])} {pct(r['recall'])} {pct(r['f1'])} {pred:>8} {r['truth']:>8}")

    def head(t):
        print(f"\n{t:28s}  prec  recall     F1     pred    truth")

    print(f"== {o['crate']} {o['version']}")
    head("NODES")
    for k, r in o["nodes"].items():
        row(k, r)
    for mode in ("strict", "lenient"):
        head(f"CALLS pairs ({mode})")
        for k, r in o["calls_pairs"][mode].items():
            if r["truth"] or r["predicted"]:
                row(k, r)
    if o["calls_sites"]:
        for mode in ("strict", "lenient"):
            head(f"CALLS sites ({mode})")
            for k, r in o["calls_sites"][mode].items():
                if r["truth"] or r["predicted"]:
                    row(k, r)
    head("USES pairs")
    for k, r in o["uses_pairs"].items():
        row(k, r)
        for g, (h, m) in r.get("recall_by_form", {}).items():
            print(f"    recall in {g}: {h}/{m}")
    head("IMPLEMENTS")
    for k, r in o["implements"].items():
        row(k, r)
        print("    recall " + ", ".join(f"{h}: {a}/{b}" for h, (a, b) in r["recall_by_how"].items() if b))
    print("\noperator calls (not in the totals):", o["operator_calls"])
    for k, v in o["info"].items():
        print(f"  {k}: {v}")
    for k, rows in o.get("errors", {}).items():
        print(f"\n-- {k}")
        for r in rows:
            print("  ", json.dumps(r))


# --------------------------------------------------------------- self-test
def truth_as_graph(t):
    """The truth in GRAPH form: what a perfect tool would export."""
    nodes = [{"id": d["id"], "kind": d["kind"], "name": d["name"], "path": d["path"], "file": d["file"],
              "line": d["line"], "column": None if d["col"] is None else d["col"] + 1}
             for d in t["defs"] if d["origin"] != "derived" and d["kind"] in FAMILY]
    ids, edges = {n["id"] for n in nodes}, []
    for s in t["sites"]:
        kind = "calls" if s["kind"] in CALL_KINDS else "uses" if s["kind"] in USE_FAMILY else None
        to = [d for d in s["to"] if d in ids]
        if kind and to:
            edges.append({"from": s["from"], "to": to[0], "kind": kind, "file": s["file"], "line": s["line"], "column": s["col"] + 1})
    for i in t["implements"]:
        if i["type"] is not None:
            to = i["trait"]
            if to is None:
                to = "ext:" + i["trait_name"]
                nodes.append({"id": to, "kind": "trait", "name": i["trait_name"], "path": i["trait_name"]})
            edges.append({"from": i["type"], "to": to, "kind": "implements", "file": i["file"], "line": i["line"]})
    return {"nodes": list({n["id"]: n for n in nodes}.values()), "edges": edges}


def self_test(path):
    t = load(path)
    g = truth_as_graph(t)
    o = Scorer(t, g).run()
    bad = []

    def check(name, got, want, tol=1e-9):
        if got is not None and abs(got - want) > tol:
            bad.append(f"{name}: got {got:.4f}, want {want:.4f}")

    for sect in (o["nodes"], o["calls_pairs"]["strict"], o["calls_pairs"]["lenient"], o["calls_sites"]["strict"],
                 o["calls_sites"]["lenient"], o["uses_pairs"], o["implements"]):
        for k, r in sect.items():
            if r["truth"]:
                check(f"perfect {k} recall", r["recall"], 1.0)
                check(f"perfect {k} precision", r["precision"], 1.0)
    # degraded: drop 10% of the call pairs, add 5% of them as noise
    rnd = random.Random(7)
    calls = [e for e in g["edges"] if e["kind"] == "calls"]
    pairs = sorted({(e["from"], e["to"]) for e in calls})
    drop = set(rnd.sample(pairs, len(pairs) // 10))
    fns = [d["id"] for d in t["defs"] if d["kind"] in ("function", "method") and d["origin"] in ("source", "macro-arg")]
    by_id = {d["id"]: d for d in t["defs"]}
    used = {(s["from"], x) for s in t["sites"] for x in s["to"]}
    noise = set()
    while len(noise) < len(pairs) // 20:
        p = (rnd.choice(fns), rnd.choice(fns))
        if p not in used:
            noise.add(p)
    edges = [e for e in g["edges"] if not (e["kind"] == "calls" and (e["from"], e["to"]) in drop)]
    # noise edges sit on the caller's own name: no call site there, so they must count against precision
    edges += [{"from": a, "to": b, "kind": "calls", "file": by_id[a]["file"], "line": None} for a, b in sorted(noise)]
    r = Scorer(t, {"nodes": g["nodes"], "edges": edges}).run()["calls_pairs"]["strict"]["ALL"]
    kept = len(pairs) - len(drop)
    check("degraded recall", r["recall"], kept / len(pairs), 2e-3)
    check("degraded precision", r["precision"], kept / (kept + len(noise)), 2e-3)
    print(f"{t['crate']:16s} perfect + degraded (recall {r['recall']:.4f}, precision {r['precision']:.4f}):",
          "ok" if not bad else "FAILED\n  " + "\n  ".join(bad))
    return not bad


def load(path):
    """A JSON file, possibly compressed by xz."""
    with (lzma.open if path.endswith(".xz") else open)(path, "rt") as f:
        return json.load(f)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("files", nargs="+")
    ap.add_argument("--json", help="write the scores here")
    ap.add_argument("--errors", type=int, default=0, metavar="N", help="list up to N errors of each sort")
    ap.add_argument("--self-test", action="store_true")
    a = ap.parse_args()
    if a.self_test:
        sys.exit(0 if all([self_test(f) for f in a.files]) else 1)
    truth, graph = map(load, a.files)
    o = Scorer(truth, graph, a.errors).run()
    report(o)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(o, f, indent=1)


if __name__ == "__main__":
    main()
