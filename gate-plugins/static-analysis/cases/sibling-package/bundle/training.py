import torch
import torch.nn.functional as F
from prism_challenge.evaluator.interface import PrismContext


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
