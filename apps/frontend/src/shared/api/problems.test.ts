import { ApiProblem, fieldError, problemOf, readProblem } from './problems';

const answer = (status: number, body: string, type = 'application/problem+json') =>
  new Response(body, { status, headers: { 'content-type': type } });

test('a problem keeps its code, params and unknown members', async () => {
  const problem = await readProblem(
    answer(412, JSON.stringify({ code: 'content-changed', params: { version: 4 }, extra: 1 })),
  );
  expect(problem).toMatchObject({ code: 'content-changed', status: 412, params: { version: 4 } });
  expect(problem.extra).toBe(1);
});

test('an HTML error page of a proxy becomes a retryable problem', async () => {
  const problem = await readProblem(answer(502, '<html>bad gateway</html>', 'text/html'));
  expect(problem).toMatchObject({ code: 'gateway-unreachable', retryable: true, status: 502 });
});

test('a field error is found by the end of its pointer', () => {
  const problem = { code: 'invalid', errors: [{ pointer: '/body/password', code: 'too-short' }] };
  expect(fieldError(problem, 'password')).toBe('too-short');
  expect(fieldError(problem, 'name')).toBeUndefined();
});

test('a failed fetch reads as offline, anything else as unexpected', () => {
  expect(problemOf(new TypeError('Failed to fetch')).code).toBe('offline');
  expect(problemOf(new ApiProblem({ code: 'quota' })).code).toBe('quota');
  expect(problemOf(new RangeError('x')).code).toBe('unexpected');
});
