import itertools
import torch


def train(ctx):
    mixer = ctx.build_model().to(ctx.device)
    tables = list(mixer.tables.parameters())
    others = list(itertools.chain([mixer.expert_out], mixer.gate.parameters(), mixer.body.parameters(), mixer.body_out.parameters()))
    optimisers = (torch.optim.Adagrad(tables, lr=0.1, initial_accumulator_value=1e-3), torch.optim.Adam(others, lr=3e-3))
    for batch in ctx.iter_train_batches(mixer, batch_size=16, seq_len=64):
        prediction = mixer(batch.tokens)[:, :-1].flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(prediction, batch.tokens[:, 1:].flatten())
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
