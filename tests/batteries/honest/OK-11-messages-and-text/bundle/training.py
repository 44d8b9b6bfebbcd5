import json
import logging
import random
import re
import warnings

import torch
import torch.nn.functional as F

warnings.filterwarnings("ignore", category=UserWarning)
logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)
SETTINGS = json.loads('{"lr": 0.002, "decay": {"no": "bias|norm", "rate": 0.1}}')


def train(ctx):
    random.seed(ctx.seed)
    model = ctx.build_model().to(ctx.device)
    skip = re.compile(SETTINGS["decay"]["no"])
    groups = {True: [], False: []}
    for name, p in model.named_parameters():
        groups[bool(skip.search(name))].append(p)
    opt = torch.optim.AdamW(
        [{"params": groups[False], "weight_decay": SETTINGS["decay"]["rate"]}, {"params": groups[True], "weight_decay": 0.0}],
        lr=SETTINGS["lr"])
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        rows = random.sample(range(len(batch.tokens)), k=max(1, len(batch.tokens) - 1))
        tokens = batch.tokens[rows]
        loss = F.cross_entropy(model(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        logger.info(json.dumps({"loss": round(loss.item(), 3)}))
        if loss.item() > 20:
            warnings.warn("the loss is high")
