"""torch's own modules at several sizes: each factory is one size."""

from functools import partial

import torch
from torch import nn

from torch_modules import Masked, Wrapped


class OnChannels(nn.Module):
    """A module over [rows, channels, columns], cut or padded to the columns that came in."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        y = self.inner(x.mT).mT[:, : x.size(1)]
        return torch.nn.functional.pad(y, (0, 0, 0, x.size(1) - y.size(1)))


class Square(nn.Module):
    """A module over planes [rows, channels, 16, columns / 16]."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        y = self.inner(x.mT.unflatten(-1, (16, -1)))
        return y.flatten(2).mT


def encoder(ctx, width, heads, hidden, layers, **options):
    layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, **options)
    return Wrapped(ctx, Masked(nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)), width)


build_encoder_tiny = partial(encoder, width=16, heads=1, hidden=16, layers=1)
build_encoder_small = partial(encoder, width=48, heads=4, hidden=192, layers=3, norm_first=True, activation="gelu")
build_encoder_deep = partial(encoder, width=24, heads=6, hidden=50, layers=8, bias=False, layer_norm_eps=1e-6)
build_encoder_wide = partial(encoder, width=160, heads=5, hidden=600, layers=2, norm_first=True)


class Both(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.inner = nn.Transformer(batch_first=True, dropout=0.0, **options)

    def forward(self, x):
        mask = self.inner.generate_square_subsequent_mask(x.size(1))
        return self.inner(x, x, src_mask=mask, tgt_mask=mask, memory_mask=mask)


def transformer(ctx, width, **options):
    return Wrapped(ctx, Both(d_model=width, **options), width)


build_transformer_small = partial(transformer, width=24, nhead=3, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=40)
build_transformer_uneven = partial(transformer, width=32, nhead=4, num_encoder_layers=2, num_decoder_layers=3,
                                   dim_feedforward=70, norm_first=True, bias=False, activation="gelu")


class Attends(nn.Module):
    def __init__(self, width, heads, other=None, **options):
        super().__init__()
        self.other = other or width
        self.attention = nn.MultiheadAttention(width, heads, kdim=other, vdim=other, batch_first=True, **options)

    def forward(self, x):
        mask = torch.ones(x.size(1), x.size(1), dtype=torch.bool).triu(1)
        memory = x[..., : self.other]
        return self.attention(x, memory, memory, attn_mask=mask)


build_attention_of_one_head = lambda ctx: Wrapped(ctx, Attends(20, 1), 20)
build_attention_of_many_heads = lambda ctx: Wrapped(ctx, Attends(96, 24, bias=False), 96)
build_attention_to_narrow_keys = lambda ctx: Wrapped(ctx, Attends(40, 4, other=10), 40)
build_attention_with_extra_keys = lambda ctx: Wrapped(ctx, Attends(36, 4, add_zero_attn=True, add_bias_kv=True), 36)


def recurrent(ctx, kind, width, hidden, out=None, **options):
    return Wrapped(ctx, kind(width, hidden, batch_first=True, **options), width, out or hidden)


build_rnn_one_layer = partial(recurrent, kind=nn.RNN, width=8, hidden=12)
build_rnn_both_ways = partial(recurrent, kind=nn.RNN, width=24, hidden=30, out=60, num_layers=2, bidirectional=True, bias=False)
build_gru_three_layers = partial(recurrent, kind=nn.GRU, width=40, hidden=56, num_layers=3, dropout=0.2)
build_gru_both_ways = partial(recurrent, kind=nn.GRU, width=16, hidden=20, out=40, bidirectional=True)
build_lstm_one_layer = partial(recurrent, kind=nn.LSTM, width=16, hidden=64)
build_lstm_four_layers = partial(recurrent, kind=nn.LSTM, width=32, hidden=48, num_layers=4, bias=False)
build_lstm_projected = partial(recurrent, kind=nn.LSTM, width=20, hidden=72, out=10, proj_size=10, num_layers=2)


def channels(ctx, inner, width, out):
    return Wrapped(ctx, OnChannels(inner), width, out)


build_conv1d_plain = lambda ctx: channels(ctx, nn.Conv1d(12, 20, 5), 12, 20)
build_conv1d_grouped_circular = lambda ctx: channels(
    ctx, nn.Conv1d(24, 36, 4, padding=3, dilation=2, groups=12, bias=False, padding_mode="circular"), 24, 36)
build_conv1d_same_reflect = lambda ctx: channels(ctx, nn.Conv1d(16, 16, 7, padding="same", padding_mode="reflect"), 16, 16)
build_conv1d_replicate = lambda ctx: channels(ctx, nn.Conv1d(16, 8, 3, padding=1, padding_mode="replicate"), 16, 8)
build_conv_transpose1d = lambda ctx: channels(
    ctx, nn.ConvTranspose1d(16, 12, 4, stride=2, padding=1, output_padding=1, groups=4, dilation=3), 16, 12)
build_conv2d = lambda ctx: Wrapped(ctx, Square(nn.Sequential(
    nn.Conv2d(12, 24, (3, 5), padding=(1, 2), groups=3), nn.BatchNorm2d(24), nn.ReLU6(), nn.MaxPool2d(2),
    nn.ConvTranspose2d(24, 10, 2, stride=2, bias=False), nn.InstanceNorm2d(10, affine=True, track_running_stats=True))), 12, 10)
build_conv3d = lambda ctx: Wrapped(ctx, Square(nn.Sequential(
    nn.Unflatten(1, (3, 4)), nn.Conv3d(3, 6, (2, 3, 3), padding=(1, 1, 1)), nn.BatchNorm3d(6), nn.AvgPool3d((2, 1, 1)),
    nn.ConvTranspose3d(6, 5, 1), nn.Flatten(1, 2))), 12, 10)
build_pixel_shuffles = lambda ctx: Wrapped(ctx, Square(nn.Sequential(
    nn.PixelUnshuffle(2), nn.ChannelShuffle(4), nn.Conv2d(48, 32, 1), nn.PixelShuffle(2))), 12, 8)
build_fold_and_unfold = lambda ctx: Wrapped(ctx, Square(nn.Sequential(
    nn.Unfold(2, stride=2), nn.Conv1d(48, 32, 1), nn.Fold((16, 8), 2, stride=2), nn.Upsample(scale_factor=1))), 12, 8)
build_pools_and_resampling = lambda ctx: Wrapped(ctx, OnChannels(nn.Sequential(
    nn.AvgPool1d(3, 1, 1), nn.MaxPool1d(2, ceil_mode=True), nn.LPPool1d(2, 2), nn.Upsample(scale_factor=2, mode="linear"),
    nn.AdaptiveAvgPool1d(50), nn.AdaptiveMaxPool1d(64), nn.ReflectionPad1d((3, 1)), nn.CircularPad1d(2), nn.ZeroPad1d((1, 0)),
    nn.ConvTranspose1d(16, 16, 2, 2))), 16)
build_norms_of_all_kinds = lambda ctx: Wrapped(ctx, OnChannels(nn.Sequential(
    nn.BatchNorm1d(24), nn.BatchNorm1d(24, affine=False), nn.BatchNorm1d(24, track_running_stats=False), nn.GroupNorm(6, 24),
    nn.GroupNorm(1, 24, affine=False), nn.InstanceNorm1d(24), nn.InstanceNorm1d(24, affine=True), nn.LocalResponseNorm(3),
    nn.LazyInstanceNorm1d(affine=True, track_running_stats=True), nn.LazyBatchNorm1d(), nn.SyncBatchNorm(24), nn.PReLU(24))), 24)
build_all_lazy = lambda ctx: nn.Sequential(
    nn.Embedding(ctx.vocab_size, 10), nn.LazyLinear(12), nn.Unflatten(-1, (3, 4)), nn.Flatten(2), nn.LazyLinear(8, bias=False),
    OnChannels(nn.Sequential(nn.LazyConv1d(16, 3, 1, 1), nn.LazyBatchNorm1d(), nn.LazyConvTranspose1d(6, 3, bias=False))),
    nn.LazyLinear(ctx.vocab_size))
