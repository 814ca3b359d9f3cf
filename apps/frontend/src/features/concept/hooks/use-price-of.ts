import { useQuery } from '@tanstack/react-query';
import { estimateQuery } from '@/shared/api/run-queries';
import { usePrice } from '@/shared/ui/figures';
import type { Stage } from '../types';

/** What a question to Worldsmith will cost, in words. */
export function usePriceOf(novel: string, stage: Stage, action: 'generate' | 'complete'): string {
  const task = action === 'generate' ? 'worldsmith.options' : 'worldsmith.complete';
  const estimate = useQuery({ ...estimateQuery(novel, task, { stage }), retry: false });
  const price = usePrice();
  return estimate.data ? price(estimate.data) : '';
}
