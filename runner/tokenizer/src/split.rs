//! Cutting a text into the pieces that no merge crosses.

use std::sync::OnceLock;

use regex::Regex;

/// How digits are cut off before anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Digits {
    /// Not at all.
    #[default]
    Kept,
    /// Runs of digits are pieces.
    Runs,
    /// Each digit is a piece.
    Single,
}

/// The cuts of a vocabulary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) digits: Digits,
    /// GPT-2's pattern: words with the space before them, runs of digits, of other marks, of spaces.
    pub(crate) words: bool,
}

/// GPT-2's pattern (`encoder.py` of Radford et al. 2019) but for its `\s+(?!\S)`, which [`words`] makes up for. Without
/// looking ahead the match is an automaton's, linear in the text and without a limit to run into.
const WORDS: &str = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+";

impl Split {
    /// Hands the pieces of a text over, in order; together they are the text.
    pub(crate) fn pieces<'t>(self, text: &'t str, mut each: impl FnMut(&'t str)) {
        match self.digits {
            Digits::Kept => self.after_digits(text, &mut each),
            Digits::Runs | Digits::Single => {
                let single = self.digits == Digits::Single;
                let mut start = 0;
                let mut before = None;
                for (place, character) in text.char_indices() {
                    let digit = character.is_numeric();
                    if before.is_some_and(|before| before != digit || (digit && single)) {
                        self.after_digits(part(text, start, place), &mut each);
                        start = place;
                    }
                    before = Some(digit);
                }
                self.after_digits(part(text, start, text.len()), &mut each);
            }
        }
    }

    fn after_digits<'t>(self, text: &'t str, each: &mut impl FnMut(&'t str)) {
        if self.words {
            words(text, each);
        } else if !text.is_empty() {
            each(text);
        }
    }
}

fn words<'t>(text: &'t str, each: &mut impl FnMut(&'t str)) {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(pattern) = PATTERN.get_or_init(|| Regex::new(WORDS).ok()) else {
        return each(text);
    };
    let mut start = 0;
    while let Some(found) = pattern.find_at(text, start) {
        let mut word = found.as_str();
        // A run of spaces leaves its last one to the word after it.
        if found.end() < text.len()
            && let Some((last, space)) = word.char_indices().next_back()
            && space.is_whitespace()
            && last > 0
        {
            word = part(word, 0, last);
        }
        each(word);
        start = found.start() + word.len();
    }
}

/// The part of a text between two character boundaries.
pub(crate) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Digits, Split};

    fn pieces(digits: Digits, words: bool, text: &str) -> Vec<&str> {
        let mut pieces = Vec::new();
        Split { digits, words }.pieces(text, |piece| pieces.push(piece));
        pieces
    }

    #[test]
    fn a_run_of_spaces_leaves_its_last_one_to_what_follows() {
        for (text, expected) in [
            ("a  b", vec!["a", " ", " b"]),
            ("a \n b", vec!["a", " \n", " b"]),
            ("\n\nx", vec!["\n", "\n", "x"]),
            ("x \u{3000}", vec!["x", " \u{3000}"]),
            ("\u{3000}\u{3000}x", vec!["\u{3000}", "\u{3000}", "x"]),
            ("it's 'til", vec!["it", "'s", " '", "til"]),
            (" 12ab?!", vec![" 12", "ab", "?!"]),
            ("", vec![]),
        ] {
            assert_eq!(pieces(Digits::Kept, true, text), expected, "{text:?}");
        }
    }

    #[test]
    fn digits_are_cut_off_first() {
        assert_eq!(
            pieces(Digits::Single, false, "a12 b"),
            ["a", "1", "2", " b"]
        );
        assert_eq!(pieces(Digits::Runs, false, "a12 b"), ["a", "12", " b"]);
        assert_eq!(pieces(Digits::Single, true, "a  1"), ["a", "  ", "1"]);
        assert_eq!(pieces(Digits::Kept, false, "a12 b"), ["a12 b"]);
    }
}
