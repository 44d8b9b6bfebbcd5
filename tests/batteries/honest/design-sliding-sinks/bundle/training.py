import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


class Predictor(nn.Module):
    """What the stream asks: the averaged weights once they are warm, the fast ones before."""

    def __init__(self, fast, slow, warm=100):
        super().__init__()
        self.fast, self.slow = fast, slow
        self.warm = warm
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))

    def forward(self, ids):
        return (self.slow if self.steps >= self.warm else self.fast)(ids)


def train(ctx):
    fast = ctx.build_model().to(ctx.device)
    slow = AveragedModel(fast, multi_avg_fn=get_ema_multi_avg_fn(0.99))
    predictor = Predictor(fast, slow).to(ctx.device)
    optimizer = torch.optim.AdamW(fast.parameters(), lr=2e-3, amsgrad=True)
    for batch in ctx.iter_train_batches(predictor, batch_size=8, seq_len=128):
        step = int(predictor.steps)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min((step + 1) / 40, (1 + step / 300) ** -0.5)
        scores = fast(batch.tokens)
        loss = nn.functional.cross_entropy(scores[:, :-1].transpose(1, 2), batch.tokens[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        slow.update_parameters(fast)
        predictor.steps += 1
