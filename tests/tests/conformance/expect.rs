//! Expectations out of lines.

/// A place, as far as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
}

impl Place {
    fn parse(text: &str, main: &str) -> Option<Self> {
        let mut parts: Vec<&str> = text.split(':').collect();
        let file = if parts[0].parse::<u32>().is_ok() { main } else { parts.remove(0) };
        let mut numbers = parts.into_iter().map(str::parse::<u32>);
        let (line, column) = (numbers.next().transpose().ok()?, numbers.next().transpose().ok()?);
        Some(Self { file: file.to_owned(), line, column })
    }

    /// Whether a full place is this one.
    pub(crate) fn fits(&self, file: Option<&str>, line: Option<u32>, column: Option<u32>) -> bool {
        file == Some(self.file.as_str())
            && (self.line.is_none() || self.line == line)
            && (self.column.is_none() || self.column == column)
    }
}

/// An edge, as far as it was given.
#[derive(Debug, Clone)]
pub(crate) struct EdgeLine {
    pub(crate) kind: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) place: Option<Place>,
    /// Confidence and reason, in either order.
    pub(crate) words: Vec<String>,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) enum Expectation {
    Symbol {
        kind: String,
        path: String,
        place: Option<Place>,
    },
    NoSymbol {
        path: String,
    },
    Text {
        field: String,
        path: String,
        text: String,
    },
    Edge(EdgeLine),
    NoEdge(EdgeLine),
    Exact {
        kind: String,
    },
    Unresolved {
        form: String,
        name: String,
        from: String,
        place: Option<Place>,
        missing: Option<String>,
        candidates: Option<Vec<String>>,
    },
    NoUnresolved {
        name: Option<String>,
    },
    Query {
        name: String,
        target: String,
        answer: Vec<String>,
    },
    Cycles {
        level: String,
        cycles: Vec<Vec<String>>,
    },
    Diagnostic {
        code: String,
        place: Place,
    },
}

impl Expectation {
    /// Reads a line; `main` is the file of places that name none.
    pub(crate) fn parse(line: &str, main: &str) -> Option<Self> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        Some(match verb {
            "symbol" => {
                let (kind, rest) = rest.split_once(' ')?;
                let (path, place) = with_place(rest, main)?;
                Self::Symbol { kind: kind.to_owned(), path: path.to_owned(), place }
            }
            "no-symbol" => Self::NoSymbol { path: rest.to_owned() },
            "text" => {
                let (field, rest) = rest.split_once(' ')?;
                let (path, text) = rest.split_once(" = ").or_else(|| Some((rest.strip_suffix(" =")?, "")))?;
                Self::Text { field: field.to_owned(), path: path.to_owned(), text: text.to_owned() }
            }
            "edge" => Self::Edge(edge(rest, main)?),
            "no-edge" => Self::NoEdge(edge(rest, main)?),
            "exact" => Self::Exact { kind: rest.to_owned() },
            "unresolved" => unresolved(rest, main)?,
            "no-unresolved" => Self::NoUnresolved { name: (!rest.is_empty()).then(|| rest.to_owned()) },
            "query" => query(rest)?,
            "diagnostic" => {
                let (code, place) = rest.split_once(' ')?;
                Self::Diagnostic { code: code.to_owned(), place: Place::parse(place, main)? }
            }
            _ => return None,
        })
    }
}

/// `TEXT [@ PLACE]`.
fn with_place<'a>(text: &'a str, main: &str) -> Option<(&'a str, Option<Place>)> {
    match text.split_once(" @ ") {
        Some((before, place)) => Some((before, Some(Place::parse(place, main)?))),
        None => Some((text, None)),
    }
}

fn edge(rest: &str, main: &str) -> Option<EdgeLine> {
    let (kind, rest) = rest.split_once(' ')?;
    let (from, rest) = rest.split_once(" -> ")?;
    let (to, tail) = rest.split_once(" @ ").unwrap_or((rest, ""));
    let mut words = tail.split_whitespace().map(str::to_owned);
    let place = match words.next() {
        Some(place) => Some(Place::parse(&place, main)?),
        None => None,
    };
    Some(EdgeLine { kind: kind.to_owned(), from: from.to_owned(), to: to.to_owned(), place, words: words.collect() })
}

fn unresolved(rest: &str, main: &str) -> Option<Expectation> {
    let (head, candidates) = match rest.split_once(" candidates ") {
        Some((head, list)) => (head, Some(names(list))),
        None => (rest, None),
    };
    let (form, head) = head.split_once(' ')?;
    let (name, head) = head.split_once(" in ")?;
    let (from, tail) = head.split_once(" @ ").unwrap_or((head, ""));
    let mut words = tail.split_whitespace();
    let place = match words.next() {
        Some(place) => Some(Place::parse(place, main)?),
        None => None,
    };
    Some(Expectation::Unresolved {
        form: form.to_owned(),
        name: name.to_owned(),
        from: from.to_owned(),
        place,
        missing: words.next().map(str::to_owned),
        candidates,
    })
}

fn query(rest: &str) -> Option<Expectation> {
    let (name, rest) = rest.split_once(' ')?;
    let (target, answer) = rest.split_once(" => ")?;
    if name == "cycles" {
        let cycles = if answer == "none" { Vec::new() } else { answer.split("; ").map(names).collect() };
        return Some(Expectation::Cycles { level: target.to_owned(), cycles });
    }
    Some(Expectation::Query { name: name.to_owned(), target: target.to_owned(), answer: names(answer) })
}

/// `A, B`, or `none`.
fn names(list: &str) -> Vec<String> {
    if list == "none" { Vec::new() } else { list.split(", ").map(str::to_owned).collect() }
}
