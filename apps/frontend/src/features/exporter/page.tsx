import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportRead } from '@/shared/api/types';
import { formatBytes } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { FORMATS, type Format, exportQuery, useStartExport } from './queries';

export function ExportPage({ novel }: { novel: string }) {
  const { t } = useTranslation('exporter');
  const [format, setFormat] = useState<Format>('epub');
  const start = useStartExport(novel);
  const name = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate(format);
  };
  return (
    <>
      <PageHead title={t('title')} />
      <p className="text-ui text-ink-2 mb-8">{t('text')}</p>
      <form onSubmit={submit} className="flex flex-col gap-6">
        <fieldset>
          <legend className="text-section mb-2 font-semibold">{t('format')}</legend>
          <ul className="border-line divide-line divide-y border-y">
            {FORMATS.map((value) => (
              <li key={value}>
                <label className="target flex cursor-pointer items-baseline gap-4 py-3">
                  <input
                    type="radio"
                    name={name}
                    className="accent-ink translate-y-0.5"
                    checked={format === value}
                    onChange={() => setFormat(value)}
                  />
                  <span className="text-ui w-36 shrink-0 font-medium">
                    {t(`formats.${value}.name`)}
                  </span>
                  <span className="text-ui text-ink-2">{t(`formats.${value}.text`)}</span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        {start.error ? <ProblemNote error={start.error} text={t('failed')} /> : null}
        <Button
          type="submit"
          variant={start.data ? 'outline' : 'primary'}
          size="large"
          className="self-start"
          disabled={start.isPending}
        >
          {start.isPending ? t('working.rendering') : t('submit')}
        </Button>
      </form>
      {start.data ? <Result key={start.data.id} started={start.data} /> : null}
    </>
  );
}

function Result({ started }: { started: ExportRead }) {
  const { t, i18n } = useTranslation('exporter');
  const { data: file } = useQuery({ ...exportQuery(started.id), initialData: started });
  if (file.state === 'failed') {
    return (
      <div className="mt-8">
        <ProblemNote error={file.problem ?? { code: 'unexpected' }} text={t('failed')} />
      </div>
    );
  }
  if (file.state !== 'ready') {
    return (
      <p role="status" className="text-ui text-ink-2 mt-8">
        {t(`working.${file.state}`)}
      </p>
    );
  }
  return (
    <p
      role="status"
      className="border-line text-ui mt-8 flex flex-wrap items-center gap-4 border-t pt-6"
    >
      <span className="figures">
        {t('ready', { name: file.file_name, size: formatBytes(file.bytes, i18n.language) })}
      </span>
      <Button variant="primary" asChild>
        <a href={`/api/v1/exports/${file.id}/file`} download={file.file_name}>
          {t('download')}
        </a>
      </Button>
    </p>
  );
}
