import { EventSourceParserStream } from 'eventsource-parser/stream';
import { authorisedFetch } from './client';
import { type Problem, problemOf, readProblem } from './problems';

export type StreamState = 'connecting' | 'live' | 'waiting' | 'closed';

export interface Frame {
  id: string | undefined;
  event: string;
  data: string;
}

interface ReadOptions {
  /** The request for the next connection; called again after each break. */
  request: () => Request;
  onFrame: (frame: Frame) => 'go-on' | 'reconnect';
  onState?: (state: StreamState) => void;
  /** A refusal before the first byte that more tries cannot mend. */
  onRefused?: (problem: Problem) => void;
  /** Whether nothing more can come: a connection that ends then is not opened again. */
  isOver?: () => boolean;
  signal: AbortSignal;
  fetch?: (request: Request) => Promise<Response>;
  random?: () => number;
}

const SILENCE_MS = 40_000;
const SHORTEST_MS = 500;
const LONGEST_MS = 15_000;

/** Full jitter: anything between half a second and a ceiling that doubles with each failure. */
export function backOff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(failures, 10));
  return SHORTEST_MS + random() * Math.max(0, ceiling - SHORTEST_MS);
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      globalThis.removeEventListener?.('online', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
    globalThis.addEventListener?.('online', done, { once: true });
  });
}

/** Keeps one event stream open until the signal ends it: back-off, silence limit, resume. */
export async function readStream(options: ReadOptions): Promise<void> {
  const { signal, onFrame } = options;
  let failures = 0;
  while (!signal.aborted) {
    options.onState?.('connecting');
    const outcome = await readOnce(
      options,
      () => {
        failures = 0;
        options.onState?.('live');
      },
      onFrame,
    );
    if (signal.aborted || outcome === 'refused') break;
    if (options.isOver?.()) break;
    if (outcome === 'again') continue;
    failures += 1;
    options.onState?.('waiting');
    await sleep(backOff(failures, options.random), signal);
  }
  options.onState?.('closed');
}

async function readOnce(
  options: ReadOptions,
  onOpen: () => void,
  onFrame: ReadOptions['onFrame'],
): Promise<'broken' | 'again' | 'refused'> {
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  options.signal.addEventListener('abort', abort, { once: true });
  let silence = setTimeout(abort, SILENCE_MS);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(abort, SILENCE_MS);
  };
  try {
    const request = new Request(options.request(), { signal: attempt.signal });
    const response = await (options.fetch ?? authorisedFetch)(request);
    if (!response.ok || !response.body) {
      const problem = await readProblem(response);
      if (response.status === 429 || response.status >= 500) return 'broken';
      options.onRefused?.(problem);
      return 'refused';
    }
    onOpen();
    const bytes = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        heard();
        controller.enqueue(chunk);
      },
    });
    const frames = response.body
      .pipeThrough(bytes)
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (;;) {
      const { value, done } = await frames.read();
      if (done) return 'broken';
      const verdict = onFrame({ id: value.id, event: value.event ?? 'message', data: value.data });
      if (verdict === 'reconnect') {
        abort();
        return 'again';
      }
    }
  } catch (reason) {
    if (!options.signal.aborted && problemOf(reason).status === 401) {
      options.onRefused?.(problemOf(reason));
      return 'refused';
    }
    return 'broken';
  } finally {
    clearTimeout(silence);
    options.signal.removeEventListener('abort', abort);
  }
}
