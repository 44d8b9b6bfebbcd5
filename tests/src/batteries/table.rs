//! `docs/batteries.md`: what every bundle of the batteries is and what stopped it.

use std::fmt::Write as _;

use prism_store::verdict::{Decision, Verdict};

use super::Case;

const HEAD: &str = "\
# The batteries

Bundles that attack the gates and bundles that must pass them, each judged through the installed gates in their standard
order, with a real store behind `corpus`. The language model is a stand-in here: where `llm-review` is named, the row
shows what the gate makes of that answer, not that a model would find it.

`scripts/batteries` judges all of them and writes this page; the tests compare it with what the gates say.
`tests/batteries/README.md` says how a bundle gets in. The ids are those of the project's list of attacks and of honest
idioms; `X-` rows are variants of our own.
";

/// The page.
pub fn page(attacks: &[(Case, Verdict)], honest: &[(Case, Verdict)]) -> String {
    let mut page = HEAD.to_owned();
    let stopped = attacks
        .iter()
        .filter(|(case, verdict)| case.expected.gate.is_some() && case.escaped(verdict).is_none())
        .count();
    let open = attacks
        .iter()
        .filter(|(case, _)| case.expected.gate.is_none())
        .count();
    let _ = write!(
        page,
        "\n## Attacks\n\n{stopped} stopped by the gate named for them, {open} that no gate can see.\n\n\
         | Attack | What it does | Stopped by | Rule | Where |\n|---|---|---|---|---|\n"
    );
    for (case, verdict) in attacks {
        let expected = &case.expected;
        let (by, rule, place) = match &expected.gate {
            Some(gate) => {
                let held = verdict.verdict == Decision::Hold;
                (
                    format!("{gate}{}", if held { " (holds)" } else { "" }),
                    expected
                        .rule
                        .as_ref()
                        .map_or_else(String::new, |rule| format!("`{rule}`")),
                    match (&expected.path, expected.line) {
                        (Some(path), Some(line)) => format!("`{path}:{line}`"),
                        (Some(path), None) => format!("`{path}`"),
                        _ => String::new(),
                    },
                )
            }
            None => (
                format!(
                    "no gate: {}",
                    expected.defence.as_deref().unwrap_or_default()
                ),
                String::new(),
                String::new(),
            ),
        };
        let what = cell(&expected.what);
        let by = cell(&by);
        let _ = writeln!(page, "| {} | {what} | {by} | {rule} | {place} |", case.name);
    }
    let allowed = honest
        .iter()
        .filter(|(_, verdict)| verdict.verdict == Decision::Allow)
        .count();
    let _ = write!(
        page,
        "\n## Honest bundles\n\n{allowed} of {} allowed.\n\n\
         | Bundle | Row | What it is | Verdict | Parameters by shapes |\n|---|---|---|---|---|\n",
        honest.len()
    );
    for (case, verdict) in honest {
        let count = verdict.facts.get("param_count");
        let count = count.and_then(serde_json::Value::as_u64);
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            case.name,
            case.expected.row.as_deref().unwrap_or_default(),
            cell(&case.expected.what),
            match verdict.verdict {
                Decision::Allow => "allow",
                Decision::Hold => "hold",
                Decision::Reject => "reject",
            },
            count.map_or_else(|| "undecided".to_owned(), |count| count.to_string()),
        );
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
