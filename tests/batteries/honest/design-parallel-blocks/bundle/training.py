import torch


@torch.compile(dynamic=True)
def loss_of(logits, ids):
    logits = logits[:, :-1]
    z = logits.logsumexp(dim=-1)
    nll = z - logits.gather(2, ids[:, 1:].unsqueeze(2)).squeeze(2)
    return nll.mean() + 1e-4 * z.square().mean()


def train(ctx):
    torch.set_float32_matmul_precision("high")
    model = torch.compile(ctx.build_model().to(ctx.device), mode="max-autotune-no-cudagraphs", fullgraph=True)
    opt = torch.optim.AdamW(model.parameters(), lr=2.5e-3, betas=(0.9, 0.99), weight_decay=0.1)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=6000, eta_min=2e-4)
    for i, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        loss = loss_of(model(batch.tokens), batch.tokens)
        loss.backward()
        opt.step()
        opt.zero_grad(set_to_none=True)
        if i < 6000:
            sched.step()
