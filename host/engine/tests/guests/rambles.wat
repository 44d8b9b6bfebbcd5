;; Gives a reason of 100,000 bytes.
(func (export "prism:gate/gate@0.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@0.1.0#evaluate") (type $evaluate) (call $drop-bundle (local.get 11))
  (i32.store (i32.const 260) (i32.const 1024))
  (i32.store (i32.const 264) (i32.const 100000))
  (i32.const 256))
