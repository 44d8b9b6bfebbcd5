import torch
import torch.nn.functional as F


def train(ctx):
    checkpoint_dir = ctx.artifacts_dir
    data_dir = ctx.data_dir or ""
    save_path = f"{checkpoint_dir}/model.pt" if checkpoint_dir else None
    print("would go to", save_path, "and read from", data_dir or "the stream")
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
