//! The long help: what each command is for, by worked examples.

pub(super) const ABOUT: &str = "\
isgraph reads Rust code and builds its Interface Signature Graph: every item with its signature,
and who calls, implements, uses, constrains and contains whom. No build, no cargo, no network.";

pub(super) const MAIN_SHORT: &str = "\
Start with `isgraph index`, then ask: `isgraph query callers NAME`. `--help` has examples and exit codes.";

pub(super) const MAIN: &str = "\
Examples:
  isgraph index                                   read the project in this directory
  isgraph query callers Router::route             who calls it?
  isgraph query blast-radius parse --depth 5      what does a change of it affect?
  isgraph query what-implements Handler --json    the same answers for programs
  isgraph generate-context Router::route          what one needs to know to change it, in 4,000 tokens
  isgraph export --format json -o graph.json      the whole graph
  cat dump.txt | isgraph ingest -                 read a code dump instead of a directory

Naming a symbol:
  Any end of its path that fits one symbol only: `route`, `Router::route`, `axum::routing::Router::route`.
  If it fits several, the error lists them; if none, the nearest names.

Exit codes:
  0  done; an empty answer is an answer
  1  an unexpected failure
  2  wrong arguments
  3  the symbol or place was not found, or several have that name
  4  the directory, file or dump could not be read
  5  there is no index, or it is damaged or of another version: run `isgraph index`
  6  the index or output could not be written

Errors go to stderr; with `--json` as {\"error\": {\"code\", \"message\", \"suggestions\"}}.";

pub(super) const INDEX: &str = "\
Reads every `.rs` file and `Cargo.toml` of DIR, as ignore files allow, and stores the graph in DIR/.isgraph, which later
queries find from anywhere in the project. Code that cannot be read is a diagnostic; everything else is still indexed.
Workspaces, single packages and directories without a Cargo.toml all work.

Examples:
  isgraph index                            this directory
  isgraph index ../axum --features ws      another one, with a feature on
  isgraph index --diagnostics              and say everything that could not be read
  isgraph index --no-store --json          only report, as one JSON object";

pub(super) const INGEST: &str = "\
A dump is one text that holds many files: those of repomix, gitingest, code2prompt, files-to-prompt, codefetch, yek,
codebase-digest, ai-digest, onefilellm, and any with a line `FILE: path` before each file. Its format is found out; docs/dumps.md
has them all. A zip, a tar, a tar.gz and a `.crate` are read, too, and gzipped dumps. What is not as it was, and why, is said.
The graph is stored in .isgraph of the current directory.

Examples:
  isgraph ingest dump.txt                  a file
  isgraph ingest repo.1.xml repo.2.xml     the parts of a split dump
  isgraph ingest axum-0.8.4.crate          an archive
  cat dump.txt | isgraph ingest -          standard input
  isgraph ingest dump.txt --store /tmp/x   keep the index elsewhere; ask with `--store /tmp/x`";

pub(super) const QUERY: &str = "\
Examples:
  isgraph query callers Router::route
  isgraph query what-implements Handler --limit 0
  isgraph query path main parse_args
  isgraph query find-cycles --level modules
  isgraph query search route --kind method,function
  isgraph query blast-radius parse --dir ../other       without a stored index
  isgraph query callers parse --dump repo.xml --positions dump

With --json every query gives {\"query\", \"target\", \"results\", \"total\", \"truncated\", …}.";

pub(super) const WHAT_IMPLEMENTS: &str = "\
Examples:
  isgraph query what-implements Handler
  isgraph query what-implements axum::handler::Handler --json";

pub(super) const IMPLEMENTATIONS_OF: &str = "\
Examples:
  isgraph query implementations-of Router
  isgraph query implementations-of routing::Router --json";

pub(super) const CALLERS: &str = "\
Calls whose target could not be resolved are no callers; the answer says how many such places look up the same name.

Examples:
  isgraph query callers Router::route
  isgraph query callers parse --depth 3         and the callers of its callers
  isgraph query unresolved parse                the places that may call it";

pub(super) const CALLEES: &str = "\
Examples:
  isgraph query callees main
  isgraph query callees main --depth 0          everything that main may reach";

pub(super) const BLAST_RADIUS: &str = "\
Follows calls, uses, implementations, overrides, bounds and containment backwards. Each result says how many steps away
it is and which relation led there.

Examples:
  isgraph query blast-radius Config
  isgraph query blast-radius Config::load --depth 0 --limit 0     the whole closure
  isgraph query blast-radius Config --timeout-ms 50               what 50 ms find";

pub(super) const FIND_CYCLES: &str = "\
Examples:
  isgraph query find-cycles                     symbols that depend on each other
  isgraph query find-cycles --level modules     modules that do";

pub(super) const PATH: &str = "\
Examples:
  isgraph query path main parse_args
  isgraph query path Server::run Router::route --depth 6";

pub(super) const SEARCH: &str = "\
Examples:
  isgraph query search route
  isgraph query search route --kind method --limit 10";

pub(super) const HOTSPOTS: &str = "\
The rank of a symbol is the share of the code's weight that leans on it, directly or through others: PageRank over the graph,
tests left out.

Examples:
  isgraph query hotspots --limit 20
  isgraph query hotspots --by fan-out --kind function,method";

pub(super) const OUTLINE: &str = "\
Examples:
  isgraph query outline src/routing/mod.rs
  isgraph query outline axum --public --limit 0     the public interface of a crate
  isgraph query outline routing --depth 1";

pub(super) const UNUSED: &str = "\
A type is not used by its own impls, nor a function by itself. What only unused code uses counts as used. What is exported, has a
twin under another cfg, or may be meant by a place that could not be resolved, is listed with --all only. What an attribute
keeps alive, such as #[global_allocator], is not known.

Examples:
  isgraph query unused
  isgraph query unused --all --limit 0 --json";

pub(super) const UNRESOLVED: &str = "\
isgraph draws no edge that it is not sure of. A place whose target depends on something that it does not know is kept
with its candidates.

Examples:
  isgraph query unresolved
  isgraph query unresolved build                only those that look up `build`";

pub(super) const EXPLAIN: &str = "\
Reads the code again and takes notes at that place: the type of the receiver, the types that dereferencing goes through,
the methods that were considered for each and why they were not taken, and what was decided by which rule. The code is
that of --dir or --dump, else of the directory whose index is nearest.

Examples:
  isgraph explain src/lib.rs:17:11                  the name at that column
  isgraph explain src/lib.rs:17                     the only use on that line
  isgraph explain router.rs:204:14 --dir ../axum --json
  isgraph explain dump.txt:2040:14 --dump dump.txt  a place in a dump";

pub(super) const CONTEXT: &str = "\
Gives the targets as written, then whole declarations around them: what they name, what is used by functions like them,
who calls them, which tests reach them; the most useful for each token first, until the budget is full. What did not fit
is named. The same code and options give the same text, and never a token more than the budget.

Examples:
  isgraph generate-context Router::route
  isgraph generate-context Router::route --budget 1000 --level signatures
  isgraph generate-context Router Handler --hops 1 --json
  isgraph generate-context src/routing/mod.rs                a file: its modules
  git diff | isgraph generate-context --diff -               what a diff changes
  isgraph generate-context Router::route --estimate          what each level would take";

pub(super) const MAP: &str = "\
The crates with their entry points, the modules, and the declarations that most of the code leans on, public ones first:
what a model or a newcomer should see before anything else. Never a token more than the budget.

Examples:
  isgraph map
  isgraph map --budget 1000
  isgraph map --dir ../axum --json";

pub(super) const EXPORT: &str = "\
The same code gives the same bytes, whatever the machine and the number of threads.

Examples:
  isgraph export --format json -o graph.json
  isgraph export --format json --dir ../axum | jq '.symbols | length'";

pub(super) const STATS: &str = "\
Examples:
  isgraph stats
  isgraph stats --dir ../axum --json";

pub(super) const COMPLETIONS: &str = "\
Examples:
  isgraph completions bash > ~/.local/share/bash-completion/completions/isgraph
  isgraph completions zsh > \"${fpath[1]}/_isgraph\"
  isgraph completions fish > ~/.config/fish/completions/isgraph.fish
  isgraph completions powershell >> $PROFILE";
