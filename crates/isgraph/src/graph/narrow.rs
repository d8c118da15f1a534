//! Columns of numbers that are nearly always small.

/// A value as a column keeps it: in two bytes, or aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Below [`ESCAPE`].
    Low(u16),
    /// Anything else.
    Wide(u32),
}

/// Stands in the column for a value that is kept aside.
pub(super) const ESCAPE: u16 = u16::MAX;

impl From<u32> for Slot {
    fn from(number: u32) -> Self {
        match u16::try_from(number) {
            Ok(low) if low != ESCAPE => Self::Low(low),
            _ => Self::Wide(number),
        }
    }
}

/// Two bytes a value, and a sorted list of those that need more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Narrow {
    low: Box<[u16]>,
    /// Index and value, by index.
    wide: Box<[(u32, u32)]>,
}

impl Narrow {
    pub(super) fn len(&self) -> usize {
        self.low.len()
    }

    pub(super) fn slot(&self, index: usize) -> Option<Slot> {
        match *self.low.get(index)? {
            ESCAPE => {
                let at = self.wide.binary_search_by_key(&(index as u32), |&(index, _)| index).ok()?;
                Some(Slot::Wide(self.wide[at].1))
            }
            low => Some(Slot::Low(low)),
        }
    }

    /// The number; for columns of plain numbers.
    pub(super) fn get(&self, index: usize) -> Option<u32> {
        self.slot(index).map(|slot| match slot {
            Slot::Low(low) => u32::from(low),
            Slot::Wide(number) => number,
        })
    }

    /// All numbers; for columns of plain numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.low) + size_of_val(&*self.wide)
    }
}

impl FromIterator<Slot> for Narrow {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> Self {
        let mut wide = Vec::new();
        let low = slots
            .into_iter()
            .zip(0..)
            .map(|(slot, index)| match slot {
                Slot::Low(low) => low,
                Slot::Wide(number) => {
                    wide.push((index, number));
                    ESCAPE
                }
            })
            .collect();
        Self { low, wide: wide.into() }
    }
}

impl FromIterator<u32> for Narrow {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        numbers.into_iter().map(Slot::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_kept_aside() {
        let numbers = [0, 7, 65_534, 65_535, 65_536, u32::MAX, 1];
        let column: Narrow = numbers.into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), numbers);
        assert_eq!((column.wide.len(), column.get(7)), (3, None));
    }
}
