//! Every function and class of a bundle, by where it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prism_pyast::ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use prism_pyast::text::{Ranged, TextSize};
use prism_pyast::{Module, ModuleIndex};

/// A function, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FunctionId(pub(super) usize);

/// A class, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClassId(pub(super) usize);

#[derive(Clone, Copy, Debug)]
pub(super) enum Definition {
    Function(FunctionId),
    Class(ClassId),
}

pub(super) struct Function<'a> {
    pub(super) unit: usize,
    pub(super) module: ModuleIndex,
    /// The class whose body it stands in.
    pub(super) class: Option<ClassId>,
    pub(super) node: &'a StmtFunctionDef,
}

pub(super) struct Class<'a> {
    pub(super) unit: usize,
    pub(super) module: ModuleIndex,
    pub(super) node: &'a StmtClassDef,
    pub(super) methods: BTreeMap<&'a str, FunctionId>,
    /// Classes of the bundle that it extends; known once it is reached.
    pub(super) bases: Vec<ClassId>,
}

/// A unit's name and place.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) module: ModuleIndex,
    pub(super) start: TextSize,
}

pub(super) struct Definitions<'a> {
    pub(super) functions: Vec<Function<'a>>,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) units: Vec<Named>,
    by_start: HashMap<(ModuleIndex, TextSize), Definition>,
    /// Functions by name, for methods of objects that are not followed.
    by_name: BTreeMap<&'a str, Vec<FunctionId>>,
    modules: Vec<&'a [Stmt]>,
    /// Per module: its unit, and which statements were traced.
    module_units: Vec<(usize, Vec<bool>)>,
}

impl<'a> Definitions<'a> {
    pub(super) fn of(modules: &'a [Module]) -> Self {
        let mut found = Self {
            functions: Vec::new(),
            classes: Vec::new(),
            units: Vec::new(),
            by_start: HashMap::new(),
            by_name: BTreeMap::new(),
            modules: modules.iter().map(Module::body).collect(),
            module_units: Vec::new(),
        };
        for (index, module) in modules.iter().enumerate() {
            let index = ModuleIndex::new(index);
            let unit = found.unit("the file's own statements", index, TextSize::new(0));
            found
                .module_units
                .push((unit, vec![false; module.body().len()]));
            found.gather(index, module.body(), None, "");
        }
        found
    }

    fn unit(&mut self, name: &str, module: ModuleIndex, start: TextSize) -> usize {
        self.units.push(Named {
            name: name.to_owned(),
            module,
            start,
        });
        self.units.len() - 1
    }

    fn gather(
        &mut self,
        module: ModuleIndex,
        body: &'a [Stmt],
        class: Option<ClassId>,
        around: &str,
    ) {
        for statement in body {
            match statement {
                Stmt::FunctionDef(node) => {
                    let name = format!("{around}{}", node.name);
                    let unit = self.unit(&name, module, node.name.start());
                    let id = FunctionId(self.functions.len());
                    self.functions.push(Function {
                        unit,
                        module,
                        class,
                        node,
                    });
                    self.by_start
                        .insert((module, node.range.start()), Definition::Function(id));
                    self.by_name.entry(node.name.as_str()).or_default().push(id);
                    if let Some(class) = class.and_then(|id| self.class_mut(id)) {
                        class.methods.insert(node.name.as_str(), id);
                    }
                    self.gather(module, &node.body, None, &inside(&name));
                }
                Stmt::ClassDef(node) => {
                    let name = format!("{around}{}", node.name);
                    let unit = self.unit(&name, module, node.name.start());
                    let id = ClassId(self.classes.len());
                    self.classes.push(Class {
                        unit,
                        module,
                        node,
                        methods: BTreeMap::new(),
                        bases: Vec::new(),
                    });
                    self.by_start
                        .insert((module, node.range.start()), Definition::Class(id));
                    self.gather(module, &node.body, Some(id), &inside(&name));
                }
                other => {
                    for body in blocks(other) {
                        self.gather(module, body, class, around);
                    }
                }
            }
        }
    }

    pub(super) fn function(&self, id: FunctionId) -> Option<&Function<'a>> {
        self.functions.get(id.0)
    }

    pub(super) fn class(&self, id: ClassId) -> Option<&Class<'a>> {
        self.classes.get(id.0)
    }

    pub(super) fn class_mut(&mut self, id: ClassId) -> Option<&mut Class<'a>> {
        self.classes.get_mut(id.0)
    }

    pub(super) fn at(&self, module: ModuleIndex, start: TextSize) -> Option<Definition> {
        self.by_start.get(&(module, start)).copied()
    }

    /// A method of a class or of those it extends.
    pub(super) fn method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        let mut waiting = vec![class];
        let mut steps = 0;
        while let Some(class) = waiting.pop().and_then(|id| self.class(id)) {
            if let Some(found) = class.methods.get(name) {
                return Some(*found);
            }
            steps += 1;
            if steps > 8 {
                return None;
            }
            waiting.extend(class.bases.iter().rev());
        }
        None
    }

    /// The method of this name, if only one class of the bundle has it.
    pub(super) fn only_method(&self, name: &str) -> Option<FunctionId> {
        match self.by_name.get(name)?.as_slice() {
            [only] => self.function(*only)?.class.map(|_| *only),
            _ => None,
        }
    }

    /// Methods whose names are read, with the units of their classes.
    pub(super) fn named_methods(&self, names: &BTreeSet<&'a str>) -> Vec<(FunctionId, usize)> {
        let classes = self.classes.iter();
        classes
            .flat_map(|class| {
                class
                    .methods
                    .iter()
                    .map(|(name, id)| (*name, *id, class.unit))
            })
            .filter(|(name, ..)| names.contains(name))
            .map(|(_, id, unit)| (id, unit))
            .collect()
    }

    pub(super) fn of_module(&self, module: ModuleIndex) -> Vec<Definition> {
        let functions = self.functions.iter().enumerate();
        let functions = functions.filter(|(_, function)| function.module == module);
        let classes = self.classes.iter().enumerate();
        let classes = classes.filter(|(_, class)| class.module == module);
        let classes = classes.map(|(index, _)| Definition::Class(ClassId(index)));
        classes
            .chain(functions.map(|(index, _)| Definition::Function(FunctionId(index))))
            .collect()
    }

    pub(super) fn modules(&self) -> Vec<(ModuleIndex, &'a [Stmt])> {
        let modules = self.modules.iter().enumerate();
        modules
            .map(|(index, body)| (ModuleIndex::new(index), *body))
            .collect()
    }

    pub(super) fn module_unit(&self, module: ModuleIndex) -> Option<usize> {
        self.module_units.get(module.get()).map(|(unit, _)| *unit)
    }

    /// Says that a statement of a module is traced; false if it was before.
    pub(super) fn start(&mut self, module: ModuleIndex, statement: usize) -> bool {
        let units = self.module_units.get_mut(module.get());
        let place = units.and_then(|(_, started)| started.get_mut(statement));
        place.is_some_and(|started| !std::mem::replace(started, true))
    }
}

fn inside(name: &str) -> String {
    // A chain of nested functions must not cost the square of its depth.
    let short: String = name.chars().take(120).collect();
    format!("{short}.")
}

/// The name of the instance in a method.
pub(super) fn instance(node: &StmtFunctionDef, in_class: bool) -> Option<&str> {
    let fixed = |expression: &Expr| matches!(expression, Expr::Name(name) if matches!(name.id.as_str(), "staticmethod" | "classmethod"));
    let plain = in_class && !node.decorator_list.iter().any(|one| fixed(&one.expression));
    let mut parameters = node.parameters.iter_non_variadic_params();
    let first = parameters.next().filter(|_| plain)?;
    Some(first.parameter.name.as_str())
}

/// The blocks of a statement that is no definition.
fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::If(node) => {
            let clauses = node.elif_else_clauses.iter().map(|clause| &*clause.body);
            std::iter::once(&*node.body).chain(clauses).collect()
        }
        Stmt::For(node) => vec![&node.body, &node.orelse],
        Stmt::While(node) => vec![&node.body, &node.orelse],
        Stmt::With(node) => vec![&node.body],
        Stmt::Try(node) => {
            let handlers = node.handlers.iter().map(|handler| {
                let prism_pyast::ast::ExceptHandler::ExceptHandler(handler) = handler;
                &*handler.body
            });
            let rest = [&*node.body, &node.orelse, &node.finalbody];
            rest.into_iter().chain(handlers).collect()
        }
        Stmt::Match(node) => node.cases.iter().map(|case| &*case.body).collect(),
        _ => Vec::new(),
    }
}
