import {
  STAGES,
  type FieldSource,
  type GenesisRead,
  type OptionRead,
  type Round,
  type Stage,
  type StageRead,
  type StageStatus,
} from './types';

/** How far a stage is, told by shape as well as by its word. */
export const MARKS: Readonly<Record<StageStatus, string>> = {
  empty: '○',
  exploring: '◔',
  sketched: '◑',
  ready: '◕',
  locked: '●',
  stale: '↻',
};

/** Pasted text of this length is notes rather than a message. */
export const NOTES_FROM = 600;

export function isStage(value: unknown): value is Stage {
  return STAGES.some((stage) => stage === value);
}

export function stageOf(genesis: GenesisRead | undefined, stage: Stage): StageRead | undefined {
  return genesis?.stages.find((one) => one.stage === stage);
}

/** The stage an author goes on with: the first that is not locked, else the last. */
export function nextStage(genesis: GenesisRead | undefined): Stage {
  const open = genesis?.stages.find((one) => one.status !== 'locked');
  return open?.stage ?? (genesis ? 'details' : 'seed');
}

export function isWaiting(round: Round): boolean {
  return round.status === 'queued' || round.status === 'answering';
}

/** One message is answered, one waits as "next"; a third has to wait outside. */
export function isFull(rounds: readonly Round[]): boolean {
  return rounds.filter(isWaiting).length >= 2;
}

/** The options an author chooses from by number: those of the last answer that has any. */
export function optionsInPlay(rounds: readonly Round[]): readonly OptionRead[] {
  const last = rounds.findLast((round) => (round.output?.options?.length ?? 0) > 0);
  return last?.output?.options ?? [];
}

/** Every option of a conversation by its id and by its handle. */
export function optionIndex(rounds: readonly Round[]): ReadonlyMap<string, OptionRead> {
  const found = new Map<string, OptionRead>();
  for (const option of rounds.flatMap((round) => round.output?.options ?? [])) {
    found.set(option.id, option);
    found.set(option.handle, option);
  }
  return found;
}

/** What can be done with so many ticked options. */
export function canMerge(ticked: number): boolean {
  return ticked >= 2 && ticked <= 3;
}
export function canCompare(ticked: number): boolean {
  return ticked >= 2 && ticked <= 4;
}

/** Where a field comes from; a list names every source its parts have, each once. */
export function sourcesOf(
  fields: Readonly<Record<string, FieldSource>>,
  name: string,
): readonly FieldSource[] {
  const found = new Map<string, FieldSource>();
  for (const [path, source] of Object.entries(fields)) {
    if (path !== name && !path.startsWith(`${name}.`) && !name.startsWith(`${path}.`)) continue;
    const key = `${source.by}/${source.call_id ?? ''}/${(source.options ?? []).join()}`;
    if (!found.has(key)) found.set(key, source);
  }
  return [...found.values()];
}

/** The number keys 1 to 6 name an option in play; anything else names none. */
export function optionOfKey(key: string, options: readonly OptionRead[]): OptionRead | undefined {
  return /^[1-6]$/u.test(key) ? options[Number(key) - 1] : undefined;
}
