//! The walk, in the order in which CPython's symbol table meets names: what comes before a `global` matters.

use rustpython_ruff_python_ast::visitor::{
    Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt,
};
use rustpython_ruff_python_ast::{
    self as ast, AnyParameterRef, ExceptHandler, Expr, ExprContext, Pattern, Stmt, TypeParam,
};
use rustpython_ruff_text_size::{Ranged, TextSize};

use super::Legality;
use super::blocks::{Block, Kind};

impl Legality<'_> {
    pub(super) fn module(&mut self, body: &[Stmt]) {
        self.visit_body(body);
    }

    fn scope(&mut self, kind: Kind, class: Option<&str>, inside: impl FnOnce(&mut Self)) {
        self.blocks.enter(kind);
        self.symbols.enter(kind, class);
        inside(self);
        for (start, message) in self.symbols.leave() {
            self.refuse(start, message);
        }
    }

    /// A scope that can't be a comprehension.
    fn inside(&mut self, kind: Kind, class: Option<&str>, inside: impl FnOnce(&mut Self)) {
        self.scope(kind, class, inside);
        self.blocks.leave();
    }

    fn block(&mut self, block: Block, start: TextSize, inside: impl FnOnce(&mut Self)) {
        let problem = self.blocks.open(block, self.version);
        self.refuse_if(start, problem);
        inside(self);
        self.blocks.close();
    }

    fn annotation(&mut self, annotation: &Expr) {
        if self.future_annotations {
            self.inside(Kind::Annotation, None, |walk| walk.visit_expr(annotation));
        } else {
            self.visit_expr(annotation);
        }
    }

    /// The type parameters, if there are any, and what sees them.
    fn generic(&mut self, parameters: Option<&ast::TypeParams>, inside: impl FnOnce(&mut Self)) {
        let Some(parameters) = parameters else {
            return inside(self);
        };
        self.inside(Kind::Annotation, None, |walk| {
            for parameter in &parameters.type_params {
                walk.symbols.bind(parameter.name().as_str());
                let (bound, default) = match parameter {
                    TypeParam::TypeVar(one) => (one.bound.as_deref(), one.default.as_deref()),
                    TypeParam::TypeVarTuple(one) => (None, one.default.as_deref()),
                    TypeParam::ParamSpec(one) => (None, one.default.as_deref()),
                };
                for expr in bound.into_iter().chain(default) {
                    walk.inside(Kind::Annotation, None, |walk| walk.visit_expr(expr));
                }
            }
            inside(walk);
        });
    }

    fn function(&mut self, function: &ast::StmtFunctionDef) {
        self.symbols.bind(function.name.as_str());
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        self.defaults(&function.parameters);
        self.generic(function.type_params.as_deref(), |walk| {
            let annotations = function.parameters.iter();
            for annotation in annotations.filter_map(AnyParameterRef::annotation) {
                walk.annotation(annotation);
            }
            if let Some(returns) = &function.returns {
                walk.annotation(returns);
            }
            let kind = if function.is_async {
                Kind::AsyncFunction
            } else {
                Kind::Function
            };
            walk.inside(kind, None, |walk| {
                walk.parameters(&function.parameters);
                walk.visit_body(&function.body);
            });
        });
    }

    fn defaults(&mut self, parameters: &ast::Parameters) {
        for default in parameters.iter().filter_map(AnyParameterRef::default) {
            self.visit_expr(default);
        }
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        for parameter in parameters {
            self.symbols.parameter(parameter.name().as_str());
        }
    }

    fn class(&mut self, class: &ast::StmtClassDef) {
        self.symbols.bind(class.name.as_str());
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        self.generic(class.type_params.as_deref(), |walk| {
            if let Some(arguments) = &class.arguments {
                walk.visit_arguments(arguments);
            }
            walk.inside(Kind::Class, Some(class.name.as_str()), |walk| {
                walk.visit_body(&class.body);
            });
        });
    }

    fn comprehension(
        &mut self,
        kind: Kind,
        generators: &[ast::Comprehension],
        results: &[&Expr],
        start: TextSize,
    ) {
        self.check_comprehension(generators);
        if let Some(first) = generators.first() {
            self.symbols.enter_iterable();
            self.visit_expr(&first.iter);
            self.symbols.leave_iterable();
        }
        self.scope(kind, None, |walk| {
            for (index, generator) in generators.iter().enumerate() {
                if generator.is_async {
                    walk.blocks.iterates_asynchronously();
                }
                walk.target(&generator.target);
                if index > 0 {
                    walk.symbols.enter_iterable();
                    walk.visit_expr(&generator.iter);
                    walk.symbols.leave_iterable();
                }
                for condition in &generator.ifs {
                    walk.visit_expr(condition);
                }
            }
            for result in results {
                walk.visit_expr(result);
            }
        });
        let problem = self.blocks.leave();
        self.refuse_if(start, problem);
    }

    /// The target of a comprehension's `for`: its names are iteration variables.
    fn target(&mut self, target: &Expr) {
        self.visit_expr(target);
        let mut open = vec![target];
        while let Some(expr) = open.pop() {
            match expr {
                Expr::Name(name) => {
                    let problem = self.symbols.iterate(name.id.as_str());
                    self.refuse_if(name.start(), problem);
                }
                Expr::Tuple(tuple) => open.extend(&tuple.elts),
                Expr::List(list) => open.extend(&list.elts),
                Expr::Starred(starred) => open.push(&starred.value),
                _ => {}
            }
        }
    }

    fn attempt(&mut self, attempt: &ast::StmtTry) {
        let start = attempt.start();
        let guarded = |walk: &mut Self| {
            if attempt.handlers.is_empty() {
                return walk.visit_body(&attempt.body);
            }
            walk.block(Block::Other, start, |walk| walk.visit_body(&attempt.body));
            let block = if attempt.is_star {
                Block::GroupHandler
            } else {
                Block::Other
            };
            walk.block(block, start, |walk| {
                for handler in &attempt.handlers {
                    walk.visit_except_handler(handler);
                }
            });
            walk.visit_body(&attempt.orelse);
        };
        if attempt.finalbody.is_empty() {
            return guarded(self);
        }
        self.block(Block::Other, start, guarded);
        self.block(Block::Other, start, |walk| {
            walk.visit_body(&attempt.finalbody)
        });
    }

    /// Each item is a block inside the one before. Not by recursion: items are many where brackets are few.
    fn with(&mut self, items: &[ast::WithItem], body: &[Stmt], start: TextSize) {
        for item in items {
            self.visit_expr(&item.context_expr);
            let problem = self.blocks.open(Block::Other, self.version);
            self.refuse_if(start, problem);
            if let Some(target) = &item.optional_vars {
                self.visit_expr(target);
            }
        }
        self.visit_body(body);
        items.iter().for_each(|_| self.blocks.close());
    }
}

impl<'a> Visitor<'a> for Legality<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.checked(|checker, walk| checker.visit_stmt(stmt, walk));
        self.check_statement(stmt);
        let start = stmt.start();
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::TypeAlias(alias) => {
                self.visit_expr(&alias.name);
                self.generic(alias.type_params.as_deref(), |walk| {
                    walk.inside(Kind::Annotation, None, |walk| walk.visit_expr(&alias.value));
                });
            }
            Stmt::For(each) => {
                if each.is_async {
                    self.refuse_if(start, self.blocks.asynchronous("async for"));
                }
                self.visit_expr(&each.target);
                self.visit_expr(&each.iter);
                self.block(Block::Loop, start, |walk| walk.visit_body(&each.body));
                self.visit_body(&each.orelse);
            }
            Stmt::While(repeat) => {
                self.visit_expr(&repeat.test);
                self.block(Block::Loop, start, |walk| walk.visit_body(&repeat.body));
                self.visit_body(&repeat.orelse);
            }
            // ruff's `walk_stmt` visits the test of an `elif` twice.
            Stmt::If(choice) => {
                self.visit_expr(&choice.test);
                self.visit_body(&choice.body);
                for clause in &choice.elif_else_clauses {
                    clause.test.iter().for_each(|test| self.visit_expr(test));
                    self.visit_body(&clause.body);
                }
            }
            Stmt::With(with) => {
                if with.is_async {
                    self.refuse_if(start, self.blocks.asynchronous("async with"));
                }
                self.with(&with.items, &with.body, start);
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::AnnAssign(assign) => {
                match assign.target.as_ref() {
                    Expr::Name(name) if assign.simple => {
                        let problem = self.symbols.annotate(name.id.as_str());
                        self.refuse_if(name.start(), problem);
                    }
                    Expr::Name(_) if assign.value.is_none() => {}
                    target => self.visit_expr(target),
                }
                self.annotation(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
            }
            Stmt::Global(ast::StmtGlobal { names, .. })
            | Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                for name in names {
                    let problem =
                        self.symbols
                            .declare(name.as_str(), stmt.is_global_stmt(), name.start());
                    self.refuse_if(name.start(), problem);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.symbols
                        .import(bound.split('.').next().unwrap_or(bound));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.symbols.import(bound);
                    if import.module.as_deref() == Some("__future__") && bound == "annotations" {
                        self.future_annotations = true;
                    }
                }
            }
            Stmt::Return(_) => {
                self.refuse_if(start, self.blocks.leave_function());
                walk_stmt(self, stmt);
            }
            Stmt::Break(_) => self.refuse_if(start, self.blocks.leave_loop("break")),
            Stmt::Continue(_) => self.refuse_if(start, self.blocks.leave_loop("continue")),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.checked(|checker, walk| checker.visit_expr(expr, walk));
        self.check_expression(expr);
        let start = expr.start();
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load => self.symbols.load(name.id.as_str()),
                _ => self.symbols.bind(name.id.as_str()),
            },
            Expr::Named(named) => {
                if let Expr::Name(target) = named.target.as_ref() {
                    let problem = self.symbols.assign_named(target.id.as_str());
                    self.refuse_if(start, problem);
                    self.checked(|checker, walk| checker.visit_expr(&named.target, walk));
                }
                self.visit_expr(&named.value);
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.inside(Kind::Lambda, None, |walk| {
                    if let Some(parameters) = &lambda.parameters {
                        walk.parameters(parameters);
                    }
                    walk.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(ast::ExprListComp {
                elt, generators, ..
            })
            | Expr::SetComp(ast::ExprSetComp {
                elt, generators, ..
            }) => {
                self.comprehension(Kind::Comprehension, generators, &[elt], start);
            }
            Expr::Generator(ast::ExprGenerator {
                elt, generators, ..
            }) => {
                self.comprehension(Kind::Generator, generators, &[elt], start);
            }
            Expr::DictComp(comprehension) => {
                let results = [&*comprehension.key, &*comprehension.value];
                self.comprehension(
                    Kind::Comprehension,
                    &comprehension.generators,
                    &results,
                    start,
                );
            }
            Expr::Yield(_) => {
                self.refuse_if(start, self.blocks.yields(false));
                walk_expr(self, expr);
            }
            Expr::YieldFrom(_) => {
                self.refuse_if(start, self.blocks.yields(true));
                walk_expr(self, expr);
            }
            Expr::Await(_) => {
                let problem = self.blocks.awaits();
                self.refuse_if(start, problem);
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(one) = handler;
        match &one.name {
            None => walk_except_handler(self, handler),
            Some(name) => {
                self.symbols.bind(name.as_str());
                // The name is unbound at the end: a block more.
                self.block(Block::Other, one.start(), |walk| {
                    walk_except_handler(walk, handler)
                });
            }
        }
    }

    fn visit_keyword(&mut self, keyword: &'a ast::Keyword) {
        self.check_keyword(keyword);
        self.visit_expr(&keyword.value);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.check_pattern(pattern);
        let bound = match pattern {
            Pattern::MatchAs(capture) => capture.name.as_ref(),
            Pattern::MatchStar(star) => star.name.as_ref(),
            Pattern::MatchMapping(mapping) => mapping.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = bound {
            self.symbols.bind(name.as_str());
        }
        walk_pattern(self, pattern);
    }
}
