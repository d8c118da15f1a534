//! `isgraph explain`.

use std::str::FromStr;

use clap::Args;

use super::Input;

/// `isgraph explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The place of the use: file, line and, where the line holds several uses, column
    #[arg(value_name = "FILE:LINE[:COLUMN]")]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// A place in the code, as editors and compilers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: Option<u32>,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "give the place as FILE:LINE or FILE:LINE:COLUMN, such as src/lib.rs:12:9".to_owned();
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        let (rest, last) = text.rsplit_once(':').ok_or_else(wrong)?;
        let last = number(last).ok_or_else(wrong)?;
        let with_column = rest.rsplit_once(':').and_then(|(file, line)| Some((file, number(line)?)));
        let (file, line, column) = match with_column {
            Some((file, line)) => (file, line, Some(last)),
            None => (rest, last, None),
        };
        if file.is_empty() { Err(wrong()) } else { Ok(Self { file: file.to_owned(), line, column }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_the_end() {
        let place = |file: &str, line, column| Ok(Place { file: file.to_owned(), line, column });
        assert_eq!("src/lib.rs:3".parse(), place("src/lib.rs", 3, None));
        assert_eq!("src/lib.rs:3:14".parse(), place("src/lib.rs", 3, Some(14)));
        assert_eq!(r"C:\x\lib.rs:3:14".parse(), place(r"C:\x\lib.rs", 3, Some(14)));
        for wrong in ["src/lib.rs", "src/lib.rs:", ":3", "src/lib.rs:0", "src/lib.rs:x:1x", ""] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
