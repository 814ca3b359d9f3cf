interface Stretch {
  readonly kind: 'same' | 'gone' | 'come';
  readonly text: string;
}

interface TextDifferenceProps {
  readonly parts: readonly Stretch[];
  readonly lang?: string;
  readonly className?: string;
}

/** Two texts in one: struck where only the first has it, underlined where only the second has it. */
export function TextDifference({ parts, lang, className }: TextDifferenceProps) {
  return (
    <p lang={lang} className={`wrap-anywhere whitespace-pre-wrap ${className ?? ''}`}>
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
