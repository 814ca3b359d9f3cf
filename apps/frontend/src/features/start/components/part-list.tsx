import { useTranslation } from 'react-i18next';
import { classNames } from '@/shared/ui/class-names';
import { type LiveRun, PARTS, partStates } from '../live-run-state';
import { PartContent } from './part-content';

const MARKS = { todo: '○', now: '◐', done: '●' } as const;

/** Premise, world, cast, outline and chapter, filling from top to bottom while the agents work. */
export function PartList({
  state,
  onChange,
}: {
  state: LiveRun;
  onChange: (name: string) => void;
}) {
  const { t } = useTranslation('start');
  const states = partStates(state);
  return (
    <ol className="flex flex-col">
      {PARTS.map((part) => (
        <li key={part} className="border-line py-4 not-first:border-t">
          <h2
            className={classNames(
              'text-section flex items-baseline gap-2 font-semibold',
              states[part] === 'todo' && 'text-ink-3 font-normal',
            )}
          >
            <span
              aria-hidden
              className={classNames('text-meta', states[part] === 'now' && 'text-agent')}
            >
              {MARKS[states[part]]}
            </span>
            {t(`live.steps.${part}`)}
            <span className="text-small text-ink-3 ms-auto font-normal">
              {t(`live.state.${states[part]}`)}
            </span>
          </h2>
          <div className="text-ui mt-2 flex flex-col gap-3 empty:hidden">
            <PartContent part={part} state={state} onChange={onChange} />
          </div>
        </li>
      ))}
    </ol>
  );
}
