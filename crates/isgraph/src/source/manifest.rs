//! One `Cargo.toml`, as far as it decides which crates there are and how they see each other.
//!
//! A manifest is read value by value from the TOML tree, not deserialised as a whole: one wrong
//! value costs that value and a problem with its line, and a manifest that is broken in the middle
//! of an edit still says the rest.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::facts::Edition;

/// Manifests above this size are not read; cargo's own largest are a hundredth of it.
const MAX_BYTES: usize = 1 << 20;

/// What one `Cargo.toml` says.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// `[package]` (or the ancient `[project]`).
    pub(crate) package: Option<Package>,
    /// `[workspace]`.
    pub(crate) workspace: Option<Workspace>,
    /// Dependencies of every kind and target.
    pub(crate) dependencies: Vec<Dependency>,
    /// `[lib]`.
    pub(crate) lib: Option<Target>,
    /// `[[bin]]`.
    pub(crate) bins: Vec<Target>,
    /// `[[example]]`.
    pub(crate) examples: Vec<Target>,
    /// `[[test]]`.
    pub(crate) tests: Vec<Target>,
    /// `[[bench]]`.
    pub(crate) benches: Vec<Target>,
    /// `[features]`.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    /// `[package.metadata.docs.rs]`: the features that its documentation shows.
    pub(crate) documented: Documented,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// The features that a package is documented with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Documented {
    /// `features = […]`.
    pub(crate) features: Vec<String>,
    /// `all-features = true`.
    pub(crate) all: bool,
}

/// What could not be read of a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// 1-based line.
    pub(crate) line: u32,
    /// One sentence.
    pub(crate) message: String,
}

/// A value that a member may take from its workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inheritable<T> {
    /// Written here.
    Set(T),
    /// `workspace = true`.
    Inherited,
}

/// `[package]`.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Its name; absent in a broken manifest.
    pub(crate) name: Option<String>,
    /// Its version.
    pub(crate) version: Option<Inheritable<String>>,
    /// Its edition; absent means 2015.
    pub(crate) edition: Option<Inheritable<Edition>>,
    /// `workspace = "path"`: where the root is, when it is not above.
    pub(crate) workspace: Option<String>,
    /// The build script.
    pub(crate) build: Build,
    /// `autolib`, `autobins`, `autoexamples`, `autotests`, `autobenches`.
    pub(crate) auto_lib: Option<bool>,
    pub(crate) auto_bins: Option<bool>,
    pub(crate) auto_examples: Option<bool>,
    pub(crate) auto_tests: Option<bool>,
    pub(crate) auto_benches: Option<bool>,
}

/// `package.build`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Build {
    /// `build.rs` where there is one.
    #[default]
    Auto,
    /// `build = false`.
    Off,
    /// These files.
    Paths(Vec<String>),
}

/// `[workspace]`.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    /// `members`, globs among them, each with its line.
    pub(crate) members: Vec<(String, u32)>,
    /// `exclude`.
    pub(crate) exclude: Vec<String>,
    /// `[workspace.package] edition`.
    pub(crate) edition: Option<Edition>,
    /// `[workspace.package] version`.
    pub(crate) version: Option<String>,
    /// `[workspace.dependencies]`.
    pub(crate) dependencies: Vec<Dependency>,
}

/// Which targets a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DependencyKind {
    /// Libraries and everything else but build scripts.
    Normal,
    /// Unit tests, tests, examples, benches.
    Dev,
    /// Build scripts.
    Build,
}

/// One dependency.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// The key in the table.
    pub(crate) key: String,
    /// Its kind.
    pub(crate) kind: DependencyKind,
    /// 1-based line of the key.
    pub(crate) line: u32,
    /// `package = "…"`: the package's name when the key renames it.
    pub(crate) package: Option<String>,
    /// `path = "…"`.
    pub(crate) path: Option<String>,
    /// `version = "…"`.
    pub(crate) version: Option<String>,
    /// Comes from git or from another registry.
    pub(crate) foreign: bool,
    /// `features = […]`.
    pub(crate) features: Vec<String>,
    /// `optional = true`.
    pub(crate) optional: bool,
    /// `workspace = true`.
    pub(crate) inherited: bool,
}

/// `[lib]`, one of `[[bin]]` …
#[derive(Debug, Default)]
pub(crate) struct Target {
    /// `name`.
    pub(crate) name: Option<String>,
    /// `path`.
    pub(crate) path: Option<String>,
    /// `edition`.
    pub(crate) edition: Option<Edition>,
    /// `proc-macro = true` or a crate type of that name.
    pub(crate) proc_macro: bool,
    /// 1-based line.
    pub(crate) line: u32,
}

impl Manifest {
    /// Reads the text of a `Cargo.toml`.
    pub(crate) fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > MAX_BYTES {
            let message = format!("the manifest is larger than {MAX_BYTES} bytes and was not read");
            return Self { problems: vec![Problem { line: 0, message }], ..Self::default() };
        }
        let mut reader = Reader { lines: Lines::of(text), problems: Vec::new() };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            reader.report(offset, error.message().to_owned());
        }
        let mut manifest = reader.manifest(root.get_ref());
        manifest.problems = reader.problems;
        manifest
    }
}

/// Walks the TOML tree and notes what does not fit.
struct Reader {
    lines: Lines,
    problems: Vec<Problem>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader {
    fn manifest(&mut self, root: &DeTable<'_>) -> Manifest {
        let package = self.table(root, &["package", "project"]).map(|table| self.package(table));
        let workspace = self.table(root, &["workspace"]).map(|table| self.workspace(table));
        let mut dependencies = self.dependency_tables(root);
        if let Some(targets) = self.table(root, &["target"]) {
            for (_, target) in targets {
                if let Some(table) = target.get_ref().as_table() {
                    dependencies.extend(self.dependency_tables(table));
                }
            }
        }
        let documented = self.table(root, &["package"]).map(|table| self.documented(table)).unwrap_or_default();
        Manifest {
            package,
            documented,
            workspace,
            dependencies,
            lib: get(root, "lib").and_then(|value| self.target(value)),
            bins: self.targets(root, "bin"),
            examples: self.targets(root, "example"),
            tests: self.targets(root, "test"),
            benches: self.targets(root, "bench"),
            features: self.features(root),
            problems: Vec::new(),
        }
    }

    fn documented(&self, package: &DeTable<'_>) -> Documented {
        let docs =
            ["metadata", "docs", "rs"].iter().try_fold(package, |table, key| get(table, key)?.get_ref().as_table());
        let Some(docs) = docs else { return Documented::default() };
        let features = get(docs, "features").and_then(|value| value.get_ref().as_array());
        Documented {
            features: features
                .into_iter()
                .flat_map(|list| list.iter())
                .filter_map(|value| value.get_ref().as_str().map(str::to_owned))
                .collect(),
            all: matches!(get(docs, "all-features").map(Spanned::get_ref), Some(DeValue::Boolean(true))),
        }
    }

    fn package(&mut self, table: &DeTable<'_>) -> Package {
        Package {
            name: self.string(table, "name"),
            version: self.inheritable(table, "version", |reader, value| reader.text(value, "version")),
            edition: self.inheritable(table, "edition", Self::edition),
            workspace: self.string(table, "workspace"),
            build: self.build(table),
            auto_lib: self.flag(table, &["autolib"]),
            auto_bins: self.flag(table, &["autobins"]),
            auto_examples: self.flag(table, &["autoexamples"]),
            auto_tests: self.flag(table, &["autotests"]),
            auto_benches: self.flag(table, &["autobenches"]),
        }
    }

    fn build(&mut self, table: &DeTable<'_>) -> Build {
        match get(table, "build").map(Spanned::get_ref) {
            None | Some(DeValue::Boolean(true)) => Build::Auto,
            Some(DeValue::Boolean(false)) => Build::Off,
            Some(DeValue::Array(_)) => {
                Build::Paths(self.strings(table, "build").into_iter().map(|(path, _)| path).collect())
            }
            Some(_) => self.string(table, "build").map_or(Build::Auto, |path| Build::Paths(vec![path])),
        }
    }

    fn workspace(&mut self, table: &DeTable<'_>) -> Workspace {
        let package = self.table(table, &["package"]);
        Workspace {
            members: self.strings(table, "members"),
            exclude: self.strings(table, "exclude").into_iter().map(|(path, _)| path).collect(),
            edition: package.and_then(|p| get(p, "edition")).and_then(|value| self.edition(value)),
            version: package.and_then(|p| self.string(p, "version")),
            dependencies: self.dependencies(table, &["dependencies"], DependencyKind::Normal),
        }
    }

    fn dependency_tables(&mut self, table: &DeTable<'_>) -> Vec<Dependency> {
        let mut all = self.dependencies(table, &["dependencies"], DependencyKind::Normal);
        all.extend(self.dependencies(table, &["dev-dependencies", "dev_dependencies"], DependencyKind::Dev));
        all.extend(self.dependencies(table, &["build-dependencies", "build_dependencies"], DependencyKind::Build));
        all
    }

    fn dependencies(&mut self, table: &DeTable<'_>, names: &[&str], kind: DependencyKind) -> Vec<Dependency> {
        let Some(entries) = self.table(table, names) else { return Vec::new() };
        let mut found: Vec<_> = entries.iter().filter_map(|(key, value)| self.dependency(key, value, kind)).collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found
    }

    fn dependency(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Value<'_>,
        kind: DependencyKind,
    ) -> Option<Dependency> {
        let mut dependency = Dependency {
            key: key.get_ref().to_string(),
            kind,
            line: self.lines.line(key.span().start),
            package: None,
            path: None,
            version: None,
            foreign: false,
            features: Vec::new(),
            optional: false,
            inherited: false,
        };
        match value.get_ref() {
            DeValue::String(version) => dependency.version = Some(version.to_string()),
            DeValue::Table(detail) => {
                dependency.package = self.string(detail, "package");
                dependency.path = self.string(detail, "path");
                dependency.version = self.string(detail, "version");
                dependency.foreign =
                    ["git", "registry", "registry-index"].iter().any(|source| get(detail, source).is_some());
                dependency.features = self.strings(detail, "features").into_iter().map(|(name, _)| name).collect();
                dependency.optional = self.flag(detail, &["optional"]).unwrap_or(false);
                dependency.inherited = self.flag(detail, &["workspace"]).unwrap_or(false);
            }
            _ => {
                self.expected(value, &dependency.key, "a version or a table");
                return None;
            }
        }
        Some(dependency)
    }

    fn targets(&mut self, root: &DeTable<'_>, name: &str) -> Vec<Target> {
        let Some(value) = get(root, name) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            self.expected(value, name, "an array of tables");
            return Vec::new();
        };
        entries.iter().filter_map(|entry| self.target(entry)).collect()
    }

    fn target(&mut self, value: &Value<'_>) -> Option<Target> {
        let Some(table) = value.get_ref().as_table() else {
            self.expected(value, "target", "a table");
            return None;
        };
        let types = ["crate-type", "crate_type"].map(|key| self.strings(table, key));
        let proc_macro = self.flag(table, &["proc-macro", "proc_macro"]).unwrap_or(false)
            || types.iter().flatten().any(|(crate_type, _)| crate_type == "proc-macro");
        Some(Target {
            name: self.string(table, "name"),
            path: self.string(table, "path"),
            edition: get(table, "edition").and_then(|value| self.edition(value)),
            proc_macro,
            line: self.lines.line(value.span().start),
        })
    }

    fn features(&mut self, root: &DeTable<'_>) -> BTreeMap<String, Vec<String>> {
        let Some(table) = self.table(root, &["features"]) else { return BTreeMap::new() };
        table
            .keys()
            .map(|key| {
                let enables = self.strings(table, key.get_ref());
                (key.get_ref().to_string(), enables.into_iter().map(|(feature, _)| feature).collect())
            })
            .collect()
    }

    fn edition(&mut self, value: &Value<'_>) -> Option<Edition> {
        match self.text(value, "edition")?.as_str() {
            "2015" => Some(Edition::E2015),
            "2018" => Some(Edition::E2018),
            "2021" => Some(Edition::E2021),
            "2024" => Some(Edition::E2024),
            other => {
                self.report(value.span().start, format!("edition `{other}` is not known; reading it as 2024"));
                Some(Edition::E2024)
            }
        }
    }

    fn inheritable<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        read: impl FnOnce(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Option<Inheritable<T>> {
        let value = get(table, key)?;
        if let Some(inherited) = value.get_ref().as_table().and_then(|table| get(table, "workspace")) {
            return inherited.get_ref().as_bool()?.then_some(Inheritable::Inherited);
        }
        read(self, value).map(Inheritable::Set)
    }

    fn table<'t, 'i>(&mut self, parent: &'t DeTable<'i>, names: &[&str]) -> Option<&'t DeTable<'i>> {
        let (name, value) = names.iter().find_map(|name| get(parent, name).map(|value| (name, value)))?;
        if value.get_ref().as_table().is_none() {
            self.expected(value, name, "a table");
        }
        value.get_ref().as_table()
    }

    fn flag(&mut self, table: &DeTable<'_>, names: &[&str]) -> Option<bool> {
        let (name, value) = names.iter().find_map(|name| get(table, name).map(|value| (name, value)))?;
        if value.get_ref().as_bool().is_none() {
            self.expected(value, name, "true or false");
        }
        value.get_ref().as_bool()
    }

    fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        get(table, key).and_then(|value| self.text(value, key))
    }

    fn text(&mut self, value: &Value<'_>, name: &str) -> Option<String> {
        if value.get_ref().as_str().is_none() {
            self.expected(value, name, "a string");
        }
        value.get_ref().as_str().map(str::to_owned)
    }

    /// The strings of an array, each with its line.
    fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(String, u32)> {
        let Some(value) = get(table, key) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            self.expected(value, key, "an array of strings");
            return Vec::new();
        };
        entries.iter().filter_map(|entry| Some((self.text(entry, key)?, self.lines.line(entry.span().start)))).collect()
    }

    fn expected(&mut self, value: &Value<'_>, name: &str, what: &str) {
        let found = value.get_ref().type_str();
        self.report(value.span().start, format!("`{name}` should be {what}, not {found}"));
    }

    fn report(&mut self, offset: usize, message: String) {
        self.problems.push(Problem { line: self.lines.line(offset), message });
    }
}

fn get<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t Value<'i>> {
    table.get(key)
}

/// Starts of lines.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// 1-based line of a byte offset.
    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }
}
