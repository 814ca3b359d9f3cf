import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { sourcesOf } from '../model';
import { useDo } from '../queries';
import { isEmpty, nameOf, valueAt } from '../sheet';
import type { Parts, Shape } from '../sheets';
import type { StageRead, Value } from '../types';
import { Sources, type ReceiptOf } from './field-sources';
import { PartsEditor, ValueEditor } from './value-editor';
import { Thing, ValueView, useFieldName } from './value-view';

export interface SheetFieldProps {
  readonly novel: string;
  readonly language: string;
  readonly stage: StageRead;
  readonly name: string;
  readonly shape: Shape;
  readonly titleOf: (handle: string) => string;
  readonly receipt: ReceiptOf;
}

export const fieldId = (stage: string, name: string) =>
  `field-${stage}-${name.replaceAll('.', '-')}`;

/** One field of the sheet: read as text, changed where it stands, with where it comes from. */
export function SheetField(props: SheetFieldProps) {
  const { novel, language, stage, name, shape, titleOf, receipt } = props;
  const { t } = useTranslation(['concept', 'common']);
  const label = useFieldName()(name);
  const value = valueAt(stage.draft, name);
  // What stood there when it was opened: the server refuses to write over anything else.
  const [base, setBase] = useState<Value | undefined>(undefined);
  const editing = base !== undefined;
  const act = useDo(novel, stage.stage);
  const isLocked = stage.status === 'locked';
  const sources = sourcesOf(stage.fields, name);
  // Where the whole stage was taken by the quick start, its head says so once.
  const isQuick = stage.picked_by === 'auto' && sources.every(({ by }) => by === 'quick_start');
  const save = (next: Value, after: () => void) =>
    act.mutate(
      { action: 'edit', path: name, value: next, base: base ?? null },
      { onSuccess: after },
    );
  const close = () => {
    setBase(undefined);
    act.reset();
  };
  return (
    <section
      id={fieldId(stage.stage, name)}
      tabIndex={-1}
      aria-label={label}
      className="scroll-mt-4 py-3"
    >
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h3 className="text-meta text-ink-3">{label}</h3>
        {isLocked || editing ? null : shape.kind === 'items' ? null : (
          <Button
            variant="link"
            className="text-small text-ink-2 ms-auto"
            aria-label={t('sheet.editField', { field: label })}
            onClick={() => setBase(value ?? null)}
          >
            {isEmpty(value) ? t('sheet.write') : t('sheet.edit')}
          </Button>
        )}
      </div>
      {editing ? (
        <Editor
          value={base}
          pending={act.isPending}
          error={act.error}
          onSave={(next) => save(next, close)}
          onClose={close}
        >
          {(draft, change) => (
            <ValueEditor autoFocus {...{ name, shape, language }} value={draft} onChange={change} />
          )}
        </Editor>
      ) : shape.kind === 'items' ? (
        <Things {...props} parts={shape.parts} isLocked={isLocked} />
      ) : isEmpty(value) ? null : (
        <div className="text-ui">
          <ValueView value={value} language={language} />
        </div>
      )}
      {isEmpty(value) || isQuick ? null : <Sources {...{ sources, titleOf, receipt }} />}
    </section>
  );
}

/** A list of things: each is changed where it stands, new ones are added at its end. */
function Things(props: SheetFieldProps & { readonly parts: Parts; readonly isLocked: boolean }) {
  const { novel, language, stage, name, parts, isLocked } = props;
  const { t } = useTranslation('concept');
  // The list as it stood when one of it was opened; what others do to it meanwhile moves no places here.
  const [open, setOpen] = useState<{ at: number; list: readonly Value[] } | null>(null);
  const act = useDo(novel, stage.stage);
  const given = valueAt(stage.draft, name);
  const now = Array.isArray(given) ? (given as readonly Value[]) : [];
  const list = open?.list ?? now;
  const close = () => {
    setOpen(null);
    act.reset();
  };
  const save = (path: string, next: Value, base: Value) =>
    act.mutate({ action: 'edit', path, value: next, base }, { onSuccess: close });
  const editor = (index: number, value: Value) => (
    <Editor
      value={value}
      pending={act.isPending}
      error={act.error}
      onSave={(next) => save(`${name}.${index}`, next, list[index] ?? null)}
      onClose={close}
      onRemove={index < list.length ? () => save(name, list.toSpliced(index, 1), list) : undefined}
    >
      {(draft, change) => (
        <PartsEditor
          autoFocus
          {...{ name, parts, language }}
          label={nameOf(value) || t('sheet.newOne')}
          value={draft}
          onChange={change}
        />
      )}
    </Editor>
  );
  return (
    <>
      <ul className="text-ui flex flex-col gap-2">
        {list.map((one, index) => (
          <li key={index}>
            {open?.at === index ? (
              editor(index, one)
            ) : (
              <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-3">
                <Thing value={one} language={language} />
                {isLocked ? null : (
                  <Button
                    variant="link"
                    className="text-small text-ink-2"
                    aria-label={t('sheet.editField', { field: nameOf(one) })}
                    onClick={() => setOpen({ at: index, list: now })}
                  >
                    {t('sheet.edit')}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {open?.at === list.length ? editor(open.at, {}) : null}
      {isLocked || open !== null ? null : (
        <Button
          variant="link"
          className="text-small text-ink-2 mt-1"
          onClick={() => setOpen({ at: now.length, list: now })}
        >
          {t('sheet.addOne')}
        </Button>
      )}
    </>
  );
}

interface EditorProps {
  readonly value: Value;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onSave: (value: Value) => void;
  readonly onClose: () => void;
  readonly onRemove?: (() => void) | undefined;
  readonly children: (draft: Value, change: (next: Value) => void) => ReactNode;
}

/** What is typed counts when it is saved; Escape leaves everything as it was. */
function Editor(props: EditorProps) {
  const { value, pending, error, onSave, onClose, onRemove, children } = props;
  const { t } = useTranslation(['concept', 'common']);
  const [draft, setDraft] = useState(value);
  return (
    // Keys reach the form from its fields; it is none itself.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className="flex flex-col gap-3 py-1"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSave(draft);
      }}
    >
      {children(draft, setDraft)}
      {error ? <ProblemNote error={error} text={t('sheet.notSaved')} /> : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="small" disabled={pending}>
          {t('common:actions.save')}
        </Button>
        <Button variant="quiet" size="small" onClick={onClose}>
          {t('common:actions.cancel')}
        </Button>
        {onRemove ? (
          <Button variant="quiet" size="small" disabled={pending} onClick={onRemove}>
            {t('sheet.remove')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
