import { authorisedFetch } from './client';
import { ApiProblem, readProblem } from './problems';

interface Sending {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

/** One request below `/api/v1`, its answer as `T`; an empty answer is undefined. Throws an ApiProblem. */
export async function ask<T>(path: string, sending: Sending = {}): Promise<T> {
  const url = new URL(`/api/v1${path}`, location.origin);
  const response = await authorisedFetch(
    new Request(url, {
      method: sending.method ?? 'GET',
      keepalive: sending.keepalive ?? false,
      ...(sending.signal ? { signal: sending.signal } : {}),
      ...(sending.json === undefined ? {} : { body: JSON.stringify(sending.json) }),
      headers: { 'content-type': 'application/json', ...sending.headers },
    }),
  );
  if (!response.ok) throw new ApiProblem(await readProblem(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}
