import { Command as Cmdk } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { type Command, showKeys, useCommandList } from '@/shared/ui/commands';
import { usePalette } from './palette-state';

const GROUPS = ['go', 'do', 'ask'] as const;

/** Go, do, ask: every command of the page in one list, by name. */
export function Palette() {
  const { t } = useTranslation();
  const { open } = usePalette();
  const commands = useCommandList((state) => state.commands);
  const setOpen = (next: boolean) => usePalette.setState({ open: next });

  const run = (command: Command) => {
    setOpen(false);
    command.run();
  };
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Portal>
        <Radix.Overlay className="bg-veil fixed inset-0 z-40" />
        <Radix.Content
          aria-describedby=""
          className="bg-raised shadow-pop rounded-pop fixed start-1/2 top-[14dvh] z-50 w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden"
        >
          <Radix.Title className="sr-only">{t('palette.label')}</Radix.Title>
          <Cmdk
            label={t('palette.label')}
            onKeyDown={(event) => {
              // Enter that confirms a composition chooses a word, not a command.
              if (event.nativeEvent.isComposing || event.keyCode === 229) event.stopPropagation();
            }}
          >
            <Cmdk.Input
              autoFocus
              placeholder={t('palette.placeholder')}
              className="border-line text-section w-full border-b bg-transparent px-4 py-3 outline-none"
            />
            <Cmdk.List className="max-h-[50dvh] overflow-y-auto p-2">
              <Cmdk.Empty className="text-ui text-ink-2 px-2 py-3">{t('palette.none')}</Cmdk.Empty>
              {GROUPS.map((group) => {
                const items = commands.filter((command) => command.group === group);
                if (items.length === 0) return null;
                return (
                  <Cmdk.Group
                    key={group}
                    heading={t(`palette.${group}`)}
                    className="[&_[cmdk-group-heading]]:text-small [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1"
                  >
                    {items.map((command) => (
                      <Cmdk.Item
                        key={command.id}
                        value={`${command.title} ${command.id}`}
                        onSelect={() => run(command)}
                        className="target text-ui data-[selected=true]:bg-line/60 flex cursor-pointer items-center gap-3 rounded px-2 py-1.5"
                      >
                        <span className="grow">{command.title}</span>
                        {command.estimate ? (
                          <span className="text-meta text-ink-3">{command.estimate}</span>
                        ) : null}
                        {command.keys ? (
                          <kbd className="text-small text-ink-3 font-sans">
                            {showKeys(command.keys)}
                          </kbd>
                        ) : null}
                      </Cmdk.Item>
                    ))}
                  </Cmdk.Group>
                );
              })}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
