;; Rejects with one finding under its own rule and one undecided fact.
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (i32.store8 (i32.const 256) (i32.const 1))
  (i32.store (i32.const 268) (i32.const 512))  ;; evidence
  (i32.store (i32.const 272) (i32.const 1))
  (i32.store (i32.const 512) (i32.const 48))   ;; rule
  (i32.store (i32.const 516) (i32.const 16))
  (i32.store8 (i32.const 532) (i32.const 1))   ;; line 7
  (i32.store (i32.const 536) (i32.const 7))
  (i32.store (i32.const 276) (i32.const 640))  ;; facts
  (i32.store (i32.const 280) (i32.const 1))
  (i32.store (i32.const 640) (i32.const 64))   ;; name; the value is `undecided`
  (i32.store (i32.const 644) (i32.const 4))
  (i32.const 256))
