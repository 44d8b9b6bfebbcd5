;; Asks the language model, and its descriptor does not say so.
(import "prism:gate/llm@1.1.0" "complete" (func $complete (param i32 i32 i32 i32 i32 i32 i32 i32)))
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (call $complete (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 72) (i32.const 2) (i32.const 1)
    (i32.const 1024))
  (i32.store8 (i32.const 256) (i32.const 2))
  (i32.const 256))
