//! Structured signatures as a run of small numbers, each a LEB128 varint: counts and text numbers.
//!
//! A signature without structure is one zero, shared by all.

use super::strings::{StrId, Strings, StringsBuilder};
use crate::model::{GenericParam, Parameter, SignatureParts, WherePredicate};

/// Bits of the first number: which parts follow.
const GENERICS: u32 = 1;
const WHERE_CLAUSES: u32 = 2;
const PARAMETERS: u32 = 4;
const RETURN_TYPE: u32 = 8;
const TYPE: u32 = 16;
const OF_TRAIT: u32 = 32;
const BOUNDS: u32 = 64;
const QUALIFIERS: u32 = 128;
const ALL: u32 = 255;

/// Writes signatures one after the other.
#[derive(Debug)]
pub(super) struct PartsWriter {
    bytes: Vec<u8>,
}

impl PartsWriter {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0] }
    }

    /// Adds a signature; gives where it starts.
    pub(super) fn push<'a>(&mut self, parts: &'a SignatureParts, strings: &mut StringsBuilder<'a>) -> u32 {
        let mut mask = 0;
        let mut flag = |on: bool, bit: u32| mask |= if on { bit } else { 0 };
        flag(!parts.generics.is_empty(), GENERICS);
        flag(!parts.where_clauses.is_empty(), WHERE_CLAUSES);
        flag(!parts.parameters.is_empty(), PARAMETERS);
        flag(parts.return_type.is_some(), RETURN_TYPE);
        flag(parts.ty.is_some(), TYPE);
        flag(parts.of_trait.is_some(), OF_TRAIT);
        flag(!parts.bounds.is_empty(), BOUNDS);
        flag(!parts.qualifiers.is_empty(), QUALIFIERS);
        let Ok(start) = u32::try_from(self.bytes.len()) else { return 0 };
        if mask == 0 {
            return 0;
        }
        self.number(mask);
        if !parts.generics.is_empty() {
            self.number(parts.generics.len() as u32);
            for param in &parts.generics {
                self.text(&param.name, strings);
                self.text(&param.kind, strings);
                self.texts(&param.bounds, strings);
                self.texts(param.default.as_slice(), strings);
            }
        }
        if !parts.where_clauses.is_empty() {
            self.number(parts.where_clauses.len() as u32);
            for predicate in &parts.where_clauses {
                self.text(&predicate.target, strings);
                self.texts(&predicate.bounds, strings);
            }
        }
        if !parts.parameters.is_empty() {
            self.number(parts.parameters.len() as u32);
            for parameter in &parts.parameters {
                self.text(&parameter.name, strings);
                self.text(&parameter.ty, strings);
            }
        }
        for text in [&parts.return_type, &parts.ty, &parts.of_trait].into_iter().flatten() {
            self.text(text, strings);
        }
        for list in [&parts.bounds, &parts.qualifiers] {
            if !list.is_empty() {
                self.texts(list, strings);
            }
        }
        start
    }

    pub(super) fn finish(self) -> Box<[u8]> {
        self.bytes.into_boxed_slice()
    }

    fn texts<'a>(&mut self, texts: &'a [String], strings: &mut StringsBuilder<'a>) {
        self.number(texts.len() as u32);
        for text in texts {
            self.text(text, strings);
        }
    }

    fn text<'a>(&mut self, text: &'a str, strings: &mut StringsBuilder<'a>) {
        self.number(strings.intern(text).0);
    }

    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Reads one signature; fails on anything that [`PartsWriter`] does not write.
pub(super) struct PartsReader<'a> {
    bytes: &'a [u8],
    strings: &'a Strings,
}

impl<'a> PartsReader<'a> {
    pub(super) fn new(bytes: &'a [u8], start: u32, strings: &'a Strings) -> Self {
        Self { bytes: bytes.get(start as usize..).unwrap_or(&[]), strings }
    }

    pub(super) fn read(mut self) -> Option<SignatureParts> {
        let mask = self.number()?;
        if mask & !ALL != 0 {
            return None;
        }
        let mut parts = SignatureParts::default();
        if mask & GENERICS != 0 {
            for _ in 0..self.count()? {
                parts.generics.push(GenericParam {
                    name: self.text()?,
                    kind: self.text()?,
                    bounds: self.texts()?,
                    default: self.texts()?.pop(),
                });
            }
        }
        if mask & WHERE_CLAUSES != 0 {
            for _ in 0..self.count()? {
                parts.where_clauses.push(WherePredicate { target: self.text()?, bounds: self.texts()? });
            }
        }
        if mask & PARAMETERS != 0 {
            for _ in 0..self.count()? {
                parts.parameters.push(Parameter { name: self.text()?, ty: self.text()? });
            }
        }
        if mask & RETURN_TYPE != 0 {
            parts.return_type = Some(self.text()?);
        }
        if mask & TYPE != 0 {
            parts.ty = Some(self.text()?);
        }
        if mask & OF_TRAIT != 0 {
            parts.of_trait = Some(self.text()?);
        }
        if mask & BOUNDS != 0 {
            parts.bounds = self.texts()?;
        }
        if mask & QUALIFIERS != 0 {
            parts.qualifiers = self.texts()?;
        }
        Some(parts)
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        (0..self.count()?).map(|_| self.text()).collect()
    }

    fn text(&mut self) -> Option<String> {
        let id = self.number()?;
        ((id as usize) < self.strings.len()).then(|| self.strings.get(StrId(id)).to_owned())
    }

    /// A count of things that each take at least one byte, so that no count can ask for more
    /// memory than there are bytes.
    fn count(&mut self) -> Option<u32> {
        let count = self.number()?;
        (count as usize <= self.bytes.len()).then_some(count)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in (0..32).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            let low = u32::from(byte & 0x7f);
            if low << shift >> shift != low {
                return None;
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}
