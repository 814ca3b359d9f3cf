import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Dialog, DialogActions } from './dialog';
import { ProblemNote } from './problem-note';

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  /** What the one filled button says; without it "Save". */
  submit?: ReactNode;
  /** Whether what stands in the fields can be sent. */
  ready?: boolean;
  pending: boolean;
  error: unknown;
  /** What happened to what was there before, when sending failed. */
  errorText?: string;
  wide?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** The frame of every form over a page: its fields, what went wrong, Cancel and one filled button. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, submit, ready = true, pending, error, errorText, wide } = props;
  const { t } = useTranslation();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={title}
      {...(description ? { description } : {})}
      {...(wide ? { wide } : {})}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {props.children}
        {error ? <ProblemNote error={error} {...(errorText ? { text: errorText } : {})} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={props.onClose}>
            {t('actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!ready || pending}>
            {submit ?? t('actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
