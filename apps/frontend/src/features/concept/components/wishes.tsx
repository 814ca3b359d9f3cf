import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { AreaField, Tick } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { useDo } from '../queries';
import { WISHES, type Stage, type Wish, type WishKind } from '../types';

interface WishesProps {
  readonly novel: string;
  readonly language: string;
  readonly stage: Stage;
  readonly wishes: readonly Wish[];
}

/** What must be, must not be and would be liked, on one line: it stands in every later prompt. */
export function Wishes({ language, wishes }: Pick<WishesProps, 'language' | 'wishes'>) {
  const { t } = useTranslation('concept');
  if (wishes.length === 0) return null;
  return (
    <ul aria-label={t('wish.label')} className="text-meta flex flex-wrap gap-x-4">
      {wishes.map((wish) => (
        <li key={wish.id}>
          <span className="text-ink-3">{t(`wish.kinds.${wish.kind}`)} </span>
          <span lang={language}>{wish.text}</span>
        </li>
      ))}
    </ul>
  );
}

/** Adds to the conditions and takes them away. */
export function WishForm(props: WishesProps & { readonly onClose: () => void }) {
  const { novel, language, stage, wishes, onClose } = props;
  const { t } = useTranslation('concept');
  const [kind, setKind] = useState<WishKind>('must');
  const [text, setText] = useState('');
  const [everywhere, setEverywhere] = useState(true);
  const act = useDo(novel, stage);
  return (
    <FormDialog
      title={t('wish.title')}
      description={t('wish.text')}
      ready={text.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      onSubmit={() =>
        act.mutate(
          { action: 'constrain', text: text.trim(), kind, scope: everywhere ? 'all' : stage },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      {wishes.length > 0 ? (
        <ul className="border-line divide-line text-ui divide-y border-y">
          {wishes.map((wish) => (
            <li key={wish.id} className="flex items-baseline gap-3 py-1">
              <span className="text-ink-3">{t(`wish.kinds.${wish.kind}`)}</span>
              <span lang={language} className="grow">
                {wish.text}
              </span>
              <Button
                variant="link"
                className="text-meta"
                aria-label={t('wish.removeThis', { text: wish.text })}
                disabled={act.isPending}
                onClick={() => act.mutate({ action: 'unconstrain', id: wish.id })}
              >
                {t('wish.remove')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <Choice
        label={t('wish.kind')}
        value={kind}
        options={WISHES.map((value) => ({ value, label: t(`wish.kinds.${value}`) }))}
        onChange={setKind}
      />
      <AreaField
        autoFocus
        label={t('wish.field')}
        lang={language}
        maxLength={500}
        value={text}
        onChange={setText}
      />
      <Tick label={t('wish.everywhere')} checked={everywhere} onChange={setEverywhere} />
    </FormDialog>
  );
}
