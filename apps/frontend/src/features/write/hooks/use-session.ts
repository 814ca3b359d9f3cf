import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Merge } from '@/prose/merge';
import { keys } from '@/shared/api/keys';
import { toast } from '@/shared/ui/toast';
import type { Opening } from '../queries';
import { openSession, type Session, type SessionOptions } from '../session';

interface Given {
  readonly user: string;
  readonly novel: string;
  readonly chapter: string;
  readonly title: string;
  readonly language: string;
  readonly opening: Opening;
  readonly onRedo: (session: Session, proposal: string, key: string) => void;
}

/** Opens a chapter on an element and says what happens to its text. */
export function useSession(given: Given) {
  const { t } = useTranslation(['write', 'proposals']);
  const client = useQueryClient();
  const [session, setSession] = useState<Session | null>(null);
  const opened = useRef<Session | null>(null);
  const said = useRef({ t, given });
  useEffect(() => {
    said.current = { t, given };
  });
  // The chapter is opened once: a change of the interface language must not open it again.
  const [options] = useState((): SessionOptions => {
    const { user, novel, chapter, language, opening } = given;
    return {
      user,
      novel,
      chapter,
      language,
      scenes: opening.scenes,
      labels: {
        name: t('page.name', { title: given.title }),
        hint: t('page.hint'),
        accept: t('proposals:accept'),
        reject: t('proposals:reject'),
        youChangedThis: t('proposals:youChangedThis'),
        redo: t('proposals:redo'),
      },
      onMerged: (merge: Merge) =>
        toast(said.current.t(merge.kept.length > 0 ? 'save.mergedKept' : 'save.merged')),
      onPasteLeftOut: () => toast(said.current.t('page.leftOut')),
      onSaved: () => void client.invalidateQueries({ queryKey: keys.tree(novel) }),
      onRedo: (proposal, key) => {
        if (opened.current) said.current.given.onRedo(opened.current, proposal, key);
      },
      onDecisionRefused: () => toast(said.current.t('save.decidedElsewhere')),
    };
  });
  const open = useCallback(
    (element: HTMLElement) => {
      const own = openSession(element, options);
      opened.current = own;
      setSession(own);
      return () => {
        own.close();
        opened.current = null;
        setSession(null);
      };
    },
    [options],
  );
  return { session, open };
}
