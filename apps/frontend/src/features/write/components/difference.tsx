import { useMemo } from 'react';
import { partsOf } from '@/prose/diff/parts';

interface DifferenceProps {
  readonly mine: string;
  readonly theirs: string;
  readonly language: string;
}

/** Both texts in one: struck where only the first has it, underlined where only the second has it. */
export function Difference({ mine, theirs, language }: DifferenceProps) {
  const parts = useMemo(() => partsOf(mine, theirs, language), [mine, theirs, language]);
  return (
    <p lang={language} className="prose-type whitespace-pre-wrap">
      {parts.map(({ kind, text }, index) => {
        const key = `${String(index)}${kind}`;
        if (kind === 'same') return <span key={key}>{text}</span>;
        return kind === 'gone' ? (
          <del key={key} className="text-del bg-del-wash">
            {text}
          </del>
        ) : (
          <ins key={key} className="text-ins bg-ins-wash">
            {text}
          </ins>
        );
      })}
    </p>
  );
}
