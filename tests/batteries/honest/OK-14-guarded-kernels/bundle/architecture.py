import torch
import torch.nn as nn
import torch.nn.functional as F

try:
    from flash_attn import flash_attn_func
    HAS_FLASH = True
except ImportError:
    flash_attn_func = None
    HAS_FLASH = False

try:
    import triton
    import triton.language as tl
except (ImportError, ModuleNotFoundError):
    triton = tl = None

try:
    from fla.ops.gla import chunk_gla
    from causal_conv1d import causal_conv1d_fn
except ImportError:
    chunk_gla, causal_conv1d_fn = None, None


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.conv = nn.Conv1d(width, width, 4, groups=width)

    def forward(self, x):
        b, t, w = x.shape
        if causal_conv1d_fn is not None and x.is_cuda:
            x = causal_conv1d_fn(x.mT, self.conv.weight.squeeze(1), self.conv.bias).mT
        else:
            x = self.conv(F.pad(x.mT, (3, 0))).mT
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, -1).unbind(2)
        if HAS_FLASH and x.is_cuda:
            return flash_attn_func(q, k, v, causal=True).reshape(b, t, w)
        q, k, v = (y.transpose(1, 2) for y in (q, k, v))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, w)


class Net(nn.Module):
    def __init__(self, vocab, width=64):
        super().__init__()
        self.emb, self.attn, self.head = nn.Embedding(vocab, width), Attention(width, 4), nn.Linear(width, vocab)

    def forward(self, ids):
        x = self.emb(ids)
        return self.head(torch.tanh(x + self.attn(x)))


def build_model(ctx):
    print("flash:", HAS_FLASH, "triton:", triton is not None and tl is not None)
    return Net(ctx.vocab_size)
