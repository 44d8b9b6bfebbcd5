;; Produces a fact that its descriptor lacks.
(func (export "prism:gate/gate@0.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@0.1.0#evaluate") (type $evaluate) (call $drop-bundle (local.get 11))
  (i32.store (i32.const 276) (i32.const 640))
  (i32.store (i32.const 280) (i32.const 1))
  (i32.store (i32.const 640) (i32.const 16))
  (i32.store (i32.const 644) (i32.const 5))
  (i32.const 256))
