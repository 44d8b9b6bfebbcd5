//! Keys: a table's name, then numbers (big-endian, so that they sort) and texts (with their length in front,
//! so that no text can reach into another key).

/// A key under construction; also the prefix of a scan.
#[derive(Clone, Debug)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub(crate) fn of(table: &'static str) -> Self {
        let mut bytes = table.as_bytes().to_vec();
        bytes.push(0);
        Self(bytes)
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0
            .extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A key as a scan gave it.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The parts behind this prefix as a scan of another table gave them.
    pub(crate) fn rest(mut self, parts: &[u8]) -> Self {
        self.0.extend_from_slice(parts);
        self
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The last number of a key whose last part is one.
pub(crate) fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>()
        .map(|bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{Key, last_number};

    #[test]
    fn numbers_sort_and_texts_do_not_reach_into_each_other() {
        assert!(Key::of("a").number(255).into_bytes() < Key::of("a").number(256).into_bytes());
        assert_ne!(
            Key::of("a").text("b\0").text("c").into_bytes(),
            Key::of("a").text("b").text("\0c").into_bytes()
        );
        assert!(
            !Key::of("ab")
                .into_bytes()
                .starts_with(&Key::of("a").into_bytes())
        );
        assert_eq!(
            last_number(&Key::of("a").text("x").number(7).into_bytes()),
            Some(7)
        );
    }
}
