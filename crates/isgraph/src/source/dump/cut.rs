//! Drives a format's reader over a dump that is in memory whole, or piece by piece.

use super::DumpFormat;
use super::collect::Collector;
use super::detect::{Detected, detect};
use super::polish::polish;
use super::scan::newlines;
use super::step::{Reader, Step};
use crate::error::{Error, ErrorCode, Result};
use crate::model::Severity;

/// Cuts one dump.
pub(super) struct Cutter {
    only: Option<DumpFormat>,
    phase: Phase,
    /// 1-based line of the start of what is given next.
    line: u32,
    /// Whether all texts stand in the line where the cutter started.
    one_line: bool,
}

enum Phase {
    Detect,
    Read(DumpFormat, Box<dyn Reader>),
    Done(DumpFormat),
    Nothing,
}

impl Cutter {
    pub(super) fn new(only: Option<DumpFormat>) -> Self {
        Self { only, phase: Phase::Detect, line: 1, one_line: false }
    }

    /// Reads on in `text`, which goes on where the last call's result says that it stopped, and
    /// gives how many bytes need not be given again.
    pub(super) fn advance(&mut self, text: &str, at_end: bool, into: &mut Collector) -> usize {
        let mut at = 0;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            match &mut self.phase {
                Phase::Detect => match detect(rest, self.only, at_end) {
                    Detected::More => return at,
                    Detected::Nothing => self.phase = Phase::Nothing,
                    Detected::Dump(format, reader, start) => {
                        self.skip(&rest[..start]);
                        at += start;
                        self.phase = Phase::Read(format, reader);
                    }
                    Detected::Wrapped(inner, start) => {
                        self.skip(&rest[..start]);
                        let mut cutter = Self { line: self.line, one_line: true, ..Self::new(None) };
                        cutter.advance(&inner, true, into);
                        self.phase = match cutter.phase {
                            Phase::Done(_) => Phase::Done(DumpFormat::Code2promptJson),
                            _ => Phase::Nothing,
                        };
                    }
                },
                Phase::Read(format, reader) => {
                    let format = *format;
                    match reader.next(rest, at_end) {
                        Step::More => return at,
                        Step::End => {
                            if !self.one_line {
                                into.end(format.as_str(), reader.tree());
                            }
                            self.phase = Phase::Done(format);
                        }
                        Step::File(mut file, next) => {
                            let (shows_gaps, altered) = (reader.shows_gaps(), reader.altered());
                            // A reader that does not get on would never end.
                            let next = next.max(1).min(rest.len());
                            let line = self.line.saturating_add(self.lines(rest, file.at));
                            for (place, severity, message) in std::mem::take(&mut file.doubts) {
                                let line = self.line.saturating_add(self.lines(rest, place));
                                into.doubt(line, severity, "DUMP", message);
                            }
                            if Collector::keeps(&file.path) {
                                file.one_line |= self.one_line;
                                into.add(polish(file, format), line, shows_gaps, altered);
                            } else {
                                into.other(&file.text, shows_gaps);
                            }
                            self.skip(rest.get(..next).unwrap_or_default());
                            at += next;
                        }
                    }
                }
                Phase::Done(_) | Phase::Nothing => return text.len(),
            }
        }
    }

    /// Ends the dump; an error when it was none.
    pub(super) fn finish(self, label: &str, is_empty: bool, into: &mut Collector) -> Result<()> {
        match self.phase {
            Phase::Done(DumpFormat::Code2promptJson) => into.end(DumpFormat::Code2promptJson.as_str(), None),
            Phase::Done(_) => {}
            _ => return Err(not_a_dump(label, self.only, is_empty)),
        }
        Ok(())
    }

    fn skip(&mut self, text: &str) {
        if !self.one_line {
            self.line = self.line.saturating_add(newlines(text));
        }
    }

    fn lines(&self, text: &str, to: usize) -> u32 {
        if self.one_line { 0 } else { newlines(text.get(..to).unwrap_or_default()) }
    }
}

/// Says that a text that is not UTF-8 was changed.
pub(super) fn not_utf8(line: u32, into: &mut Collector) {
    let message = "the dump is not UTF-8; bad bytes were replaced by \u{fffd}".to_owned();
    into.doubt(line, Severity::Warning, "NOT_UTF8", message);
}

fn not_a_dump(label: &str, only: Option<DumpFormat>, is_empty: bool) -> Error {
    let message = match only {
        _ if is_empty => format!("{label} is empty; a dump has a line such as `FILE: path` before each of its files"),
        Some(format) => format!(
            "{label} has no header of the format {format}; let isgraph find the format itself, or give another one"
        ),
        None => format!(
            "{label} holds no header of a dump format that isgraph reads; write a line `FILE: path` before each file, \
             give the format by --dump-format, or index the directory itself"
        ),
    };
    Error::new(ErrorCode::DumpFormat, message)
}
