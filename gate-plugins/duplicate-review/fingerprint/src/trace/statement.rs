//! Statements: what they bind and what has an effect.

use prism_pyast::ast::{ExceptHandler, Expr, Stmt};
use prism_pyast::paired_targets;

use super::{Definition, Frame, Trace};
use crate::graph::NodeId;
use crate::operations;

impl<'a> Trace<'a> {
    /// Runs statements up to one after which nothing runs.
    pub(super) fn block(&mut self, frame: &mut Frame<'a>, body: &'a [Stmt]) {
        for statement in body {
            self.statement(frame, statement);
            let ends = matches!(
                statement,
                Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)
            );
            if ends {
                return;
            }
        }
    }

    pub(super) fn statement(&mut self, frame: &mut Frame<'a>, statement: &'a Stmt) {
        self.depth += 1;
        self.step(frame, statement);
        self.depth -= 1;
    }

    fn step(&mut self, frame: &mut Frame<'a>, statement: &'a Stmt) {
        match statement {
            Stmt::Return(node) => {
                if let Some(value) = node.value.as_deref() {
                    let value = self.expression(frame, value);
                    frame.returned.push(value);
                }
            }
            Stmt::Assign(node) => {
                let value = self.expression(frame, &node.value);
                for target in &node.targets {
                    self.assign(frame, target, value, Some(&node.value));
                }
            }
            Stmt::AnnAssign(node) => {
                if let Some(given) = node.value.as_deref() {
                    let value = self.expression(frame, given);
                    self.assign(frame, &node.target, value, Some(given));
                }
            }
            Stmt::AugAssign(node) => {
                let before = self.expression(frame, &node.target);
                let value = self.expression(frame, &node.value);
                let name = operations::binary(node.op);
                let scaled = self.is_number(frame, &node.value);
                let value = self.arithmetic(frame, name, &[before, value], scaled);
                self.assign(frame, &node.target, value, None);
            }
            Stmt::Expr(node) => {
                let value = self.expression(frame, &node.value);
                self.graph.root(value);
            }
            Stmt::If(node) => self.conditional(frame, node),
            Stmt::For(node) => {
                let items = self.expression(frame, &node.iter);
                self.graph.root(items);
                self.assign(frame, &node.target, items, None);
                self.maybe(frame, &node.body);
                self.block(frame, &node.orelse);
            }
            Stmt::While(node) => {
                if truth(&node.test) != Some(false) {
                    let test = self.expression(frame, &node.test);
                    self.graph.root(test);
                    self.maybe(frame, &node.body);
                }
                self.block(frame, &node.orelse);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    let value = self.expression(frame, &item.context_expr);
                    self.graph.root(value);
                    if let Some(target) = item.optional_vars.as_deref() {
                        self.assign(frame, target, value, None);
                    }
                }
                self.block(frame, &node.body);
            }
            Stmt::Try(node) => {
                self.maybe(frame, &node.body);
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.maybe(frame, &handler.body);
                }
                self.maybe(frame, &node.orelse);
                self.block(frame, &node.finalbody);
            }
            Stmt::Match(node) => {
                let subject = self.expression(frame, &node.subject);
                self.graph.root(subject);
                for case in &node.cases {
                    if let Some(guard) = case.guard.as_deref() {
                        self.expression(frame, guard);
                    }
                    self.maybe(frame, &case.body);
                }
            }
            // What a copy adds or drops freely: it says nothing of what is computed.
            Stmt::Assert(_) | Stmt::Raise(_) => {}
            // A definition runs when it is named.
            _ => {}
        }
    }

    fn maybe(&mut self, frame: &mut Frame<'a>, body: &'a [Stmt]) {
        frame.conditions += 1;
        self.block(frame, body);
        frame.conditions -= 1;
    }

    fn conditional(&mut self, frame: &mut Frame<'a>, node: &'a prism_pyast::ast::StmtIf) {
        let known = truth(&node.test);
        if known != Some(false) {
            let test = self.expression(frame, &node.test);
            self.graph.root(test);
            self.maybe(frame, &node.body);
        }
        if known == Some(true) {
            return;
        }
        for clause in &node.elif_else_clauses {
            let known = clause.test.as_ref().and_then(truth);
            if let Some(test) = clause.test.as_ref().filter(|_| known.is_none()) {
                let test = self.expression(frame, test);
                self.graph.root(test);
            }
            if known != Some(false) {
                self.maybe(frame, &clause.body);
            }
        }
    }

    /// Binds a target; `given` is the expression, where there is one for just this target.
    pub(super) fn assign(
        &mut self,
        frame: &mut Frame<'a>,
        target: &'a Expr,
        value: NodeId,
        given: Option<&'a Expr>,
    ) {
        match target {
            Expr::Name(name) => {
                let name = name.id.as_str();
                // What was bound before may still be what is read.
                let before = frame
                    .values
                    .get(name)
                    .copied()
                    .filter(|_| frame.conditions > 0);
                let value = match before {
                    Some(before) => self.graph.group(&[value], &[before], frame.unit),
                    None => value,
                };
                frame.values.insert(name, value);
            }
            Expr::Attribute(attribute) => {
                self.graph.root(value);
                if let (true, Some(class)) =
                    (self.is_instance(frame, &attribute.value), frame.class)
                {
                    let made = given.and_then(|given| self.class_made(frame, given));
                    if let Some(known) = self.attributes.get_mut(class.0) {
                        known.insert(attribute.attr.as_str(), (value, made));
                    }
                } else {
                    self.expression(frame, &attribute.value);
                }
            }
            Expr::Subscript(subscript) => {
                // `x[i] = y` changes x.
                let base = self.expression(frame, &subscript.value);
                let index = self.expression(frame, &subscript.slice);
                let changed = self.graph.operation(
                    operations::text("store"),
                    &[base, index, value],
                    frame.unit,
                );
                self.graph.root(changed);
            }
            Expr::Starred(starred) => self.assign(frame, &starred.value, value, None),
            Expr::Tuple(_) | Expr::List(_) => {
                if let Some(pairs) = given.and_then(|given| paired_targets(target, given)) {
                    for (target, given) in pairs {
                        // Traced before as part of the whole: the same expression gives the same operations.
                        let value = self.expression(frame, given);
                        self.assign(frame, target, value, Some(given));
                    }
                    return;
                }
                let elements = match target {
                    Expr::Tuple(tuple) => &tuple.elts,
                    Expr::List(list) => &list.elts,
                    _ => return,
                };
                for element in elements {
                    self.assign(frame, element, value, None);
                }
            }
            _ => {}
        }
    }

    /// The class of the bundle that an expression makes an instance of.
    fn class_made(&mut self, frame: &Frame<'a>, given: &'a Expr) -> Option<super::ClassId> {
        let Expr::Call(call) = given else { return None };
        let origins = self.program.origins(frame.module, &call.func);
        match self.own(&origins)? {
            Definition::Class(class) => Some(class),
            Definition::Function(_) => None,
        }
    }

    /// Whether an expression is the method's own instance.
    pub(super) fn is_instance(&self, frame: &Frame<'a>, expression: &Expr) -> bool {
        matches!((expression, frame.instance), (Expr::Name(name), Some(instance)) if name.id.as_str() == instance)
    }

    /// An operation on numbers or tensors; scaling by a constant is none, nor is arithmetic on sizes.
    pub(super) fn arithmetic(
        &mut self,
        frame: &Frame<'a>,
        name: &str,
        inputs: &[NodeId],
        scaled: bool,
    ) -> NodeId {
        let sizes = matches!(
            name,
            "floor_divide" | "remainder" | "add" | "sub" | "mul" | "div" | "shift"
        );
        let silent = inputs.iter().all(|input| self.graph.is_leaf(*input));
        if sizes && scaled || matches!(name, "floor_divide" | "remainder") && silent {
            return self.graph.group(inputs, &[], frame.unit);
        }
        self.graph
            .operation(operations::text(name), inputs, frame.unit)
    }
}

/// What a test is, where that is plain: `if False`, `if 0`, and the guard of a script that is never run as one.
fn truth(test: &Expr) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NumberLiteral(literal) => match &literal.value {
            prism_pyast::ast::Number::Int(value) => value.as_u64().map(|value| value != 0),
            _ => None,
        },
        Expr::NoneLiteral(_) => Some(false),
        Expr::Compare(compare) => {
            let main = matches!(&*compare.left, Expr::Name(name) if name.id.as_str() == "__name__");
            main.then_some(false)
        }
        Expr::Name(name) if name.id.as_str() == "TYPE_CHECKING" => Some(false),
        _ => None,
    }
}
