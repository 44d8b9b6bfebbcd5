;; Works without end at hardly any fuel, filling 64 MiB at a time: stopped by the clock.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 1024)))
  (loop $again
    (memory.fill (i32.const 131072) (i32.const 1) (i32.const 67108864))
    (br $again))
  (unreachable))
