//! Characters that no text of a bundle may have, in code, comments and strings alike.

use crate::refusal::{Findings, Rule};

/// Reports every forbidden character.
pub(super) fn check(path: &str, text: &str, findings: &mut Findings) {
    // A tokenizer.json lists whatever its vocabulary has; nobody reads it as prose or code.
    let invisible = if path.ends_with(".json") {
        |_| false
    } else {
        is_invisible
    };
    let (mut full, mut unlisted) = (false, 0);
    for (at, character) in text.char_indices() {
        let fine = match character {
            '\n' | '\t' => true,
            '\r' => text.as_bytes().get(at + 1) == Some(&b'\n'),
            '\u{feff}' if at == 0 => false,
            other => !other.is_control() && !invisible(other),
        };
        if fine {
            continue;
        }
        // Two million of them must cost no more than a look at each.
        if full || findings.skip(Rule::Character, path) {
            unlisted += usize::from(full);
            full = true;
            continue;
        }
        let code = u32::from(character);
        let message = match character {
            '\r' => "a carriage return without a line feed; use one kind of line end".to_owned(),
            '\u{feff}' if at == 0 => {
                "a second byte order mark; save the file without any".to_owned()
            }
            '\x0c' => {
                "a form feed (U+000C), which resets Python's indentation; remove it".to_owned()
            }
            other if other.is_control() => {
                format!("the control character U+{code:04X}; write it as an escape")
            }
            _ => format!(
                "the invisible or bidirectional character U+{code:04X}, which shows a reader other text than a program reads; \
                 remove it or write it as an escape"
            ),
        };
        findings.at(Rule::Character, path, text, at, message);
    }
    findings.unlisted(unlisted);
}

/// Bidirectional controls (Unicode TR 9, section 2), zero-width and deprecated format characters, line and
/// paragraph separators, tags, and the variation selectors that emoji don't need.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}
