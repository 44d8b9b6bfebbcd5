"""
Single device training, the loop of nanoGPT without its evaluation and checkpoints.
"""

import math
import time
from contextlib import nullcontext

import torch

# -----------------------------------------------------------------------------
batch_size = 12
block_size = 128
learning_rate = 3e-3
weight_decay = 1e-1
beta1 = 0.9
beta2 = 0.95
grad_clip = 1.0
warmup_iters = 20
lr_decay_iters = 2000
min_lr = 3e-4
log_interval = 100
# -----------------------------------------------------------------------------
config_keys = [k for k in ('batch_size', 'block_size', 'learning_rate', 'weight_decay')]


def get_lr(it):
    # 1) linear warmup for warmup_iters steps
    if it < warmup_iters:
        return learning_rate * (it + 1) / (warmup_iters + 1)
    # 2) if it > lr_decay_iters, return min learning rate
    if it > lr_decay_iters:
        return min_lr
    # 3) in between, use cosine decay down to min learning rate
    decay_ratio = (it - warmup_iters) / (lr_decay_iters - warmup_iters)
    assert 0 <= decay_ratio <= 1
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio)) # coeff ranges 0..1
    return min_lr + coeff * (learning_rate - min_lr)


def train(ctx):
    torch.manual_seed(1337)
    torch.backends.cuda.matmul.allow_tf32 = True # allow tf32 on matmul
    torch.backends.cudnn.allow_tf32 = True # allow tf32 on cudnn
    device_type = 'cuda' if 'cuda' in str(ctx.device) else 'cpu' # for later use in torch.autocast
    amp = nullcontext() if device_type == 'cpu' else torch.amp.autocast(device_type=device_type, dtype=torch.bfloat16)

    model = ctx.build_model()
    model.to(ctx.device)
    optimizer = model.configure_optimizers(weight_decay, learning_rate, (beta1, beta2), device_type)
    model = torch.compile(model)

    t0 = time.time()
    for iter_num, batch in enumerate(ctx.iter_train_batches(model, batch_size=batch_size, seq_len=block_size)):
        lr = get_lr(iter_num)
        for param_group in optimizer.param_groups:
            param_group['lr'] = lr
        X, Y = batch.tokens[:, :-1].contiguous(), batch.tokens[:, 1:].contiguous()
        with amp:
            logits, loss = model(X, Y)
        loss.backward()
        if grad_clip != 0.0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

        if iter_num % log_interval == 0:
            t1 = time.time()
            dt = t1 - t0
            t0 = t1
            print(f"iter {iter_num}: loss {loss.item():.4f}, time {dt*1000:.2f}ms")
