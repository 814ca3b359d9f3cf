import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { goTo } from '@/prose/page';
import { keys } from '@/shared/api/keys';
import type { NovelRead } from '@/shared/api/types';
import { putPlace } from '../api';
import { placeAt, positionOf, positionOfBlock, type CaretPlace } from '../caret';
import type { Session } from '../session';

const REST_MS = 1_500;

/** Opens the chapter at the caret its author left, and remembers where the caret rests now. */
export function useCaret(session: Session | null, novel: NovelRead, pid?: string): void {
  const client = useQueryClient();
  // Only the place known when the chapter opened counts: later answers never move the caret.
  const [left] = useState<CaretPlace | null>(novel.place ?? null);
  useEffect(() => {
    if (!session) return undefined;
    const { view } = session.page;
    const asked = pid === undefined ? null : positionOfBlock(view.state.doc, pid);
    const at = asked ?? (left && positionOf(view.state.doc, left));
    // A touch keyboard that opens by itself would cover the page.
    if (at !== null && !matchMedia('(pointer: coarse)').matches) goTo(view, at);
    return rememberCaret(session, (place) => {
      client.setQueryData(keys.novel(novel.id), (old: NovelRead | undefined) =>
        old ? { ...old, place } : old,
      );
      void putPlace(novel.id, place).catch(() => undefined);
    });
  }, [session, left, client, novel.id, pid]);
}

/** Tells the place of the caret when it has rested, and at the latest when the page is left. */
export function rememberCaret(session: Session, tell: (place: CaretPlace) => void): () => void {
  const { view } = session.page;
  let told = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = () => {
    clearTimeout(timer);
    timer = undefined;
    if (view.isDestroyed || session.store.getState().elsewhere) return;
    const place = placeAt(view.state.doc, view.state.selection.head);
    const key = JSON.stringify(place);
    if (!place || key === told) return;
    told = key;
    tell(place);
  };
  const moved = () => {
    if (!view.hasFocus()) return;
    clearTimeout(timer);
    timer = setTimeout(say, REST_MS);
  };
  const leave = () => {
    if (timer !== undefined) say();
  };
  document.addEventListener('selectionchange', moved);
  addEventListener('pagehide', leave);
  return () => {
    document.removeEventListener('selectionchange', moved);
    removeEventListener('pagehide', leave);
    leave();
  };
}
