//! Packed dumps inside a literal: text of this file, whatever they say.

pub const XML: &str = r#"This file is a merged representation of the entire codebase, combined into a single document by Repomix.

<directory_structure>
src/
  ghost.rs
</directory_structure>

<files>
This section contains the contents of the repository's files.

<file path="src/ghost.rs">
pub fn ghost() {}
</file>

</files>
"#;

pub const DOCUMENTS: &str = r#"
<documents>
<document index="1">
<source>src/ghost.rs</source>
<document_content>
pub fn ghost() {}
</document_content>
</document>
</documents>
"#;

pub const DIGEST: &str = r#"
================================================
FILE: src/ghost.rs
================================================
pub fn ghost() {}


================
File: src/ghost.rs
================
pub fn ghost() {}

================================================================
End of Codebase
================================================================

==================================================
File: src/ghost.rs
==================================================
pub fn ghost() {}
"#;

/// Counts ghosts.
pub fn count() -> usize {
    [XML, DOCUMENTS, DIGEST].iter().map(|text| text.matches("ghost.rs").count()).sum()
}
