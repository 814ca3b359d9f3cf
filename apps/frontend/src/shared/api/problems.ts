import * as z from 'zod/mini';

/** RFC 9457 problem as the gateway speaks it; failed runs carry the same object. */
export const problemSchema = z.looseObject({
  type: z.optional(z.string()),
  title: z.optional(z.string()),
  status: z.optional(z.nullable(z.number())),
  detail: z.optional(z.nullable(z.string())),
  code: z.string(),
  kind: z.optional(z.string()),
  params: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  errors: z.optional(
    z.nullable(z.array(z.looseObject({ pointer: z.string(), code: z.optional(z.string()) }))),
  ),
  request_id: z.optional(z.nullable(z.string())),
  retryable: z.optional(z.nullable(z.boolean())),
  retry_after: z.optional(z.nullable(z.number())),
  action: z.optional(z.nullable(z.string())),
});
export type Problem = z.infer<typeof problemSchema>;

/** What every failed request throws. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(readonly problem: Problem) {
    super(problem.title ?? problem.code);
  }
  get code(): string {
    return this.problem.code;
  }
  get status(): number {
    return this.problem.status ?? 0;
  }
}

export const OFFLINE: Problem = {
  code: 'offline',
  kind: 'unavailable',
  status: 0,
  retryable: true,
};

/** The problem inside whatever was thrown; an unknown error becomes code `unexpected`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ApiProblem) return thrown.problem;
  if (thrown instanceof TypeError && /fetch|network|load failed/iu.test(thrown.message)) {
    return OFFLINE;
  }
  return {
    code: 'unexpected',
    kind: 'bug',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  };
}

/** Reads the body of a response that is not 2xx. A body that is no problem is worded by its status. */
export async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const parsed = problemSchema.safeParse(body);
  if (parsed.success) return { ...parsed.data, status: parsed.data.status ?? response.status };
  return {
    code: response.status >= 500 ? 'gateway-unreachable' : 'unexpected',
    status: response.status,
    title: response.statusText,
    retryable: response.status >= 500,
  };
}

/** The code of the first error on a form field, by the end of its JSON pointer. */
export function fieldError(problem: Problem, field: string): string | undefined {
  return problem.errors?.find((error) => error.pointer.split('/').at(-1) === field)?.code;
}
