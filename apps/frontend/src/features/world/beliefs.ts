import type { components } from '@/shared/api/generated/schema';
import { anchorOf, wishOf, type FactValue } from './fact-wish';
import type { KnowledgeCell, PredicateView } from './types';

export type BeliefWish = components['schemas']['BeliefWrite'];
export type Holding = KnowledgeCell['state'];
export type HidesFrom = NonNullable<BeliefWish['hides_from']>;

interface Held {
  readonly knower: string;
  readonly fact: string;
  readonly holding: Holding;
  /** Whom it is hidden from already; everyone when nothing is said of it. */
  readonly hidesFrom?: HidesFrom | undefined;
  /** The scene it begins with; empty for always. */
  readonly since: string;
  /** What is believed instead of the fact. */
  readonly value: FactValue;
  readonly predicate: PredicateView | undefined;
}

/** What is sent for a choice: who hides something knows it; null while a wrong belief is not said. */
export function beliefWish({
  knower,
  fact,
  holding,
  hidesFrom,
  since,
  value,
  predicate,
}: Held): BeliefWish | null {
  const from = anchorOf(since);
  const base = { knower, fact_id: fact, ...(from ? { from } : {}) };
  switch (holding) {
    case 'hides':
      return { ...base, stance: 'knows', hides_from: hidesFrom ?? 'everyone' };
    case 'believes_wrongly': {
      const said = predicate && wishOf('', predicate, value, undefined, undefined);
      const given = said?.value;
      const instead = said?.object_id ?? (typeof given === 'number' ? { number: given } : given);
      return instead ? { ...base, stance: holding, believed_value: instead } : null;
    }
    default:
      return { ...base, stance: holding, hides_from: 'nobody' };
  }
}
