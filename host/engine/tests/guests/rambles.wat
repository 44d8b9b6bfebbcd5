;; Gives a reason of 100,000 bytes.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 2)))
  (i32.store (i32.const 260) (i32.const 131072))
  (i32.store (i32.const 264) (i32.const 100000))
  (i32.const 256))
