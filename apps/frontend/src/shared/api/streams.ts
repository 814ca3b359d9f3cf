import { type RunEvent, parseRunEvent } from './events';
import type { Problem } from './problems';
import { type StreamState, readStream } from './stream-reader';

const EPOCH = 1_000_000;

/**
 * Decides for each event of each run: take it, drop it as a double, or replay because one is
 * missing. A gap that a replay repeats is accepted, since those events no longer exist.
 */
export class Cursors {
  readonly #last = new Map<string, number>();
  readonly #askedAgain = new Map<string, number>();

  set(run: string, seq: number): void {
    this.#last.set(run, seq);
  }

  get(run: string): number {
    return this.#last.get(run) ?? 0;
  }

  accept(event: Pick<RunEvent, 'run' | 'seq' | 'type'>): 'take' | 'double' | 'gap' {
    const last = this.#last.get(event.run);
    if (last === undefined) {
      this.#last.set(event.run, event.seq);
      return 'take';
    }
    if (event.seq <= last) return 'double';
    const sameEpoch = Math.floor(event.seq / EPOCH) === Math.floor(last / EPOCH);
    // A snapshot stands for all the deltas before it, so a jump to it loses nothing.
    const gap = sameEpoch && event.seq > last + 1 && last > 0 && event.type !== 'text.snapshot';
    if (gap && this.#askedAgain.get(event.run) !== event.seq) {
      this.#askedAgain.set(event.run, event.seq);
      return 'gap';
    }
    this.#last.set(event.run, event.seq);
    return 'take';
  }
}

interface WatchOptions {
  runs: readonly string[];
  onEvent: (event: RunEvent) => void;
  onState?: (state: StreamState) => void;
  onRefused?: (problem: Problem) => void;
  isOver?: () => boolean;
  signal: AbortSignal;
  fetch?: (request: Request) => Promise<Response>;
  origin?: string;
  /** Events that were seen over an earlier connection; they are not delivered again. */
  known?: readonly RunEvent[];
}

/** Follows up to six runs and all their children over one connection; each event arrives once. */
export function watchRuns(options: WatchOptions): Promise<void> {
  const cursors = new Cursors();
  for (const { run, seq } of options.known ?? []) cursors.set(run, Math.max(seq, cursors.get(run)));
  let lastId: string | undefined;
  return readStream({
    signal: options.signal,
    onState: options.onState,
    onRefused: options.onRefused,
    isOver: options.isOver,
    fetch: options.fetch,
    request: () => {
      const url = new URL('/api/v1/streams/runs', options.origin ?? location.origin);
      for (const run of options.runs.slice(0, 6)) {
        url.searchParams.append('cursor', `${run}:${cursors.get(run)}`);
      }
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (lastId) headers['last-event-id'] = lastId;
      return new Request(url, { headers });
    },
    onFrame: (frame) => {
      const event = parseRunEvent(frame.event, frame.data);
      if (!event) return 'go-on';
      const verdict = cursors.accept(event);
      if (verdict === 'gap') return 'reconnect';
      if (frame.id) lastId = frame.id;
      if (verdict === 'take') options.onEvent(event);
      return 'go-on';
    },
  });
}
