"""llama.cpp's own HTTP server out of a wheel: `python llama_server.py MODEL PORT`, until it is terminated."""

import sys
import threading

import xllamacpp  # type: ignore[import-not-found]


def main(model: str, port: int) -> None:
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames, params.port = ["127.0.0.1"], port
    params.n_ctx, params.n_parallel = 16384, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.chat_template = "chatml"
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
