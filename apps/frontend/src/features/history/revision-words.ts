import { useTranslation } from 'react-i18next';
import { editOf, type Revision } from './model';

/** What a revision was, in the author's words or in ours. */
export function useRevisionWords(): (revision: Revision) => string {
  const { t, i18n } = useTranslation('history');
  return ({ label, kind, revision, tables, rolled_back_to: to }) => {
    const known = `kind.${kind}`;
    const words = `label.${label ?? ''}`;
    if (i18n.exists(words, { ns: 'history' })) return t(words as 'label.sample');
    if (label) return label;
    const edit = kind === 'edit' ? editOf({ tables }) : null;
    if (edit) return t(`edit.${edit.how}`, { what: t(`edit.what.${edit.what}`) });
    return i18n.exists(known, { ns: 'history' })
      ? t(known as 'kind.rollback', { to: to ?? '' })
      : t('revision', { number: revision });
  };
}
