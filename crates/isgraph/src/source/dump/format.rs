//! The formats, and the words that name them.

/// How a dump separates its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DumpFormat {
    /// A line `FILE: path` before each file, with or without rulers of `=` around it.
    FileMarker,
    /// gitingest: `FILE: path` between rulers of 48 `=`.
    Gitingest,
    /// gitingest before April 2025: `File: path` between rulers of 48 `=`.
    Gitingest2024,
    /// repomix, plain style: `File: path` between rulers of 16 `=`.
    RepomixPlain,
    /// repomix, its default: `<files>` and `<file path="…">` around text that is not escaped.
    RepomixXml,
    /// repomix of 2024: as [`Self::RepomixXml`], in `<repository_files>`.
    RepomixXml2024,
    /// repomix, `--parsable-style`: XML with escaped text.
    RepomixParsable,
    /// repomix, markdown style: `## File: path` and a fence.
    RepomixMarkdown,
    /// repomix, JSON style: `{"files": {"path": "text"}}`.
    RepomixJson,
    /// code2prompt: `` `path`: `` and a fence of three, or none.
    Code2promptMarkdown,
    /// code2prompt, XML: `<file path="…">` with a fence inside.
    Code2promptXml,
    /// code2prompt, JSON: [`Self::Code2promptXml`] or [`Self::Code2promptMarkdown`] inside `"prompt"`.
    Code2promptJson,
    /// files-to-prompt: the path, `---`, the text, an empty line, `---`.
    FilesToPrompt,
    /// files-to-prompt `--cxml`: `<document>`, `<source>`, `<document_content>`.
    FilesToPromptXml,
    /// files-to-prompt `--markdown`: the path, then a fence longer than any in the text.
    FilesToPromptMarkdown,
    /// codefetch: in `<source_code>`, the path and a fence of three.
    Codefetch,
    /// codefetch's SDK: `## path` and a fence of three below `# File Contents`.
    CodefetchSdk,
    /// yek: `>>>> path`.
    Yek,
    /// yek `--json`: `[{"filename": "path", "content": "text"}]`.
    YekJson,
    /// codebase-digest: `File: path` between rulers of 50 `=`.
    CodebaseDigest,
    /// ai-digest: `# path` and a fence; fences in the text are escaped.
    AiDigest,
    /// onefilellm: `<file path="…">` in `<source …>`.
    Onefilellm,
    /// `===== FILE: path =====`, `--- File: path ---`, `// File: path` and the like.
    AdHoc,
}

impl DumpFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::FileMarker,
        Self::Gitingest,
        Self::Gitingest2024,
        Self::RepomixPlain,
        Self::RepomixXml,
        Self::RepomixXml2024,
        Self::RepomixParsable,
        Self::RepomixMarkdown,
        Self::RepomixJson,
        Self::Code2promptMarkdown,
        Self::Code2promptXml,
        Self::Code2promptJson,
        Self::FilesToPrompt,
        Self::FilesToPromptXml,
        Self::FilesToPromptMarkdown,
        Self::Codefetch,
        Self::CodefetchSdk,
        Self::Yek,
        Self::YekJson,
        Self::CodebaseDigest,
        Self::AiDigest,
        Self::Onefilellm,
        Self::AdHoc,
    ];

    /// The word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileMarker => "file-marker",
            Self::Gitingest => "gitingest",
            Self::Gitingest2024 => "gitingest-2024",
            Self::RepomixPlain => "repomix-plain",
            Self::RepomixXml => "repomix-xml",
            Self::RepomixXml2024 => "repomix-xml-2024",
            Self::RepomixParsable => "repomix-parsable-xml",
            Self::RepomixMarkdown => "repomix-markdown",
            Self::RepomixJson => "repomix-json",
            Self::Code2promptMarkdown => "code2prompt-markdown",
            Self::Code2promptXml => "code2prompt-xml",
            Self::Code2promptJson => "code2prompt-json",
            Self::FilesToPrompt => "files-to-prompt",
            Self::FilesToPromptXml => "files-to-prompt-xml",
            Self::FilesToPromptMarkdown => "files-to-prompt-markdown",
            Self::Codefetch => "codefetch",
            Self::CodefetchSdk => "codefetch-sdk",
            Self::Yek => "yek",
            Self::YekJson => "yek-json",
            Self::CodebaseDigest => "codebase-digest",
            Self::AiDigest => "ai-digest",
            Self::Onefilellm => "onefilellm",
            Self::AdHoc => "ad-hoc",
        }
    }

    /// Reads the word written by [`Self::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == word)
    }
}

impl std::fmt::Display for DumpFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
