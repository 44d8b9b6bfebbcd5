;; Produces a fact that its descriptor lacks.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (i32.store (i32.const 276) (i32.const 640))
  (i32.store (i32.const 280) (i32.const 1))
  (i32.store (i32.const 640) (i32.const 16))
  (i32.store (i32.const 644) (i32.const 5))
  (i32.const 256))
