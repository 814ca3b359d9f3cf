import { type ReactNode, useEffect, useState } from 'react';

function useLater(milliseconds: number): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return due;
}

/** Outlines of what is coming, only after 150 ms; after a second it says in words what is awaited. */
export function Waiting({ text, lines = 3 }: { text: string; lines?: number }) {
  const due = useLater(150);
  const slow = useLater(1_000);
  if (!due) return <div role="status" aria-label={text} />;
  return (
    <div role="status" aria-label={text} className="flex flex-col gap-3 py-2">
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          className="bg-line/60 h-4 rounded"
          style={{ inlineSize: `${88 - ((index * 17) % 40)}%` }}
        />
      ))}
      {slow ? <p className="text-meta text-ink-3">{text}</p> : null}
    </div>
  );
}

/** One sentence and one action, where there is nothing yet. */
export function Empty({ text, children }: { text: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-4 py-6">
      <p className="text-ui text-ink-2 max-w-prose">{text}</p>
      {children}
    </div>
  );
}
