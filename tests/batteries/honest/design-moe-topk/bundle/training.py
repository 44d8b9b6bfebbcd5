import functools

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP
from torch.distributed.fsdp.wrap import size_based_auto_wrap_policy

BALANCE, ROUTER_Z, OUTPUT_Z = 1e-2, 1e-3, 1e-4


def wrap(model, ctx):
    if ctx.world_size == 1:
        return model
    if not dist.is_initialized():
        dist.init_process_group("nccl")
    policy = functools.partial(size_based_auto_wrap_policy, min_num_params=100_000)
    return FSDP(model, auto_wrap_policy=policy, device_id=ctx.local_rank, use_orig_params=True)


def losses(logits, tokens):
    flat, wanted = logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()
    nll = F.cross_entropy(flat, wanted)
    # keeps the normaliser near one (PaLM)
    return nll, flat.logsumexp(-1).pow(2).mean()


def train(ctx):
    inner = ctx.build_model().to(ctx.device)
    model = wrap(inner, ctx)
    experts = [p for n, p in inner.named_parameters() if ".experts." in n]
    rest = [p for n, p in inner.named_parameters() if ".experts." not in n]
    optimizer = torch.optim.Adam([{"params": rest, "lr": 2e-3}, {"params": experts, "lr": 3e-3}], betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9995)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=96):
        nll, z = losses(model(batch.tokens), batch.tokens)
        balance, router_z = inner.auxiliary()
        total = nll + OUTPUT_Z * z + BALANCE * balance + ROUTER_Z * router_z
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        schedule.step()
