;; Reads the same file without end, into the same place.
(import "prism:gate/bundle@1.1.0" "[method]bundle-files.read" (func $read (param i32 i32 i32 i32)))
(data (i32.const 1040) "architecture.py")
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate)
  (local $start i32)
  (local.set $start (global.get $top))
  (loop $again
    (global.set $top (local.get $start))
    (call $read (i32.load offset=64 (local.get 0)) (i32.const 1040) (i32.const 15) (i32.const 1024))
    (br $again))
  (unreachable))
