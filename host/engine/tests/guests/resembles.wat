;; Asks for submissions like this one: rejects when there is one, allows when there is none, holds when it can't know.
(import "prism:gate/corpus@1.1.0" "nearest" (func $nearest (param i32 i32 i32 i32 i32 i32 i32 i32)))
(data (i32.const 80) "functions-1")
(func (export "prism:gate/gate@1.1.0#describe") (result i32)
  (i32.store (i32.const 168) (i32.const 240))
  (i32.store (i32.const 172) (i32.const 1))
  (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (drop (memory.grow (i32.const 2)))
  (call $nearest
    (i32.const 80) (i32.const 11)     ;; scheme
    (i32.const 4096) (i32.const 128)  ;; sketch: 128 values, all 0
    (i32.const 131072) (i32.const 3)  ;; note
    (i32.const 1000)                  ;; limit
    (i32.const 1024))
  (i32.store8 (i32.const 256)
    (select
      (i32.const 2)
      (i32.ne (i32.load (i32.const 1032)) (i32.const 0))
      (i32.load8_u (i32.const 1024))))
  (i32.const 256))
