import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodexEntry, NovelTree } from '@/shared/api/types';
import type { StructureOp } from '@/shared/api/structure';
import { formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { acrossOp, stepOp, type BoardScene } from '../board';
import type { Issue } from '../lint';
import { CardForm } from './card-form';
import { CardRest } from './card-rest';
import { LintNotes } from './lint-notes';
import { MoveDialog } from './move-dialog';
import { WhatIf } from './what-if';

interface BoardCardProps {
  readonly novel: string;
  readonly language: string;
  readonly scene: BoardScene;
  readonly tree: NovelTree;
  readonly entries: readonly CodexEntry[];
  readonly issues: readonly Issue[];
  readonly onMove: (op: StructureOp) => void;
}

/** A scene on the board: what it is for, through whose eyes, where, and how far it is. */
export function BoardCard(props: BoardCardProps) {
  const { novel, language, scene, tree, entries, issues, onMove } = props;
  const { t, i18n } = useTranslation(['plan', 'branches']);
  const words = useWords();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'edit' | 'move' | 'what-if' | null>(null);
  const { card } = scene;
  const title = scene.title || t('board.scene', { number: scene.number });
  const nameOf = (id: string | null | undefined) => entries.find((one) => one.id === id)?.name;
  const budget = card?.word_budget ?? 0;
  const facts = [
    nameOf(card?.pov_id),
    nameOf(card?.place_id),
    budget > 0
      ? t('board.words', {
          words: formatNumber(scene.words, i18n.language),
          budget: words(budget),
        })
      : scene.words > 0
        ? words(scene.words)
        : null,
  ].filter((fact) => fact !== null && fact !== undefined);
  const steps = { up: stepOp(tree, scene.id, 'up'), down: stepOp(tree, scene.id, 'down') };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || !event.shiftKey) return;
    const op = {
      ArrowUp: steps.up,
      ArrowDown: steps.down,
      ArrowLeft: acrossOp(tree, scene.id, -1),
      ArrowRight: acrossOp(tree, scene.id, 1),
    }[event.key];
    if (op === undefined) return;
    event.preventDefault();
    if (op) onMove(op);
  };
  return (
    <li className="py-3">
      <div className="flex items-start gap-2">
        <Link
          to="/n/$novel/write/{-$node}"
          params={{ novel, node: scene.id }}
          lang={language}
          onKeyDown={onKeyDown}
          className="text-ui decoration-line-2 min-w-0 grow font-medium underline-offset-4 hover:underline"
        >
          {title}
        </Link>
        <Menu
          trigger={
            <Button
              variant="quiet"
              size="small"
              className="-my-1"
              aria-label={t('board.menu', { title })}
            >
              {'⋯'}
            </Button>
          }
        >
          {card ? <MenuItem onSelect={() => setAsked('edit')}>{t('cards.edit')}</MenuItem> : null}
          <MenuItem
            onSelect={() =>
              void navigate({
                to: '/n/$novel/write/{-$node}',
                params: { novel, node: scene.id },
              })
            }
          >
            {t('board.write')}
          </MenuItem>
          {card ? (
            <MenuItem onSelect={() => setAsked('what-if')}>{t('branches:menu')}</MenuItem>
          ) : null}
          <MenuLine />
          {(['up', 'down'] as const).map((step) => (
            <MenuItem
              key={step}
              disabled={steps[step] === null}
              onSelect={() => steps[step] && onMove(steps[step])}
            >
              {t(`board.${step}`)}
            </MenuItem>
          ))}
          <MenuItem onSelect={() => setAsked('move')}>{t('board.moveTo')}</MenuItem>
        </Menu>
      </div>
      {card?.summary ? (
        <p lang={language} className="text-meta text-ink-2 mt-1">
          {card.summary}
        </p>
      ) : null}
      {facts.length > 0 ? (
        <p className="text-small text-ink-3 figures mt-1">{facts.join(' · ')}</p>
      ) : null}
      {card?.flags.includes('stale') ? (
        <p className="text-small text-doubt mt-1">{t('cards.stale')}</p>
      ) : null}
      <LintNotes novel={novel} issues={issues} />
      {card ? (
        <details className="mt-1">
          <summary className="text-small text-ink-2 target w-fit">{t('cards.fold')}</summary>
          <CardRest card={card} language={language} nameOf={nameOf} />
        </details>
      ) : null}
      {asked === 'edit' && card ? (
        <CardForm
          novel={novel}
          language={language}
          card={card}
          entries={entries}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === 'what-if' ? (
        <WhatIf {...{ novel, language, title }} scene={scene.id} onClose={() => setAsked(null)} />
      ) : null}
      {asked === 'move' ? (
        <MoveDialog {...{ language, scene, tree, title, onMove }} onClose={() => setAsked(null)} />
      ) : null}
    </li>
  );
}
