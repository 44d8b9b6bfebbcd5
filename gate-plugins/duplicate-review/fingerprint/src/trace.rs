//! Runs what is reached, in the abstract.
//!
//! A function is traced when it is first called or named, so that its result is known where it is used; one that is
//! being traced already, or found too deep inside others, says nothing there and is traced later. Of a class its
//! constructor and special methods count, the others when some code that runs names them. Of a file the statements
//! outside definitions count when they have an effect or bind a name that is read.

mod call;
mod definitions;
mod expression;
mod statement;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use prism_pyast::ast::{self, Stmt};
use prism_pyast::{BindingId, BindingKind, Module, ModuleIndex, Origin, Origins, Program};

use crate::code::{Entry, Part, Unit};
use crate::graph::{Graph, LEAF, NodeId};
use definitions::{ClassId, Definition, Definitions, FunctionId};

/// Levels of the syntax tree after which a function that is met is left for later.
const DEEP: usize = 100;

/// Levels after which nothing is looked at; above what one file may nest after [`DEEP`], and what the stack of a gate
/// holds.
const TOO_DEEP: usize = 600;

/// Rounds in which what was named late makes more run. Honest code needs two or three.
const ROUNDS: usize = 8;

/// The function being traced.
struct Frame<'a> {
    unit: usize,
    module: ModuleIndex,
    class: Option<ClassId>,
    /// The name of the instance in a method.
    instance: Option<&'a str>,
    values: BTreeMap<&'a str, NodeId>,
    returned: Vec<NodeId>,
    /// Statements around the current one that may not run it.
    conditions: usize,
}

#[derive(Clone, Copy)]
enum State {
    Waiting,
    Running,
    Done(NodeId),
}

struct Trace<'a> {
    program: Program<'a>,
    definitions: Definitions<'a>,
    graph: Graph,
    part: Part,
    /// Per unit: the part that reached it first.
    reached: Vec<Option<Part>>,
    reaches: Vec<BTreeSet<usize>>,
    /// Per function.
    states: Vec<State>,
    /// Per class: values and classes of the attributes of its instances.
    attributes: Vec<BTreeMap<&'a str, (NodeId, Option<ClassId>)>>,
    /// Functions that were met too deep.
    later: VecDeque<FunctionId>,
    /// Names of attributes and globals that are read.
    names: BTreeSet<&'a str>,
    depth: usize,
}

/// The units that run, with their features.
pub(crate) fn units(
    modules: &[Module],
    search: &[String],
    reserved: fn(&str) -> bool,
    entries: &[Entry<'_>],
) -> Vec<Unit> {
    let program = Program::new(modules, search, reserved);
    let definitions = Definitions::of(modules);
    let units = definitions.units.len();
    let mut trace = Trace {
        graph: Graph::default(),
        part: Part::Architecture,
        reached: vec![None; units],
        reaches: vec![BTreeSet::new(); units],
        states: vec![State::Waiting; definitions.functions.len()],
        attributes: vec![BTreeMap::new(); definitions.classes.len()],
        later: VecDeque::new(),
        names: BTreeSet::new(),
        depth: 0,
        program,
        definitions,
    };
    for entry in entries {
        trace.part = entry.part;
        trace.enter(modules, entry);
        trace.settle();
    }
    trace.finish(modules)
}

impl<'a> Trace<'a> {
    fn enter(&mut self, modules: &[Module], entry: &Entry<'_>) {
        let Some(position) = modules
            .iter()
            .position(|module| module.path() == entry.path)
        else {
            return;
        };
        let module = ModuleIndex::new(position);
        self.reach_module(module);
        let Some(symbol) = entry.symbol else {
            let all = self.definitions.of_module(module);
            all.into_iter().for_each(|one| self.reach(one, None));
            return;
        };
        for kind in self.bindings(module, symbol) {
            let origins = match kind {
                BindingKind::Function(node) => {
                    self.reach_at(module, node.range.start());
                    continue;
                }
                BindingKind::Class(node) => {
                    self.reach_at(module, node.range.start());
                    continue;
                }
                BindingKind::Value(value) => self.program.origins(module, value),
                other => self.program.import_origins(module, other),
            };
            if let Some(found) = self.own(&origins) {
                self.reach(found, None);
            }
        }
    }

    fn bindings(&self, module: ModuleIndex, name: &str) -> Vec<BindingKind<'a>> {
        let Some(scopes) = self.program.scopes(module) else {
            return Vec::new();
        };
        let symbol = scopes.global(name).and_then(|symbol| scopes.symbol(symbol));
        let bindings = symbol.into_iter().flat_map(|symbol| &symbol.bindings);
        bindings
            .filter_map(|id: &BindingId| Some(scopes.binding(*id)?.kind))
            .collect()
    }

    fn reach_at(&mut self, module: ModuleIndex, start: prism_pyast::text::TextSize) {
        if let Some(found) = self.definitions.at(module, start) {
            self.reach(found, None);
        }
    }

    /// The function or class of the bundle that an expression may stand for, the first of several.
    fn own(&self, origins: &Origins) -> Option<Definition> {
        origins.known.iter().find_map(|origin| {
            let Origin::Definition(module, binding) = origin else {
                return None;
            };
            let start = match self.program.scopes(*module)?.binding(*binding)?.kind {
                BindingKind::Function(node) => node.range.start(),
                BindingKind::Class(node) => node.range.start(),
                _ => return None,
            };
            self.definitions.at(*module, start)
        })
    }

    /// Makes a definition run; `from` is the unit that names it.
    fn reach(&mut self, found: Definition, from: Option<usize>) {
        match found {
            Definition::Function(id) => {
                self.call(id, from);
            }
            Definition::Class(id) => self.reach_class(id, from),
        }
    }

    fn reach_module(&mut self, module: ModuleIndex) {
        if let Some(unit) = self.definitions.module_unit(module) {
            self.claim(unit, None);
        }
    }

    /// Marks a unit as running; says whether it is new.
    fn claim(&mut self, unit: usize, from: Option<usize>) -> bool {
        if let Some(reaches) = from.and_then(|from| self.reaches.get_mut(from)) {
            reaches.insert(unit);
        }
        match self.reached.get_mut(unit) {
            Some(place @ None) => {
                *place = Some(self.part);
                true
            }
            _ => false,
        }
    }

    fn reach_class(&mut self, id: ClassId, from: Option<usize>) {
        let Some(class) = self.definitions.class(id) else {
            return;
        };
        let (unit, module, node) = (class.unit, class.module, class.node);
        if !self.claim(unit, from) {
            return;
        }
        self.reach_module(module);
        let mut frame = Frame::new(unit, module);
        let bases = node.arguments.as_deref().map(|given| &*given.args);
        for base in bases.unwrap_or_default() {
            let origins = self.program.origins(module, base);
            match self.own(&origins) {
                Some(base) => {
                    if let (Definition::Class(base), Some(class)) =
                        (base, self.definitions.class_mut(id))
                    {
                        class.bases.push(base);
                    }
                    self.reach(base, Some(unit));
                }
                None => {
                    self.expression(&mut frame, base);
                }
            }
        }
        let plain =
            |statement: &&Stmt| !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        for statement in node.body.iter().filter(plain) {
            self.statement(&mut frame, statement);
        }
        self.special_methods(id, unit);
    }

    /// The constructor first: it says what the attributes are.
    fn special_methods(&mut self, id: ClassId, unit: usize) {
        let Some(class) = self.definitions.class(id) else {
            return;
        };
        let special = |name: &str| name == "forward" || name.starts_with("__");
        let mut methods: Vec<_> = class
            .methods
            .iter()
            .map(|(name, id)| (*name, *id))
            .collect();
        methods.retain(|(name, _)| special(name));
        methods.sort_by_key(|(name, _)| (*name != "__init__", *name));
        for (_, method) in methods {
            self.call(method, Some(unit));
        }
    }

    /// The value of a call of a function of the bundle.
    fn call(&mut self, id: FunctionId, from: Option<usize>) -> NodeId {
        let Some(function) = self.definitions.function(id) else {
            return LEAF;
        };
        let (unit, module, class, node) = (
            function.unit,
            function.module,
            function.class,
            function.node,
        );
        self.claim(unit, from);
        match self.states.get(id.0) {
            Some(State::Done(value)) => return *value,
            Some(State::Waiting) if self.depth < DEEP => {}
            Some(State::Waiting) => {
                self.later.push_back(id);
                return LEAF;
            }
            Some(State::Running) | None => return LEAF,
        }
        self.set(id, State::Running);
        self.reach_module(module);
        if let Some(class) = class {
            self.reach_class(class, None);
        }
        let mut frame = Frame::new(unit, module);
        frame.class = class;
        frame.instance = definitions::instance(node, class.is_some());
        for decorator in &node.decorator_list {
            self.expression(&mut frame, &decorator.expression);
        }
        let parameters = node.parameters.iter_non_variadic_params();
        for default in parameters.filter_map(|parameter| parameter.default.as_deref()) {
            self.expression(&mut frame, default);
        }
        self.block(&mut frame, &node.body);
        let value = self.graph.group(&frame.returned, &[], unit);
        self.graph.root(value);
        self.set(id, State::Done(value));
        value
    }

    fn set(&mut self, id: FunctionId, state: State) {
        if let Some(place) = self.states.get_mut(id.0) {
            *place = state;
        }
    }

    /// Runs what is left until nothing new is named.
    fn settle(&mut self) {
        for _ in 0..ROUNDS {
            let before = (self.names.len(), self.later.len(), self.running());
            while let Some(id) = self.later.pop_front() {
                self.call(id, None);
            }
            for (id, unit) in self.definitions.named_methods(&self.names) {
                if self.reached.get(unit).is_some_and(Option::is_some) {
                    self.call(id, Some(unit));
                }
            }
            for (position, module) in self.definitions.modules() {
                let unit = self.definitions.module_unit(position);
                if unit.is_some_and(|unit| self.reached.get(unit).is_some_and(Option::is_some)) {
                    self.module_code(position, module);
                }
            }
            if before == (self.names.len(), self.later.len(), self.running()) {
                return;
            }
        }
    }

    fn running(&self) -> usize {
        self.reached.iter().flatten().count()
    }

    fn module_code(&mut self, module: ModuleIndex, body: &'a [Stmt]) {
        let Some(unit) = self.definitions.module_unit(module) else {
            return;
        };
        let mut frame = Frame::new(unit, module);
        for (index, statement) in body.iter().enumerate() {
            let counts = match statement {
                Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::Import(_)
                | Stmt::ImportFrom(_) => false,
                Stmt::Assign(node) => node.targets.iter().any(|target| self.is_read(target)),
                Stmt::AnnAssign(node) => self.is_read(&node.target),
                _ => true,
            };
            if counts && self.definitions.start(module, index) {
                self.statement(&mut frame, statement);
            }
        }
    }

    fn is_read(&self, target: &ast::Expr) -> bool {
        match target {
            ast::Expr::Name(name) => self.names.contains(name.id.as_str()),
            ast::Expr::Tuple(tuple) => tuple.elts.iter().any(|one| match one {
                ast::Expr::Name(name) => self.names.contains(name.id.as_str()),
                _ => true,
            }),
            _ => true,
        }
    }

    fn finish(self, modules: &[Module]) -> Vec<Unit> {
        let count = self.definitions.units.len();
        let features = self.graph.features(count);
        let mut places = vec![None; count];
        let mut next = 0;
        for (place, _) in places
            .iter_mut()
            .zip(&self.reached)
            .filter(|(_, part)| part.is_some())
        {
            *place = Some(next);
            next += 1;
        }
        let mut units = Vec::with_capacity(next);
        let all = self.definitions.units.into_iter().zip(self.reached);
        let all = all.zip(features).zip(self.reaches);
        for (((named, part), features), reaches) in all {
            let (Some(part), Some(module)) = (part, modules.get(named.module.get())) else {
                continue;
            };
            let position = module.position(named.start);
            units.push(Unit {
                name: named.name,
                path: module.path().to_owned(),
                line: position.line,
                column: position.column,
                part,
                features,
                reaches: reaches
                    .iter()
                    .filter_map(|old| places.get(*old).copied().flatten())
                    .collect(),
            });
        }
        units
    }
}

impl Frame<'_> {
    fn new(unit: usize, module: ModuleIndex) -> Self {
        Self {
            unit,
            module,
            class: None,
            instance: None,
            values: BTreeMap::new(),
            returned: Vec::new(),
            conditions: 0,
        }
    }
}
