from moe import MoEArgs, MoETransformer


def build_model(ctx):
    return MoETransformer(MoEArgs(vocab=ctx.vocab_size), max_len=max(2048, ctx.sequence_length))
