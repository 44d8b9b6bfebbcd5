//! The worst bundle for every limit: each as large as the closed bundle lets it be, and shaped so that a reader which
//! does more than linear work shows it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use prism_bundle::limits::{
    MAX_CHAIN, MAX_ELIF, MAX_FILES, MAX_INDENTATION, MAX_LITERALS, MAX_NESTING, MAX_PYTHON_BYTES,
    MAX_STRING_BYTES, MAX_STRINGS_BYTES, MAX_TOKENS, MAX_TOTAL_BYTES, MAX_TOTAL_TOKENS,
};

/// The files of a bundle by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

const TRAINING: &str = "def train(ctx):\n    model = ctx.build_model()\n    for batch in ctx.iter_train_batches(model, batch_size=1, seq_len=8):\n        model(batch.tokens).mean().backward()\n";
const MODEL: &str = "import torch\nfrom torch import nn\n\n\ndef build_model(ctx):\n    return nn.Linear(8, ctx.vocab_size)\n\n\n";

/// Names that each module of a chain can hand on: two tokens each.
const REEXPORTS: usize = MAX_TOTAL_TOKENS / MAX_FILES / 2 - 10;

/// `architecture.py` with a piece repeated as often as bytes and tokens allow, `tokens` being those of one piece.
fn repeated(piece: impl Fn(usize) -> String, tokens: usize) -> Files {
    let mut text = MODEL.to_owned();
    for index in 0..(MAX_TOKENS - 200) / tokens {
        let next = piece(index);
        if text.len() + next.len() > MAX_PYTHON_BYTES {
            break;
        }
        text += &next;
    }
    one(text)
}

fn one(architecture: String) -> Files {
    [
        ("architecture.py", architecture),
        ("training.py", TRAINING.to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text.into_bytes()))
    .into()
}

/// The two scripts and as many modules as there may be.
fn modules(text: impl Fn(usize) -> String) -> Files {
    let mut files = one(MODEL.to_owned());
    for index in 0..MAX_FILES - 2 {
        files.insert(format!("m{index}.py"), text(index).into_bytes());
    }
    files
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |text, index| text + &line(index))
}

/// Every case: what is as large as it may be, and the bundle.
#[must_use]
pub fn cases() -> Vec<(&'static str, Files)> {
    let last = MAX_FILES - 3;
    let nested = |open: &str, close: &str| {
        format!(
            "x = {}1{}\n",
            open.repeat(MAX_NESTING - 2),
            close.repeat(MAX_NESTING - 2)
        )
    };
    let deep_blocks = lines(MAX_INDENTATION - 1, |depth| {
        format!("{}def f{depth}(a{depth}):\n", " ".repeat(depth))
    });
    let innermost = " ".repeat(MAX_INDENTATION - 1);
    let elifs = lines(MAX_ELIF, |index| {
        format!("elif x == {index}: y = {index}\n")
    });
    // Five tokens a line.
    let stars = MAX_TOTAL_TOKENS / MAX_FILES / 5 - 2;
    let all_stars = lines(stars, |other| format!("from m{other} import *\n"));
    vec![
        ("bytes: 2 MB of notes", {
            let mut files = one(MODEL.to_owned());
            files.insert("notes.md".to_owned(), vec![b'x'; 1_990_000]);
            files
        }),
        ("tokens: assignments in three files", {
            let each = MAX_TOTAL_TOKENS / 3 / 3 - 200;
            let text = "a=a\n".repeat(each);
            let mut files = one(MODEL.to_owned() + &text);
            files.insert("m0.py".to_owned(), text.clone().into_bytes());
            files.insert("m1.py".to_owned(), text.into_bytes());
            files
        }),
        (
            "attribute chains",
            repeated(
                |_| format!("torch{}\n", ".nn".repeat(MAX_CHAIN - 2)),
                2 * MAX_CHAIN,
            ),
        ),
        (
            "attribute chains of new names",
            repeated(
                |index| {
                    format!(
                        "torch{}\n",
                        lines(MAX_CHAIN - 2, |one| format!(".a{index}_{one}"))
                    )
                },
                2 * MAX_CHAIN,
            ),
        ),
        (
            "call chains",
            repeated(
                |_| format!("torch.nn{}\n", "()".repeat(MAX_CHAIN - 4)),
                2 * MAX_CHAIN,
            ),
        ),
        (
            "operator chains",
            repeated(
                |_| format!("x = 1{}\n", " + y".repeat(MAX_CHAIN - 4)),
                2 * MAX_CHAIN,
            ),
        ),
        (
            "literals in one list",
            one(format!(
                "{MODEL}TABLE = [\n{}]\n",
                "1,2,3,4,5,6,7,8,\n".repeat(MAX_LITERALS / 8 - 10)
            )),
        ),
        (
            "strings",
            one(format!(
                "{MODEL}{}",
                format!(
                    "x = '''{}'''\n",
                    "abcdefg\n".repeat(MAX_STRING_BYTES / 8 - 2)
                )
                .repeat(MAX_STRINGS_BYTES / MAX_STRING_BYTES)
            )),
        ),
        ("brackets", repeated(|_| nested("(", ")"), 2 * MAX_NESTING)),
        (
            "lists in lists",
            repeated(|_| nested("[", "]"), 2 * MAX_NESTING),
        ),
        (
            "comprehensions in comprehensions",
            repeated(
                |_| format!("x = {}1{}\n", "[".repeat(30), " for a in b]".repeat(30)),
                200,
            ),
        ),
        (
            "lambdas in lambdas",
            repeated(|_| format!("x = {}1\n", "lambda a: ".repeat(120)), 400),
        ),
        ("functions in functions", {
            let body = lines(7_500, |index| {
                format!("{innermost}x{index} = a{}\n", index % 39)
            });
            one(format!("{MODEL}{deep_blocks}{body}"))
        }),
        ("asynchronous functions in functions", {
            let body = format!("{innermost}yield x\n").repeat(7_000);
            one(format!(
                "{MODEL}{}{body}",
                deep_blocks.replace("def ", "async def ")
            ))
        }),
        ("elif", one(format!("{MODEL}if x: y\n{elifs}"))),
        (
            "a `with` of many items",
            one(format!(
                "{MODEL}with ({}):\n    pass\n",
                "a as b,\n".repeat((MAX_TOKENS - 200) / 5)
            )),
        ),
        (
            "patterns",
            repeated(
                |_| {
                    format!(
                        "match x:\n case {}: pass\n",
                        "[a, b, {'k': c}] | ".repeat(20) + "[a, b, {'k': c}]"
                    )
                },
                300,
            ),
        ),
        (
            "aliases, each of the next",
            repeated(|index| format!("x{index} = x{}\n", index + 1), 4),
        ),
        (
            "aliases, each of the one before",
            repeated(|index| format!("x{} = x{index}\n", index + 1), 4),
        ),
        (
            "aliases of many modules",
            repeated(
                |index| format!("x{index} = torch.a{index} if y else x{}\n", index + 1),
                10,
            ),
        ),
        (
            "one name bound often",
            repeated(|index| format!("x = torch.a{index}\ny = x\n"), 9),
        ),
        (
            "one name bound and read everywhere",
            repeated(|index| format!("x = y\ny = x.a{index}\n"), 9),
        ),
        (
            "many scopes",
            repeated(
                |index| format!("def f{index}(a): return lambda b: a + b\n"),
                17,
            ),
        ),
        (
            "many classes",
            repeated(
                |index| {
                    format!("class A{index}(nn.Module):\n  y = x\n  def f(self): return self.y\n")
                },
                28,
            ),
        ),
        (
            "many globals",
            repeated(
                |index| format!("def f{index}():\n global g{index}\n g{index} = torch\n"),
                16,
            ),
        ),
        (
            "strings that double",
            repeated(
                |index| {
                    format!(
                        "s{} = s{index} + s{index}\ngetattr(torch, s{index})\n",
                        index + 1
                    )
                },
                15,
            ),
        ),
        ("many findings", repeated(|_| "eval(x)\n".to_owned(), 5)),
        (
            "many findings through an alias",
            repeated(|_| "torch.load(torch.hub)\n".to_owned(), 9),
        ),
        (
            "f-strings",
            repeated(|index| format!("x = f'{{x{index}!r:>{{y}}}}'\n"), 12),
        ),
        (
            "files that import many of each other",
            modules(|_| all_stars.clone()),
        ),
        (
            "a chain of star imports",
            modules(|index| {
                if index == last {
                    lines(2_000, |name| format!("n{name} = 1\n"))
                } else {
                    format!("from m{} import *\n", index + 1)
                }
            }),
        ),
        (
            "a chain of re-exports",
            modules(|index| {
                let names = lines(REEXPORTS, |name| format!("n{name}, "))
                    .trim_end_matches(", ")
                    .to_owned();
                if index == last {
                    lines(REEXPORTS, |name| format!("n{name} = 1\n"))
                } else {
                    format!(
                        "from m{} import (\n{}\n)\n",
                        index + 1,
                        names.replace(", ", ",\n")
                    )
                }
            }),
        ),
        (
            "a chain of re-exports, backwards",
            modules(|index| {
                if index == 0 {
                    "import torch as n\n".to_owned()
                } else {
                    format!("from m{} import n\n", index - 1)
                }
            }),
        ),
        ("folders in folders", {
            let mut files = one(MODEL.to_owned());
            for index in 0..MAX_FILES - 2 {
                files.insert(
                    format!("a/b/c/d/e/f/g{index}.py"),
                    format!("from ...... import c\nfrom . import g{}\n", index + 1).into_bytes(),
                );
            }
            files
        }),
        ("a manifest of aliases", {
            let mut files = one(MODEL.to_owned());
            let mut text = "a: &a [x, x, x]\n".to_owned();
            for index in 0..1_500 {
                let _infallible = writeln!(text, "k{index}: *a");
            }
            files.insert("prism.yaml".to_owned(), text.into_bytes());
            files
        }),
        ("a manifest of brackets", {
            let mut files = one(MODEL.to_owned());
            files.insert(
                "prism.yaml".to_owned(),
                format!("kind: {}\n", "[".repeat(16_000)).into_bytes(),
            );
            files
        }),
        ("a vocabulary", {
            let mut files = one(MODEL.to_owned());
            let words =
                "\"\u{120}the\",".repeat(usize::try_from(MAX_TOTAL_BYTES).unwrap_or(0) / 12);
            files.insert(
                "tokenizer.json".to_owned(),
                format!("[{words}1]").into_bytes(),
            );
            files
        }),
    ]
}

/// Bundles that the reader refuses, each with as many reasons as it can have.
#[must_use]
pub fn refused() -> Vec<(&'static str, Files)> {
    let notes = |text: String| {
        let mut files = one(MODEL.to_owned());
        files.insert("notes.md".to_owned(), text.into_bytes());
        files
    };
    vec![
        (
            "600,000 invisible characters",
            notes("\u{200b}".repeat(600_000)),
        ),
        (
            "1,900,000 control characters",
            notes("\u{1}".repeat(1_900_000)),
        ),
        (
            "80,000 letters beyond ASCII",
            one(format!("{MODEL}{}", "é x\n".repeat(80_000))),
        ),
        (
            "78 lines too long",
            one(format!("{MODEL}{}", ("#".repeat(5_000) + "\n").repeat(78))),
        ),
    ]
}
