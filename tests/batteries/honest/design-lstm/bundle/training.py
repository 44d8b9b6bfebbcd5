import math
import torch
import torch.nn as nn

clip = 0.5


def train(ctx):
    model = ctx.build_model()
    model = model.to(ctx.device)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.02)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3, alpha=0.95)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.7, patience=3)
    total_loss, seen = 0.0, 0
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=96):
        model.train()
        data, targets = batch.tokens[:, :-1], batch.tokens[:, 1:]
        optimizer.zero_grad()
        output, _ = model(data)
        loss = criterion(output.flatten(end_dim=-2), targets.flatten())
        # activation and temporal activation regularisation
        loss = loss + 1e-4 * output.pow(2).mean() + 1e-4 * (output[:, 1:] - output[:, :-1]).pow(2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        total_loss += loss.item()
        seen += 1
        if seen % 200 == 0:
            print('| {:5d} batches | loss {:5.2f} | ppl {:8.2f}'.format(seen, total_loss / 200, math.exp(min(20, total_loss / 200))))
            scheduler.step(total_loss / 200)
            total_loss = 0.0
