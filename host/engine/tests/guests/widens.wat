;; Takes table elements until there are none.
(table $table 1 funcref)
(func (export "prism:gate/gate@1.1.0#describe") (result i32) (i32.const 128))
(func (export "prism:gate/gate@1.1.0#evaluate") (type $evaluate) (call $drop-bundle (i32.load offset=64 (local.get 0)))
  (loop $again
    (br_if $again (i32.ne (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1))))
  (unreachable))
