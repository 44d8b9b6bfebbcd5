//! The syntax tree, the scopes and the resolver: several Python files, under every supported grammar.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prism_pyast::ast::Expr;
use prism_pyast::ast::visitor::{Visitor, walk_expr};
use prism_pyast::text::Ranged;
use prism_pyast::{Module, ModuleIndex, Program, PythonVersion};

struct Walk<'p, 'a> {
    program: &'p Program<'a>,
    index: ModuleIndex,
    module: &'a Module,
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let place = self.module.start_of(expr);
        assert!(place.line >= 1 && place.column >= 1);
        assert!(expr.end().to_usize() <= self.module.source().len());
        let origins = self.program.origins(self.index, expr);
        assert!(origins.known.len() <= prism_pyast::MAX_ORIGINS);
        let _ = self.program.fold(self.index, expr);
        if let Expr::Name(name) = expr {
            let _ = self.program.single_value(self.index, name);
        }
        walk_expr(self, expr);
    }
}

fuzz_target!(|data: &[u8]| {
    let files = prism_fuzz::files(data);
    for version in [
        PythonVersion::PY311,
        PythonVersion::PY312,
        PythonVersion::PY313,
    ] {
        let modules: Vec<Module> = files
            .iter()
            .filter_map(|(path, bytes)| Module::parse(path, bytes, version).ok())
            .collect();
        let program = Program::new(&modules, &[], |name| name == "torch");
        for (index, module) in program.modules() {
            Walk {
                program: &program,
                index,
                module,
            }
            .visit_body(module.body());
        }
    }
});
