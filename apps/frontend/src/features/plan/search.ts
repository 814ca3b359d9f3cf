export const VIEWS = ['concept', 'outline', 'board', 'promises'] as const;
export type PlanView = (typeof VIEWS)[number];

/** Which view of the plan an address means; the outline is the one without a name. */
export function viewOf(given: unknown): Exclude<PlanView, 'outline'> | undefined {
  const view = VIEWS.find((one) => one === given);
  return view === 'outline' ? undefined : view;
}
