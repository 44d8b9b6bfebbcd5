//! The part of `docs/batteries.md` about runs: a row for every bundle that is run, in lists by what came of it.
//!
//! Rows of bundles that were not run this time are kept as they are, so that a single attack can be looked at alone.

use std::fmt::Write as _;

use super::Case;
use super::runtime::{Attack, Judged, attacks};

/// Where this part of the page begins.
pub const BEGINS: &str = "\n## Attacks that are run\n";

const HEAD: &str = "
Attacks on the score, on what must stay secret and on the machine. Each is judged by the gates and by preflight, and is
then run in the jail **with both bypassed**, because they are evidence and the jail and the supervisor are the boundary.
Its bits per byte stand beside those of an honest twin with the same model, training and piece of the practice course
(64 KiB where the bundle's `expected.json` says nothing else). *No better* is: not more than 0.02 below the twin.
Figures are those of one machine's processor; what is tested is what came of an attack.
";

const STOPPED: &str = "
### Defeated by the run itself

These fail with their reason, or score no better than their twin, whatever gates and preflight say.
";

const OPEN: &str = "
### Defeated by verification

With gates and preflight bypassed these score better than their twin, or hide capacity from the count: what a worker says of
its own predictions is provisional. The last column is what a second run with questions at secret places and the exported
state in a model built anew make of it ([verification](verification.md)). The early look of a first run, which would end many
of these at once, is off here. Those that gates and preflight both allow are in bold.
";

const POLICY: &str = "
### Allowed by policy

These gain something that is not forbidden; the last column says what bounds it.
";

/// Rows of the list of attacks that no bundle can express, or that are tested elsewhere.
const ELSEWHERE: &str = "
### Rows without a bundle of their own

| Row | Why |
|---|---|
| SG-18, SG-19 | A course is a fixed list of bytes and no clock of a local run ends it: there is no budget to spend on other text. `runner/course` owns the layout and tests it. |
| SG-21 | LK-01: honest first, then not. |
| SG-32 | A run never resumes: it starts from the forced seed and the first byte. |
| SG-35, SG-36, SG-37, SG-38 | About the held-out step: the native workers below, and `runner/supervisor/tests`. |
| SG-39, SG-40, SG-41, SG-49 | About boards, crowns, seeds of a period and other people's machines: no bundle does them. |
| SG-46 | One process is scored; `world_size` is 1. |
| SG-48 | SG-31: compute is bounded by the official clock, and checkpoints kept are SG-30. |
| LK-09, LK-10 | The host never imports a bundle: `build_model` runs in a gate without system or in a jail. |
| LK-11, LK-12, LK-16 | About how a secret course is chosen and how many scores are shown. |
| LK-13 | SG-01: the only pipe is the supervisor's socket. |
| LK-14 | Memory comes zeroed from the kernel, and every run has a process of its own; GPUs are not used here. |
| LK-17 | Rows come as bare ids; names, offsets and boundaries but the separator stay outside. |
| LK-18 | Windows overlap by one token that is not charged again (`runner/course`). |
| LK-19 | Scratch is made for one jail and gone with it: `host/executor/tests/jail.rs`. |
| RS-05 | Folders and control groups are removed with the run, after a kill at the next start: `tests/tests/kills.rs`. |
| RS-08 | SG-09: windows of two; the curve has a fixed number of points. |
| RS-10 | This executor has no GPU. |
| RS-12 | About many submissions: the intake's quotas. |
";

const HONEST: &str = "
## Honest bundles that are run

Every honest bundle trains in the jail over the first 48 KiB of the practice course (more where its batch needs it:
`course_bytes` of its `expected.json`), and ends with a score below 8.5 bits per byte.

| Bundle | bpb |
|---|---|
";

/// The row of an attack.
pub fn attack_row(attack: &Attack, judged: &Judged) -> String {
    let bpb = judged
        .bpb
        .map_or_else(|| "-".to_owned(), |bpb| format!("{bpb:.2}"));
    let open = attack.expected.verified.is_some() && !attack.refused();
    let mark = if open { "**" } else { "" };
    let name = format!("{mark}{}{mark}", attack.name);
    let expected = &attack.expected;
    let rule = |found: &str| match found.rsplit_once(' ') {
        Some((gate, rule)) if rule.contains(':') => format!("{gate} `{rule}`"),
        _ if found.contains(':') => format!("`{found}`"),
        _ => found.to_owned(),
    };
    let by = judged.verified.as_ref().or(expected.policy.as_ref());
    let by = by.map(|by| format!(" {by} |")).unwrap_or_default();
    format!(
        "| {name} | {} | {} | {} | {} | {bpb} | {:.2} |{by}",
        expected.what.replace('|', "\\|"),
        rule(&judged.gates),
        rule(&judged.preflight),
        judged.run,
        judged.twin,
    )
}

/// The row of an honest bundle.
pub fn honest_row(honest: &Case, bpb: f64) -> String {
    format!("| {} | {bpb:.2} |", honest.name)
}

/// The row of this name on a page.
pub fn row_of<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let starts = [format!("| {name} |"), format!("| **{name}** |")];
    let part = page.split_once(BEGINS).map_or("", |(_, part)| part);
    let mut lines = part.lines();
    lines.find(|line| starts.iter().any(|start| line.starts_with(start)))
}

/// This part of the page, of one row for each bundle there is.
pub fn page(row: impl Fn(&str) -> String, honest: &[Case]) -> String {
    let attacks = attacks();
    let list = |belongs: &dyn Fn(&Attack) -> bool, last: &str| {
        let mut text = format!(
            "\n| Attack | What it does | Gates | Preflight | Run alone | bpb | twin's |{last}\n|---|---|---|---|---|---|---|{}\n",
            if last.is_empty() { "" } else { "---|" }
        );
        let mut count = 0;
        for attack in attacks.iter().filter(|attack| belongs(attack)) {
            count += 1;
            let _ = writeln!(text, "{}", row(&attack.name));
        }
        (count, text)
    };
    let (stopped, defeated) = list(
        &|attack| attack.expected.verified.is_none() && attack.expected.policy.is_none(),
        "",
    );
    let (open, opened) = list(&|attack| attack.expected.verified.is_some(), " Verified |");
    let (policy, allowed) = list(&|attack| attack.expected.policy.is_some(), " Bounded by |");
    let unseen = attacks
        .iter()
        .filter(|attack| attack.expected.verified.is_some() && !attack.refused());
    let mut page = format!(
        "{BEGINS}{HEAD}\n{stopped} are defeated by the run itself, {open} by verification ({} of them are seen by neither \
         gates nor preflight), {policy} are allowed by policy.\n",
        unseen.count()
    );
    for part in [
        STOPPED, &defeated, OPEN, &opened, POLICY, &allowed, ELSEWHERE, HONEST,
    ] {
        page.push_str(part);
    }
    for honest in honest {
        let _ = writeln!(page, "{}", row(&honest.name));
    }
    page
}
