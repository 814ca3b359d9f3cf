import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { byScene } from '../model';
import { inboxQuery, useWorldAct } from '../queries';
import type { InboxItem } from '../types';
import { InboxLine } from './inbox-line';

interface InboxProps {
  readonly novel: string;
  readonly language: string;
}

/** What agents suggest for the world. Nothing of it counts before it is accepted here. */
export function Inbox({ novel, language }: InboxProps) {
  const { t } = useTranslation('world');
  const inbox = useQuery(inboxQuery(novel));
  if (inbox.isPending) return <Waiting text={t('loading')} lines={5} />;
  if (inbox.error) {
    return <ProblemNote error={inbox.error} onRetry={() => void inbox.refetch()} />;
  }
  if (inbox.data.length === 0) return <Empty text={t('inbox.empty')} />;
  return (
    <>
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('inbox.text')}</p>
      {byScene(inbox.data).map((group) => (
        <SceneGroup
          key={group.scene ?? 'none'}
          novel={novel}
          language={language}
          title={group.title}
          items={group.items}
        />
      ))}
    </>
  );
}

interface SceneGroupProps extends InboxProps {
  readonly title: string;
  readonly items: readonly InboxItem[];
}

function SceneGroup({ novel, language, title, items }: SceneGroupProps) {
  const { t } = useTranslation('world');
  const act = useWorldAct(novel);
  // What clashes with the world is decided one by one: a bulk accept would hide the choice.
  const plain = items.filter((item) => item.clash.length === 0).map((item) => item.id);
  const all = items.map((item) => item.id);
  return (
    <section className="mb-10">
      <div className="mb-1 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 lang={language} className="text-section grow font-semibold">
          {title || t('inbox.noScene')}
        </h2>
        {plain.length > 1 ? (
          <Button
            variant="link"
            className="text-meta"
            disabled={act.isPending}
            onClick={() => act.mutate({ do: 'decide', wish: { ids: plain, action: 'accept' } })}
          >
            {t('inbox.acceptAll', { count: plain.length })}
          </Button>
        ) : null}
        {all.length > 1 ? (
          <Button
            variant="link"
            className="text-meta"
            disabled={act.isPending}
            onClick={() => act.mutate({ do: 'decide', wish: { ids: all, action: 'reject' } })}
          >
            {t('inbox.rejectAll')}
          </Button>
        ) : null}
      </div>
      {act.error ? <ProblemNote error={act.error} text={t('unchanged')} /> : null}
      <ul className="border-line divide-line divide-y border-y">
        {items.map((item) => (
          <InboxLine key={item.id} novel={novel} language={language} item={item} />
        ))}
      </ul>
    </section>
  );
}
