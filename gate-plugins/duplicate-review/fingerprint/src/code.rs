//! A bundle's code as units with features.

use std::collections::BTreeSet;

use prism_pyast::Module;

use crate::trace;

/// Bits of a feature: few enough that a note holds thousands, many enough that two never meet by chance.
pub const FEATURE_BITS: u32 = 48;

/// One of a bundle's two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What building and calling the model reaches.
    Architecture,
    /// What training reaches beyond that.
    Training,
}

/// Where a part begins.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Which part.
    pub part: Part,
    /// Bundle path of the script.
    pub path: &'a str,
    /// The function at its top level; none for all that the script defines.
    pub symbol: Option<&'a str>,
}

/// A function, method or body of a class or module that runs.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name with those of the classes and functions around it, as `Block.forward`.
    pub name: String,
    /// Bundle path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
    /// The part that reaches it first.
    pub part: Part,
    /// Its features, sorted and distinct.
    pub features: Vec<u64>,
    /// Positions of the units that it reaches.
    pub(crate) reaches: BTreeSet<usize>,
}

/// What runs of a bundle.
#[derive(Clone, Debug, Default)]
pub struct Code {
    units: Vec<Unit>,
}

impl Code {
    /// Reads what is reached from the entries, which come in the order of the parts they claim. `search` lists the
    /// folders on the import path, `reserved` the names that are not the bundle's to define, as
    /// [`prism_pyast::Program::new`] takes them.
    #[must_use]
    pub fn read(
        modules: &[Module],
        search: &[String],
        reserved: fn(&str) -> bool,
        entries: &[Entry<'_>],
    ) -> Self {
        Self {
            units: trace::units(modules, search, reserved, entries),
        }
    }

    /// The units, in the order in which they are reached.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The features of one part, sorted and distinct.
    #[must_use]
    pub fn features(&self, part: Part) -> BTreeSet<u64> {
        let units = self.units.iter().filter(|unit| unit.part == part);
        units
            .flat_map(|unit| unit.features.iter().copied())
            .collect()
    }

    /// About how many features one unit has with those that it names itself: cheap, to find where much is.
    #[must_use]
    pub fn nearby(&self, start: usize) -> usize {
        let count = |index: usize| self.units.get(index).map_or(0, |unit| unit.features.len());
        let named = self
            .units
            .get(start)
            .into_iter()
            .flat_map(|unit| &unit.reaches);
        count(start) + named.map(|index| count(*index)).sum::<usize>()
    }

    /// The features of what one unit reaches, itself included, as far as it belongs to the same part.
    #[must_use]
    pub fn reached_from(&self, start: usize) -> BTreeSet<u64> {
        let mut features = BTreeSet::new();
        let Some(part) = self.units.get(start).map(|unit| unit.part) else {
            return features;
        };
        let mut seen = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some(unit) = waiting.pop().and_then(|index| self.units.get(index)) {
            if unit.part == part {
                features.extend(unit.features.iter().copied());
            }
            waiting.extend(unit.reaches.iter().filter(|next| seen.insert(**next)));
        }
        features
    }
}
