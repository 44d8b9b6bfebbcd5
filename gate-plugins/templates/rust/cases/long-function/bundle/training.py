class Recipe:
    def steps(self, ctx):
        model = ctx.build_model()
        for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
            logits = model(batch.tokens)
            logits.sum().backward()


def train(ctx):
    Recipe().steps(ctx)
