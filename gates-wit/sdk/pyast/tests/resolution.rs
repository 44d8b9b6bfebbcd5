//! What names and expressions stand for, as rows: a source, an expression on its last line, and its paths.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test")]

use prism_pyast::ast::{Expr, Stmt};
use prism_pyast::{Fold, Module, ModuleIndex, Origin, ParseErrorKind, Program, PythonVersion};

fn module(path: &str, source: &str) -> Module {
    Module::parse(path, source.as_bytes(), PythonVersion::PY311).unwrap()
}

fn last_expression(module: &Module) -> &Expr {
    match module.body().last().unwrap() {
        Stmt::Expr(statement) => &statement.value,
        other => panic!("the last statement is no expression: {other:?}"),
    }
}

/// The outside paths of the last expression of the first file; `?` if it may be something else too.
fn paths(files: &[(&str, &str)]) -> Vec<String> {
    let modules: Vec<Module> = files
        .iter()
        .map(|(path, source)| module(path, source))
        .collect();
    let program = Program::new(&modules, &[], |_| false);
    let (index, first): (ModuleIndex, &Module) = program.modules().next().unwrap();
    let origins = program.origins(index, last_expression(first));
    let mut paths: Vec<String> = origins
        .known
        .iter()
        .map(|origin| match origin {
            Origin::External(path) => program.path_text(*path),
            Origin::Bundle(_) => "<bundle>".to_owned(),
            Origin::Definition(..) => "<definition>".to_owned(),
        })
        .collect();
    paths.sort();
    if origins.unknown {
        paths.push("?".to_owned());
    }
    paths
}

#[test]
fn expressions_stand_for_paths() {
    let rows: &[(&str, &[&str])] = &[
        (
            "import torch.utils.cpp_extension\ntorch.utils.cpp_extension.load",
            &["torch.utils.cpp_extension.load"],
        ),
        ("import torch.nn as n\nn.Linear", &["torch.nn.Linear"]),
        ("from torch import hub as h\nh.load", &["torch.hub.load"]),
        ("import torch\nt = torch\nf = t.load\nf", &["torch.load"]),
        (
            "import torch, math\na, (b, c) = torch, (math, 1)\nb.pi",
            &["math.pi"],
        ),
        ("import a, b\nx = a if a else b\nx.y", &["a.y", "b.y"]),
        ("import a\nx = a\nx = 1\nx.y", &["a.y", "?"]),
        ("eval", &["builtins.eval"]),
        ("def eval(): pass\neval", &["<definition>"]),
        ("eval\neval = 1\neval", &["?"]),
        ("if x:\n    eval = 1\neval", &["builtins.eval", "?"]),
        ("class A:\n    import os as o\no", &["?"]),
        ("import a\ngetattr(a, 'b' 'c')", &["a.bc", "?"]),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\na",
            &["?"],
        ),
        // A module-level name may be read before it is bound.
        ("import a\nx = y\ny = z\nz = a\nx", &["a", "?"]),
        ("lambda: 0", &["?"]),
    ];
    for (source, expected) in rows {
        assert_eq!(paths(&[("m.py", source)]), *expected, "{source}");
    }
}

#[test]
fn imports_pass_through_the_bundles_files() {
    assert_eq!(
        paths(&[
            ("m.py", "from p.q import t\nt.x"),
            ("p/__init__.py", ""),
            ("p/q.py", "import torch as t\n")
        ]),
        ["torch.x"]
    );
    assert_eq!(
        paths(&[
            ("p/m.py", "from ..q import t\nt.x"),
            ("q.py", "t = u\nfrom a import u\n")
        ]),
        ["a.u.x", "?"]
    );
    assert_eq!(
        paths(&[
            ("m.py", "from p import *\nt.x"),
            ("p.py", "from q import *\n"),
            ("q.py", "import t\nfrom p import *\n")
        ]),
        ["t.x", "?"]
    );
    assert_eq!(
        paths(&[("m.py", "from . import p\np"), ("p.py", "")]),
        ["<bundle>"]
    );
    assert_eq!(paths(&[("m.py", "from .missing import p\np")]), [""; 0]);
}

#[test]
fn strings_fold_through_names_and_keep_a_known_start() {
    let rows = [
        ("'a' 'b' + 'c'", Fold::Known("abc".to_owned())),
        ("n = 'x'\nf'{n}y'", Fold::Known("xy".to_owned())),
        ("f'layer{i}'", Fold::Prefix("layer".to_owned())),
        ("f'{i}layer'", Fold::Unknown),
        ("n = 'x'\nn = 'y'\nn", Fold::Unknown),
        ("'ab' * 2", Fold::Known("abab".to_owned())),
        ("'daol'[::-1]", Fold::Known("load".to_owned())),
        ("'xloady'[1:-1]", Fold::Known("load".to_owned())),
        ("'load'[-1]", Fold::Known("d".to_owned())),
        ("''.join(['l', 'oad'])", Fold::Known("load".to_owned())),
        ("'-'.join('ab')", Fold::Known("a-b".to_owned())),
        ("'%s%s' % ('lo', 'ad')", Fold::Known("load".to_owned())),
        ("'layer%d' % i", Fold::Prefix("layer".to_owned())),
        (
            "'{1}{0}'.format('ad', 'lo')",
            Fold::Known("load".to_owned()),
        ),
        ("'layer{}'.format(i)", Fold::Prefix("layer".to_owned())),
        ("'layer{n}'.format(n=i)", Fold::Prefix("layer".to_owned())),
        ("'layer' + str(i)", Fold::Prefix("layer".to_owned())),
        ("chr(108) + chr(111)", Fold::Known("lo".to_owned())),
        ("def chr(i): return 'x'\nchr(108)", Fold::Unknown),
        ("from p import *\nchr(108)", Fold::Unknown),
        ("b'load'.decode()", Fold::Known("load".to_owned())),
        ("'l-d'.replace('-', 'oa')", Fold::Known("load".to_owned())),
        ("('a', 'load')[1]", Fold::Known("load".to_owned())),
        (
            "{'a': 'x', 'b': 'load'}['b']",
            Fold::Known("load".to_owned()),
        ),
        ("{'a': 'x', **other}['a']", Fold::Unknown),
        ("'a' * 100000", Fold::Unknown),
    ];
    for (source, expected) in rows {
        let modules = [module("m.py", source)];
        let program = Program::new(&modules, &[], |_| false);
        let (index, first) = program.modules().next().unwrap();
        assert_eq!(
            program.fold(index, last_expression(first)),
            expected,
            "{source}"
        );
    }
}

#[test]
fn a_file_that_does_not_parse_says_where_and_why() {
    let parse = |source: &[u8], version| Module::parse("m.py", source, version).unwrap_err();
    let syntax = parse(b"x = 1\ny = (\n", PythonVersion::PY311);
    assert_eq!(syntax.kind, ParseErrorKind::Syntax);
    let bytes = parse(b"x = 1\ny = '\xff'\n", PythonVersion::PY311);
    assert_eq!(
        (bytes.kind, bytes.position.line, bytes.position.column),
        (ParseErrorKind::NotUtf8, 2, 6)
    );
    let newer = parse(b"type X = int\n", PythonVersion::PY311);
    assert_eq!(newer.kind, ParseErrorKind::Syntax);
    assert!(Module::parse("m.py", b"type X = int\n", PythonVersion::PY312).is_ok());
    let deep = parse(
        ("(".repeat(200) + &")".repeat(200)).as_bytes(),
        PythonVersion::PY311,
    );
    assert_eq!(deep.kind, ParseErrorKind::TooDeep);
    assert!(
        Module::parse(
            "m.py",
            ("(".repeat(90) + "1" + &")".repeat(90)).as_bytes(),
            PythonVersion::PY311
        )
        .is_ok()
    );
}

/// The deepest legal inputs must fit a small stack: a gate has 512 KiB.
#[test]
fn the_deepest_legal_inputs_fit_a_small_stack() {
    let deepest = [
        "(".repeat(95) + "1" + &")".repeat(95),
        "x = ".to_owned() + &"not ".repeat(490) + "1",
        "x = ".to_owned() + &"lambda: ".repeat(490) + "1",
        "x = a".to_owned() + &".b".repeat(490),
        "x = 1".to_owned() + &" ** 1".repeat(490),
        (0..95)
            .map(|depth| " ".repeat(depth) + "if x:\n")
            .collect::<String>()
            + &" ".repeat(96)
            + "pass\n",
        "x = ".to_owned() + &"[".repeat(95) + &"-".repeat(300) + "1" + &"]".repeat(95),
    ];
    for source in deepest {
        let thread = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                let modules = [module("m.py", &source)];
                let program = Program::new(&modules, &[], |_| false);
                program.modules().count()
            });
        assert_eq!(thread.unwrap().join().unwrap(), 1);
    }
}
