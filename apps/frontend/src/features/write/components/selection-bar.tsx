import { toggleMark } from '@tiptap/pm/commands';
import { Bold, Italic } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { IconButton } from '@/shared/ui/icon-button';
import { callIn } from '../origin';
import type { Selected } from '../chapter-store';
import { usePlace } from '../hooks/use-place';
import type { Desk } from '../runs/desk';
import type { Session } from '../session';
import { DescribeBox } from './describe-box';
import { RewriteBox } from './rewrite-box';
import { VoiceDialog } from './voice-dialog';

/** What was sent for a call, drawn by the screen that knows receipts. */
export type ReceiptOf = (call: string) => ReactNode;

interface SelectionBarProps {
  readonly session: Session;
  readonly selected: Selected | null;
  readonly follow: Desk['follow'];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Draws what was sent for a call. */
  readonly receipt?: ReceiptOf | undefined;
}

/** What can be done with selected text. It floats over the page and moves no line of it. */
export function SelectionBar({
  session,
  selected,
  follow,
  open,
  onOpenChange,
  receipt,
}: SelectionBarProps) {
  const { t } = useTranslation('proposals');
  const [held, setHeld] = useState<Selected | null>(null);
  const shown = open ? (held ?? selected) : selected;
  const place = usePlace(session, shown, open);
  const [call, setCall] = useState<string | null>(null);
  const [describing, setDescribing] = useState(false);
  const [voice, setVoice] = useState<string | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  if (open && selected && held === null) setHeld(selected);
  if (!open && held !== null) setHeld(null);
  if (!open && describing) setDescribing(false);
  if (call && receipt) {
    return (
      <Dialog wide open onOpenChange={() => setCall(null)} title={t('origin.title')}>
        {receipt(call)}
      </Dialog>
    );
  }
  if (voice !== null) {
    return (
      <VoiceDialog
        novel={session.options.novel}
        language={session.options.language}
        selection={voice}
        onClose={() => setVoice(null)}
      />
    );
  }
  if (!shown || session.store.getState().elsewhere) return null;
  const { view } = session.page;
  const origin = receipt ? callIn(view.state.doc, shown.from, shown.to) : null;
  const mark = (name: 'strong' | 'em') => {
    const type = view.state.schema.marks[name];
    if (type) toggleMark(type)(view.state, view.dispatch);
    view.focus();
  };
  const close = () => {
    onOpenChange(false);
    setDescribing(false);
    view.focus();
  };
  return (
    <div
      ref={bar}
      role={open ? 'dialog' : 'toolbar'}
      aria-label={!open ? t('selection') : describing ? t('describe.label') : t('rewrite.label')}
      style={place}
      className="bg-raised shadow-pop rounded-pop absolute z-30 w-max max-w-[calc(100%-2rem)]"
    >
      {open && describing ? (
        <DescribeBox session={session} selected={shown} follow={follow} onClose={close} />
      ) : open ? (
        <RewriteBox
          session={session}
          selected={shown}
          follow={follow}
          onClose={close}
          onVoice={() => setVoice(wordsOf(session, shown))}
        />
      ) : (
        <div className="flex items-center gap-1 p-1">
          <Button
            variant="quiet"
            size="small"
            aria-keyshortcuts="Alt+Enter"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onOpenChange(true)}
          >
            {t('rewrite.open')}
          </Button>
          <Button
            variant="quiet"
            size="small"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setDescribing(true);
              onOpenChange(true);
            }}
          >
            {t('describe.open')}
          </Button>
          <IconButton
            icon={Bold}
            label={t('mark.bold')}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => mark('strong')}
          />
          <IconButton
            icon={Italic}
            label={t('mark.italic')}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => mark('em')}
          />
          {origin ? (
            <Button
              variant="quiet"
              size="small"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => setCall(origin)}
            >
              {t('origin.open')}
            </Button>
          ) : null}
        </div>
      )}
    </div>
  );
}

function wordsOf(session: Session, { from, to }: Selected): string {
  return session.page.view.state.doc.textBetween(from, to, '\n\n', ' ');
}
