"""Custom functions: `apply` runs `forward`."""

from .._shape.tensor import MODE, Tensor


class FunctionCtx:
    """What forward is given to remember things in."""

    saved_tensors = ()

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    save_for_forward = save_for_backward

    def mark_dirty(self, *tensors):
        pass

    mark_non_differentiable = mark_dirty

    def set_materialize_grads(self, value):
        pass

    needs_input_grad = ()


class Function:
    """Base of custom functions."""

    @classmethod
    def apply(cls, *args, **kwargs):
        context = FunctionCtx()
        inputs = [one for one in args if isinstance(one, Tensor)]
        context.needs_input_grad = tuple(isinstance(one, Tensor) and one.requires_grad for one in args)
        before = MODE["grad"]
        MODE["grad"] = False
        try:
            if cls.setup_context is not Function.setup_context:
                output = cls.forward(*args, **kwargs)
                cls.setup_context(context, args, output)
            else:
                output = cls.forward(context, *args, **kwargs)
        finally:
            MODE["grad"] = before
        if before and any(one._requires_grad for one in inputs):
            for one in output if isinstance(output, tuple) else (output,):
                if isinstance(one, Tensor) and one.dtype.is_floating_point and not any(one is each for each in inputs):
                    one._requires_grad, one._is_leaf = True, False
        return output

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError

    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, *grads):
        raise NotImplementedError


def once_differentiable(function):
    return function
