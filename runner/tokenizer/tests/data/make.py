"""Makes the files of this folder again: `python make.py DOCUMENTS.jsonl`, with `tokenizers` and `sentencepiece` installed.

The documents are those of the validation split of the practice course. Ids come from the two libraries: they are what
the tests hold Prism's tokenizers to. `tokenizers` gets the file without its added tokens, which Prism never takes from
text, and `sentencepiece` the model without its dummy prefix.
"""

import io
import json
import pathlib
import random
import sys
import unicodedata

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

FOLDER = pathlib.Path(__file__).parent
KJV = "\n".join(json.loads(line)["text"] for line in open(sys.argv[1]))
OTHER = (
    "Äpfel und Öl kosten 12,50 € – naïve café. Привет, мир! Добрый день. 你好，世界。こんにちは 東京 2026. "
    "مرحبا بالعالم. def f(x):\n    return x ** 2  # done\n\n\tif x != y:\r\n        pass\n"
    " I'm we'll they're he's 'tis 3.14159 1234567890 "
) * 30
CORPUS = [KJV, OTHER]
DRAW = random.Random(7)


def drawn(length, first, last):
    """Random characters. All are of Unicode 3.2: in what came later the libraries' tables differ."""
    text = ""
    while len(text) < length:
        character = chr(DRAW.randrange(first, last))
        if unicodedata.ucd_3_2_0.category(character) not in ("Cn", "Cs", "Co"):
            text += character
    return text


TEXTS = [
    *("", " ", "a", "\n", "\0", KJV[:400], KJV[5000:5300], OTHER[:260], "  two  spaces   three    ", "\n\n\n x\n \n"),
    *("tab\t\ttab \t x", "I'M I'm it's 'sss ''' they'LL they'll", "<|endoftext|>", "a<|endoftext|>b <s> </s> <unk> <0x41>"),
    *("123 4567 8 90a1b2 ٣٤٥ Ⅻ ½ ²", "😀👩‍👩‍👧 é é", "\u00a0x\u3000y\u2028z\u0085w", "\u200b\ufeff", "x" * 70, "ab" * 40),
    *("aaaa" * 33, " " * 50, " " * 50 + "x", "\r\n\r\n", "_-_ -- __init__ #!/bin/sh $HOME/x.y?z=1&w=2", "the the thethethe"),
    *(drawn(60, 0x20, 0x2FFF) for _ in range(6)),
    *(drawn(40, 0, 0x250) for _ in range(6)),
    *("".join(DRAW.choice(" abcth\n'1") for _ in range(120)) for _ in range(6)),
]


def golden(name, encode, texts=TEXTS):
    with open(FOLDER / f"{name}.golden.jsonl", "w") as file:
        for text in texts:
            file.write(json.dumps({"text": text, "ids": encode(text)}, separators=(",", ":")) + "\n")


def byte_level(name, size, pre_tokenizer, edit=lambda model: None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet, show_progress=False, max_token_length=24
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    file = json.loads(tokenizer.to_str())
    edit(file["model"])
    with open(FOLDER / f"{name}.json", "w") as written:
        json.dump(file, written, ensure_ascii=False, separators=(",", ":"))
    library = Tokenizer.from_str(json.dumps({**file, "added_tokens": []}))
    golden(name, lambda text: library.encode(text, add_special_tokens=False).ids)


def merges_as_strings(model):
    model["merges"] = [" ".join(pair) for pair in model["merges"]]


def words_no_merge_makes(model):
    vocab = model["vocab"]
    model["ignore_merges"] = True
    vocab["begat"] = len(vocab) + 5
    vocab["Ġthethethe"] = len(vocab) + 9


def pieces(name, size):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(line for text in CORPUS for line in text.split("\n") if line.strip()),
        model_writer=model,
        vocab_size=size,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        character_coverage=0.995,
        split_digits=True,
        allow_whitespace_only_pieces=True,
        minloglevel=2,
    )
    (FOLDER / f"{name}.model").write_bytes(model.getvalue())
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    proto.normalizer_spec.add_dummy_prefix = False
    library = sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString())
    golden(name, library.encode, [text for text in TEXTS if "\u2581" not in text])


def bytes_of(words):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=words)


byte_level("words-600", 600, bytes_of(True))
byte_level("whole-400", 400, bytes_of(False), merges_as_strings)
single, runs = (pre_tokenizers.Digits(individual_digits=single) for single in (True, False))
byte_level("digits-500", 500, pre_tokenizers.Sequence([single, bytes_of(True)]))
byte_level("numbers-400", 400, pre_tokenizers.Sequence([runs, bytes_of(False)]))
byte_level("ignore-merges-450", 450, bytes_of(True), words_no_merge_makes)
pieces("pieces-700", 700)
