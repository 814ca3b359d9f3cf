import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '@/shared/ui/commands';
import type { OptionRead } from '../types';

interface Acts {
  readonly options: readonly OptionRead[];
  readonly onTake: (id: string) => void;
  readonly onMerge: () => void;
  readonly onCompare: () => void;
}

/** What the number keys, m and c do, in the palette as well. */
export function useConceptCommands(acts: Acts, onFocus: (id: string) => void): void {
  const { t } = useTranslation('concept');
  const commands = useMemo<Command[]>(
    () => [
      ...acts.options.flatMap((option, index): Command[] => [
        {
          id: `concept.go.${option.id}`,
          title: t('command.go', { number: index + 1, title: option.title }),
          group: 'go',
          // The palette gives its focus back first.
          run: () => setTimeout(() => onFocus(option.id), 50),
        },
        {
          id: `concept.take.${option.id}`,
          title: t('command.take', { number: index + 1, title: option.title }),
          group: 'do',
          run: () => acts.onTake(option.id),
        },
      ]),
      { id: 'concept.merge', title: t('command.merge'), group: 'ask', run: acts.onMerge },
      { id: 'concept.compare', title: t('command.compare'), group: 'ask', run: acts.onCompare },
    ],
    [acts, onFocus, t],
  );
  useCommands(commands);
}
