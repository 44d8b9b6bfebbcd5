import torch
import torch.nn.functional as F


class L2Wrap(torch.autograd.Function):
    """Leaves the loss as it is and pulls the largest logit of each column towards zero."""

    @staticmethod
    def forward(ctx, loss, y):
        ctx.save_for_backward(y)
        return loss

    @staticmethod
    def backward(ctx, grad_output):
        y, = ctx.saved_tensors
        factor = 1e-4 / (y.shape[0] * y.shape[1])
        maxx, ids = torch.max(y, -1, keepdim=True)
        gy = torch.zeros_like(y)
        gy.scatter_(-1, ids, maxx * factor)
        return grad_output, gy


def groups(model):
    lr_1x, lr_2x, lr_3x = [], [], []
    for n, p in model.named_parameters():
        if "time_mix" in n or "time_first" in n:
            lr_2x.append(p)
        elif "time_decay" in n:
            lr_3x.append(p)
        else:
            lr_1x.append(p)
    return [{"params": g, "lr": 2e-3 * m} for g, m in ((lr_1x, 1.0), (lr_2x, 2.0), (lr_3x, 3.0))]


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    opt = torch.optim.Adam(groups(model), betas=(0.9, 0.99), eps=1e-8)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        x, y = batch.tokens[:, :-1], batch.tokens[:, 1:]
        logits = model(x)
        loss = L2Wrap.apply(F.cross_entropy(logits.reshape(-1, logits.size(-1)), y.reshape(-1)), logits)
        opt.zero_grad(); loss.backward(); opt.step()
