import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { evidenceOf } from '../types';

interface EvidenceListProps {
  readonly novel: string;
  readonly language: string;
  readonly evidence: readonly Readonly<Record<string, unknown>>[];
}

/** The sentences something rests on, each a way to its paragraph. */
export function EvidenceList({ novel, language, evidence }: EvidenceListProps) {
  const { t } = useTranslation('world');
  if (evidence.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-1">
      {evidence.map(evidenceOf).map(({ scene, pid, from, quote }) => (
        <li key={`${scene}/${pid}/${String(from)}`}>
          <Link
            to="/n/$novel/write/{-$node}"
            params={{ novel, node: scene }}
            search={{ at: pid }}
            aria-label={t('evidence.open', { quote })}
            className="text-meta text-ink-2 hover:text-ink border-line-2 block border-s-2 ps-3 font-serif"
          >
            <q lang={language}>{quote}</q>
          </Link>
        </li>
      ))}
    </ul>
  );
}
