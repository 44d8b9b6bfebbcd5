"""Designs out of torch's own modules."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Wrapped(nn.Module):
    """Tokens to logits through some body on [rows, columns, width]."""

    def __init__(self, ctx, body, width, out=None):
        super().__init__()
        self.embed = nn.Embedding(ctx.vocab_size, width)
        self.body = body
        self.head = nn.Linear(out or width, ctx.vocab_size)

    def forward(self, tokens):
        x = self.body(self.embed(tokens))
        return self.head(x[0] if isinstance(x, tuple) else x)


class Masked(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.size(1), device=x.device)
        return self.layers(x, mask=mask, is_causal=True)


def build_transformer_encoder(ctx):
    layer = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True, activation="gelu")
    return Wrapped(ctx, Masked(nn.TransformerEncoder(layer, 3)), 64)


def build_transformer_encoder_norm_first_without_bias(ctx):
    layer = nn.TransformerEncoderLayer(48, 3, 96, batch_first=True, norm_first=True, bias=False, activation=F.silu)
    return Wrapped(ctx, Masked(nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(48), enable_nested_tensor=False)), 48)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.TransformerDecoder(nn.TransformerDecoderLayer(32, 2, 64, batch_first=True), 2, nn.LayerNorm(32))

    def forward(self, x):
        return self.layers(x, x)


def build_transformer_decoder(ctx):
    return Wrapped(ctx, Decoder(), 32)


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.whole = nn.Transformer(32, 4, 1, 2, 64, batch_first=True)

    def forward(self, x):
        return self.whole(x, x, tgt_mask=self.whole.generate_square_subsequent_mask(x.shape[1]))


def build_whole_transformer(ctx):
    return Wrapped(ctx, Whole(), 32)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.same = nn.MultiheadAttention(32, 4, batch_first=True)
        self.other = nn.MultiheadAttention(32, 4, kdim=16, vdim=24, add_bias_kv=True, batch_first=True)
        self.bare = nn.MultiheadAttention(32, 4, bias=False, add_zero_attn=True, batch_first=True)

    def forward(self, x):
        x = self.same(x, x, x, need_weights=False)[0]
        x, weights = self.other(x, x[..., :16], x[..., 8:])
        assert weights.shape[-1] == x.shape[1] + 1
        return self.bare(x, x, x)[0]


def build_attention_of_several_kinds(ctx):
    return Wrapped(ctx, Heads(), 32)


def build_lstm_bidirectional_projected(ctx):
    return Wrapped(ctx, nn.LSTM(32, 48, 3, batch_first=True, bidirectional=True, proj_size=20), 32, 40)


def build_gru_without_bias(ctx):
    return Wrapped(ctx, nn.GRU(32, 40, num_layers=2, bias=False, batch_first=True, dropout=0.1), 32, 40)


def build_rnn_relu(ctx):
    return Wrapped(ctx, nn.RNN(24, 36, 2, nonlinearity="relu", batch_first=True), 24, 36)


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.RNNCell(16, 16), nn.GRUCell(16, 16), nn.LSTMCell(16, 16, bias=False)

    def forward(self, x):
        state = [x.new_zeros(x.size(0), 16) for _ in range(4)]
        out = []
        for step in x.unbind(1)[:8]:
            state[0] = self.a(step, state[0])
            state[1] = self.b(state[0], state[1])
            state[2], state[3] = self.c(state[1], (state[2], state[3]))
            out.append(state[2])
        return torch.stack(out, dim=1)


def build_cells(ctx):
    return Wrapped(ctx, Cells(), 16)


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(32, 64, 5, padding=4, dilation=2, groups=4), nn.BatchNorm1d(64), nn.ReLU(inplace=True),
            nn.Conv1d(64, 64, 3, padding="same", bias=False), nn.GroupNorm(8, 64), nn.GELU(),
            nn.Conv1d(64, 32, 1), nn.PReLU(32), nn.MaxPool1d(2), nn.Upsample(scale_factor=2))

    def forward(self, x):
        return self.layers(x.transpose(1, 2)).transpose(1, 2)


def build_convolutions(ctx):
    return Wrapped(ctx, Convolutions(), 32)


class Planes(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 8, (3, 5), stride=(1, 2), padding=(1, 2))
        self.norm = nn.BatchNorm2d(8)
        self.up = nn.ConvTranspose2d(8, 2, (1, 2), stride=(1, 2))
        self.instance = nn.InstanceNorm2d(2, affine=True)
        self.mix = nn.Bilinear(32, 32, 16)

    def forward(self, x):
        y = self.instance(self.up(F.relu(self.norm(self.down(x.unsqueeze(1))))))
        return self.mix(y[:, 0], y[:, 1])


def build_planes_and_bilinear(ctx):
    return Wrapped(ctx, Planes(), 32, 16)


def build_norms_and_activations(ctx):
    layers = [nn.LayerNorm(24), nn.RMSNorm(24), nn.LayerNorm(24, elementwise_affine=False), nn.LayerNorm(24, bias=False)]
    for kind in (nn.ReLU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid, nn.Mish, nn.Softplus, nn.LeakyReLU, nn.ELU, nn.Hardswish):
        layers += [nn.Linear(24, 24), kind(), nn.Dropout(0.1)]
    layers += [nn.Linear(24, 48), nn.GLU(), nn.Identity(), nn.Softmax(dim=-1)]
    return Wrapped(ctx, nn.Sequential(*layers), 24)


def build_embedding_kinds(ctx):
    class Bags(nn.Module):
        def __init__(self):
            super().__init__()
            self.bag = nn.EmbeddingBag(ctx.vocab_size, 12)
            self.table = nn.Embedding.from_pretrained(torch.randn(ctx.vocab_size, 20), freeze=False, padding_idx=0)
            self.frozen = nn.Embedding.from_pretrained(torch.zeros(ctx.vocab_size, 4))
            self.head = nn.Linear(36, ctx.vocab_size)

        def forward(self, tokens):
            bag = self.bag(tokens).unsqueeze(1).expand(-1, tokens.size(1), -1)
            return self.head(torch.cat([bag, self.table(tokens), self.frozen(tokens)], dim=-1))

    assert math.isclose(Bags().frozen.weight.numel(), ctx.vocab_size * 4)
    return Bags()
