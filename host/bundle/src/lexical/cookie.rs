//! Coding cookies (PEP 263): the parser of a gate sees a comment where CPython's importer decodes.

use crate::refusal::{Findings, Rule};

/// Refuses a cookie that says anything but UTF-8, exactly where CPython would obey it.
pub(super) fn check(path: &str, text: &str, findings: &mut Findings) {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(2) {
        let code = line.trim_start_matches([' ', '\t', '\x0c']);
        if let Some(name) = code.strip_prefix('#').and_then(cookie)
            && !is_utf8(name)
        {
            let message = format!(
                "CPython reads this comment as the declaration of the encoding `{name}`; source must be UTF-8, so reword \
                 or remove it"
            );
            findings.at(Rule::Encoding, path, text, at, message);
        }
        // The second line counts only below a blank line or a comment.
        if !(code.starts_with('#') || code.trim_end().is_empty()) {
            break;
        }
        at += line.len();
    }
}

/// The name in `coding[:=]\s*([-\w.]+)`, at the first place where the whole pattern fits.
fn cookie(comment: &str) -> Option<&str> {
    comment.match_indices("coding").find_map(|(at, word)| {
        let rest = comment.get(at + word.len()..)?.strip_prefix([':', '='])?;
        let rest = rest.trim_start_matches([' ', '\t']);
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let end = rest
            .find(|character| !plain(character))
            .unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

/// The spellings that CPython takes for UTF-8, with those that editors add for line ends.
fn is_utf8(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    matches!(
        name.as_str(),
        "utf-8" | "utf8" | "utf-8-unix" | "utf-8-dos" | "utf-8-mac"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cpython_obeys_is_refused() {
        for (text, refused) in [
            ("# -*- coding: utf-7 -*-\n", true),
            ("\n# vim: set fileencoding=latin-1 :\n", true),
            ("#!/usr/bin/python\n#coding=unicode_escape", true),
            ("  # coding: cp1252", true),
            ("# coding : x coding=utf-7", true),
            ("# -*- coding: UTF_8 -*-\n", false),
            ("# coding: utf-8-unix", false),
            ("import torch\n# positional encoding: sinusoidal\n", false),
            ("\"\"\"x\"\"\"\n# coding: utf-7\n", false),
            ("#\n#\n# coding: utf-7\n", false),
            ("# coding without a value", false),
        ] {
            let mut findings = Findings::default();
            check("a.py", text, &mut findings);
            assert_eq!(!findings.is_empty(), refused, "{text:?}");
        }
    }
}
