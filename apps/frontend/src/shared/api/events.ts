import * as z from 'zod/mini';
import { type Problem, isProblem } from './problems';

const problemSchema = z.custom<Problem>(isProblem);

const usage = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: z.optional(z.nullable(z.number())),
});
const text = z.optional(z.nullable(z.string()));
const target = {
  scene: text,
  proposal: text,
  variant: z.optional(z.nullable(z.number())),
  beat: text,
};

const base = { run: z.string(), seq: z.number(), novel: text, at: text };

const bodies = {
  'run.queued': { task: z.string(), goal: text },
  'run.started': { task: z.string(), goal: text },
  'run.resumed': { task: z.string(), goal: text },
  'run.waiting': { gate: z.string(), question: text, options: z.optional(z.array(z.unknown())) },
  'run.paused': { reason: text, until: text },
  'run.completed': {
    revision: z.optional(z.nullable(z.number())),
    proposals: z.optional(z.nullable(z.array(z.string()))),
    words: z.optional(z.nullable(z.number())),
    usage: z.optional(z.nullable(usage)),
  },
  'run.failed': { problem: problemSchema, usage: z.optional(z.nullable(usage)) },
  'run.cancelled': { usage: z.optional(z.nullable(usage)) },
  'step.started': {
    step: z.string(),
    agent: text,
    title_key: text,
    attempt: z.optional(z.nullable(z.number())),
    of: z.optional(z.nullable(z.number())),
    done: z.optional(z.nullable(z.number())),
    total: z.optional(z.nullable(z.number())),
    child_run: text,
  },
  'step.progress': {
    step: z.string(),
    done: z.optional(z.nullable(z.number())),
    total: z.optional(z.nullable(z.number())),
  },
  'step.completed': { step: z.string() },
  'step.retrying': {
    step: z.string(),
    attempt: z.optional(z.nullable(z.number())),
    of: z.optional(z.nullable(z.number())),
  },
  'step.failed': { step: z.string(), problem: z.optional(z.nullable(problemSchema)) },
  'step.output': {
    kind: z.string(),
    index: z.number(),
    value: z.record(z.string(), z.unknown()),
  },
  'text.delta': { ...target, offset: z.number(), text: z.string() },
  'text.rewind': { ...target, to_offset: z.number() },
  'text.snapshot': { ...target, text: z.string() },
  'call.finished': {
    call: z.string(),
    model: text,
    usage: z.optional(z.nullable(usage)),
    demo: z.optional(z.nullable(z.boolean())),
  },
  usage: {
    input_tokens: z.number(),
    output_tokens: z.number(),
    cost_usd: z.optional(z.nullable(z.number())),
    cap_left: z.optional(z.nullable(z.number())),
  },
  'steer.accepted': { text: z.string(), at_step: text },
  'steer.applied': { text: z.string(), at_step: text },
} as const;

type Bodies = typeof bodies;
export type RunEventType = keyof Bodies;

type Infer<Fields> = {
  [F in keyof Fields as undefined extends z.infer<Fields[F]> ? never : F]: z.infer<Fields[F]>;
} & {
  [F in keyof Fields as undefined extends z.infer<Fields[F]> ? F : never]?: z.infer<Fields[F]>;
};
type Shape<K extends RunEventType> = Infer<typeof base> & Infer<Bodies[K]>;
export type RunEvent = { [K in RunEventType]: { type: K } & Shape<K> }[RunEventType];
export type RunEventOf<K extends RunEventType> = Extract<RunEvent, { type: K }>;

const schemas = new Map<string, z.ZodMiniType>(
  Object.entries(bodies).map(([type, fields]) => [type, z.looseObject({ ...base, ...fields })]),
);

/** The typed event of a frame, or null when its type is unknown or its data is not usable. */
export function parseRunEvent(type: string, data: string): RunEvent | null {
  const schema = schemas.get(type);
  if (!schema) return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? ({ type, ...(parsed.data as object) } as RunEvent) : null;
}

const TERMINAL: readonly string[] = ['run.completed', 'run.failed', 'run.cancelled'];

export function isTerminal(event: RunEvent): boolean {
  return TERMINAL.includes(event.type);
}
