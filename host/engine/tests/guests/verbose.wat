;; Reports 200 findings of 8,000 bytes each.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate)
  (local $at i32) (local $left i32)
  (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 16)))
  (memory.fill (i32.const 131072) (i32.const 120) (i32.const 16384))
  (local.set $at (i32.const 262144))
  (local.set $left (i32.const 200))
  (i32.store (i32.const 268) (local.get $at))
  (i32.store (i32.const 272) (local.get $left))
  (loop $again
    (i32.store (local.get $at) (i32.const 48))  ;; rule
    (i32.store offset=4 (local.get $at) (i32.const 16))
    (i32.store offset=40 (local.get $at) (i32.const 131072))  ;; message
    (i32.store offset=44 (local.get $at) (i32.const 8000))
    (local.set $at (i32.add (local.get $at) (i32.const 60)))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  (i32.const 256))
