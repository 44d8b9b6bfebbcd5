;; Reports a finding under a rule that its descriptor lacks.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (i32.store (i32.const 268) (i32.const 512))
  (i32.store (i32.const 272) (i32.const 1))
  (i32.store (i32.const 512) (i32.const 16))
  (i32.store (i32.const 516) (i32.const 5))
  (i32.const 256))
