"""The loop of such a bundle: a group when there are several ranks, the reference tokenizer, a state saved at the end."""

import torch
import torch.distributed as dist
import torch.nn.functional as F
from architecture import build_model
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler

from prism_challenge.evaluator.interface import PrismContext

ROWS = 2


def train(ctx: PrismContext) -> None:
    torch.manual_seed(ctx.seed)
    grouped = ctx.world_size > 1 and not dist.is_initialized()
    if grouped:
        dist.init_process_group(backend="nccl" if ctx.device.startswith("cuda") else "gloo")
    if ctx.device.startswith("cuda"):
        torch.cuda.set_device(ctx.local_rank)
    model = build_model(ctx).to(ctx.device)
    wrapped = DistributedDataParallel(model) if grouped else model
    DistributedSampler(range(ctx.world_size * ROWS), num_replicas=ctx.world_size, rank=ctx.rank)
    optimizer = torch.optim.AdamW(wrapped.parameters(), lr=1e-2)
    tokenizer = ctx.reference_tokenizer("gpt2")

    for batch in ctx.iter_train_batches(model, batch_size=ROWS, seq_len=ctx.max_seq_len, tokenizer=tokenizer):
        logits = wrapped(batch.tokens)
        vocabulary = logits.shape[-1]
        targets = batch.tokens[:, 1:].reshape(-1) % vocabulary
        loss = F.cross_entropy(logits[:, :-1, :].reshape(-1, vocabulary), targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(wrapped.parameters(), 1.0)
        optimizer.step()

    if ctx.rank == 0 and ctx.artifacts_dir:
        torch.save(model.state_dict(), ctx.artifacts_dir + "/trained_state.pt")
    if grouped:
        dist.barrier()
        dist.destroy_process_group()
