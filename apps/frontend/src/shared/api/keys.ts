/** The one place where query keys are made. `app/live.ts` invalidates by the same keys. */
export const keys = {
  bootstrap: () => ['bootstrap'] as const,
  health: () => ['health'] as const,
  me: () => ['me'] as const,
  preferences: () => ['me', 'preferences'] as const,
  sessions: () => ['me', 'sessions'] as const,
  novels: () => ['novels'] as const,
  trash: () => ['novels', 'trash'] as const,
  novel: (novel: string) => ['novel', novel] as const,
  tree: (novel: string) => ['novel', novel, 'tree'] as const,
  plan: (novel: string) => ['novel', novel, 'plan'] as const,
  /** The conversation about the six stages; everything of it stands under this one. */
  genesis: (novel: string, ...rest: readonly unknown[]) =>
    ['novel', novel, 'genesis', ...rest] as const,
  entries: (novel: string) => ['novel', novel, 'entries'] as const,
  timeline: (novel: string) => ['novel', novel, 'timeline'] as const,
  predicates: (language: string) => ['predicates', language] as const,
  /** Everything that a change of the world makes stale stands under this one. */
  world: (novel: string, ...rest: readonly unknown[]) =>
    ['novel', novel, 'world', ...rest] as const,
  revisions: (novel: string) => ['novel', novel, 'revisions'] as const,
  proposals: (novel: string, scene?: string) =>
    ['novel', novel, 'proposals', scene ?? 'all'] as const,
  chapter: (chapter: string) => ['chapter', chapter] as const,
  versions: (scene: string) => ['scene', scene, 'versions'] as const,
  version: (scene: string, version: string) => ['scene', scene, 'versions', version] as const,
  runs: (novel?: string) => (novel ? (['runs', novel] as const) : (['runs'] as const)),
  run: (run: string) => ['run', run] as const,
  steps: (run: string) => ['run', run, 'steps'] as const,
  call: (call: string) => ['call', call] as const,
  estimate: (task: string, input: unknown, novel?: string) =>
    ['estimate', task, input, novel ?? null] as const,
  providers: () => ['providers'] as const,
  models: () => ['models'] as const,
  roles: (novel?: string) => ['roles', novel ?? 'all'] as const,
  judges: (novel: string) => ['judges', novel] as const,
  privateMode: (novel?: string) => ['private-mode', novel ?? 'all'] as const,
  profiles: (provider: string) => ['profiles', provider] as const,
  prompts: (whose: string | null, ...rest: readonly unknown[]) =>
    ['prompts', whose ?? 'mine', ...rest] as const,
  export: (id: string) => ['export', id] as const,
};
