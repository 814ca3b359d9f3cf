import type { CSSProperties } from 'react';
import { coverOf } from '../model';

interface CoverProps {
  id: string;
  title: string;
  language: string;
}

/** Type on tinted paper. Decoration only: the title is said by the link that holds it. */
export function Cover({ id, title, language }: CoverProps) {
  const { hue, pattern } = coverOf(id);
  return (
    <div
      aria-hidden
      lang={language}
      data-pattern={pattern}
      style={{ '--hue': hue } as CSSProperties}
      className="cover border-line flex aspect-[2/3] w-full flex-col border p-4"
    >
      <span className="text-screen line-clamp-6 font-serif font-medium text-balance break-words">
        {title}
      </span>
      <span className="border-ink/40 mt-auto w-8 border-t" />
    </div>
  );
}
