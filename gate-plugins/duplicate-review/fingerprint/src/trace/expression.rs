//! Expressions: which operations they are.

use prism_pyast::BindingKind;
use prism_pyast::ast::{Comprehension, Expr, ExprName, UnaryOp};

use super::{Frame, TOO_DEEP, Trace};
use crate::graph::{LEAF, NodeId};
use crate::operations;

impl<'a> Trace<'a> {
    pub(super) fn expression(&mut self, frame: &mut Frame<'a>, expression: &'a Expr) -> NodeId {
        if self.depth >= TOO_DEEP {
            return LEAF;
        }
        self.depth += 1;
        let value = self.value(frame, expression);
        self.depth -= 1;
        value
    }

    fn value(&mut self, frame: &mut Frame<'a>, expression: &'a Expr) -> NodeId {
        match expression {
            Expr::Name(name) => self.name(frame, expression, name),
            Expr::Attribute(attribute) => {
                self.names.insert(attribute.attr.as_str());
                if is_path(expression)
                    && let Some(found) = self.own(&self.program.origins(frame.module, expression))
                {
                    self.reach(found, Some(frame.unit));
                    return LEAF;
                }
                // A shape, a weight, a setting: what it belongs to has to stay, and that is all.
                let base = self.expression(frame, &attribute.value);
                self.graph.group(&[], &[base], frame.unit)
            }
            Expr::Call(call) => self.called(frame, call),
            Expr::BinOp(node) => {
                let scaled =
                    self.is_number(frame, &node.left) || self.is_number(frame, &node.right);
                let left = self.expression(frame, &node.left);
                let right = self.expression(frame, &node.right);
                self.arithmetic(frame, operations::binary(node.op), &[left, right], scaled)
            }
            Expr::UnaryOp(node) => {
                let value = self.expression(frame, &node.operand);
                if node.op == UnaryOp::USub && !self.graph.is_leaf(value) {
                    return self
                        .graph
                        .operation(operations::text("neg"), &[value], frame.unit);
                }
                value
            }
            Expr::Compare(node) => {
                let mut inputs = vec![self.expression(frame, &node.left)];
                for one in &node.comparators {
                    inputs.push(self.expression(frame, one));
                }
                if inputs.iter().all(|input| self.graph.is_leaf(*input)) {
                    return self.graph.group(&inputs, &[], frame.unit);
                }
                self.graph
                    .operation(operations::text("compare"), &inputs, frame.unit)
            }
            Expr::Subscript(node) => {
                let base = self.expression(frame, &node.value);
                let index = self.expression(frame, &node.slice);
                if slices(&node.slice) && !self.graph.is_leaf(base) || !self.graph.is_leaf(index) {
                    return self.graph.operation(
                        operations::text("index"),
                        &[base, index],
                        frame.unit,
                    );
                }
                self.graph.group(&[base], &[], frame.unit)
            }
            Expr::Named(node) => {
                let value = self.expression(frame, &node.value);
                self.assign(frame, &node.target, value, Some(&node.value));
                value
            }
            Expr::If(node) => {
                let test = self.expression(frame, &node.test);
                let both = [
                    self.expression(frame, &node.body),
                    self.expression(frame, &node.orelse),
                ];
                self.graph.group(&both, &[test], frame.unit)
            }
            Expr::Lambda(node) => self.expression(frame, &node.body),
            Expr::ListComp(node) => self.comprehension(frame, &node.generators, &[&node.elt]),
            Expr::SetComp(node) => self.comprehension(frame, &node.generators, &[&node.elt]),
            Expr::Generator(node) => self.comprehension(frame, &node.generators, &[&node.elt]),
            Expr::DictComp(node) => {
                self.comprehension(frame, &node.generators, &[&node.key, &node.value])
            }
            Expr::BoolOp(node) => self.all(frame, node.values.iter()),
            Expr::Tuple(node) => self.all(frame, node.elts.iter()),
            Expr::List(node) => self.all(frame, node.elts.iter()),
            Expr::Set(node) => self.all(frame, node.elts.iter()),
            Expr::Dict(node) => {
                let parts = node.items.iter();
                self.all(
                    frame,
                    parts.flat_map(|item| item.key.iter().chain([&item.value])),
                )
            }
            Expr::Slice(node) => {
                let parts = [&node.lower, &node.upper, &node.step];
                self.all(frame, parts.into_iter().filter_map(|part| part.as_deref()))
            }
            Expr::Starred(node) => self.expression(frame, &node.value),
            Expr::Await(node) => self.expression(frame, &node.value),
            Expr::YieldFrom(node) => self.expression(frame, &node.value),
            Expr::Yield(node) => match node.value.as_deref() {
                Some(value) => {
                    let value = self.expression(frame, value);
                    frame.returned.push(value);
                    value
                }
                None => LEAF,
            },
            // Literals, and texts with values in them.
            _ => LEAF,
        }
    }

    /// A group of all the values.
    pub(super) fn all(
        &mut self,
        frame: &mut Frame<'a>,
        parts: impl Iterator<Item = &'a Expr>,
    ) -> NodeId {
        let values: Vec<NodeId> = parts.map(|part| self.expression(frame, part)).collect();
        self.graph.group(&values, &[], frame.unit)
    }

    fn name(&mut self, frame: &mut Frame<'a>, expression: &'a Expr, name: &'a ExprName) -> NodeId {
        if let Some(value) = frame.values.get(name.id.as_str()) {
            return *value;
        }
        if self.is_instance(frame, expression) {
            return LEAF;
        }
        self.names.insert(name.id.as_str());
        if let Some(BindingKind::ImportFrom(_, alias)) =
            self.program.single_binding(frame.module, name)
        {
            self.names.insert(alias.name.as_str());
        }
        let origins = self.program.origins(frame.module, expression);
        if let Some(found) = self.own(&origins) {
            self.reach(found, Some(frame.unit));
        }
        LEAF
    }

    fn comprehension(
        &mut self,
        frame: &mut Frame<'a>,
        generators: &'a [Comprehension],
        parts: &[&'a Expr],
    ) -> NodeId {
        let mut keeps = Vec::new();
        for generator in generators {
            let items = self.expression(frame, &generator.iter);
            self.assign(frame, &generator.target, items, None);
            keeps.push(items);
            keeps.push(self.all(frame, generator.ifs.iter()));
        }
        let values: Vec<NodeId> = parts
            .iter()
            .map(|part| self.expression(frame, part))
            .collect();
        self.graph.group(&values, &keeps, frame.unit)
    }

    /// Whether an expression is a number that stands in the source.
    pub(super) fn is_number(&self, frame: &Frame<'a>, expression: &'a Expr) -> bool {
        match expression {
            Expr::NumberLiteral(_) => true,
            Expr::UnaryOp(node) => node.operand.is_number_literal_expr(),
            Expr::Name(name) if !frame.values.contains_key(name.id.as_str()) => self
                .program
                .single_value(frame.module, name)
                .is_some_and(Expr::is_number_literal_expr),
            _ => false,
        }
    }
}

fn slices(index: &Expr) -> bool {
    match index {
        Expr::Slice(_) => true,
        Expr::Tuple(tuple) => tuple.elts.iter().any(Expr::is_slice_expr),
        _ => false,
    }
}

/// Most dots on the way to something in another file. Every beginning of a chain is looked up, so without a bound a long
/// one costs the square of its length.
const MAX_DOTS: usize = 16;

/// Whether an attribute chain is short enough to be the way to something in another file.
fn is_path(mut expression: &Expr) -> bool {
    for _ in 0..=MAX_DOTS {
        match expression {
            Expr::Attribute(attribute) => expression = &attribute.value,
            _ => return true,
        }
    }
    false
}
