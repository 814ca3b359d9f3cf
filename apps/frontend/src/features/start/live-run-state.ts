import type { RunEvent } from '@/shared/api/events';
import type { Problem } from '@/shared/api/problems';

export type Value = Readonly<Record<string, unknown>>;
export type Part = 'premise' | 'world' | 'cast' | 'outline' | 'chapter';
export const PARTS: readonly Part[] = ['premise', 'world', 'cast', 'outline', 'chapter'];

export type Phase =
  'queued' | 'running' | 'waiting' | 'paused' | 'cancelling' | 'cancelled' | 'completed' | 'failed';

export interface LiveRun {
  phase: Phase;
  agent: string | null;
  /** Structured results by kind, in the order of their index; a later one of the same index wins. */
  outputs: Readonly<Record<string, readonly Value[]>>;
  text: string;
  scene: string | null;
  heard: readonly string[];
  problem: Problem | null;
  gate: { gate: string; question: string | null; options: readonly unknown[] } | null;
  words: number | null;
  cost: number;
  demo: boolean;
  startedAt: string | null;
  endedAt: string | null;
}

export const nothingYet: LiveRun = {
  phase: 'queued',
  agent: null,
  outputs: {},
  text: '',
  scene: null,
  heard: [],
  problem: null,
  gate: null,
  words: null,
  cost: 0,
  demo: false,
  startedAt: null,
  endedAt: null,
};

function place(list: readonly Value[] = [], index: number, value: Value): Value[] {
  const next = [...list];
  next[index] = value;
  return next;
}

/**
 * The next state after an event of the run `root` or one of its children. Text is placed by its
 * offset, so that a delta that comes twice or after a rewind leaves the same text.
 */
export function applyEvent(root: string, state: LiveRun, event: RunEvent): LiveRun {
  if (event.run !== root && event.type.startsWith('run.')) return state;
  switch (event.type) {
    case 'run.queued':
      return { ...state, phase: 'queued' };
    case 'run.started':
    case 'run.resumed':
      return {
        ...state,
        phase: 'running',
        problem: null,
        gate: null,
        startedAt: state.startedAt ?? event.at ?? null,
      };
    case 'run.waiting':
      // A run that waits for its own children is at work for the author.
      if (event.gate === 'children') return { ...state, phase: 'running' };
      return {
        ...state,
        phase: 'waiting',
        gate: {
          gate: event.gate,
          question: event.question ?? null,
          options: event.options ?? [],
        },
      };
    case 'run.paused':
      return { ...state, phase: 'paused' };
    case 'run.completed':
      return {
        ...state,
        phase: 'completed',
        words: event.words ?? state.words,
        cost: event.usage?.cost_usd ?? state.cost,
        endedAt: event.at ?? null,
      };
    case 'run.failed':
      return { ...state, phase: 'failed', problem: event.problem, endedAt: event.at ?? null };
    case 'run.cancelled':
      return { ...state, phase: 'cancelled', endedAt: event.at ?? null };
    case 'step.started':
      return { ...state, agent: event.agent ?? state.agent };
    case 'step.output':
      return {
        ...state,
        outputs: {
          ...state.outputs,
          [event.kind]: place(state.outputs[event.kind], event.index, event.value),
        },
      };
    case 'text.delta':
      if (!event.scene) return state;
      return {
        ...state,
        scene: event.scene,
        text: state.text.slice(0, event.offset) + event.text,
      };
    case 'text.rewind':
      return event.scene ? { ...state, text: state.text.slice(0, event.to_offset) } : state;
    case 'text.snapshot':
      return event.scene ? { ...state, scene: event.scene, text: event.text } : state;
    case 'call.finished':
      return { ...state, demo: state.demo || event.demo === true };
    case 'usage':
      return event.run === root ? { ...state, cost: event.cost_usd ?? state.cost } : state;
    case 'steer.accepted':
      return { ...state, heard: [...state.heard, event.text] };
    default:
      return state;
  }
}

const KINDS: Record<Part, readonly string[]> = {
  premise: ['premise', 'theme'],
  world: ['place', 'rule'],
  cast: ['character'],
  outline: ['outline_line', 'beat', 'scene_card'],
  chapter: [],
};

/** How far each of the five parts is; a part is done when a later one has begun. */
export function partStates(state: LiveRun): Record<Part, 'todo' | 'now' | 'done'> {
  const begun = PARTS.map((part) =>
    part === 'chapter'
      ? state.text !== ''
      : KINDS[part].some((kind) => (state.outputs[kind]?.length ?? 0) > 0),
  );
  const last = begun.lastIndexOf(true);
  const ended = state.phase === 'completed';
  const entries = PARTS.map((part, index) => {
    if (ended || index < last) return [part, 'done'] as const;
    if (index === last) return [part, 'now'] as const;
    return [part, index === 0 && state.phase === 'running' ? 'now' : 'todo'] as const;
  });
  return Object.fromEntries(entries) as Record<Part, 'todo' | 'now' | 'done'>;
}

/** A text member of a structured result; anything else reads as empty. */
export function textOf(value: Value | undefined, member: string): string {
  const found = value?.[member];
  return typeof found === 'string' ? found : '';
}
