"""RNN, LSTM, GRU and their cells."""

from math import prod

from ..._shape.cost import COST
from ..._shape.tensor import UNKNOWN, Tensor, result
from ..._shape.undecided import Undecided
from .layers import Layer, parameter


class RNNBase(Layer):
    """Weights `weight_ih_l0`, `weight_hh_l0`, ... as torch names them."""

    _gates = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}

    def __init__(self, mode, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        super().__init__()
        for name in ("input_size", "hidden_size", "num_layers"):
            if not isinstance(locals()[name], int):
                raise TypeError(f"{name} should be of type int")
        if hidden_size <= 0 or num_layers <= 0:
            raise ValueError("hidden_size and num_layers must be greater than zero")
        if not isinstance(dropout, (int, float)) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError("dropout should be a number in range [0, 1]")
        if proj_size < 0 or proj_size >= hidden_size and proj_size:
            raise ValueError("proj_size has to be a positive integer smaller than hidden_size, or zero")
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        self._all_weights = []
        rows, directions = self._gates[mode] * hidden_size, 2 if bidirectional else 1
        real = proj_size or hidden_size
        for layer in range(num_layers):
            for direction in range(directions):
                suffix = f"l{layer}" + ("_reverse" if direction else "")
                width = input_size if layer == 0 else real * directions
                shapes = {"weight_ih": (rows, width), "weight_hh": (rows, real)}
                if bias:
                    shapes.update(bias_ih=(rows,), bias_hh=(rows,))
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                names = [f"{name}_{suffix}" for name in shapes]
                for name, shape in zip(names, shapes.values()):
                    setattr(self, name, parameter(shape, dtype, device))
                self._all_weights.append(names)

    @property
    def all_weights(self):
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self):
        return None

    def forward(self, input, hx=None):
        if not isinstance(input, Tensor):
            raise Undecided("a recurrent layer over a packed sequence")
        if input.ndim not in (2, 3):
            raise ValueError(f"{self.mode}: expected input to be 2D or 3D, got {input.ndim}D")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}")
        directions, real = 2 if self.bidirectional else 1, self.proj_size or self.hidden_size
        batch = () if input.ndim == 2 else (input.shape[0 if self.batch_first else 1],)
        for state, width in zip(hx if isinstance(hx, tuple) else (hx,), (real, self.hidden_size)):
            if state is not None and tuple(state.shape) != (self.num_layers * directions, *batch, width):
                raise RuntimeError(f"Expected hidden size {[self.num_layers * directions, *batch, width]}, "
                                   f"got {list(state.shape)}")
        steps = input.shape[:-1]
        for name, parameter in self._parameters.items():
            if name.startswith("weight"):
                COST.products(*steps, *parameter.shape)
                COST.bytes += prod(steps) * parameter.shape[0] * input.itemsize
        sources = [input, *self._parameters.values()]
        output = result(input.shape[:-1] + (real * directions,), input, inputs=sources)
        output._layout = UNKNOWN if self.batch_first else None
        hidden = result((self.num_layers * directions, *batch, real), input, inputs=sources)
        if self.mode != "LSTM":
            return output, hidden
        cell = result((self.num_layers * directions, *batch, self.hidden_size), input, inputs=sources)
        return output, (hidden, cell)


class RNN(RNNBase):
    def __init__(self, *args, nonlinearity="tanh", **kwargs):
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        modes = {"tanh": "RNN_TANH", "relu": "RNN_RELU"}
        if nonlinearity not in modes:
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'")
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__(modes[nonlinearity], *args, **kwargs)


class LSTM(RNNBase):
    def __init__(self, *args, **kwargs):
        super().__init__("LSTM", *args, **kwargs)


class GRU(RNNBase):
    def __init__(self, *args, **kwargs):
        if kwargs.get("proj_size"):
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class RNNCellBase(Layer):
    """One step of a recurrent layer."""

    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self.weight_ih = parameter((num_chunks * hidden_size, input_size), dtype, device)
        self.weight_hh = parameter((num_chunks * hidden_size, hidden_size), dtype, device)
        for name in ("bias_ih", "bias_hh"):
            self.bias_or_none(bias, (num_chunks * hidden_size,), dtype, device, name)

    def forward(self, input, hx=None):
        if input.shape[-1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[-1]} expected {self.input_size}")
        for state in hx if isinstance(hx, tuple) else (hx,):
            if state is not None and state.shape[-1] != self.hidden_size:
                raise RuntimeError(f"hidden has inconsistent hidden_size: got {state.shape[-1]}, expected {self.hidden_size}")
        for weight in (self.weight_ih, self.weight_hh):
            COST.products(*input.shape[:-1], *weight.shape)
        return self._state(input)

    def _state(self, input):
        return result(input.shape[:-1] + (self.hidden_size,), input, inputs=[input, *self._parameters.values()])


class RNNCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity


class GRUCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)


class LSTMCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        return super().forward(input, hx), self._state(input)


LAYERS = {one.__name__: one for one in (RNNBase, RNN, LSTM, GRU, RNNCellBase, RNNCell, GRUCell, LSTMCell)}
