# RWKV-4 in plain PyTorch. No kernel: the WKV recurrence is a loop over time, in log space.
import math

import torch, torch.nn as nn
import torch.nn.functional as F

T_MAX = 1024


def wkv(w, u, k, v):
    """w, u: [C]; k, v: [B, T, C]. Numerator and denominator share a running maximum p."""
    B, T, C = k.shape
    num = torch.zeros(B, C, device=k.device)
    den = torch.zeros(B, C, device=k.device)
    p = torch.full((B, C), -1e38, device=k.device)
    out = []
    for t in range(T):
        kt, vt = k[:, t], v[:, t]
        q = torch.maximum(p, u + kt)
        e1, e2 = torch.exp(p - q), torch.exp(u + kt - q)
        out.append((e1 * num + e2 * vt) / (e1 * den + e2))
        q = torch.maximum(p + w, kt)
        e1, e2 = torch.exp(p + w - q), torch.exp(kt - q)
        num, den, p = e1 * num + e2 * vt, e1 * den + e2, q
    return torch.stack(out, 1)


class TimeMix(nn.Module):
    def __init__(self, layer_id, n_layer, n_embd):
        super().__init__()
        ratio_0_to_1 = layer_id / max(n_layer - 1, 1)
        ratio_1_to_almost0 = 1.0 - layer_id / n_layer
        h = torch.arange(n_embd) / max(n_embd - 1, 1)
        self.time_decay = nn.Parameter(-5 + 8 * h ** (0.7 + 1.3 * ratio_0_to_1))
        zigzag = (torch.arange(n_embd) + 1) % 3 - 1
        self.time_first = nn.Parameter(torch.ones(n_embd) * math.log(0.3) + zigzag * 0.5)
        x = torch.arange(n_embd)[None, None] / n_embd
        self.time_mix_k = nn.Parameter(x ** ratio_1_to_almost0)
        self.time_mix_v = nn.Parameter(x ** ratio_1_to_almost0 + 0.3 * ratio_0_to_1)
        self.time_mix_r = nn.Parameter(x ** (0.5 * ratio_1_to_almost0))
        self.time_shift = nn.ZeroPad2d((0, 0, 1, -1))
        self.key = nn.Linear(n_embd, n_embd, bias=False)
        self.value = nn.Linear(n_embd, n_embd, bias=False)
        self.receptance = nn.Linear(n_embd, n_embd, bias=False)
        self.output = nn.Linear(n_embd, n_embd, bias=False)

    def forward(self, x):
        xx = self.time_shift(x)
        k = self.key(x * self.time_mix_k + xx * (1 - self.time_mix_k))
        v = self.value(x * self.time_mix_v + xx * (1 - self.time_mix_v))
        r = self.receptance(x * self.time_mix_r + xx * (1 - self.time_mix_r))
        return self.output(torch.sigmoid(r) * wkv(-torch.exp(self.time_decay), self.time_first, k, v))


class ChannelMix(nn.Module):
    def __init__(self, layer_id, n_layer, n_embd):
        super().__init__()
        x = torch.arange(n_embd)[None, None] / n_embd
        self.time_mix_k = nn.Parameter(x ** (1.0 - layer_id / n_layer))
        self.time_mix_r = nn.Parameter(x ** (1.0 - layer_id / n_layer))
        self.time_shift = nn.ZeroPad2d((0, 0, 1, -1))
        self.key = nn.Linear(n_embd, 4 * n_embd, bias=False)
        self.receptance = nn.Linear(n_embd, n_embd, bias=False)
        self.value = nn.Linear(4 * n_embd, n_embd, bias=False)

    def forward(self, x):
        xx = self.time_shift(x)
        k = self.key(x * self.time_mix_k + xx * (1 - self.time_mix_k))
        r = self.receptance(x * self.time_mix_r + xx * (1 - self.time_mix_r))
        return torch.sigmoid(r) * self.value(torch.square(torch.relu(k)))


class RWKV(nn.Module):
    def __init__(self, vocab, n_layer=3, n_embd=96):
        super().__init__()
        self.emb = nn.Embedding(vocab, n_embd)
        nn.init.uniform_(self.emb.weight, a=-1e-4, b=1e-4)
        self.ln0 = nn.LayerNorm(n_embd)
        for i in range(n_layer):
            self.add_module(f"ln1_{i}", nn.LayerNorm(n_embd))
            self.add_module(f"ln2_{i}", nn.LayerNorm(n_embd))
            self.add_module(f"att_{i}", TimeMix(i, n_layer, n_embd))
            self.add_module(f"ffn_{i}", ChannelMix(i, n_layer, n_embd))
        self.n_layer = n_layer
        self.ln_out = nn.LayerNorm(n_embd)
        self.head = nn.Linear(n_embd, vocab, bias=False)
        for name, p in self.named_parameters():
            if name.endswith(("output.weight", "value.weight", "receptance.weight", "key.weight")) and p.shape[0] == p.shape[1]:
                nn.init.orthogonal_(p, gain=0.5)

    def forward(self, idx):
        x = self.ln0(self.emb(idx))
        for i in range(self.n_layer):
            x = x + getattr(self, f"att_{i}")(getattr(self, f"ln1_{i}")(x))
            x = x + getattr(self, f"ffn_{i}")(getattr(self, f"ln2_{i}")(x))
        return self.head(self.ln_out(x))


def build_model(ctx):
    return RWKV(ctx.vocab_size)
