;; Reports a million findings.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 1024)))
  (i32.store (i32.const 268) (i32.const 131072))
  (i32.store (i32.const 272) (i32.const 1000000))
  (i32.const 256))
