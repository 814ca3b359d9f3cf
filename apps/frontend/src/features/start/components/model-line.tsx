import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useOllama, writerModelQuery } from '../mutations';

/** Which model will write, in one line; a local one that was found can be taken with one press. */
export function ModelLine() {
  const { t } = useTranslation('start');
  const { data: bootstrap } = useQuery(bootstrapQuery);
  const { data: writer } = useQuery(writerModelQuery);
  const ollama = useOllama();
  const found = bootstrap?.detected.find((item) => item.provider === 'ollama');
  const model = found?.models[0];
  if (writer) {
    return (
      <p className="text-meta text-ink-3">
        {t('new.connected', {
          model: writer.model,
          where: writer.local ? t('new.local') : t('new.hosted'),
        })}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-meta text-ink-3 flex flex-wrap gap-x-3">
        <span>{t('new.demo')}</span>
        {found && model ? (
          <>
            <span>{t('new.ollama', { model })}</span>
            <Button
              variant="link"
              className="text-meta"
              disabled={ollama.isPending}
              onClick={() => ollama.mutate({ baseUrl: found.base_url, model })}
            >
              {ollama.isPending ? t('new.ollamaWorking') : t('new.ollamaUse')}
            </Button>
          </>
        ) : null}
      </p>
      {ollama.error ? <ProblemNote error={ollama.error} /> : null}
    </div>
  );
}
