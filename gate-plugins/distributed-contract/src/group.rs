//! What the code that runs does with torch.distributed, and what is wrong with it.

use prism_gate_sdk::python::ast::{Expr, ExprCall, Number, UnaryOp};
use prism_gate_sdk::python::text::TextRange;
use prism_gate_sdk::python::{Fold, ModuleIndex, Origin, Program, Ranged};

use crate::reach::Unit;
use crate::rules;

/// Calls that join the process group.
const JOIN: [&str; 2] = ["init_process_group", "init_device_mesh"];
const LEAVE: &str = "destroy_process_group";

/// What talks to other processes. The rest of torch.distributed are questions, types and settings.
const NEED_GROUP: [&str; 26] = [
    "DistributedDataParallel",
    "FullyShardedDataParallel",
    "Join",
    "ZeroRedundancyOptimizer",
    "all_gather",
    "all_gather_into_tensor",
    "all_gather_object",
    "all_reduce",
    "all_to_all",
    "all_to_all_single",
    "barrier",
    "broadcast",
    "broadcast_object_list",
    "fully_shard",
    "gather",
    "irecv",
    "isend",
    "monitored_barrier",
    "new_group",
    "recv",
    "reduce",
    "reduce_scatter",
    "reduce_scatter_tensor",
    "scatter",
    "send",
    "wrap",
];

/// Backends that move data between processes; `fake` only pretends to, and the others are not in the image.
const BACKENDS: [&str; 4] = ["nccl", "gloo", "cpu:gloo,cuda:nccl", "cuda:nccl,cpu:gloo"];

/// One finding.
pub(crate) struct Finding {
    pub(crate) module: ModuleIndex,
    pub(crate) range: TextRange,
    pub(crate) rule: &'static str,
    /// Whether it rejects; else it is advice.
    pub(crate) forbids: bool,
    pub(crate) message: String,
}

/// Where something is used, and under which name.
struct Use {
    module: ModuleIndex,
    range: TextRange,
    path: String,
}

/// Everything that code which runs uses of torch.distributed.
pub(crate) struct Used<'p, 'a> {
    program: &'p Program<'a>,
    uses: Vec<Use>,
    joins: Vec<(ModuleIndex, &'a ExprCall)>,
}

impl<'p, 'a> Used<'p, 'a> {
    pub(crate) fn of(program: &'p Program<'a>, reached: &[Unit<'a>]) -> Self {
        let mut used = Self {
            program,
            uses: Vec::new(),
            joins: Vec::new(),
        };
        for unit in reached {
            for chain in &unit.chains {
                if let Some(path) = used.path(unit.module, chain) {
                    used.uses.push(Use {
                        module: unit.module,
                        range: chain.range(),
                        path,
                    });
                }
            }
            for call in &unit.calls {
                let path = used.path(unit.module, &call.func);
                if path.is_some_and(|path| JOIN.contains(&last(&path))) {
                    used.joins.push((unit.module, call));
                }
            }
        }
        used.uses
            .sort_by_key(|used| (used.module, used.range.start()));
        used
    }

    /// Whether any of it is used.
    pub(crate) fn any(&self) -> bool {
        !self.uses.is_empty()
    }

    /// The path below torch.distributed, or of a data parallel wrapper, that an expression stands for.
    fn path(&self, module: ModuleIndex, expr: &'a Expr) -> Option<String> {
        let type_only = self
            .program
            .scopes(module)
            .is_some_and(|scopes| scopes.is_type_only(expr.start()));
        let origins = self.program.origins(module, expr);
        let outside = origins.known.iter().filter_map(|origin| match origin {
            Origin::External(path) => Some(self.program.path_text(*path)),
            Origin::Bundle(_) | Origin::Definition(..) => None,
        });
        let mut found = outside.filter(|path| {
            path.starts_with("torch.distributed.") || path.ends_with(".DistributedDataParallel")
        });
        found.next().filter(|_| !type_only)
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let joined = self.named(&JOIN).next();
        let needs = self.named(&NEED_GROUP).next();
        if let (None, Some(needs)) = (joined, needs) {
            findings.push(Finding {
                module: needs.module,
                range: needs.range,
                rule: rules::CONTRACT,
                forbids: true,
                message: format!(
                    "`{}` needs a process group, and no code that runs joins one. Instead: call \
                     torch.distributed.init_process_group() in train(ctx) first, or leave torch.distributed out; one \
                     device needs none of it.",
                    needs.path
                ),
            });
        }
        if let (Some(joined), None) = (joined, self.named(&[LEAVE]).next()) {
            findings.push(Finding {
                module: joined.module,
                range: joined.range,
                rule: rules::CONTRACT,
                forbids: false,
                message: "the process group is never left. Better: call torch.distributed.destroy_process_group() at \
                          the end of train(ctx)."
                    .to_owned(),
            });
        }
        for (module, call) in &self.joins {
            self.join(*module, call, &mut findings);
        }
        findings
    }

    fn named(&self, names: &[&str]) -> impl Iterator<Item = &Use> {
        self.uses
            .iter()
            .filter(move |used| names.contains(&last(&used.path)))
    }

    /// The arguments of `init_process_group`.
    fn join(&self, module: ModuleIndex, call: &'a ExprCall, findings: &mut Vec<Finding>) {
        let mut find = |value: &Expr, rule, message: String| {
            findings.push(Finding {
                module,
                range: value.range(),
                rule,
                forbids: true,
                message,
            });
        };
        let backend = call.arguments.find_argument_value("backend", 0);
        if let Some(backend) = backend
            && let Fold::Known(name) = self.program.fold(module, backend)
            && !BACKENDS.contains(&name.to_ascii_lowercase().as_str())
        {
            find(
                backend,
                rules::CONTRACT,
                format!(
                    "the backend {name:?} moves nothing between processes here. Instead: use \"nccl\" or \"gloo\"."
                ),
            );
        }
        let method = call.arguments.find_argument_value("init_method", 1);
        if let Some(method) = method
            && let Fold::Known(url) = self.program.fold(module, method)
            && url != "env://"
        {
            find(
                method,
                rules::SINGLE_NODE,
                format!(
                    "the rendezvous {url:?} is not that of the run. Instead: leave init_method out; torchrun sets the environment."
                ),
            );
        }
        for (name, position, only) in [("world_size", 3, 1), ("rank", 4, 0)] {
            let value = call.arguments.find_argument_value(name, position);
            if let Some(value) = value
                && integer(value).is_some_and(|number| number != only)
            {
                find(
                    value,
                    rules::SINGLE_NODE,
                    format!(
                        "the run is one process on one node, so {name} is {only}. Instead: leave {name} out; torchrun sets the environment."
                    ),
                );
            }
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

/// A literal integer, with a sign or without.
fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => Some(number.as_i64().unwrap_or(i64::MAX)),
            Number::Float(_) | Number::Complex { .. } => None,
        },
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => integer(&unary.operand).map(|n| -n),
        _ => None,
    }
}
