//! Merging by rank: the one algorithm behind every vocabulary.
//!
//! A piece of text is a list of ids; of all adjacent pairs that have a merge, the one of the lowest rank goes first,
//! among equals the leftmost (Sennrich et al. 2016, section 3.2). The list is linked and the pairs wait in a heap, so a
//! piece of n ids takes O(n log n) steps whatever the vocabulary. Pairs are found by binary search instead of hashing:
//! a vocabulary comes from miners, and nothing they write in it may make a look-up slow.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Merge {
    /// Lower goes first.
    pub(crate) rank: u32,
    pub(crate) left: u32,
    pub(crate) right: u32,
    /// What the two become.
    pub(crate) made: u32,
}

/// The merges of a vocabulary, to be found by their parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Merges {
    /// Sorted by parts.
    list: Vec<Merge>,
    /// Where in the list the merges of a left part end.
    ends: Vec<usize>,
}

impl Merges {
    /// Puts the merges of a vocabulary of `count` ids in order. The error is the first that repeats the parts of another.
    pub(crate) fn new(mut list: Vec<Merge>, count: usize) -> Result<Self, Merge> {
        list.sort_unstable_by_key(|merge| (merge.left, merge.right));
        let mut ends = vec![0; count];
        let mut before = None;
        for (place, merge) in list.iter().enumerate() {
            let parts = (merge.left, merge.right);
            if before.replace(parts) == Some(parts) {
                return Err(*merge);
            }
            if let Some(end) = ends.get_mut(merge.left as usize) {
                *end = place + 1;
            }
        }
        // A left part without merges ends where the one before it does.
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        Ok(Self { list, ends })
    }

    /// All of them in order of rank.
    pub(crate) fn by_rank(&self) -> Vec<Merge> {
        let mut list = self.list.clone();
        list.sort_unstable();
        list
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    fn find(&self, left: u32, right: u32) -> Option<Merge> {
        let left = left as usize;
        let start = match left.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let same_left = self.list.get(start..*self.ends.get(left)?)?;
        let place = same_left.binary_search_by_key(&right, |merge| merge.right);
        same_left.get(place.ok()?).copied()
    }
}

/// No symbol.
const NONE: u32 = u32::MAX;

/// One id of a piece, linked to its neighbours.
#[derive(Clone, Copy, Debug)]
struct Symbol {
    id: u32,
    previous: u32,
    next: u32,
    /// Rank of the merge with the next one and what it makes; none where there is no such merge.
    merge: Option<(u32, u32)>,
}

/// Merges one piece after another and keeps its memory.
#[derive(Debug)]
pub(crate) struct Merger<'a> {
    merges: &'a Merges,
    symbols: Vec<Symbol>,
    /// Rank and place of a pair that had a merge when it was put here: `rank << 32 | place`.
    queue: BinaryHeap<Reverse<u64>>,
}

impl<'a> Merger<'a> {
    pub(crate) fn new(merges: &'a Merges) -> Self {
        Self {
            merges,
            symbols: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    /// Merges `ids`, fewer than 2^32, and appends what is left to `out`.
    pub(crate) fn merge(&mut self, ids: impl Iterator<Item = u32>, out: &mut Vec<u32>) {
        self.symbols.clear();
        for (place, id) in (0..NONE).zip(ids) {
            self.symbols.push(Symbol {
                id,
                previous: place.wrapping_sub(1),
                next: place + 1,
                merge: None,
            });
        }
        if let Some(last) = self.symbols.last_mut() {
            last.next = NONE;
        }
        for place in (0..NONE).take(self.symbols.len()) {
            self.look(place);
        }
        while let Some(Reverse(entry)) = self.queue.pop() {
            self.apply(entry);
        }
        let mut place = 0;
        while let Some(symbol) = self.symbols.get(place as usize) {
            out.push(symbol.id);
            place = symbol.next;
        }
    }

    fn symbol(&mut self, place: u32) -> Option<&mut Symbol> {
        self.symbols.get_mut(place as usize)
    }

    /// Finds the merge of a symbol with its next one.
    fn look(&mut self, place: u32) {
        let Some(Symbol { id, next, .. }) = self.symbol(place).copied() else {
            return;
        };
        let right = self.symbol(next).map(|next| next.id);
        let found = right.and_then(|right| self.merges.find(id, right));
        if let Some(merge) = found {
            let entry = u64::from(merge.rank) << 32 | u64::from(place);
            self.queue.push(Reverse(entry));
        }
        if let Some(symbol) = self.symbol(place) {
            symbol.merge = found.map(|merge| (merge.rank, merge.made));
        }
    }

    /// Applies a merge that the queue gave, unless its pair has changed since.
    fn apply(&mut self, entry: u64) {
        let (place, rank) = (entry & u64::from(NONE), entry >> 32);
        let place = place as u32;
        let Some(symbol) = self.symbol(place) else {
            return;
        };
        let Some((_, made)) = symbol.merge.filter(|(now, _)| u64::from(*now) == rank) else {
            return;
        };
        symbol.id = made;
        let (previous, swallowed) = (symbol.previous, symbol.next);
        let next = self.symbol(swallowed).map_or(NONE, |swallowed| {
            swallowed.merge = None;
            swallowed.next
        });
        if let Some(symbol) = self.symbol(place) {
            symbol.next = next;
        }
        if let Some(after) = self.symbol(next) {
            after.previous = place;
        }
        self.look(place);
        self.look(previous);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::{Merge, Merger, Merges};

    fn merge(rank: u32, left: u32, right: u32, made: u32) -> Merge {
        Merge {
            rank,
            left,
            right,
            made,
        }
    }

    fn merged(merges: &[Merge], ids: &[u32]) -> Vec<u32> {
        let merges = Merges::new(merges.to_vec(), 16).unwrap();
        let mut out = Vec::new();
        Merger::new(&merges).merge(ids.iter().copied(), &mut out);
        out
    }

    #[test]
    fn the_lowest_rank_goes_first_and_among_equals_the_leftmost() {
        let merges = [merge(1, 0, 1, 3), merge(0, 1, 2, 4), merge(2, 0, 4, 5)];
        assert_eq!(merged(&merges, &[0, 1, 2]), [5]);
        assert_eq!(merged(&merges, &[0, 1]), [3]);
        assert_eq!(merged(&[merge(0, 0, 0, 1)], &[0, 0, 0]), [1, 0]);
        let tied = [merge(7, 0, 1, 3), merge(7, 1, 2, 4)];
        assert_eq!(merged(&tied, &[0, 1, 2]), [3, 2]);
        assert_eq!(merged(&tied, &[]), [0; 0]);
    }

    #[test]
    fn a_pair_is_merged_one_way_only() {
        let twice = vec![merge(0, 1, 2, 3), merge(5, 1, 2, 4)];
        assert!(Merges::new(twice, 8).is_err());
    }
}
