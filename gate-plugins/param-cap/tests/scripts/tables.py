"""Tables out of numpy, as models are built with them: shapes, element types, and the numbers that are certain."""

import numpy as np
import torch



def told(value):
    if hasattr(value, "dtype"):
        return f"{tuple(value.shape)} {value.dtype}"
    return repr(float(value) if isinstance(value, float) else value)


a, b = np.arange(6).reshape(2, 3), np.ones((4, 2, 3), dtype=np.float32)
print(told(a), told(b), told(a + b), told(b * 2.5), told(a / 2), told(a // 2), told(a * 1.5), told(2 ** a), told(10000 / a), told(a > 2), told(-b))
print(told(np.sin(a)), told(np.sin(b)), told(np.exp(b * 2)), told(np.sqrt(b)), told(np.power(10000, 2 * (np.arange(8) // 2) / 8)), told(np.abs(a)))
print(float(np.sqrt(16)), float(np.floor(2.5)), float(np.ceil(2.1)), float(np.sqrt(2)), np.pi, int(np.prod([2, 3, 4])), int(np.prod((2, 5))), 3 / np.sqrt(4))
print(told(np.zeros(3)), told(np.ones((2, 2), dtype=np.uint8)), told(np.full((2,), 7)), told(np.full((2,), 1.5)), told(np.eye(3)), told(np.linspace(0, 1, 7)))
print(told(np.array([1, 2])), told(np.array([[1.0, 2], [3, 4]])), told(np.array([True])), told(np.asarray([1], dtype=np.float32)), told(np.arange(0, 1, 0.25)))
print(told(np.arange(5, dtype=np.float32)), told(a.astype(np.float32)), told(a.astype(bool)), told(a.astype("float64")), told(a.astype(float)), told(np.zeros_like(b)))
print(told(a[:, np.newaxis]), told(a[0]), told(a[..., ::2]), told(b[:, 1]), told(a[::-1]), told(a.T), told(b.transpose(2, 0, 1)), told(a[None, :, 1:]))
print(told(np.concatenate([a, a], axis=1)), told(np.stack([a, a])), told(np.concatenate([a, a.astype(np.float32)])), told(np.tile(a, (2, 1))), told(np.repeat(a, 2, axis=0)))
print(told(np.triu(np.ones((4, 4)), k=1)), told(np.tril(np.ones((4, 4), dtype=np.uint8)).astype(bool)), told(np.outer(np.arange(3), np.arange(4))), told(np.dot(a, a.T)))
print(told(a.sum()), told(b.sum(axis=0)), told(b.mean(axis=(1, 2))), told(a.max(axis=1)), told(np.cumsum(a)), told(a.mean()), told(np.where(a > 1, a, 0.5)), told(a.argmax(axis=1)))
print(told(np.expand_dims(a, 0)), told(np.squeeze(a[:1])), told(np.broadcast_to(np.arange(3), (2, 3))), told(a.ravel()), told(a.reshape(-1, 2)), told(np.matmul(b, b.transpose(0, 2, 1))))
for source in (a, b, a / 2, a > 1, np.sin(a).astype(np.float32)):
    print(told(torch.from_numpy(source)), told(torch.as_tensor(source)), told(torch.tensor(source)))
print(len(a), a.shape, b.ndim, b.size, a.dtype == np.int64, b.dtype == np.float32, b.dtype == "float32", str(a.dtype), np.float64(3.5) + 1, int(np.int64(4)), [row.shape for row in a])
w = np.zeros((5, 8))
w[:, 0::2] = np.sin(w[:, 0::2])
w[1:] *= 3
print(told(w), told(torch.from_numpy(w).float()), told(torch.tensor(w, dtype=torch.float32)), told(np.float32(0.5) * w), told(w @ w.T), told(w.copy()), told(w.flatten()))


def refused(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


print(refused(lambda: a + np.zeros(4)), refused(lambda: a.reshape(4, 4)), refused(lambda: np.nothing), refused(lambda: a[5]), refused(lambda: np.zeros(2, dtype="nope")))
print([told(np.zeros(2, dtype=one)) for one in (np.int8, np.int16, np.int32, np.float16, np.bool_, np.uint8, int, float, bool, "float32")])
print([told(np.zeros(2, dtype=one) + np.zeros(2, dtype=other)) for one in (np.int8, np.int32, np.int64, np.uint8) for other in (np.float16, np.float32, np.int16)])
print([told(np.zeros(2, dtype=one) * 2.0) for one in (np.int8, np.float16, np.float32, bool)], [told(np.zeros(2, dtype=one) * 2) for one in (np.int8, np.float16, bool)])
