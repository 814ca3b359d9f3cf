/** How far continuous mode is to write. */
export const FAR = ['some', 'arc', 'end'] as const;
export type Far = (typeof FAR)[number];

export const MOST_CHAPTERS = 100;

/**
 * The questions of the chapter loop and the answers that can be given beforehand; the first one is usual. `cost` asks
 * above an amount, `clash` where a contradiction stays.
 */
export const GATES = {
  plan: ['auto', 'ask', 'cost'],
  accept: ['auto', 'ask', 'clash', 'cost'],
  contradiction: ['ask', 'keep'],
  replan: ['auto', 'ask', 'cost', 'off'],
  spend: ['auto', 'ask', 'cost'],
} as const;
export type GateName = keyof typeof GATES;
export type GateMode = (typeof GATES)[GateName][number];
/** How each question is answered beforehand, and the amount in dollars that was typed for those that have one. */
export type Gates = Readonly<Record<GateName, { mode: GateMode; amount: string }>>;

export const GATE_NAMES = Object.keys(GATES) as readonly GateName[];

const usual = (name: GateName) => ({ mode: GATES[name][0], amount: '1' });
export const usualGates: Gates = {
  plan: usual('plan'),
  accept: usual('accept'),
  contradiction: usual('contradiction'),
  replan: usual('replan'),
  spend: usual('spend'),
};

const AMOUNT = /^\d{1,6}(?:\.\d{1,6})?$/u;

/** Whether an amount in dollars was typed that can be asked about. */
export const isAmount = (typed: string): boolean => AMOUNT.test(typed) && Number(typed) > 0;

/** The gates as a run is started with them; null while an amount is none. */
export function gatesWish(gates: Gates): Record<GateName, string> | null {
  const told = GATE_NAMES.map((name) => {
    const { mode, amount } = gates[name];
    if (mode === 'clash') return [name, 'ask_if_contradiction'] as const;
    if (mode !== 'cost') return [name, mode] as const;
    return [name, isAmount(amount) ? `ask_if_cost_over(${amount})` : null] as const;
  });
  return told.some(([, mode]) => mode === null)
    ? null
    : (Object.fromEntries(told) as Record<GateName, string>);
}

/** A whole number of chapters, or null when what was typed is none. */
export function chaptersOf(typed: string): number | null {
  const count = Number(typed);
  return Number.isInteger(count) && count >= 1 && count <= MOST_CHAPTERS ? count : null;
}

/** Of how many plans of a chapter the director may take the best one. */
export const PLANS = ['1', '2', '3'] as const;
export type Plans = (typeof PLANS)[number];

/** Of how many drafts of a scene the editor may pick the better one. */
export const DRAFTS = ['1', '2', '3'] as const;
export type Drafts = (typeof DRAFTS)[number];

/** What is paid for besides one plan and one draft: more of them, and a reading of each finished chapter. */
export interface Besides {
  readonly alternatives?: number;
  readonly drafts?: number;
  readonly read?: true;
}

/** What continuous mode is started with; null while the number of chapters is none. */
export function bookWish(
  far: Far,
  typed: string,
  besides: Besides = {},
): Record<string, number | string | boolean> | null {
  if (far !== 'some') return { until: far, ...besides };
  const chapters = chaptersOf(typed);
  return chapters === null ? null : { chapters, ...besides };
}
