import { type DragEvent, type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { classNames } from '@/shared/ui/class-names';
import { Field, controlLook } from '@/shared/ui/field';
import type { Source } from '../mutations';

interface SourceFormProps {
  pending: boolean;
  onSource: (source: Source) => void;
}

export function SourceForm({ pending, onSource }: SourceFormProps) {
  const { t } = useTranslation('importer');
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const take = (file: File | undefined) => {
    if (file) onSource({ file });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSource({ text, name: name.trim() });
  };
  return (
    <div className="flex flex-col gap-10">
      <input
        ref={input}
        type="file"
        accept=".txt,.md,.markdown,text/plain,text/markdown"
        aria-label={t('file')}
        hidden
        onChange={(event) => take(event.target.files?.[0])}
      />
      <button
        type="button"
        disabled={pending}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={classNames(
          'border-line-2 text-ui flex w-full flex-wrap items-center gap-4 border border-dashed px-6 py-8',
          over && 'bg-agent-wash',
        )}
      >
        <span className="underline underline-offset-4">{pending ? t('reading') : t('choose')}</span>
        <span className="text-ink-2">{t('drop')}</span>
      </button>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('paste')}>
          {(described) => (
            <textarea
              rows={8}
              className={classNames(controlLook, 'font-serif')}
              value={text}
              onChange={(event) => setText(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {text.trim() ? (
          <>
            <Field label={t('name')} className="max-w-sm">
              {(described) => (
                <input
                  className={controlLook}
                  maxLength={200}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                  {...described}
                />
              )}
            </Field>
            <Button type="submit" variant="primary" className="self-start" disabled={pending}>
              {pending ? t('reading') : t('read')}
            </Button>
          </>
        ) : null}
      </form>
    </div>
  );
}
