import createClient from 'openapi-fetch';
import type { paths } from './generated/schema';
import { ApiProblem, OFFLINE, readProblem } from './problems';
import { askLogin, useSession } from './session';

const NO_REFRESH = /\/api\/v1\/(auth\/|setup|system\/)/u;

let refreshing: Promise<boolean> | null = null;

async function postRefresh(): Promise<boolean> {
  const answer = await fetch('/api/v1/auth/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => null);
  return answer?.ok ?? false;
}

async function refreshOnce(): Promise<boolean> {
  if (!('locks' in navigator)) return postRefresh();
  return await navigator.locks.request('is.refresh', () => postRefresh());
}

/** One refresh at a time in this tab, and where Web Locks exist, in this browser. */
export function refreshSession(): Promise<boolean> {
  const running =
    refreshing ??
    refreshOnce().finally(() => {
      refreshing = null;
    });
  refreshing = running;
  return running;
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (reason) {
    if (request.signal.aborted) throw reason;
    throw new ApiProblem(OFFLINE);
  }
}

/**
 * Sends a request; on 401 refreshes the session once, and when that fails asks for the password in
 * place and sends again. Cookies carry the session: no token is ever seen here.
 */
export async function authorisedFetch(request: Request): Promise<Response> {
  const spare = request.clone();
  const response = await send(request);
  const path = new URL(request.url).pathname;
  if (response.status !== 401 || NO_REFRESH.test(path)) return response;
  if ((await readProblem(response)).code === 'step-up-required') {
    return (await askLogin('stepUp')) ? send(spare) : response;
  }
  if (await refreshSession()) return send(spare);
  if (useSession.getState().known && (await askLogin('expired'))) return send(spare);
  return response;
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: authorisedFetch,
});

api.use({
  onRequest({ request }) {
    // The gateway takes changes as JSON only, those without a body included.
    if (request.method !== 'GET' && !request.headers.has('content-type')) {
      request.headers.set('content-type', 'application/json');
    }
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw new ApiProblem(await readProblem(response));
    return undefined;
  },
});

/** The body of a successful answer. Failures have thrown an ApiProblem before this point. */
export async function body<T>(answer: Promise<{ data?: T | undefined }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}
