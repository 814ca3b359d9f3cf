import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CodexEntry } from '@/shared/api/types';
import { Section } from '@/shared/ui/page';

interface EntriesProps {
  novel: string;
  entries: readonly CodexEntry[];
  language: string;
}

const KINDS = { people: ['character', 'person'], places: ['place', 'location'] } as const;

/** Who and what the book knows of, as an index: name and one sentence. */
export function Entries({ novel, entries, language }: EntriesProps) {
  const { t } = useTranslation('plan');
  const of = (kinds: readonly string[]) => entries.filter((entry) => kinds.includes(entry.kind));
  const named: readonly string[] = [...KINDS.people, ...KINDS.places];
  const groups = [
    [t('people'), of(KINDS.people)],
    [t('places'), of(KINDS.places)],
    [t('others'), entries.filter((entry) => !named.includes(entry.kind))],
  ] as const;
  return groups.map(([title, group]) =>
    group.length > 0 ? (
      <Section key={title} title={title}>
        <dl lang={language} className="text-ui grid gap-x-8 gap-y-2 sm:grid-cols-[12rem_1fr]">
          {group.map((entry) => (
            <div key={entry.id} className="contents">
              <dt className="font-medium">
                <Link
                  to="/n/$novel/world/{-$entry}"
                  params={{ novel, entry: entry.id }}
                  className="decoration-line-2 underline-offset-4 hover:underline"
                >
                  {entry.name}
                </Link>
              </dt>
              <dd className="text-ink-2 max-sm:mb-2">{entry.summary}</dd>
            </div>
          ))}
        </dl>
      </Section>
    ) : null,
  );
}
