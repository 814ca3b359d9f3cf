import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type LiveRun, type Part, type Value, textOf } from '../live-run-state';

interface PartContentProps {
  part: Part;
  state: LiveRun;
  onChange: (name: string) => void;
}

/** What one part of the beginning holds so far, as text that is read, not as a form. */
export function PartContent({ part, state, onChange }: PartContentProps) {
  const { t } = useTranslation('start');
  const list = (kind: string): readonly Value[] => state.outputs[kind]?.filter(Boolean) ?? [];
  if (part === 'premise') {
    return (
      <>
        {list('premise').map((value, index) => (
          <Item key={index} name={textOf(value, 'title')} onChange={onChange}>
            <p>{textOf(value, 'logline')}</p>
            <Small text={textOf(value, 'hook')} />
          </Item>
        ))}
        {list('theme').map((value, index) => (
          <Item key={index} name={t('live.theme')} onChange={onChange}>
            <p>{textOf(value, 'question') || textOf(value, 'statement')}</p>
          </Item>
        ))}
      </>
    );
  }
  if (part === 'world') {
    return (
      <>
        {list('place').map((value, index) => (
          <Item key={index} name={textOf(value, 'name')} onChange={onChange}>
            <p>{textOf(value, 'line')}</p>
          </Item>
        ))}
        {list('rule').length > 0 ? <Label>{t('live.rules')}</Label> : null}
        {list('rule').map((value, index) => (
          <Item key={index} onChange={onChange} changeName={textOf(value, 'statement')}>
            <p>{textOf(value, 'statement')}</p>
            {textOf(value, 'cost') ? (
              <Small text={t('live.cost', { text: textOf(value, 'cost') })} />
            ) : null}
          </Item>
        ))}
      </>
    );
  }
  if (part === 'cast') {
    return list('character').map((value, index) => (
      <Item key={index} name={textOf(value, 'name')} onChange={onChange}>
        <p>{textOf(value, 'line') || textOf(value, 'role')}</p>
        {textOf(value, 'want') ? (
          <Small text={t('live.want', { text: textOf(value, 'want') })} />
        ) : null}
        {textOf(value, 'false_belief') ? (
          <Small text={t('live.falseBelief', { text: textOf(value, 'false_belief') })} />
        ) : null}
      </Item>
    ));
  }
  if (part === 'outline') {
    return (
      <>
        <ol className="flex flex-col gap-2">
          {list('outline_line').map((value, index) => (
            <li key={index} className="flex gap-2">
              <span className="text-ink-3 figures w-5 shrink-0 text-end">
                {typeof value.number === 'number' ? value.number : index + 1}
              </span>
              <span>
                <span className="font-medium">{textOf(value, 'title')}</span>
                <span className="text-ink-2 block">{textOf(value, 'one_line')}</span>
              </span>
            </li>
          ))}
        </ol>
        {list('beat').length > 0 ? <Label>{t('live.beats')}</Label> : null}
        <ol className="text-ink-2 flex flex-col gap-1">
          {list('beat').map((value, index) => (
            <li key={index}>{textOf(value, 'text')}</li>
          ))}
        </ol>
      </>
    );
  }
  return null;
}

function Label({ children }: { children: ReactNode }) {
  return <p className="text-meta text-ink-3 pt-1">{children}</p>;
}

function Small({ text }: { text: string }) {
  return text ? <p className="text-meta text-ink-2">{text}</p> : null;
}

interface ItemProps {
  name?: string;
  changeName?: string;
  children: ReactNode;
  onChange: (name: string) => void;
}

function Item({ name, changeName, children, onChange }: ItemProps) {
  const { t } = useTranslation('start');
  const target = changeName ?? name ?? '';
  return (
    <div className="group relative flex flex-col">
      {name ? <p className="pe-14 font-medium">{name}</p> : null}
      {children}
      <button
        type="button"
        aria-label={t('live.editLabel', { name: target })}
        onClick={() => onChange(target)}
        className="target text-meta text-ink-3 hover:text-ink absolute end-0 top-0 underline underline-offset-4 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
      >
        {t('live.edit')}
      </button>
    </div>
  );
}
