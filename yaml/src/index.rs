//! Numbers by name.

use crate::text::Text;

/// Entries that are in one row at most: what has to move for a new one.
const ROW: usize = 128;

/// Numbers by name, in the order of the names. (The library's map takes 5 KB of wasm; 2026-11.)
#[derive(Default)]
pub struct Index {
    /// None is empty, and every name of a row is before those of the next.
    rows: Vec<Vec<(Text, usize)>>,
}

impl Index {
    /// Row and place of a name, or where it belongs.
    fn find(&self, name: &[u8]) -> (usize, Result<usize, usize>) {
        // Names may be whole certificate bundles: with one row, none is compared twice.
        let later = self.rows.get(1..).unwrap_or_default();
        let row = later.partition_point(|row| row[0].0.as_bytes() <= name);
        let place = self.rows.get(row).map_or(Err(0), |row| row.binary_search_by(|(known, _)| known.as_bytes().cmp(name)));
        (row, place)
    }

    /// The number of a name.
    pub fn get(&self, name: &str) -> Option<usize> {
        let (row, place) = self.find(name.as_bytes());
        place.ok().map(|place| self.rows[row][place].1)
    }

    /// Sets the number of a name, and gives the one that it had.
    pub fn insert(&mut self, name: Text, number: usize) -> Option<usize> {
        let (row, place) = self.find(name.as_bytes());
        match place {
            Ok(place) => return Some(std::mem::replace(&mut self.rows[row][place].1, number)),
            Err(_) if self.rows.is_empty() => self.rows.push(vec![(name, number)]),
            Err(place) => self.rows[row].insert(place, (name, number)),
        }
        if self.rows[row].len() == ROW {
            let rest = self.rows[row].split_off(ROW / 2);
            self.rows.insert(row + 1, rest);
        }
        None
    }

    /// The numbers in the order of their names.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().flatten().map(|(_, number)| *number)
    }

    /// Removes all of them.
    pub fn clear(&mut self) {
        self.rows.clear();
    }
}

impl FromIterator<Text> for Index {
    /// The number of each name; of equal ones the last.
    fn from_iter<I: IntoIterator<Item = Text>>(names: I) -> Index {
        let mut index = Index::default();
        for (number, name) in names.into_iter().enumerate() {
            index.insert(name, number);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::Index;
    use std::collections::BTreeMap;

    proptest::proptest! {
        #[test]
        fn it_is_the_librarys_map(names in proptest::collection::vec("[a-d]{0,5}", 0..1500)) {
            let (mut index, mut map) = (Index::default(), BTreeMap::new());
            for (number, name) in names.iter().enumerate() {
                proptest::prop_assert_eq!(index.get(name), map.get(name).copied());
                proptest::prop_assert_eq!(index.insert(name.as_str().into(), number), map.insert(name, number));
            }
            proptest::prop_assert!(index.numbers().eq(map.into_values()));
        }
    }
}
