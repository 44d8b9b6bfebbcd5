//! Calls: of what comes from outside, of the bundle's own, of methods.

use prism_pyast::Origin;
use prism_pyast::ast::{Expr, ExprAttribute, ExprCall};

use super::{Definition, Frame, Trace};
use crate::graph::NodeId;
use crate::operations::{self, Kind};

impl<'a> Trace<'a> {
    pub(super) fn called(&mut self, frame: &mut Frame<'a>, call: &'a ExprCall) -> NodeId {
        let mut inputs = Vec::new();
        for argument in &call.arguments.args {
            inputs.push(self.expression(frame, argument));
        }
        for keyword in &call.arguments.keywords {
            inputs.push(self.expression(frame, &keyword.value));
        }
        let origins = self.program.origins(frame.module, &call.func);
        if let Some(found) = self.own(&origins) {
            return self.own_call(frame, found, &inputs);
        }
        let outside = origins.known.iter().filter_map(|origin| match origin {
            Origin::External(path) => self.program.segments(*path).pop(),
            Origin::Bundle(_) | Origin::Definition(..) => None,
        });
        // Of several meanings one, whichever order they were found in.
        if let Some(name) = outside.min() {
            return self.apply(frame, operations::named(&name), &inputs);
        }
        match &*call.func {
            Expr::Attribute(attribute) => self.method_call(frame, attribute, inputs),
            other => {
                // A variable that holds a module or a function.
                let callee = self.expression(frame, other);
                self.module_call(frame, callee, &inputs)
            }
        }
    }

    fn own_call(&mut self, frame: &Frame<'a>, found: Definition, inputs: &[NodeId]) -> NodeId {
        match found {
            Definition::Function(id) => {
                let value = self.call(id, Some(frame.unit));
                self.graph.group(&[value], inputs, frame.unit)
            }
            Definition::Class(id) => {
                self.reach_class(id, Some(frame.unit));
                self.graph.group(inputs, &[], frame.unit)
            }
        }
    }

    fn method_call(
        &mut self,
        frame: &mut Frame<'a>,
        attribute: &'a ExprAttribute,
        mut inputs: Vec<NodeId>,
    ) -> NodeId {
        let name = attribute.attr.as_str();
        self.names.insert(name);
        if self.is_instance(frame, &attribute.value)
            && let Some(class) = frame.class
        {
            if let Some(method) = self.definitions.method(class, name) {
                return self.own_call(frame, Definition::Function(method), &inputs);
            }
            let known = self
                .attributes
                .get(class.0)
                .and_then(|known| known.get(name));
            if let Some((value, made)) = known.copied() {
                if let Some(made) = made {
                    return match self.definitions.method(made, "forward") {
                        Some(forward) => {
                            self.own_call(frame, Definition::Function(forward), &inputs)
                        }
                        None => self.graph.group(&inputs, &[], frame.unit),
                    };
                }
                return self.module_call(frame, value, &inputs);
            }
        }
        inputs.insert(0, self.expression(frame, &attribute.value));
        if operations::is_method(name) {
            return self.apply(frame, operations::named(name), &inputs);
        }
        if let Some(method) = self.definitions.only_method(name) {
            return self.own_call(frame, Definition::Function(method), &inputs);
        }
        self.graph.group(&inputs, &[], frame.unit)
    }

    /// The call of a module that was made before: `self.out(x)` after `self.out = nn.Linear(...)`.
    fn module_call(&mut self, frame: &Frame<'a>, module: NodeId, inputs: &[NodeId]) -> NodeId {
        let made = self.graph.origin(module).unwrap_or_default();
        let operation = operations::mix(made ^ operations::text("call"));
        self.graph.operation(operation, inputs, frame.unit)
    }

    fn apply(&mut self, frame: &Frame<'a>, kind: Kind, inputs: &[NodeId]) -> NodeId {
        match kind {
            Kind::Operation(operation) => self.graph.operation(operation, inputs, frame.unit),
            Kind::Passes => self.graph.group(inputs, &[], frame.unit),
            Kind::Scalar => self.graph.group(&[], inputs, frame.unit),
        }
    }
}
