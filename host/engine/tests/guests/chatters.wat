;; Writes 5,000 lines into the log, then allows.
(import "prism:gate/log@1.1.0" "write" (func $write (param i32 i32 i32)))
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate)
  (local $left i32)
  (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (local.set $left (i32.const 5000))
  (loop $again
    (call $write (i32.const 1) (i32.const 1024) (i32.const 10))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  (i32.const 256))
