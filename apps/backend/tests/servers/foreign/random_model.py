"""Write a tiny llama model with random weights and a vocabulary of bytes, for llama.cpp's server.

`python random_model.py FILE`. Its words mean nothing; what it shows is the protocol, and that a grammar binds any model.
"""

import sys

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, FEED, CONTEXT = 64, 2, 4, 128, 32768
SPECIAL = ["<unk>", "<s>", "</s>"]
ENDS = '"]}'
LETTERS = [*"abcdefghijklmnopqrstuvwxyz", "▁", ".", ","]


def readable(token: str) -> bool:
    """Say whether a token is a plain character, or the end."""
    if token.startswith("<0x"):
        return 0x20 <= int(token[3:5], 16) < 0x7F
    return token not in {"<unk>", "<s>"}


def main(path: str) -> None:
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "llama")
    tokens = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *LETTERS]
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL]
    types += [kinds.BYTE] * 256 + [kinds.NORMAL] * len(LETTERS)
    writer.add_name("random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([int(kind) for kind in types])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)

    def weights(name: str, *shape: int) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * 0.1).astype(np.float32))

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))

    # The first dimension says the same of every token, so that what cannot be read is never said.
    told = (random.standard_normal((len(tokens), WIDTH)) * 0.1).astype(np.float32)
    told[:, 0] = 4.0
    writer.add_tensor("token_embd.weight", told)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        ones(f"{block}.attn_norm.weight")
        ones(f"{block}.ffn_norm.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights(f"{block}.{name}.weight", WIDTH, WIDTH)
        weights(f"{block}.ffn_gate.weight", FEED, WIDTH)
        weights(f"{block}.ffn_up.weight", FEED, WIDTH)
        weights(f"{block}.ffn_down.weight", WIDTH, FEED)
    ones("output_norm.weight")
    said = (random.standard_normal((len(tokens), WIDTH)) * 0.1).astype(np.float32)
    said[[n for n, one in enumerate(tokens) if not readable(one)], 0] = -8.0
    # What ends a string, a list or a form is liked best, so that a grammar with an end comes to it.
    said[[tokens.index(f"<0x{ord(one):02X}>") for one in ENDS], 0] = 0.4
    writer.add_tensor("output.weight", said)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
