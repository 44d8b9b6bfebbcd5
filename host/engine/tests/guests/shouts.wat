;; Writes one log line of 64 MiB.
(import "prism:gate/log@1.1.0" "write" (func $write (param i32 i32 i32)))
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 1024)))
  (call $write (i32.const 1) (i32.const 1024) (i32.const 67108864))
  (i32.const 256))
