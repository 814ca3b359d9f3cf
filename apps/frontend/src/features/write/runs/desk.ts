import { behindBlock, sceneById } from '@/prose/anchors';
import { createDraftBlock, type DraftBlock, type DraftControl } from '@/prose/draft-block';
import { hideBeside, showBeside } from '@/prose/plugins/beside';
import type { RunEvent } from '@/shared/api/events';
import type { Problem } from '@/shared/api/problems';
import { followRun } from '@/shared/api/run-hub';
import type { RunRead } from '@/shared/api/types';
import type { Session } from '../session';

/** The words of what runs beside the page. */
export interface DeskLabels {
  readonly region: (agent: string) => string;
  readonly agent: (agent: string, demo: boolean) => string;
  readonly words: (count: number) => string;
  readonly stop: string;
  readonly dismiss: string;
  readonly stopped: string;
  readonly demoHint: string;
}

/** What the desk tells, and how it stops a run. */
export interface DeskHandlers {
  readonly labels: DeskLabels;
  readonly stop: (run: string) => void;
  /** A scene is being written: what came before it may be on the server already. */
  readonly onProgress: () => void;
  readonly onEnded: (run: RunRead, event: RunEvent) => Promise<void>;
  readonly onSaid: (kind: 'start' | 'words' | 'end', words: number) => void;
}

/** Follows runs and shows their text beside the page. */
export interface Desk {
  /** `at` is where the text of a proposal shows; a draft shows at the end of its scene, a beat's behind its line. */
  readonly follow: (run: RunRead, at?: number) => void;
  readonly close: () => void;
}

type Streamed = RunEvent & {
  scene?: string | null;
  proposal?: string | null;
  variant?: number | null;
  beat?: string | null;
};

const SAY_EVERY = 300;
/** A failure counts when nothing follows it: the story of a retried run begins with its old failure. */
const FAILURE_MS = 1_200;

export function openDesk(session: Session, handlers: DeskHandlers): Desk {
  const stops = new Map<string, () => void>();
  const { view, gate } = session.page;
  const setRunning = () => session.store.setState({ running: [...stops.keys()] });

  const follow = (run: RunRead, at?: number) => {
    if (stops.has(run.id)) return;
    const blocks = new Map<string, DraftBlock>();
    const reading = new Map<string, number>();
    let said = 0;
    let ended = false;
    let failing: ReturnType<typeof setTimeout> | undefined;
    const blockOf = (event: Streamed) => {
      const target = event.proposal ?? event.scene;
      if (!target) return null;
      const known = blocks.get(target);
      // Each reading of a proposal streams in its turn and takes the place of the one before.
      if (known && (event.variant ?? 0) > (reading.get(target) ?? 0)) known.snapshot('');
      reading.set(target, Math.max(event.variant ?? 0, reading.get(target) ?? 0));
      if (known) return known;
      const found = event.scene ? sceneById(view.state.doc, event.scene) : null;
      if (!found && (at === undefined || !event.proposal)) return null;
      const block = newBlock(handlers, run, session.options.language);
      blocks.set(target, block);
      if (blocks.size > 1) handlers.onProgress();
      const line = found && event.beat ? behindBlock(found, event.beat) : undefined;
      const own = event.proposal ? (line ?? at) : undefined;
      const place = own ?? (found ? found.at + found.node.nodeSize - 1 : 0);
      const id = `${run.id}/${target}`;
      gate.run(() =>
        view.dispatch(
          showBeside(view.state, [
            { id, at: Math.min(place, view.state.doc.content.size), element: block.element },
          ]),
        ),
      );
      return block;
    };
    const clear = () => {
      const ids = [...blocks.keys()].map((target) => `${run.id}/${target}`);
      if (ids.length > 0) gate.run(() => view.dispatch(hideBeside(view.state, ids)));
      blocks.clear();
    };
    const leave = (): void => {
      stops.get(run.id)?.();
      stops.delete(run.id);
      setRunning();
    };
    const note = (text: string) => {
      const dismiss: DraftControl = { id: 'dismiss', label: handlers.labels.dismiss, run: clear };
      for (const block of blocks.values()) {
        block.setBusy(false);
        block.setNote(text);
        block.setControls([dismiss]);
      }
    };
    const end = (event: RunEvent) => {
      // What comes after the end of a run is not text of this page any more.
      ended = true;
      handlers.onSaid('end', 0);
      void handlers.onEnded(run, event).finally(() => {
        if (event.type === 'run.failed') failed(event.problem);
        else if (event.type === 'run.cancelled') note(handlers.labels.stopped);
        else clear();
        leave();
      });
    };
    const failed = (problem: Problem) => {
      clear();
      const others = session.store.getState().failed.filter((one) => one.run.id !== run.id);
      session.store.setState({ failed: [...others, { run, problem }] });
    };
    const hear = (event: RunEvent) => {
      if (ended) return;
      if (event.run === run.id) clearTimeout(failing);
      if (event.type === 'text.delta') {
        const block = blockOf(event);
        block?.receive(event.offset, event.text);
        const words = Math.floor(countOf(blocks) / SAY_EVERY);
        if (words > said) handlers.onSaid('words', (said = words) * SAY_EVERY);
      } else if (event.type === 'text.rewind') blockOf(event)?.rewind(event.to_offset);
      else if (event.type === 'text.snapshot') blockOf(event)?.snapshot(event.text);
      else if (event.run === run.id && /^run\.(completed|failed|cancelled)$/u.test(event.type)) {
        if (event.type === 'run.failed') failing = setTimeout(() => end(event), FAILURE_MS);
        else end(event);
      }
    };
    handlers.onSaid('start', 0);
    stops.set(run.id, () => undefined);
    setRunning();
    const stop = followRun(run.id, hear);
    const stopAll = () => {
      clearTimeout(failing);
      stop();
    };
    if (stops.has(run.id)) stops.set(run.id, stopAll);
    else stop();
  };

  return {
    follow,
    close: () => {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}

function countOf(blocks: ReadonlyMap<string, DraftBlock>): number {
  let words = 0;
  for (const block of blocks.values()) words += block.words();
  return words;
}

function newBlock(handlers: DeskHandlers, run: RunRead, language: string): DraftBlock {
  const { labels } = handlers;
  const block = createDraftBlock(
    {
      region: labels.region('writer'),
      agent: labels.agent('writer', run.demo),
      status: labels.words,
      ...(run.demo ? { hint: labels.demoHint } : {}),
    },
    language,
  );
  block.setControls([{ id: 'stop', label: labels.stop, run: () => handlers.stop(run.id) }]);
  return block;
}
