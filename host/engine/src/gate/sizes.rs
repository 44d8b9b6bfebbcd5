//! What a component starts with, read before it is compiled: the pooling allocator refuses too large a start with
//! words only, and the on-demand allocator not before it is instantiated.

use wasmparser::{Parser, Payload};

use crate::guest::TABLE_ELEMENTS;
use crate::load_error::LoadReason;

/// Bytes of a page of linear memory.
const PAGE: u64 = 65_536;

/// Refuses a memory or a table whose first size is beyond what `describe` may have.
pub(super) fn check(component: &[u8], memory_bytes: usize) -> Result<(), LoadReason> {
    let malformed =
        |error| LoadReason::Component(prism_component::ComponentError::Malformed(error));
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(malformed)? {
            Payload::MemorySection(memories) => {
                for found in memories {
                    let pages = found.map_err(malformed)?.initial;
                    if pages.saturating_mul(PAGE) > memory_bytes as u64 {
                        return Err(memory(memory_bytes));
                    }
                }
            }
            Payload::TableSection(tables) => {
                for found in tables {
                    if found.map_err(malformed)?.ty.initial > TABLE_ELEMENTS as u64 {
                        return Err(table());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn memory(bytes: usize) -> LoadReason {
    LoadReason::DescribeOutOfMemory {
        what: format!("linear memory, {bytes} bytes"),
    }
}

pub(super) fn table() -> LoadReason {
    LoadReason::DescribeOutOfMemory {
        what: format!("table elements, {TABLE_ELEMENTS}"),
    }
}
