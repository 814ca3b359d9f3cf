import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { sourcesOf } from '../model';
import { useDo } from '../queries';
import { isEmpty, nameOf, valueAt } from '../sheet';
import type { Parts, Shape } from '../sheets';
import type { FieldSource, StageRead, Value } from '../types';
import { PartsEditor, ValueEditor } from './value-editor';
import { Thing, ValueView, useFieldName } from './value-view';

export type ReceiptOf = (call: string) => ReactNode;

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
  const { novel, language, stage, name, shape } = props;
  const { t } = useTranslation(['concept', 'common']);
  const label = useFieldName()(name);
  const value = valueAt(stage.draft, name);
  const [editing, setEditing] = useState(false);
  const act = useDo(novel, stage.stage);
  const isLocked = stage.status === 'locked';
  const sources = sourcesOf(stage.fields, name);
  // Where the whole stage was taken by the quick start, its head says so once.
  const isQuick = stage.picked_by === 'auto' && sources.every(({ by }) => by === 'quick_start');
  const save = (next: Value, after: () => void) =>
    act.mutate({ action: 'edit', path: name, value: next }, { onSuccess: after });
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
            onClick={() => setEditing(true)}
          >
            {isEmpty(value) ? t('sheet.write') : t('sheet.edit')}
          </Button>
        )}
      </div>
      {editing ? (
        <Editor
          value={value ?? null}
          pending={act.isPending}
          error={act.error}
          onSave={(next) => save(next, () => setEditing(false))}
          onClose={() => setEditing(false)}
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
      {isEmpty(value) || isQuick ? null : <Sources {...props} sources={sources} />}
    </section>
  );
}

/** A list of things: each is changed where it stands, new ones are added at its end. */
function Things(props: SheetFieldProps & { readonly parts: Parts; readonly isLocked: boolean }) {
  const { novel, language, stage, name, parts, isLocked } = props;
  const { t } = useTranslation('concept');
  const [open, setOpen] = useState<number | null>(null);
  const act = useDo(novel, stage.stage);
  const given = valueAt(stage.draft, name);
  const list = Array.isArray(given) ? (given as readonly Value[]) : [];
  const save = (path: string, next: Value) =>
    act.mutate({ action: 'edit', path, value: next }, { onSuccess: () => setOpen(null) });
  const editor = (index: number, value: Value) => (
    <Editor
      value={value}
      pending={act.isPending}
      error={act.error}
      onSave={(next) => save(`${name}.${index}`, next)}
      onClose={() => setOpen(null)}
      onRemove={index < list.length ? () => save(name, list.toSpliced(index, 1)) : undefined}
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
            {open === index ? (
              editor(index, one)
            ) : (
              <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-3">
                <Thing value={one} language={language} />
                {isLocked ? null : (
                  <Button
                    variant="link"
                    className="text-small text-ink-2"
                    aria-label={t('sheet.editField', { field: nameOf(one) })}
                    onClick={() => setOpen(index)}
                  >
                    {t('sheet.edit')}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {open === list.length ? editor(open, {}) : null}
      {isLocked || open !== null ? null : (
        <Button
          variant="link"
          className="text-small text-ink-2 mt-1"
          onClick={() => setOpen(list.length)}
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

interface SourcesProps extends SheetFieldProps {
  readonly sources: readonly FieldSource[];
}

/** Who wrote a field: you, Worldsmith with what was sent, a merge, or the quick start. */
function Sources({ sources, titleOf, receipt }: SourcesProps) {
  const { t, i18n } = useTranslation('concept');
  const [call, setCall] = useState<string | null>(null);
  if (sources.length === 0) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const words = (source: FieldSource) =>
    source.by === 'merged' && source.options?.length
      ? t('by.mergedFrom', { options: list.format(source.options.map(titleOf)) })
      : t(`by.${source.by}`);
  return (
    <>
      <p className="text-small text-ink-3 mt-1 flex flex-wrap gap-x-3">
        {sources.map((source, index) => (
          <span key={index}>
            {words(source)}
            {source.call_id ? (
              <Button
                variant="link"
                className="text-small text-ink-2 ms-2"
                aria-expanded={call === source.call_id}
                onClick={() => setCall(call === source.call_id ? null : (source.call_id ?? null))}
              >
                {t('sheet.sent')}
              </Button>
            ) : null}
          </span>
        ))}
      </p>
      {call ? receipt(call) : null}
    </>
  );
}
