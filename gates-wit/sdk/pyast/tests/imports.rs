//! The import resolver against CPython's: over many small trees, what the interpreter imports must be among what the
//! gates judge. The interpreter is `$PRISM_PYTHON`, or `python3`; it imports files that hold one assignment each.
#![allow(clippy::unwrap_used, reason = "test")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use prism_pyast::Layout;

/// Reads trees from standard input, puts each on a path of its own and says which file each name imports.
const INTERPRETER: &str = r#"
import importlib, json, os, sys, tempfile
answers = []
base = list(sys.path)
for tree in json.load(sys.stdin):
    with tempfile.TemporaryDirectory() as root:
        for path in tree["files"]:
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w") as file:
                file.write(f"WHERE = {path!r}\n")
        sys.path[:] = [os.path.join(root, folder) for folder in tree["path"]] + base
        found = {}
        for name in tree["names"]:
            for known in [m for m in sys.modules if m.split(".")[0] in tree["tops"]]:
                del sys.modules[known]
            importlib.invalidate_caches()
            try:
                found[name] = getattr(importlib.import_module(name), "WHERE", None)
            except ImportError:
                pass
        answers.append(found)
json.dump(answers, sys.stdout)
"#;

const TOPS: [&str; 3] = ["qa", "qb", "qc"];
const FOLDERS: [&str; 2] = ["", "src"];

/// A small generator of its own: the trees must be the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Modules, packages and plain folders of the same few names, two levels deep, in both folders of the path.
fn tree(dice: &mut Dice) -> BTreeSet<String> {
    let mut files = BTreeSet::from(["src/entry.py".to_owned()]);
    for folder in FOLDERS {
        let start = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        for top in TOPS {
            if dice.roll(3) == 0 {
                files.insert(format!("{start}{top}.py"));
            }
            if dice.roll(3) == 0 {
                files.insert(format!("{start}{top}/__init__.py"));
            }
            for inner in TOPS {
                if dice.roll(3) == 0 {
                    files.insert(format!("{start}{top}/{inner}.py"));
                }
                if dice.roll(6) == 0 {
                    files.insert(format!("{start}{top}/{inner}/__init__.py"));
                }
            }
        }
    }
    files
}

#[test]
fn what_the_interpreter_imports_is_among_what_is_judged() {
    let mut dice = Dice(4);
    let trees: Vec<BTreeSet<String>> = (0..60).map(|_| tree(&mut dice)).collect();
    let mut names: Vec<String> = TOPS.iter().map(|top| (*top).to_owned()).collect();
    for top in TOPS {
        names.extend(TOPS.iter().map(|inner| format!("{top}.{inner}")));
    }
    let questions: Vec<serde_json::Value> = trees
        .iter()
        .map(|files| serde_json::json!({"files": files, "path": FOLDERS, "names": names, "tops": TOPS}))
        .collect();
    let python = std::env::var("PRISM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(&python)
        .args(["-I", "-c", INTERPRETER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let question = serde_json::to_vec(&questions).unwrap();
    child.stdin.take().unwrap().write_all(&question).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{python} failed");
    let answers: Vec<std::collections::BTreeMap<String, Option<String>>> =
        serde_json::from_slice(&output.stdout).unwrap();
    let mut compared = 0;
    for (files, answer) in trees.iter().zip(&answers) {
        let paths: Vec<&str> = files.iter().map(String::as_str).collect();
        let layout = Layout::new(paths.iter().copied(), &["src".to_owned()]);
        for (name, file) in answer {
            let ours: Vec<Option<&str>> = layout
                .anywhere(name)
                .map(|node| {
                    layout
                        .module(node)
                        .and_then(|index| paths.get(index.get()).copied())
                })
                .collect();
            assert!(
                ours.contains(&file.as_deref()),
                "`import {name}` is {file:?}, judged are {ours:?}, in {files:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} imports worked");
}
