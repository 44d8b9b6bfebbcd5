"""What torch's layers print between their brackets."""

#: {layer: words}. `=name` prints `name=value`, `name` the value alone, `name?x` prints `name=value` unless it is x.
_LINES = """
Linear =in_features =out_features bias!
Bilinear =in1_features =in2_features =out_features bias!
Embedding num_embeddings embedding_dim padding_idx?None max_norm?None norm_type?2.0 scale_grad_by_freq?False sparse?False
EmbeddingBag num_embeddings embedding_dim max_norm?None norm_type?2.0 scale_grad_by_freq?False =mode padding_idx?None
LayerNorm normalized_shape =eps =elementwise_affine
RMSNorm normalized_shape =eps =elementwise_affine
GroupNorm num_groups num_channels =eps =affine
_BatchNorm num_features =eps =momentum =affine =track_running_stats
_Dropout =p =inplace
_OverDim =dim
GLU =dim
GELU =approximate
PReLU =num_parameters
Flatten =start_dim =end_dim
Unflatten =dim =unflattened_size
PixelShuffle =upscale_factor
Softplus =beta =threshold
LeakyReLU =negative_slope inplace?False
ELU =alpha inplace?False
CELU =alpha inplace?False
Hardtanh =min_val =max_val inplace?False
Threshold =threshold =value inplace?False
ReLU inplace?False
ReLU6 inplace?False
SiLU inplace?False
Mish inplace?False
SELU inplace?False
Softshrink lambd
Hardshrink lambd
_Pad padding
_ConstantPad =padding =value
_AdaptivePool =output_size
MaxPool1d =kernel_size =stride =padding =dilation =ceil_mode
MaxPool2d =kernel_size =stride =padding =dilation =ceil_mode
MaxPool3d =kernel_size =stride =padding =dilation =ceil_mode
RNNBase input_size hidden_size proj_size?0 num_layers?1 bias?True batch_first?False dropout?0.0 bidirectional?False
RNNCellBase input_size hidden_size bias?True
RNNCell input_size hidden_size bias?True nonlinearity?tanh
"""


def _words(line):
    def extra_repr(self):
        out = []
        for word in line:
            name, question, default = word.strip("=!").partition("?")
            value = getattr(self, name, None)
            if word[0] == "=" or question and str(value) != default:
                out.append(f"{name}={value!r}")
            elif word[-1] == "!":
                out.append(f"{name}={value is not None}")
            elif not question:
                out.append(f"{value!r}")
        return ", ".join(out)

    return extra_repr


def _convolution(self):
    out = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
    for name, default in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
        value = getattr(self, name)
        if value != (default,) * len(self.kernel_size):
            out.append(f"{name}={value}")
    out += [f"groups={self.groups}"] * (self.groups != 1) + ["bias=False"] * (self.bias is None)
    return ", ".join(out + [f"padding_mode={self.padding_mode}"] * (self.padding_mode != "zeros"))


def _upsample(self):
    sizes = f"scale_factor={self.scale_factor}" if self.scale_factor is not None else f"size={self.size}"
    return f"{sizes}, mode={self.mode!r}"


def install(classes):
    """Gives the classes, and those they derive from, their texts."""
    lines = {line.split()[0]: _words(line.split()[1:]) for line in _LINES.split("\n") if line}
    lines.update(_Conv=_convolution, Upsample=_upsample)
    for kind in {base for one in classes for base in one.__mro__}:
        if kind.__name__ in lines:
            kind.extra_repr = lines[kind.__name__]
