import { useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import { isTerminal, type RunEvent } from './events';
import type { StreamState } from './stream-reader';
import { watchRuns } from './streams';

type Handler = (event: RunEvent) => void;

interface Watched {
  /** All events since the run was first watched, so that a late listener sees the same story. */
  events: RunEvent[];
  handlers: Set<Handler>;
  /** Its last word was an end. A retried run speaks again after that. */
  ended: boolean;
}

const HIDDEN_MS = 30_000;
/** The story of a retried run goes on right after its old failure; what is silent longer has ended. */
const ENDED_MS = 3_000;

export const useStreamState = create<{ state: StreamState }>(() => ({ state: 'closed' }));

const watched = new Map<string, Watched>();
const rootOf = new Map<string, string>();
let connection: AbortController | null = null;
let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
let endedTimer: ReturnType<typeof setTimeout> | undefined;

function roots(event: RunEvent): Watched[] {
  if (event.type === 'step.started' && event.child_run) {
    rootOf.set(event.child_run, rootOf.get(event.run) ?? event.run);
  }
  const root = watched.get(rootOf.get(event.run) ?? event.run);
  // An unknown child can only belong to one of the runs that this connection follows.
  return root ? [root] : [...watched.values()];
}

const isOver = () => [...watched.values()].every((run) => run.ended);

function close(): void {
  clearTimeout(endedTimer);
  connection?.abort();
  connection = null;
  useStreamState.setState({ state: 'closed' });
}

function deliver(event: RunEvent): void {
  const own = watched.get(event.run);
  if (own) {
    own.ended = isTerminal(event);
    clearTimeout(endedTimer);
    if (isOver()) endedTimer = setTimeout(close, ENDED_MS);
  }
  for (const run of roots(event)) {
    run.events.push(event);
    for (const handler of run.handlers) handler(event);
  }
}

/** One connection for all watched runs of this tab; a change of the set opens it anew. */
function reconnect(): void {
  close();
  if (isOver()) return;
  const own = new AbortController();
  connection = own;
  void watchRuns({
    runs: [...watched].filter(([, run]) => !run.ended).map(([id]) => id),
    isOver,
    signal: own.signal,
    onEvent: deliver,
    onState: (state) => {
      if (connection === own) useStreamState.setState({ state });
    },
    known: [...watched.values()].flatMap((run) => run.events),
  });
}

/** Opens the connection anew at once: after a retry, a run that had ended speaks again. */
export function followAgain(): void {
  for (const run of watched.values()) run.ended = false;
  if (!document.hidden) reconnect();
}

function onVisibility(): void {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(close, HIDDEN_MS);
  } else if (!connection) {
    reconnect();
  }
}

/** Calls the handler with every event of a run and its children: those so far, then live. */
export function followRun(run: string, handler: Handler): () => void {
  if (watched.size === 0) document.addEventListener('visibilitychange', onVisibility);
  let entry = watched.get(run);
  if (entry) {
    for (const event of entry.events) handler(event);
  } else {
    entry = { events: [], handlers: new Set(), ended: false };
    watched.set(run, entry);
    reconnect();
  }
  entry.handlers.add(handler);
  return () => {
    entry.handlers.delete(handler);
    if (entry.handlers.size > 0 || watched.get(run) !== entry) return;
    watched.delete(run);
    if (watched.size === 0) document.removeEventListener('visibilitychange', onVisibility);
    reconnect();
  };
}

/** Folds the events of a run into a state; at most one render per frame, however fast text comes. */
export function useRunState<S>(run: string, initial: S, step: (state: S, event: RunEvent) => S): S {
  const [shown, setShown] = useState<{ run: string; state: S }>({ run, state: initial });
  const fold = useRef({ initial, step });
  useEffect(() => {
    let state = fold.current.initial;
    let frame = 0;
    const stop = followRun(run, (event) => {
      state = fold.current.step(state, event);
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setShown({ run, state });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [run]);
  return shown.run === run ? shown.state : initial;
}
