#!/usr/bin/env python3
"""Build the truth from rust-analyzer's SCIP index and srcscan's facts: extract.py [CRATE...]

rust-analyzer says what each identifier refers to; srcscan says what each
identifier is syntactically, which item it sits in, and which code is compiled
out.  Nothing here resolves a name.  The schema is in README.md.
"""
import bisect, collections, json, re, sys

import scip_index
from layout import CORPUS, CRATES, SRCSCAN, chosen, crate_dir, metadata, sh
from score import FAMILY, norm_path

FN = {"function", "method"}
TYPE = {"struct", "enum", "union", "trait", "type_alias", "assoc_type"}
# an edge starts at the innermost of these
CONTAINER = FN | TYPE | {"const", "static", "assoc_const", "impl", "module"}


SUFFIX = {"struct": "#", "enum": "#", "union": "#", "trait": "#", "type_alias": "#", "function": "().", "const": "."}


# ---------------------------------------------------------------- utilities
class Nest:
    """Innermost of a set of properly nested ranges: (start, end, value)."""

    def __init__(self, ranges):
        self.r = sorted(ranges, key=lambda x: (x[0], tuple(-v for v in x[1])))
        self.parent, stack = [], []
        for i, (s, e, _) in enumerate(self.r):
            while stack and self.r[stack[-1]][1] <= s:
                stack.pop()
            self.parent.append(stack[-1] if stack else -1)
            stack.append(i)
        self.starts = [x[0] for x in self.r]

    def at(self, pos):
        i = bisect.bisect_right(self.starts, pos) - 1
        while i >= 0 and self.r[i][1] <= pos:
            i = self.parent[i]
        return self.r[i][2] if i >= 0 else None


def crate_root(name):
    """Root file of the lib target, else of the first bin."""
    ts = metadata(name, "--no-deps")["packages"][0]["targets"]
    lib = [t for t in ts if set(t["kind"]) & {"lib", "rlib", "proc-macro"}]
    return (lib or [t for t in ts if "bin" in t["kind"]])[0]["src_path"]


def package_of(symbol):
    """'rust-analyzer cargo NAME VERSION descriptors' -> NAME, or None for locals."""
    p = symbol.split(" ", 4)
    return p[2] if len(p) == 5 else None


def parse_descriptor(symbol):
    """'m/impl#[T][`Tr<X>`]f().' -> [('m','/'), ('impl','#'), ('T','[]'), ('Tr<X>','[]'), ('f','()')]"""
    out, d = [], symbol.split(" ", 4)[4]
    for m in re.finditer(r"(\[)?(?:`((?:[^`]|``)*)`|([\w$+-]+))(?(1)\]|(/|#|\(\w*\)\.|\.|!|:))", d):
        br, quoted, plain, suffix = m.groups()
        name = quoted.replace("``", "`") if quoted is not None else plain
        out.append((name, "[]" if br else "()" if suffix.startswith("(") else suffix))
    return out


def strip_generics(t):
    """`&'a Map<K, V>` -> Map"""
    t = re.sub(r"<.*", "", re.sub(r"^(&|'\w+ |mut |dyn |\*const |\*mut )+", "", t))
    return t.split("::")[-1].strip()


def symbol_path(symbol):
    """SCIP symbol -> the path form srcscan uses (crate::m::<T as Tr>::f)."""
    segs, i, ds = ["crate"], 0, parse_descriptor(symbol)
    while i < len(ds):
        name, suf = ds[i]
        if name == "impl" and suf == "#":
            args = [strip_generics(n) for n, x in ds[i + 1:i + 3] if x == "[]"]
            segs.append(args[0] if len(args) == 1 else f"<{args[0]} as {args[1]}>" if args else "impl")
            i += 1 + len(args)
            continue
        if not (name == "crate" and suf == "/"):
            segs.append(name)
        i += 1
    return "::".join(segs)


# ---------------------------------------------------------------- extraction
class Crate:
    def __init__(self, name):
        self.name, self.dir = name, crate_dir(name)
        self.facts = json.loads(sh(str(SRCSCAN), crate_root(name), str(self.dir), str(CORPUS / f"scip/{name}.cfg.json")))
        self.files = [f["path"] for f in self.facts["files"]]
        docs, _ = scip_index.load(CORPUS / f"scip/{name}.scip")
        self.docs = {d.path: d for d in docs if d.path in set(self.files)}
        # declared inside an item macro that drops them (cfg_windows! { mod x; }), or empty
        self.unseen = [p for p in self.files if p not in self.docs]
        self.symbols = {s.symbol: (d.path, s) for d in docs for s in d.symbols.values()}
        self.stats = collections.Counter()
        self.src, self.live = {}, None

    # a symbol key unique in the crate: SCIP 'local N' is per document
    @staticmethod
    def key(path, symbol):
        return f"{path}#{symbol}" if symbol.startswith("local ") else symbol

    def text(self, path, r):
        if path not in self.src:
            self.src[path] = (self.dir / path).read_bytes().split(b"\n")
        return self.src[path][r[0]][r[1]:r[3]].decode(errors="replace") if r[0] == r[2] else ""

    def run(self):
        self.index_occurrences()
        self.build_defs()
        self.build_regions()
        self.link_impls()
        self.build_sites()
        self.owners_from_symbols()
        self.add_rustdoc()
        return self.output()

    def index_occurrences(self):
        self.module_file = {f["module"]: f["path"] for f in self.facts["files"]}
        self.def_tokens = collections.defaultdict(list)
        for s in self.facts["sites"]:
            if s["form"] == "def-token":
                self.def_tokens[self.files[s["file"]], s["name"]].append((tuple(s["pos"]), s["hint"]))
        self.derived = {(self.facts["items"][d["item"]]["name"], d["name"]) for d in self.facts["derives"]}
        self.at = collections.defaultdict(list)         # (path, line1, col0) -> [occurrence]
        for path, d in self.docs.items():
            for o in d.occurrences:
                if o.range[0] == o.range[2]:
                    self.at[path, o.range[0] + 1, o.range[1]].append(o)

    def build_defs(self):
        self.defs, self.by_key = [], collections.defaultdict(list)
        self.item_def = {}                              # srcscan item -> def id
        dead = []                                       # items the analyzer does not know
        seen = set()
        for i, it in enumerate(self.facts["items"]):
            path = self.files[it["file"]]
            pos = (path, *it["pos"])
            own = [o for o in self.at.get(pos, ()) if o.is_def]
            if it["kind"] == "module" and not own:      # `mod x;` refers to the file's module
                own = [o for o in self.at.get(pos, ()) if descriptor_kind(o.symbol) == "module"]
            if not own and it["kind"] != "impl" and it["name"] != "_":
                dead.append(i)
                continue
            if own and it["kind"] in SUFFIX and all(o.symbol.endswith("!") for o in own):
                # one token names both this item and a macro_rules! of the same name, and the
                # analyzer reported the macro: spell the item's own symbol
                sym = own[0].symbol.rsplit(" ", 1)[0] + " " + "/".join(it["path"].split("::")[1:]) + SUFFIX[it["kind"]]
                self.add_def(it["kind"], it["name"], it["path"], path, it["pos"], it["range"], sym, "macro-arg", i)
                continue
            self.add_def(it["kind"], it["name"], it["path"], path, it["pos"], it["range"],
                         self.key(path, own[0].symbol) if own else None,
                         "macro-arg" if it["mac"] is not None else "source", i)
            seen.add(pos)
        # crate root module
        root = self.files[0]
        self.root_def = self.add_def("module", "crate", "crate", root, (1, 0), (1, 0, 10**9, 0), None, "source", None)
        # definitions the analyzer sees where srcscan could not parse (macro input)
        for path, d in self.docs.items():
            for o in d.occurrences:
                pos = (path, o.range[0] + 1, o.range[1])
                if not o.is_def or pos in seen or o.symbol.startswith("local ") or o.range[0] != o.range[2]:
                    continue
                kind = descriptor_kind(o.symbol, d.symbols.get(o.symbol))
                if kind in ("module", None):
                    continue
                seen.add(pos)
                rng = o.enclosing or o.range
                self.add_def(kind, self.text(path, o.range), symbol_path(o.symbol), path, pos[1:],
                             (rng[0] + 1, rng[1], rng[2] + 1, rng[3]), o.symbol, "macro-arg", None)
        self.dead = dead
        for i, d in self.item_def.items():
            p = self.facts["items"][i]["parent"]
            self.defs[d]["parent"] = self.item_def.get(p) if p is not None else self.root_def

    def add_def(self, kind, name, qpath, path, pos, rng, key, origin, item):
        d = len(self.defs)
        self.defs.append({"id": d, "kind": kind, "name": name, "path": qpath, "symbol": key, "file": path,
                          "line": pos[0], "col": pos[1], "range": list(rng), "parent": None, "origin": origin})
        if self.live is not None:
            self.live.append(True)
        if key:
            self.by_key[key].append(d)
        if item is not None:
            self.item_def[item] = d
        return d

    def build_regions(self):
        """Blind regions: compiled out, macro_rules! bodies, items without a definition."""
        per = collections.defaultdict(list)
        for f, r, why in self.facts["blind"]:
            per[f].append(((r[0], r[1]), (r[2], r[3]), why))
        for f, path in enumerate(self.files):
            if path in self.unseen:
                per[f] = [((0, 0), (10**9, 0), "file not analyzed")]
        for i in self.dead:
            it = self.facts["items"][i]
            r = it["range"]
            if self.files[it["file"]] in self.unseen:
                continue
            per[it["file"]].append(((r[0], r[1]), (r[2], r[3]), "no-definition"))
            self.stats[f"dead-{it['kind']}"] += 1
        self.blind, self.blind_out = {}, []
        for f, path in enumerate(self.files):
            self.blind[path] = Nest(per[f])
            for s, e, why in sorted(per[f]):
                self.blind_out.append({"file": path, "range": [*s, *e], "reason": why})
        # drop definitions inside a blind region (e.g. impls in a disabled item macro)
        self.live = [self.blind[d["file"]].at((d["line"], d["col"])) is None or d["kind"] == "module"
                     for d in self.defs]
        # impls nothing of which the analyzer saw
        cont = collections.defaultdict(list)
        occ = {p: sorted((o.range[0] + 1, o.range[1]) for o in d.occurrences) for p, d in self.docs.items()}
        for d in self.defs:
            if not self.live[d["id"]]:
                continue
            r = d["range"]
            s, e = (r[0], r[1]), (r[2], r[3])
            if d["kind"] == "impl":
                o = occ.get(d["file"], [])
                k = bisect.bisect_left(o, s)
                if k == len(o) or o[k] >= e:
                    self.live[d["id"]] = False
                    self.stats["dead-impl"] += 1
                    self.blind_out.append({"file": d["file"], "range": r, "reason": "no-definition"})
                    continue
            if d["kind"] in CONTAINER and d["id"] != self.root_def:
                cont[d["file"]].append((s, e, d["id"]))
        for d in self.defs:                             # modules whose file was never analyzed
            if d["kind"] == "module" and d["file"] in self.unseen:
                self.live[d["id"]] = False
        # file modules hold their whole file
        mods = {f["path"]: f["module"] for f in self.facts["files"]}
        by_path = {d["path"]: d["id"] for d in self.defs if d["kind"] == "module"}
        for path in self.files:
            cont[path].append(((0, 0), (10**9, 0), by_path.get(mods[path], self.root_def)))
        self.cont = {p: Nest(v) for p, v in cont.items()}

    # --- what an occurrence refers to
    def target(self, path, o):
        """(kind, [def ids]): kind is local | external | generated | <def kind>."""
        k = self.key(path, o.symbol)
        ids = [d for d in self.by_key.get(k, ()) if self.live[d]]
        if ids:
            return self.defs[ids[0]]["kind"], ids
        if o.symbol.startswith("local "):
            return "local", []
        if package_of(o.symbol) != self.name:
            return "external", []
        dk = self.kind_of(o.symbol)
        if dk == "impl":
            return "self-type", []
        if dk == "module" or dk is None:
            return "module", []
        if parse_descriptor(o.symbol)[-1][0].isdigit():  # tuple field
            return dk, []
        return dk, [self.generated(o.symbol, dk)]

    def kind_of(self, symbol):
        k = descriptor_kind(symbol, self.symbols.get(symbol, (None, None))[1])
        return {"field_or_const": "field", "variant_or_assoc": "variant"}.get(k, k)

    def generated(self, symbol, kind):
        """A definition of this crate with no token of its own: it exists only after macro
        expansion.  'derived' when a #[derive] makes it, else 'generated'."""
        ds = parse_descriptor(symbol)
        origin = "generated"
        for i, (name, suf) in enumerate(ds):
            args = [strip_generics(n) for n, x in ds[i + 1:i + 3] if x == "[]"]
            if name == "impl" and suf == "#" and len(args) == 2 and tuple(args) in self.derived:
                origin = "derived"
        file, pos, path = self.symbols.get(symbol, (None,))[0], (None, None), symbol_path(symbol)
        if file is None:                                # rust-analyzer lost it: the module says where
            mod = path
            while mod not in self.module_file:
                mod = mod.rsplit("::", 1)[0]
            file = self.module_file[mod]
        # one token can name several items (pin_project's enum and its projection) while the
        # index ties it to one of them: same path and kind means the same definition
        same = [d["id"] for d in self.defs if d["path"] == path and d["kind"] == kind and d["origin"] == "macro-arg"]
        if len(same) == 1 and origin == "generated":
            self.by_key[symbol].append(same[0])
            return same[0]
        # the name may still be written once in the macro's input (`define! { struct Name }`)
        at = self.def_tokens.get((file, ds[-1][0]), ())
        if len(at) == 1 and origin == "generated":
            pos, origin = at[0][0], "macro-arg"
            if kind == "struct":                        # a guess when SymbolInformation is missing
                kind = {"type": "type_alias"}.get(at[0][1], at[0][1])
        rng = (pos[0], pos[1], pos[0], pos[1] + len(ds[-1][0])) if pos[0] else ()
        self.add_def(kind, ds[-1][0], path, file, pos, rng, symbol, origin, None)
        return self.by_key[symbol][-1]

    def resolve_at(self, path, pos):
        """First non-local symbol at a position: (symbol, [def ids])."""
        for o in self.at.get((path, *pos), ()):
            if not o.symbol.startswith("local "):
                return o.symbol, self.target(path, o)[1]
        return None, []

    def link_impls(self):
        """Trait of every impl; trait-declaration counterpart of every impl item."""
        children = collections.defaultdict(list)
        for i, d in self.item_def.items():
            p = self.facts["items"][i]["parent"]
            if p is not None and self.live[d]:
                children[p].append(d)
        in_trait = {}                                   # (trait def, name) -> def of the declaration
        for i, d in self.item_def.items():
            if self.defs[d]["kind"] == "trait":
                for c in children[i]:
                    in_trait[d, self.defs[c]["name"]] = c
                    self.defs[c]["owner"] = "trait"
        self.implements = []
        for im in self.facts["impls"]:
            d = self.item_def.get(im["item"])
            if d is None or not self.live[d]:
                continue
            path = self.defs[d]["file"]
            me = self.defs[d]
            me["self_ty"] = im["self_text"]
            head = im["self_head"]
            if head:
                me["alt_line"] = head[0][0]
            self_sym, self_ids = self.resolve_at(path, head[0]) if head and not im["blanket"] else (None, [])
            me["self_def"] = self_ids[0] if self_ids else None
            if im["trait_pos"]:
                tsym, tids = self.resolve_at(path, im["trait_pos"][0])
                me["trait"] = tsym or im["trait_text"]
                for c in children[im["item"]]:
                    self.defs[c]["owner"] = "trait-impl"
                    self.defs[c]["trait"] = me["trait"]
                    self.defs[c]["decl"] = self.decl_of(tids, tsym, self.defs[c]["name"], in_trait)
                if not im["negative"]:
                    self.implements.append({
                        "impl": d, "type": me["self_def"], "self": im["self_text"], "self_symbol": self_sym,
                        "ref": im["self_ref"], "blanket": im["blanket"],
                        "trait": tids[0] if tids else None, "trait_name": im["trait_pos"][1],
                        "trait_symbol": tsym, "how": "impl", "file": path, "line": me["line"]})
            else:
                for c in children[im["item"]]:
                    self.defs[c]["owner"] = "impl"
        for dv in self.facts["derives"]:
            d = self.item_def.get(dv["item"])
            if d is None or not self.live[d]:
                continue
            path = self.defs[d]["file"]
            tsym, _ = self.resolve_at(path, dv["pos"])
            self.implements.append({
                "impl": None, "type": d, "self": self.defs[d]["name"], "self_symbol": None, "ref": False,
                "blanket": False, "trait": None, "trait_name": dv["name"], "trait_symbol": tsym,
                "how": "derive", "file": path, "line": dv["pos"][0]})

    def decl_of(self, tids, tsym, name, in_trait):
        """Declaration of a trait item: from the source tree, else from the symbol."""
        for t in tids:
            if (t, name) in in_trait:
                return in_trait[t, name]
        for suffix in ("().", "#", ".") if tids else ():
            for d in self.by_key.get(f"{tsym}{name}{suffix}", ()):
                return d
        return None

    def mac_context(self, m):
        """(outermost-to-innermost is irrelevant) 'expr' if any enclosing macro is in
        expression/pattern/type position, 'item' if all are in item position, None outside."""
        ctx, name = None, None
        while m is not None:
            mc = self.facts["macro_calls"][m]
            name = name or mc["name"]
            if mc["place"] in ("expr", "pat", "type"):
                return "expr", name
            ctx, m = "item", mc["parent"]
        return ctx, name

    def build_sites(self):
        self.sites, covered = [], set()
        for s in self.facts["sites"]:
            path, pos = self.files[s["file"]], tuple(s["pos"])
            if (path, *pos) in covered:
                continue
            covered.add((path, *pos))
            if self.blind[path].at(pos) or s["form"] == "def-token":
                continue
            occ = self.at.get((path, *pos), ())
            ctx, mac = self.mac_context(s["mac"])
            self.site(path, pos, s["name"], s["form"], s["hint"], ctx, mac, occ)
        # operators, `.await`, indexing: occurrences on tokens that are not identifiers
        for path, d in self.docs.items():
            for o in d.occurrences:
                pos = (o.range[0] + 1, o.range[1])
                if (path, *pos) in covered or o.is_def or o.symbol.startswith("local ") or self.blind[path].at(pos):
                    continue
                t = self.text(path, o.range)
                covered.add((path, *pos))
                kind, ids = self.target(path, o)
                if t and not re.match(r"[\w\s\])>]", t) or t == "await":
                    if kind in FN:
                        self.emit("call-operator", path, pos, t, "operator", "", None, None, ids, o.symbol)
                elif re.match(r"[A-Za-z_]", t) and t not in ("crate", "super", "self", "Self", "for") and kind in FN:
                    self.stats["unclassified-fn-ref"] += 1

    def site(self, path, pos, name, form, hint, ctx, mac, occ):
        occ = [o for o in occ if not o.is_def]
        call = form in ("call-path", "call-method")
        if not occ:
            if call:
                self.emit("call-unresolved", path, pos, name, form, hint, ctx, mac, [], None)
            elif form not in ("type", "token", "pat-ident"):
                self.stats[f"unresolved-{form}"] += 1
            return
        best = None
        for o in occ:                                   # shorthand fields give two symbols
            kind, ids = self.target(path, o)
            if kind != "local" or best is None:
                best = (kind, ids, o.symbol)
        kind, ids, sym = best
        external = kind == "external"
        dk = descriptor_kind(sym) if external else kind
        if name == "Self":
            k = "self-type"
        elif kind == "local":
            k = "call-local" if call else None
        elif form.startswith("import"):
            k = "import" if form == "import" else None
        elif dk in FN:
            if call:
                k = {"expr": "call-macro-arg", "item": "call-macro-item", None: form}[ctx]
            else:
                k = "fn-ref"
        elif call and (dk in TYPE or dk == "variant_or_assoc"):
            k = "ctor"
        elif dk == "variant":
            k = "variant-pattern" if form in ("pattern", "pat-ident") else "variant-use"
        elif dk == "field":
            k = "field"
        elif dk in ("const", "assoc_const"):
            k = "const-use"
        elif dk == "static":
            k = "static-use"
        elif dk == "macro":
            k = "macro-use"
        elif dk in ("module", "impl", "self-type") or dk is None:
            k = "self-type" if dk == "self-type" else None
        elif dk in TYPE:
            k = "type-use"
        else:
            k = "other"
        if k is None or (external and not call):
            return
        self.emit(k, path, pos, name, form, hint, ctx, mac, ids, sym, external)

    def emit(self, kind, path, pos, name, form, hint, ctx, mac, ids, sym, external=False):
        to = ids
        row = {"kind": kind, "from": self.cont[path].at(pos), "to": to, "file": path, "line": pos[0],
               "col": pos[1], "name": name, "form": form}
        if hint:
            row["hint"] = hint
        if ctx:
            row["macro"] = [ctx, mac]
        if not ids:
            row["symbol"] = sym
            row["status"] = ("external" if external else "unresolved" if sym is None else
                             "local" if sym.startswith("local ") else "self")
        self.sites.append(row)

    def owners_from_symbols(self):
        """Owner and declaration of methods written in unparsed macro input."""
        traits = collections.defaultdict(list)
        for d in self.defs:
            if d["kind"] == "trait" and d["symbol"]:
                traits[d["name"]].append(d)
        for d in self.defs:
            if d["kind"] != "method" or "owner" in d or not d["symbol"]:
                continue
            ds = parse_descriptor(d["symbol"])
            args = [strip_generics(n) for n, x in ds[-3:-1] if x == "[]"]
            d["owner"] = ("trait", "impl", "trait-impl")[len(args)]
            t = traits.get(args[1], []) if len(args) == 2 else []
            if len(t) == 1:
                d["decl"] = self.decl_of([t[0]["id"]], t[0]["symbol"], d["name"], {})

    # --- what exists only after macro expansion (rustdoc JSON)
    def add_rustdoc(self):
        f = CORPUS / f"rustdoc/{self.name}.json"
        if not f.exists():
            self.stats["no-rustdoc"] += 1
            return
        j = json.loads(f.read_text())
        idx, paths = j["index"], j["paths"]
        module = {x["path"]: x["module"] for x in self.facts["files"]}
        crate_macros = {i["name"] for i in self.facts["items"] if i["kind"] == "macro"}
        calls = collections.defaultdict(list)
        for m in self.facts["macro_calls"]:
            calls[self.files[m["file"]]].append(m)

        def span(it):
            """(file, (line, col), (line, col)) in srcscan's convention, or None"""
            sp = it.get("span")
            if not sp or sp["filename"] not in module:
                return None
            return sp["filename"], (sp["begin"][0], sp["begin"][1] - 1), (sp["end"][0], sp["end"][1] - 1)

        def macro_of(it):
            """The item-position macro invocation whose whole text is the item's span."""
            sp = span(it)
            for m in calls[sp[0]] if sp else ():
                r = m["range"]
                if (r[0], r[1]) <= sp[1] and sp[2] <= (r[2], r[3] + 1) and abs(r[2] - sp[2][0]) <= 1 and \
                        m["place"] in ("item", "impl", "trait"):
                    return m
            return None

        by_name = collections.defaultdict(list)
        for d in self.defs:
            if self.live[d["id"]]:
                by_name[d["name"]].append(d)

        def local_def(rid, fams):
            it = idx.get(str(rid))
            sp = span(it) if it else None
            if not sp or it["crate_id"] != 0:
                return None
            for d in by_name[it["name"]]:
                if d["file"] == sp[0] and FAMILY.get(d["kind"]) in fams and d["line"] and sp[1][0] <= d["line"] <= sp[2][0]:
                    return d["id"]
            for d in by_name[it["name"]]:
                if d["origin"] == "generated" and FAMILY.get(d["kind"]) in fams:
                    return d["id"]
            return None

        # generated definitions
        kinds = {"function": "function", "constant": "const", "assoc_const": "assoc_const", "struct": "struct",
                 "enum": "enum", "trait": "trait", "static": "static", "type_alias": "type_alias"}
        parent = {}
        for rid, it in idx.items():
            inner = it["inner"]
            for c in (inner.get("impl") or inner.get("trait") or {}).get("items", ()):
                parent[str(c)] = rid
        known = {norm_path(d["path"]): d for d in self.defs if d["origin"] == "generated"}
        places = {(d["file"], d["line"], d["name"]) for d in self.defs if d["line"]}
        for rid, it in idx.items():
            k = kinds.get(next(iter(it["inner"])))
            if it["crate_id"] != 0 or k is None:
                continue
            m = macro_of(it)
            if m is None:
                continue
            sp = span(it)
            p = idx.get(parent.get(rid, ""))
            own = None
            if p is not None:
                if "automatically_derived" in p["attrs"]:
                    continue
                if "impl" in p["inner"]:
                    ty = p["inner"]["impl"]["for"]
                    own = (ty.get("resolved_path") or {}).get("path", "").split("::")[-1] or ty.get("primitive") or "_"
                else:
                    own = p["name"]
                k = "method" if k == "function" else k
            # written out in the macro's input: not generated, srcscan has it
            if any((sp[0], ln, it["name"]) in places for ln in range(sp[1][0], sp[2][0] + 1)):
                continue
            q = "::".join(x for x in (module[sp[0]], own, it["name"]) if x)
            d = known.get(norm_path(q))
            if d is None:
                n = self.add_def(k, it["name"], q, sp[0], (None, None), (), None, "generated", None)
                d = known[norm_path(q)] = self.defs[n]
                d["unreferenced"] = True
            d["macro"] = [m["name"], "in-crate" if m["name"] in crate_macros else "external"]
            d["macro_at"] = [sp[0], m["range"][0]]
            d["file"] = sp[0]
        # impls
        have = collections.defaultdict(set)
        for i in self.implements:
            have[i["type"]].add(i["trait"] if i["trait"] is not None else i["trait_name"])
        for it in idx.values():
            im = it["inner"].get("impl")
            if it["crate_id"] != 0 or not im or not im["trait"] or im["is_synthetic"] or im["blanket_impl"] or im["is_negative"]:
                continue
            ty, ref = im["for"], False
            while "borrowed_ref" in ty or "raw_pointer" in ty:
                ty, ref = (ty.get("borrowed_ref") or ty["raw_pointer"])["type"], True
            if "resolved_path" not in ty:
                continue
            d = local_def(ty["resolved_path"]["id"], {"struct", "enum", "union", "trait", "type_alias"})
            if d is None:
                continue
            t = local_def(im["trait"]["id"], {"trait"})
            name = im["trait"]["path"].split("::")[-1]
            if (t if t is not None else name) in have[d]:
                continue
            if name in ("StructuralPartialEq", "UnsafeUnpin", "TrivialClone"):
                continue
            have[d].add(t if t is not None else name)
            # #[derive(Component)] of a proc macro that implements the crate's own trait
            own = next((i for i in self.implements if i["type"] == d and i["how"] == "derive" and i["trait_name"] == name), None)
            if own is not None:
                own["trait"] = t
                continue
            m = macro_of(it)
            sp = span(it)
            how = "derive" if "automatically_derived" in it["attrs"] else "expansion"
            self.stats[f"impl-only-in-rustdoc ({how})"] += 1
            self.implements.append({
                "impl": None, "type": d, "self": self.defs[d]["name"], "self_symbol": None, "ref": ref, "blanket": False,
                "trait": t, "trait_name": name, "trait_symbol": None, "how": how, "macro": m["name"] if m else None,
                "file": sp[0] if sp else None, "line": sp[1][0] if sp else None})

    def output(self):
        live = [d for d in self.defs if self.live[d["id"]]]
        amb = sum(1 for s in self.sites if len(s["to"]) > 1)
        k = collections.Counter(s["kind"] + (":" + s["status"] if "status" in s else "") for s in self.sites)
        files = [f for f in self.facts["files"] if f["path"] not in self.unseen]
        return {
            "schema": "isgraph-truth/1",
            "crate": self.name, "version": CRATES[self.name]["version"], "features": CRATES[self.name]["features"],
            "cfg": json.loads((CORPUS / f"scip/{self.name}.cfg.json").read_text()),
            "analyzer": {"name": "rust-analyzer scip", **json.loads((CORPUS / f"scip/{self.name}.timing.json").read_text())},
            "files": files,
            "unscored_files": self.unseen,
            "blind": [b for b in self.blind_out if b["file"] not in self.unseen],
            "macro_calls": [{"file": self.files[m["file"]], "range": m["range"], "name": m["name"], "place": m["place"],
                             "parsed": m["parsed"]} for m in self.facts["macro_calls"]],
            "defs": live,
            "sites": self.sites,
            "implements": self.implements,
            "stats": {
                "files": len(files), "lines": sum(f["lines"] for f in files),
                "code_lines": sum(f["code_lines"] for f in files),
                "defs": dict(collections.Counter(d["kind"] for d in live).most_common()),
                "sites": dict(k.most_common()),
                "ambiguous_sites": amb,
                "defects": dict(self.stats.most_common()),
                "srcscan_errors": self.facts["errors"],
            },
        }


KIND_OF_SCIP = {"static_method": "method", "trait_method": "method", "variable": None, "param": None,
                "self_param": None, "type_param": None, "type": "type_alias", "attribute": None}


def descriptor_kind(symbol, info=None):
    """Definition kind from SymbolInformation when known, else from the SCIP descriptor."""
    if symbol.startswith("local "):
        return None
    ds = parse_descriptor(symbol)
    if not ds:
        return None
    suf, owner = ds[-1][1], ds[-2][1] if len(ds) > 1 else "/"
    if suf == "[]":                                     # rust-analyzer calls impls type aliases
        return "impl"
    if info is not None and info.kind in scip_index.KINDS:
        k = scip_index.KINDS[info.kind]
        k = KIND_OF_SCIP.get(k, k)
        return "assoc_const" if k == "const" and owner in ("[]", "#") else "method" if k == "function" and owner in ("[]", "#") else k
    if suf == "/":
        return "module"
    if suf == "!":
        return "macro"
    if suf == "()":
        return "method" if owner in ("[]", "#") else "function"
    if suf == "#":
        return "assoc_type" if owner == "[]" else "variant_or_assoc" if owner == "#" else "struct"
    if suf == ".":
        return "assoc_const" if owner == "[]" else "field_or_const" if owner == "#" else "const"
    return None


def main():
    (CORPUS / "truth").mkdir(parents=True, exist_ok=True)
    for name in chosen(sys.argv[1:]):
        truth = Crate(name).run()
        (CORPUS / f"truth/{name}.json").write_text(json.dumps(truth, separators=(",", ":")))
        stats = truth["stats"]
        print(name, {k: stats[k] for k in ("files", "lines", "ambiguous_sites", "srcscan_errors")}, flush=True)


if __name__ == "__main__":
    main()
