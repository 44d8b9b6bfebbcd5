//! What CPython refuses at import though its grammar, or ruff's parser, lets it pass: a row a rule, with the place.
//! `test_agreement.py` compares all of this with an interpreter; here are the rules one can read.
#![allow(clippy::unwrap_used, reason = "test")]

use prism_pyast::{Module, ParseErrorKind, PythonVersion};

const REFUSED: &[(&str, u32, &str)] = &[
    ("x = 1\nreturn x\n", 2, "'return' outside function"),
    ("class A:\n    yield 1\n", 2, "'yield' outside function"),
    (
        "def f():\n    [(yield) for x in y]\n",
        2,
        "'yield' inside a comprehension",
    ),
    (
        "async def f():\n    yield from x\n",
        2,
        "'yield from' inside async function",
    ),
    (
        "def f():\n    await x\n",
        2,
        "'await' outside async function",
    ),
    (
        "def f():\n    return [x async for x in y]\n",
        2,
        "asynchronous comprehension outside of an asynchronous function",
    ),
    (
        "for x in y:\n    def f():\n        break\n",
        3,
        "'break' outside loop",
    ),
    (
        "def f():\n    try: pass\n    except* E:\n        return\n",
        4,
        "'return' cannot appear in an 'except*' block",
    ),
    (
        "def f(x):\n    global x\n",
        2,
        "name 'x' is parameter and global",
    ),
    (
        "def f():\n    print(x)\n    global x\n",
        3,
        "name 'x' is used or assigned to before its global declaration",
    ),
    (
        "def f():\n    nonlocal x\n",
        2,
        "no binding for nonlocal 'x' found",
    ),
    (
        "class A:\n    x = 1\n    def f(self):\n        nonlocal x\n",
        4,
        "no binding for nonlocal 'x' found",
    ),
    (
        "def f():\n    __x = 1\n    class A:\n        def g(self):\n            nonlocal __x\n",
        5,
        "no binding for nonlocal '_A__x' found",
    ),
    (
        "class A:\n    [(x := y) for y in z]\n",
        2,
        "assignment expression within a comprehension cannot be used in a class body",
    ),
    (
        "[i for i in a if (i := 1)]\n",
        1,
        "assignment expression cannot rebind comprehension iteration variable 'i'",
    ),
    (
        "((x) := 1)\n",
        1,
        "the target of `:=` can't have parentheses",
    ),
    (
        "try: pass\nexcept: pass\nexcept E: pass\n",
        2,
        "default 'except:' must be last",
    ),
    (
        "match x:\n    case [*a, *b]: pass\n",
        2,
        "multiple starred names in sequence pattern",
    ),
    ("f'{x!r }'\n", 1, "f-string: expecting '}'"),
    ("x.__debug__ = 1\n", 1, "cannot assign to __debug__"),
    (
        "if x:\n        a\n\tb\n",
        3,
        "unindent does not match any outer indentation level",
    ),
    ("\u{feff}\u{feff}x\n", 1, "a second byte order mark"),
    ("x = '\0'\n", 1, "a null byte"),
];

#[test]
fn what_no_import_accepts_is_refused_where_it_stands() {
    for (source, line, message) in REFUSED {
        let error = Module::parse("a.py", source.as_bytes(), PythonVersion::PY311).unwrap_err();
        assert_eq!(
            (error.kind, error.position.line, error.message.as_str()),
            (ParseErrorKind::Syntax, *line, *message),
            "{source}"
        );
    }
}

#[test]
fn what_only_looks_alike_is_accepted() {
    for source in [
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n",
        "class A:\n    def f(self):\n        def g():\n            nonlocal __class__\n",
        "def f():\n    import x\n    global x\n",
        "def f():\n    return (await x for x in y)\n",
        "async def f():\n    return [[await x for x in y] for z in w]\n",
        "for x in y:\n    try: pass\n    finally: continue\n",
        "[lambda: (x := 1) for x in y]\n",
        "(x # )\n := 1)\n",
        "if x:\n\ta\n\tif y:\n\t    b\n",
        "from __future__ import annotations\n'x'\n",
    ] {
        let parsed = Module::parse("a.py", source.as_bytes(), PythonVersion::PY311);
        assert!(parsed.is_ok(), "{source}: {parsed:?}");
    }
}

#[test]
fn blocks_nest_as_deep_as_the_compiler_lets_them() {
    let nested = |depth: usize| -> String {
        let heads = (0..depth).map(|level| format!("{}for x in y:\n", " ".repeat(level)));
        heads.collect::<String>() + &" ".repeat(depth) + "pass\n"
    };
    let accepts =
        |depth| Module::parse("a.py", nested(depth).as_bytes(), PythonVersion::PY312).is_ok();
    assert!(accepts(20) && !accepts(21));
}

#[test]
fn line_ends_inside_strings_are_line_feeds() {
    let module = Module::parse(
        "a.py",
        b"x = '''a\r\nb'''\r\ny = 1\r\n",
        PythonVersion::PY311,
    )
    .unwrap();
    assert_eq!(module.source(), "x = '''a\nb'''\ny = 1\n");
    assert_eq!(module.line_text(3), "y = 1");
}

/// Found by fuzzing: each unindent that fits nowhere left the depth count one level higher.
#[test]
fn wrong_indentation_is_wrong_syntax_and_never_too_deep() {
    let source = "if x:\n        a\n   b\n".repeat(200);
    let error = Module::parse("a.py", source.as_bytes(), PythonVersion::PY311).unwrap_err();
    assert_eq!(error.kind, ParseErrorKind::Syntax);
}
