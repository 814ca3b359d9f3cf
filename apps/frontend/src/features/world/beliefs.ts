import type { components } from '@/shared/api/generated/schema';
import { anchorOf, wishOf, type FactValue } from './fact-wish';
import type { KnowledgeCell, PredicateView } from './types';

export type BeliefWish = components['schemas']['BeliefWrite'];
export type Holding = KnowledgeCell['state'];

interface Held {
  readonly knower: string;
  readonly fact: string;
  readonly holding: Holding;
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
  since,
  value,
  predicate,
}: Held): BeliefWish | null {
  const from = anchorOf(since);
  const base = { knower, fact_id: fact, ...(from ? { from } : {}) };
  switch (holding) {
    case 'hides':
      return { ...base, stance: 'knows', hides_from: 'everyone' };
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
