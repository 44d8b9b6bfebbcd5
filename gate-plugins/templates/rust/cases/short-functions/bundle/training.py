def train(ctx):
    model = ctx.build_model()
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
        model(batch.tokens)
