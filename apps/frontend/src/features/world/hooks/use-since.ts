import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ticksOf } from '../moments';
import { treeQuery } from '../queries';
import type { FactView } from '../types';

/** Says from when until when something holds: "from ch. 3 · The Bell until ch. 5"; null for always. */
export function useSince(novel: string) {
  const { t } = useTranslation('world');
  const ticks = ticksOf(useQuery(treeQuery(novel)).data);
  const place = (scene: string | undefined, title: string): string => {
    const found = ticks.find((tick) => tick.scene === scene);
    const chapter = found ? t('fact.place', { number: found.chapter }) : '';
    // The server words a scene without a title by its number in the book, which its chapter says better.
    return [chapter, found ? found.title : title].filter(Boolean).join(' · ');
  };
  const since = ({ from_scene: from, until_scene: until, valid_from, valid_to }: FactView) => {
    const first = valid_from.kind === 'always' ? '' : valid_from.words;
    const start = (from && place(from.id, from.title)) || first;
    const end = (until && place(until.id, until.title)) || valid_to?.words;
    if (start && end) return t('fact.fromUntil', { start, end });
    if (start) return t('fact.from', { start });
    return end ? t('fact.until', { end }) : null;
  };
  return { since, place };
}
