import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '@/shared/api/keys';
import { askLogin } from '@/shared/api/session';
import { followUser } from '@/shared/api/user-stream';

type Ids = Record<string, unknown>;

const text = (data: Ids, member: string): string | undefined => {
  const found = data[member];
  return typeof found === 'string' ? found : undefined;
};

/** Turns one event of the user stream into what it makes stale. Unknown types change nothing. */
export function applyUserEvent(client: QueryClient, type: string, data: Ids): void {
  const stale = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });
  const novel = text(data, 'novel');
  const run = text(data, 'run');
  const [family] = type.split('.');
  if (family === 'run') {
    stale(keys.runs());
    if (run) stale(keys.run(run));
    if (/completed|failed|cancelled/u.test(type)) {
      stale(keys.novels());
      if (novel) textChanged(client, novel);
    }
    return;
  }
  if (family === 'content' && novel) {
    textChanged(client, novel);
    return;
  }
  if (type === 'session.revoked') {
    void askLogin('expired');
    return;
  }
  if (type.startsWith('service.')) {
    stale(keys.health());
    return;
  }
  if (!novel) return;
  if (family === 'proposal') stale(['novel', novel, 'proposals']);
  if (family === 'structure') stale(keys.tree(novel));
  if (family === 'plan') stale(keys.plan(novel));
  if (family === 'genesis') stale(keys.genesis(novel));
  if (family === 'world' || family === 'names') {
    stale(keys.entries(novel));
    stale(keys.world(novel));
  }
}

/** Text of a book changed elsewhere: what an open page has of it is asked for anew, caret or not. */
function textChanged(client: QueryClient, novel: string): void {
  for (const queryKey of [keys.novel(novel), ['chapter'], ['scene']]) {
    void client.invalidateQueries({ queryKey });
  }
}

/** Keeps the cache fresh by what the gateway tells this user, over one stream per browser. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => followUser((type, data) => applyUserEvent(client, type, data)), [client]);
}
