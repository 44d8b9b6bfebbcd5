import logging
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass

import torch
from torch.nn import functional as F

log = logging.getLogger(__name__)


@dataclass
class Settings:
    lr: float = 2e-3
    weight_decay: float = 0.05
    batch_size: int = 8
    seq_len: int = 128
    clip: float = 1.0


class Callback(ABC):
    @abstractmethod
    def on_step_end(self, trainer, loss): ...


class LossLogger(Callback):
    def __init__(self, every=100):
        self.every, self.smooth = every, None

    def on_step_end(self, trainer, loss):
        self.smooth = loss if self.smooth is None else 0.98 * self.smooth + 0.02 * loss
        if trainer.global_step % self.every == 0:
            log.info("step %d loss %.3f", trainer.global_step, self.smooth)


class LitModule:
    def __init__(self, net, settings):
        self.net, self.settings = net, settings

    def training_step(self, batch):
        logits = self.net(batch.tokens)
        return F.cross_entropy(logits[:, :-1].reshape(-1, logits.shape[-1]), batch.tokens[:, 1:].reshape(-1))

    def configure_optimizers(self):
        optimizer = torch.optim.NAdam(self.net.parameters(), lr=self.settings.lr, weight_decay=self.settings.weight_decay)
        return optimizer, torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=800, T_mult=2, eta_min=2e-4)


class Trainer:
    def __init__(self, settings, callbacks=()):
        self.settings, self.callbacks, self.global_step = settings, list(callbacks), 0

    def fit(self, module, ctx):
        optimizer, scheduler = module.configure_optimizers()
        for batch in ctx.iter_train_batches(module.net, batch_size=self.settings.batch_size, seq_len=self.settings.seq_len):
            loss = module.training_step(batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.net.parameters(), self.settings.clip)
            optimizer.step()
            scheduler.step()
            self.global_step += 1
            for callback in self.callbacks:
                callback.on_step_end(self, loss.item())


def train(ctx):
    logging.basicConfig(level=logging.INFO)
    settings = Settings()
    log.info("settings: %s", asdict(settings))
    Trainer(settings, [LossLogger()]).fit(LitModule(ctx.build_model().to(ctx.device), settings), ctx)
