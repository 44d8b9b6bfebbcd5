import bisect
import contextlib
import heapq
import statistics
from functools import partial

import torch
import torch.nn.functional as F


@contextlib.contextmanager
def stepping(optimizer):
    optimizer.zero_grad()
    yield
    optimizer.step()


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    loss_fn = partial(F.cross_entropy, label_smoothing=0.01)
    milestones, hardest, recent = [100, 1000], [], []
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=16, seq_len=64)):
        with stepping(optimizer), contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.nullcontext())
            loss = loss_fn(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
            loss.backward()
        recent.append(loss.item())
        heapq.heappush(hardest, (-loss.item(), step))
        optimizer.param_groups[0]["lr"] = 2e-3 * 0.5 ** bisect.bisect(milestones, step)
    if len(recent) > 1:
        print(statistics.fmean(recent), statistics.stdev(recent), heapq.nsmallest(3, hardest))
