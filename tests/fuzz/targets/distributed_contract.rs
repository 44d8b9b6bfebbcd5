//! The gate `distributed-contract` over several files.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    prism_fuzz::judge::<prism_gate_distributed_contract::DistributedContract>(data);
});
