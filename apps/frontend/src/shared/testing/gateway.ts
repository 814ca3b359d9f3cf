import { type HttpHandler, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';

const origin = 'http://localhost:3000';

/** A gateway for the tests of one file; a request that no handler answers fails the test. */
export function fakeGateway(...handlers: HttpHandler[]) {
  const server = setupServer(...handlers);
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
  return server;
}

export const at = (path: string) => `${origin}/api/v1${path}`;

export function problem(status: number, code: string, more: Record<string, unknown> = {}) {
  return HttpResponse.json(
    { code, status, title: code, ...more },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
}

export { HttpResponse, http };
