import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDate } from '@/shared/i18n/format';
import { KINDS, type Feedback } from '../notes';

interface NoteListProps {
  readonly novel: string;
  readonly language: string;
  readonly feedback: Feedback;
}

/** Notes on a chapter by kind, each with its quote and the way to it in the text. */
export function NoteList({ novel, language, feedback }: NoteListProps) {
  const { t, i18n } = useTranslation(['review', 'common']);
  return (
    <section>
      <h3 className="text-ui font-semibold">
        {t('reading.notes', { when: formatDate(feedback.at, i18n.language) })}
        {feedback.demo ? (
          <span className="text-meta text-ink-3 ms-3 font-normal">{t('common:demo.tag')}</span>
        ) : null}
      </h3>
      <ul className="border-line divide-line mt-2 divide-y border-y">
        {KINDS.flatMap((kind) => feedback.notes.filter((note) => note.kind === kind)).map(
          (note) => (
            <li key={`${note.pid}/${note.quote}/${note.text}`} className="py-3">
              <p className="text-ui">
                <span className="text-ink-3 text-meta me-3">
                  {t(`note.${note.kind}`)} · {t(`lens.${note.lens}`)}
                </span>
                {note.text}
              </p>
              <Link
                to="/n/$novel/write/{-$node}"
                params={{ novel, node: note.scene }}
                search={{ at: note.pid }}
                className="decoration-line-2 text-meta mt-1 inline-block font-serif underline underline-offset-4"
              >
                <q lang={language}>{note.quote}</q>
              </Link>
            </li>
          ),
        )}
      </ul>
      {feedback.dropped > 0 ? (
        <p className="text-meta text-ink-3 mt-2">
          {t('reading.dropped', { count: feedback.dropped })}
        </p>
      ) : null}
    </section>
  );
}
