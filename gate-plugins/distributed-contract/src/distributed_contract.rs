//! The gate `distributed-contract`: who uses torch.distributed uses it whole, on the one node there is.
//!
//! A bundle that never touches torch.distributed is none of its business: training on one device is the normal case.
//! Of the others it asks what would break at once with more than one process: a process group joined by code that
//! runs, on the machine that torchrun describes. Three things that are often demanded beside it are not: a sampler,
//! because the harness alone hands out data, to each rank its own; a guard for rank 0, because nothing can be
//! written; a device binding, because each process sees one device.

mod group;
mod reach;
mod rules;

use prism_gate_sdk::python::{Program, Sources};
use prism_gate_sdk::{Descriptor, Evidence, Gate, Input, NoConfig, Report, export_gate};
use prism_manifest::Manifest;

use group::Used;

/// The gate.
#[derive(Debug)]
pub struct DistributedContract;

impl Gate for DistributedContract {
    type Config = NoConfig;

    fn describe() -> Descriptor {
        let summary = "Bundles that use torch.distributed join a process group first, on one node.";
        let descriptor =
            Descriptor::new("distributed-contract", env!("CARGO_PKG_VERSION"), summary)
                .fact("uses_distributed");
        rules::ALL
            .iter()
            .fold(descriptor, |descriptor, (id, summary)| {
                descriptor.rule(id, summary)
            })
    }

    fn evaluate(input: &Input, _config: &NoConfig) -> Report {
        // What is no Python is the gate `contract`'s to reject.
        let modules = match Sources::of(input) {
            Ok(sources) => sources.modules,
            Err(unknown) => return Report::hold(unknown.to_string()),
        };
        let manifest = Manifest::from_files(input.bundle.as_map()).unwrap_or_default();
        let program = Program::new(&modules, &manifest.import_folders(), |root| root == "torch");
        let used = Used::of(&program, &reach::reached(&modules, &manifest));
        let mut report = Report::allow();
        for finding in used.findings() {
            let evidence = if finding.forbids {
                Evidence::error(finding.rule, finding.message)
            } else {
                Evidence::warning(finding.rule, finding.message)
            };
            if let Some(module) = modules.get(finding.module.get()) {
                report.push(evidence.at_node(module, &finding.range));
            }
        }
        report.fact("uses_distributed", used.any());
        report.reject_on_errors()
    }
}

export_gate!(DistributedContract);
