"""Multi-head attention and torch's transformer, as torch registers their parameters."""

import copy
from math import prod

from ..._shape.cost import COST
from ..._shape.functional import F
from ..._shape.tensor import UNKNOWN, make, result
from .container import ModuleList
from .layers import Layer, LayerNorm, Linear, NonDynamicallyQuantizableLinear, parameter
from .module import Module
from .plain import LAYERS as PLAIN


class MultiheadAttention(Layer):
    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None,
                 vdim=None, batch_first=False, device=None, dtype=None):
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError("embed_dim and num_heads must be greater than 0")
        super().__init__()
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.head_dim, self.add_zero_attn = embed_dim // num_heads, add_zero_attn
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        if self._qkv_same_embed_dim:
            self.in_proj_weight = parameter((3 * embed_dim, embed_dim), dtype, device)
            for name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
                self.register_parameter(name, None)
        else:
            for name, width in (("q", embed_dim), ("k", self.kdim), ("v", self.vdim)):
                setattr(self, f"{name}_proj_weight", parameter((embed_dim, width), dtype, device))
            self.register_parameter("in_proj_weight", None)
        self.bias_or_none(bias, (3 * embed_dim,), dtype, device, "in_proj_bias")
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        self.bias_k = self.bias_v = None
        if add_bias_kv:
            self.bias_k, self.bias_v = (parameter((1, 1, embed_dim), dtype, device) for _ in range(2))

    def forward(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
                average_attn_weights=True, is_causal=False):
        if is_causal and attn_mask is None:
            raise RuntimeError("need attn_mask if specifying the is_causal hint")
        for one, width in ((query, self.embed_dim), (key, self.kdim), (value, self.vdim)):
            if one.ndim not in (2, 3) or one.shape[-1] != width:
                raise AssertionError(f"expected a last dimension of {width}, got {list(one.shape)}")
        at = 0 if query.ndim == 2 or not self.batch_first else 1
        target, source = query.shape[at], key.shape[at]
        if source != value.shape[at]:
            raise AssertionError(f"key's sequence length {source} does not match value's {value.shape[at]}")
        if attn_mask is not None and tuple(attn_mask.shape[-2:]) != (target, source):
            raise RuntimeError(f"The shape of the 2D attn_mask is {list(attn_mask.shape)}, but should be {(target, source)}.")
        extra = int(self._parameters.get("bias_k") is not None) + int(self.add_zero_attn)
        batch = () if query.ndim == 2 else (query.shape[1 - at],)
        self._spend(query, key, value, (*batch, self.num_heads, target, source + extra), need_weights)
        output = result(query.shape, query, inputs=[query, *self._parameters.values()])
        output._layout = UNKNOWN if self.batch_first else None
        if not need_weights:
            return output, None
        heads = () if average_attn_weights else (self.num_heads,)
        return output, result((*batch, *heads, target, source + extra), query, inputs=(output,))

    def _spend(self, query, key, value, scores, need_weights):
        """The projections in and out and the two products of attention, which no operation of its own stands for."""
        for one in (query, key, value, query):
            COST.products(*one.shape, self.embed_dim)
            COST.bytes += one.numel() // one.shape[-1] * self.embed_dim * one.itemsize
        COST.products(*scores, self.head_dim, 2)
        COST.bytes += 2 * prod(scores) * query.itemsize if need_weights else 0


def _activation(name):
    if not isinstance(name, str):
        return name
    if name not in ("relu", "gelu"):
        raise RuntimeError(f"activation should be relu/gelu, not {name}")
    return F[name]


class TransformerEncoderLayer(Module):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        super().__init__()
        options = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **options)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **options)
        self.dropout = PLAIN["Dropout"](dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **options)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **options)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **options)
        self.dropout1, self.dropout2 = PLAIN["Dropout"](dropout), PLAIN["Dropout"](dropout)
        self.activation = _activation(activation)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        if self.norm_first:
            x = src + self._attend(self.norm1(src), src_mask)
            return x + self._widen(self.norm2(x))
        x = self.norm1(src + self._attend(src, src_mask))
        return self.norm2(x + self._widen(x))

    def _attend(self, x, mask):
        return self.self_attn(x, x, x, attn_mask=mask, need_weights=False)[0]

    def _widen(self, x):
        return self.linear2(self.activation(self.linear1(x)))


class TransformerDecoderLayer(Module):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        super().__init__()
        options = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **options)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **options)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **options)
        self.dropout = PLAIN["Dropout"](dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **options)
        self.norm_first = norm_first
        for name in ("norm1", "norm2", "norm3"):
            setattr(self, name, LayerNorm(d_model, layer_norm_eps, bias=bias, **options))
        for name in ("dropout1", "dropout2", "dropout3"):
            setattr(self, name, PLAIN["Dropout"](dropout))
        self.activation = _activation(activation)

    def forward(self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
                memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False):
        x = tgt + self.self_attn(tgt, tgt, tgt, attn_mask=tgt_mask, need_weights=False)[0]
        x = x + self.multihead_attn(self.norm2(x), memory, memory, attn_mask=memory_mask, need_weights=False)[0]
        return x + self.linear2(self.activation(self.linear1(self.norm3(x))))


class TransformerEncoder(Module):
    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    def __init__(self, decoder_layer, num_layers, norm=None):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
                memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False):
        for layer in self.layers:
            tgt = layer(tgt, memory, tgt_mask=tgt_mask, memory_mask=memory_mask)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    def __init__(self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1,
                 activation="relu", custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5, batch_first=False,
                 norm_first=False, bias=True, device=None, dtype=None):
        super().__init__()
        shared = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias,
                  device, dtype)

        def norm():
            return LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype)

        self.encoder = custom_encoder if custom_encoder is not None else TransformerEncoder(
            TransformerEncoderLayer(*shared), num_encoder_layers, norm())
        self.decoder = custom_decoder if custom_decoder is not None else TransformerDecoder(
            TransformerDecoderLayer(*shared), num_decoder_layers, norm())
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(self, src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, **kwargs):
        return self.decoder(tgt, self.encoder(src, mask=src_mask), tgt_mask=tgt_mask, memory_mask=memory_mask)

    @staticmethod
    def generate_square_subsequent_mask(sz, device=None, dtype=None):
        return make((sz, sz), dtype)


LAYERS = {one.__name__: one for one in (
    MultiheadAttention, TransformerEncoderLayer, TransformerDecoderLayer, TransformerEncoder, TransformerDecoder, Transformer,
    NonDynamicallyQuantizableLinear)}
