import { useState, type FormEvent, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useTyped } from '../hooks/use-typed';
import { NOTES_FROM } from '../model';
import type { GenesisRead, Method, StageRead } from '../types';
import { CompleteDialog } from './complete-dialog';
import { WishForm, Wishes } from './wishes';
import type { useAsk } from '../queries';

interface ComposerProps {
  readonly novel: string;
  readonly language: string;
  readonly genesis: GenesisRead;
  readonly stage: StageRead;
  readonly price: string;
  readonly isFull: boolean;
  readonly asking: ReturnType<typeof useAsk>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** The one input: a message, or an instruction for new options; what must and must not be stands above it. */
export function Composer(props: ComposerProps) {
  const { novel, language, genesis, stage, price, isFull, asking, field } = props;
  const { t } = useTranslation(['concept', 'common']);
  const [text, setText, sent] = useTyped(novel, stage.stage);
  const [pasted, setPasted] = useState(false);
  const [dialog, setDialog] = useState<'complete' | 'wishes' | null>(null);
  const wishes = genesis.constraints.filter(
    (wish) => wish.scope === 'all' || wish.scope === stage.stage,
  );
  const typed = text.trim();
  const isLocked = stage.status === 'locked';
  const isShut = isFull || isLocked || asking.isPending;
  const send = () => {
    if (!typed || isShut) return;
    asking.mutate({ action: 'ask', message: typed }, { onSuccess: () => sent(text) });
  };
  const more = () =>
    asking.mutate(
      { action: 'generate', ...(typed ? { instruction: typed } : {}) },
      { onSuccess: () => sent(text) },
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const use = (method: Method) => {
    setText(method.text);
    setTimeout(() => field.current?.focus(), 0);
  };
  const others = [
    {
      name: 'complete' as const,
      label: t('composer.complete'),
      disabled: isShut || !stage.may_generate || stage.missing_full.length === 0,
    },
    {
      name: 'wishes' as const,
      label: t('wish.add'),
      disabled: isLocked,
    },
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <form
      onSubmit={submit}
      aria-label={t('composer.label')}
      className="bg-chrome border-line flex flex-col gap-2 border-t px-4 py-2 md:px-8 md:py-3"
    >
      <Wishes language={language} wishes={wishes} />
      {stage.stage === 'seed' && pasted && typed.length > NOTES_FROM ? (
        <p className="text-meta text-ink-2 flex flex-wrap gap-x-4">
          {t('composer.long')}
          <Button
            variant="link"
            className="text-meta"
            disabled={isShut}
            onClick={() =>
              asking.mutate({ action: 'digest', text: typed }, { onSuccess: () => sent(text) })
            }
          >
            {t('composer.useAsNotes')}
          </Button>
        </p>
      ) : null}
      <textarea
        ref={field}
        rows={2}
        maxLength={100_000}
        lang={language}
        aria-label={t('composer.field')}
        placeholder={isLocked ? t('composer.locked') : t('composer.placeholder')}
        disabled={isLocked}
        className={`${controlLook} max-h-[30dvh] resize-none field-sizing-content`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPaste={(event) => setPasted(event.clipboardData.getData('text').length > NOTES_FROM)}
        onKeyDown={onKeyDown}
      />
      {asking.error ? <ProblemNote error={asking.error} text={t('composer.notSent')} /> : null}
      {isFull ? <p className="text-meta text-ink-2">{t('composer.full')}</p> : null}
      {stage.may_generate || isLocked ? null : (
        <p className="text-meta text-ink-2">
          {t('composer.blocked', {
            stages: stage.blocked_by.map((name) => t(`stages.${name}`)).join(t('composer.and')),
          })}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" size="small" disabled={!typed || isShut}>
          {t('composer.send')}
        </Button>
        <Button
          size="small"
          disabled={isShut || !stage.may_generate}
          aria-label={`${t('composer.more')} · ${price}`}
          onClick={more}
        >
          {t('composer.more')}
          <span className="figures text-ink-2 font-normal">{price}</span>
        </Button>
        {others.map(({ name, label, disabled }) => (
          <Button
            key={name}
            variant={name === 'complete' ? 'outline' : 'quiet'}
            size="small"
            className="max-md:hidden"
            disabled={disabled}
            onClick={() => setDialog(name)}
          >
            {label}
          </Button>
        ))}
        {genesis.methods.length > 0 && !isLocked ? (
          <Methods methods={genesis.methods} onChoose={use} className="max-md:hidden" />
        ) : null}
        {/* On a phone there is one line for all of this. */}
        <Menu
          trigger={
            <Button
              variant="quiet"
              size="small"
              className="ms-auto md:hidden"
              aria-label={t('composer.others')}
            >
              {'⋯'}
            </Button>
          }
        >
          {others.map(({ name, label, disabled }) => (
            <MenuItem key={name} disabled={disabled} onSelect={() => setDialog(name)}>
              {label}
            </MenuItem>
          ))}
          {genesis.methods.map((method) => (
            <MenuItem key={method.id} disabled={isLocked} onSelect={() => use(method)}>
              {method.title}
            </MenuItem>
          ))}
        </Menu>
      </div>
      {dialog === 'complete' ? (
        <CompleteDialog {...{ stage, novel, asking }} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'wishes' ? (
        <WishForm
          {...{ novel, language, wishes }}
          stage={stage.stage}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </form>
  );
}

interface MethodsProps {
  readonly methods: readonly Method[];
  readonly onChoose: (method: Method) => void;
  readonly className: string;
}

/** Ways to come to an idea; one that is chosen stands in the field, to be changed or sent. */
function Methods({ methods, onChoose, className }: MethodsProps) {
  const { t } = useTranslation('concept');
  return (
    <Menu
      align="start"
      trigger={
        <Button variant="quiet" size="small" className={className}>
          {t('composer.methods')}
        </Button>
      }
    >
      {methods.map((method) => (
        <MenuItem key={method.id} onSelect={() => onChoose(method)}>
          <span className="block max-w-80">
            {method.title}
            <span className="text-small text-ink-3 block">{method.text}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
