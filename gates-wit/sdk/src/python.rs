//! The Python of a bundle: `prism-pyast` as it is, and the steps that every gate that reads source begins with.
//!
//! [`Sources::of`] parses the bundle under the grammar of the run, [`functions`] lists the functions of a module,
//! [`Evidence::at_node`] points at a node. Everything else of the tree is in [`ast`]; [`ast::visitor`] walks it.

use ast::visitor::{Visitor, walk_stmt};
use ast::{Stmt, StmtFunctionDef};

pub use prism_pyast::*;
pub use text::Ranged;

use crate::evidence::Evidence;
use crate::gate::{Context, Input};

/// The Python files of a bundle, parsed.
#[derive(Debug)]
pub struct Sources {
    /// Those that are Python, sorted by path.
    pub modules: Vec<Module>,
    /// Why the others are not, sorted by path. The gate `contract` rejects them, so another may pass them over.
    pub broken: Vec<ParseError>,
}

impl Sources {
    /// Parses every `.py` file by the grammar of the Python that will run it.
    ///
    /// # Errors
    /// When the host names a Python this kit doesn't know. The bundle is not to blame: hold.
    pub fn of(input: &Input) -> Result<Self, UnknownPython> {
        let version = version(&input.submission.context)?;
        let (mut modules, mut broken) = (Vec::new(), Vec::new());
        for file in input.bundle.python_files() {
            match Module::parse(file.path(), file.bytes(), version) {
                Ok(module) => modules.push(module),
                Err(error) => broken.push(error),
            }
        }
        Ok(Self { modules, broken })
    }
}

/// The host names a Python that is no `3.x` this kit can parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run's Python is {0:?}, which this gate can't parse; it knows 3.7 and later")]
pub struct UnknownPython(pub String);

/// The Python that will run the bundle.
///
/// # Errors
/// When the context names none that can be parsed.
pub fn version(context: &Context) -> Result<PythonVersion, UnknownPython> {
    let text = &context.python_version;
    text.parse()
        .ok()
        .filter(|version: &PythonVersion| version.major == 3 && version.minor >= 7)
        .ok_or_else(|| UnknownPython(text.clone()))
}

/// Every function of a module in source order: methods, nested and asynchronous ones too.
#[must_use]
pub fn functions(module: &Module) -> Vec<&StmtFunctionDef> {
    #[derive(Default)]
    struct Functions<'a>(Vec<&'a StmtFunctionDef>);
    impl<'a> Visitor<'a> for Functions<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if let Stmt::FunctionDef(function) = statement {
                self.0.push(function);
            }
            walk_stmt(self, statement);
        }
    }
    let mut found = Functions::default();
    found.visit_body(module.body());
    found.0
}

/// How many lines a node covers, the first and the last one included.
#[must_use]
pub fn line_count(module: &Module, node: &impl Ranged) -> u32 {
    let first = module.position(node.start()).line;
    let last = module.position(node.end()).line;
    last.saturating_sub(first).saturating_add(1)
}

impl Evidence {
    /// Points at where a node starts: path, line, column, and the hash of the line. Give the name of a function
    /// or class to point at its name and not at its first decorator.
    #[must_use]
    pub fn at_node(self, module: &Module, node: &impl Ranged) -> Self {
        let place = module.start_of(node);
        self.at(module.path(), module.source(), place.line, place.column)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use super::*;
    use crate::{Bundle, snippet_hash};

    fn input(source: &str, python_version: &str) -> Input {
        let mut input = Input {
            bundle: Bundle::from_texts(&[("a.py", source), ("b.py", "def ("), ("c.txt", "def (")]),
            ..Input::default()
        };
        input.submission.context.python_version = python_version.to_owned();
        input
    }

    #[test]
    fn functions_are_found_wherever_they_are_and_measured() {
        let source = "class A:\n    @x\n    def f(self):\n        async def g():\n            pass\n        return g\ndef h(): pass\n";
        let sources = Sources::of(&input(source, "3.12")).unwrap();
        let module = sources.modules.first().unwrap();
        let found: Vec<_> = functions(module)
            .iter()
            .map(|function| (function.name.as_str(), line_count(module, *function)))
            .collect();
        assert_eq!(found, [("f", 5), ("g", 2), ("h", 1)]);
        assert_eq!(sources.broken.first().unwrap().path, "b.py");
    }

    #[test]
    fn evidence_points_at_a_node_with_its_line_hashed() {
        let source = "x = 1\nif x:\n    def f(): pass\n";
        let sources = Sources::of(&input(source, "3.11")).unwrap();
        let module = sources.modules.first().unwrap();
        let function = *functions(module).first().unwrap();
        let found = Evidence::error("r", "m").at_node(module, &function.name);
        assert_eq!((found.line, found.column), (Some(3), Some(9)));
        assert_eq!(found.snippet_hash, Some(snippet_hash("    def f(): pass")));
    }

    #[test]
    fn the_grammar_is_that_of_the_run_and_an_unknown_one_is_an_error() {
        let modern = "type X = int\n";
        assert_eq!(
            Sources::of(&input(modern, "3.12")).unwrap().modules.len(),
            1
        );
        assert_eq!(
            Sources::of(&input(modern, "3.11")).unwrap().modules.len(),
            0
        );
        for unknown in ["", "2.7", "3", "x.y", "3.6", "3.12.1"] {
            assert!(Sources::of(&input(modern, unknown)).is_err(), "{unknown}");
        }
    }
}
