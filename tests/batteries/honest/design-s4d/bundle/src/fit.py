import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR


def setup_optimizer(model, lr, weight_decay):
    # the kernel's parameters learn slowly and are never decayed
    ssm = [p for n, p in model.named_parameters() if ".kernel." in n]
    known = {id(p) for p in ssm}
    other = [p for p in model.parameters() if id(p) not in known]
    optimizer = optim.AdamW(other, lr=lr, weight_decay=weight_decay)
    optimizer.add_param_group({"params": ssm, "lr": min(lr, 1e-3), "weight_decay": 0.0})
    warm = LinearLR(optimizer, start_factor=0.1, total_iters=50)
    scheduler = SequentialLR(optimizer, [warm, CosineAnnealingLR(optimizer, T_max=4000, eta_min=1e-4)], milestones=[50])
    for hp in sorted({group["weight_decay"] for group in optimizer.param_groups}):
        print("weight decay", hp)
    return optimizer, scheduler


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer, scheduler = setup_optimizer(model, lr=4e-3, weight_decay=0.01)
    criterion = nn.NLLLoss()
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        optimizer.zero_grad()
        logp = torch.log_softmax(model(batch.tokens)["logits"], dim=-1)
        loss = criterion(logp[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        scheduler.step()
