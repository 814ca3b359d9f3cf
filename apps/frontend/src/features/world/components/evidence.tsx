import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Evidence } from '../types';

interface EvidenceListProps {
  readonly novel: string;
  readonly language: string;
  readonly evidence: readonly Evidence[];
}

/** The sentences something rests on, each a way to its paragraph. */
export function EvidenceList({ novel, language, evidence }: EvidenceListProps) {
  const { t } = useTranslation('world');
  if (evidence.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-1">
      {evidence.map((one) => {
        const scene = one.scene_id ?? one.scene ?? '';
        return (
          <li key={`${scene}/${one.pid}/${String(one.from)}`}>
            <Link
              to="/n/$novel/write/{-$node}"
              params={{ novel, node: scene }}
              search={{ at: one.pid }}
              aria-label={t('evidence.open', { quote: one.quote })}
              className="text-meta text-ink-2 hover:text-ink border-line-2 block border-s-2 ps-3 font-serif"
            >
              <q lang={language}>{one.quote}</q>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
