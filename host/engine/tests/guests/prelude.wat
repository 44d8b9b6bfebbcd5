;; What every guest has: memory, an allocator that never frees, a descriptor, and an empty report that allows.
;;
;; The layout is that of the canonical ABI for the records in gates-wit/wit/1.1/gate.wit. The arguments of `evaluate`
;; come in memory, its parameter is their address: the submission at 0, the bundle's handle at 64.
(type $evaluate (func (param i32) (result i32)))
(memory $memory (export "memory") 2)
(global $top (mut i32) (i32.const 65536))
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
  (global.set $top (i32.add (local.get $at) (local.get 3)))
  (local.get $at))
(data (i32.const 16) "guest")
(data (i32.const 32) "1.0.0")
(data (i32.const 48) "prism:guest-rule")
(data (i32.const 64) "fact")
(data (i32.const 72) "{}")
(data (i32.const 96) "llm")
(data (i32.const 104) "corpus")
;; descriptor: id, version, summary, rules, facts, capabilities, config-schema
(data (i32.const 128)
  "\10\00\00\00\05\00\00\00" "\20\00\00\00\05\00\00\00" "\00\00\00\00\00\00\00\00"
  "\c0\00\00\00\01\00\00\00" "\d0\00\00\00\01\00\00\00" "\00\00\00\00\00\00\00\00"
  "\48\00\00\00\02\00\00\00")
;; one rule (id, summary), one fact name
(data (i32.const 192) "\30\00\00\00\10\00\00\00" "\00\00\00\00\00\00\00\00" "\40\00\00\00\04\00\00\00")
;; the capabilities a guest can name in its descriptor: llm at 224, corpus at 240 (name, reason)
(data (i32.const 224) "\60\00\00\00\03\00\00\00" "\00\00\00\00\00\00\00\00")
(data (i32.const 240) "\68\00\00\00\06\00\00\00" "\00\00\00\00\00\00\00\00")
;; report at 256: decision, reason, evidence, facts; all empty
