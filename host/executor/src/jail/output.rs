//! What hostile code prints: counted in full, kept in part.

use std::collections::VecDeque;

/// Bytes kept of the beginning.
const HEAD_BYTES: usize = 16 << 10;
/// Bytes kept of the end.
const TAIL_BYTES: usize = 64 << 10;

/// The first and the last part of a stream, and how long it was. Holds a bounded amount however long that is.
#[derive(Debug, Default)]
pub(super) struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

impl Capture {
    /// Takes the next bytes and returns how many there were in all.
    pub(super) fn push(&mut self, bytes: &[u8]) -> u64 {
        self.total = self.total.saturating_add(bytes.len() as u64);
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        let (head, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.head.extend_from_slice(head);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..excess);
        self.total
    }

    /// What was kept, as text that is safe to print: control characters other than line feed and tab are
    /// replaced, and a gap is named.
    pub(super) fn text(&self) -> String {
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        let kept = (self.head.len() + tail.len()) as u64;
        if self.total == kept {
            return printable(&[self.head.as_slice(), &tail].concat());
        }
        format!(
            "{}\n[... {} bytes not kept ...]\n{}",
            printable(&self.head),
            self.total.saturating_sub(kept),
            printable(&tail)
        )
    }
}

/// Text without control characters, for logs and terminals.
pub(crate) fn printable(bytes: &[u8]) -> String {
    let keep = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    String::from_utf8_lossy(bytes).chars().map(keep).collect()
}

/// At most `limit` bytes from the end of `text`, cut at a character.
pub(crate) fn tail(text: &str, limit: usize) -> &str {
    let mut start = text.len().saturating_sub(limit);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_stream_is_kept_whole_and_made_printable() {
        let mut capture = Capture::default();
        capture.push(b"one\x1b[2Jtwo");
        assert_eq!(capture.push(b"\nthree\xff"), 17);
        assert_eq!(capture.text(), "one\u{fffd}[2Jtwo\nthree\u{fffd}");
    }

    #[test]
    fn a_flood_keeps_its_ends_only() {
        let mut capture = Capture::default();
        capture.push(b"first");
        for _ in 0..1000 {
            capture.push(&[b'.'; 4096]);
        }
        capture.push(b"last");
        let text = capture.text();
        assert!(
            text.starts_with("first") && text.ends_with("last") && text.contains("bytes not kept")
        );
        assert!(text.len() < HEAD_BYTES + TAIL_BYTES + 100);
    }

    #[test]
    fn a_tail_is_cut_at_a_character() {
        assert_eq!(tail("aäb", 2), "b");
        assert_eq!(tail("ab", 9), "ab");
    }
}
