import { QueryClient } from '@tanstack/react-query';
import { keys } from '@/shared/api/keys';
import { applyUserEvent } from './live';

function cache() {
  const client = new QueryClient();
  for (const key of [
    keys.novel('n'),
    keys.tree('n'),
    keys.proposals('n'),
    keys.chapter('c'),
    keys.versions('s'),
    keys.runs('n'),
    keys.novels(),
  ]) {
    client.setQueryData(key, {});
  }
  const isStale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  return { client, isStale };
}

test.each(['run.completed', 'run.cancelled', 'run.failed', 'content.changed'])(
  '%s makes text, order, versions and proposals of the book stale',
  (type) => {
    const { client, isStale } = cache();
    applyUserEvent(client, type, { run: 'r', novel: 'n' });
    for (const key of [keys.chapter('c'), keys.tree('n'), keys.versions('s'), keys.proposals('n')])
      expect(isStale(key)).toBe(true);
  },
);

test('the start of a run leaves the text alone', () => {
  const { client, isStale } = cache();
  applyUserEvent(client, 'run.started', { run: 'r', novel: 'n' });
  expect(isStale(keys.runs('n'))).toBe(true);
  expect(isStale(keys.chapter('c'))).toBe(false);
});
