/** RFC 9457 problem as the gateway speaks it; failed runs carry the same object. */
export interface Problem {
  code: string;
  kind?: string;
  type?: string;
  title?: string;
  status?: number | null;
  detail?: string | null;
  params?: Record<string, unknown> | null;
  errors?: { pointer: string; code?: string }[] | null;
  request_id?: string | null;
  retryable?: boolean | null;
  retry_after?: number | null;
  action?: string | null;
  [extra: string]: unknown;
}

/** Whether a value can be treated as a problem: it has a code. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string';
}

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
  if (isProblem(body)) return { ...body, status: body.status ?? response.status };
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
