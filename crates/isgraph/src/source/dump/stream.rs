//! A dump that comes in pieces, as text.

use std::io::Read;

use super::Dumps;
use super::cut::{Cutter, not_utf8};
use super::scan::newlines;
use crate::error::Result;

/// How much is read at once, in bytes.
const WINDOW: usize = 4 << 20;

/// Reads a dump from `input`.
pub(super) fn add(dumps: &mut Dumps, input: impl Read, label: &str) -> Result<()> {
    add_by(dumps, input, label, WINDOW)
}

/// Reads a dump from `input`, so many bytes at once at least.
pub(super) fn add_by(dumps: &mut Dumps, input: impl Read, label: &str, step: usize) -> Result<()> {
    dumps.collector.start(label);
    let mut cutter = Cutter::new(dumps.format);
    let mut window = Window::new(input, step);
    let mut only_space = true;
    loop {
        window.fill().map_err(|error| unreadable(label, error))?;
        only_space = only_space && window.text.trim().is_empty();
        let used = cutter.advance(&window.text, window.at_end, &mut dumps.collector);
        if window.at_end {
            break;
        }
        window.used(used);
    }
    if let Some(line) = window.bad_line {
        not_utf8(line, &mut dumps.collector);
    }
    cutter.finish(label, only_space, &mut dumps.collector)
}

#[cfg(feature = "archives")]
use super::archive::unreadable;

#[cfg(not(feature = "archives"))]
fn unreadable(label: &str, error: std::io::Error) -> crate::error::Error {
    let message = format!("cannot read {label}: {error}");
    crate::error::Error::new(crate::error::ErrorCode::Io, message).with_source(error)
}

/// The part of a text that is looked at.
struct Window<R> {
    input: R,
    step: usize,
    text: String,
    /// Bytes that were read and are not text yet: the start of a character.
    bytes: Vec<u8>,
    at_end: bool,
    started: bool,
    wide: Option<Wide>,
    /// 1-based line where the text starts.
    line: u32,
    /// Line of the first byte that is not UTF-8.
    bad_line: Option<u32>,
}

/// The order of bytes in UTF-16.
#[derive(Debug, Clone, Copy)]
enum Wide {
    Little,
    Big,
}

impl<R: Read> Window<R> {
    fn new(input: R, step: usize) -> Self {
        Self {
            input,
            step,
            text: String::new(),
            bytes: Vec::new(),
            at_end: false,
            started: false,
            wide: None,
            line: 1,
            bad_line: None,
        }
    }

    /// Forgets the start of the text.
    fn used(&mut self, bytes: usize) {
        self.line = self.line.saturating_add(newlines(&self.text[..bytes]));
        self.text.drain(..bytes);
    }

    /// Reads on: at least as much as is there, so that a file that needs several windows is looked
    /// at only a few times.
    fn fill(&mut self) -> std::io::Result<()> {
        let wanted = self.step.max(self.text.len());
        let read = self.input.by_ref().take(wanted as u64).read_to_end(&mut self.bytes)?;
        self.at_end = read < wanted;
        if !self.started {
            self.started = true;
            self.wide = match self.bytes.as_slice() {
                [0xff, 0xfe, ..] => Some(Wide::Little),
                [0xfe, 0xff, ..] => Some(Wide::Big),
                _ => None,
            };
        }
        match self.wide {
            Some(order) => self.decode_wide(order),
            None => self.decode(),
        }
        if self.text.starts_with('\u{feff}') && self.line == 1 {
            self.text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(())
    }

    fn decode(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        let mut rest = bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.text.push_str(text);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.text.push_str(std::str::from_utf8(good).unwrap_or_default());
                    rest = bad;
                    match error.error_len() {
                        // A character that the next piece goes on with.
                        None if !self.at_end => break,
                        len => {
                            self.note_bad();
                            self.text.push(char::REPLACEMENT_CHARACTER);
                            rest = &bad[len.unwrap_or(bad.len())..];
                        }
                    }
                }
            }
        }
        let left = rest.len();
        bytes.drain(..bytes.len() - left);
        self.bytes = bytes;
    }

    fn decode_wide(&mut self, order: Wide) {
        let mut units: Vec<u16> = self
            .bytes
            .chunks_exact(2)
            .map(|pair| match order {
                Wide::Little => u16::from_le_bytes([pair[0], pair[1]]),
                Wide::Big => u16::from_be_bytes([pair[0], pair[1]]),
            })
            .collect();
        // The first half of a pair waits for the second.
        if !self.at_end && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
        }
        let is_odd_end = self.at_end && self.bytes.len() % 2 == 1;
        self.bytes.drain(..2 * units.len());
        let mut bad = is_odd_end;
        for unit in char::decode_utf16(units) {
            bad |= unit.is_err();
            self.text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if bad {
            self.note_bad();
        }
    }

    fn note_bad(&mut self) {
        if self.bad_line.is_none() {
            self.bad_line = Some(self.line.saturating_add(newlines(&self.text)));
        }
    }
}
