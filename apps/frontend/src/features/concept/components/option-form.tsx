import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '@/shared/ui/form-dialog';
import { useDo } from '../queries';
import { shapeOf } from '../sheet';
import { SHEETS } from '../sheets';
import type { OptionRead, Stage, Value } from '../types';
import { ValueEditor } from './value-editor';

interface OptionFormProps {
  readonly novel: string;
  readonly stage: Stage;
  readonly language: string;
  readonly option: OptionRead;
  readonly onClose: () => void;
}

/** An option in the author's own words; the conversation keeps that it was edited. */
export function OptionForm({ novel, stage, language, option, onClose }: OptionFormProps) {
  const { t } = useTranslation('concept');
  const [body, setBody] = useState(option.body);
  const act = useDo(novel, stage);
  const changed = Object.entries(body).filter(([name, value]) => option.body[name] !== value);
  const save = async () => {
    for (const [path, value] of changed) {
      await act.mutateAsync({ action: 'edit_option', option_id: option.id, path, value });
    }
    onClose();
  };
  return (
    <FormDialog
      wide
      title={t('option.editTitle', { title: option.title })}
      ready={changed.length > 0}
      pending={act.isPending}
      error={act.error}
      onSubmit={() => void save().catch(() => undefined)}
      onClose={onClose}
    >
      {Object.entries(option.body).map(([name, given]) => (
        <ValueEditor
          key={name}
          name={name}
          shape={SHEETS[stage][name] ?? shapeOf(given)}
          value={body[name]}
          language={language}
          onChange={(value: Value) => setBody({ ...body, [name]: value })}
        />
      ))}
    </FormDialog>
  );
}
