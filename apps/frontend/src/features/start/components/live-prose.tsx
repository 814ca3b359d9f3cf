import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';

interface LiveProseProps {
  title: ReactNode;
  language: string;
  paragraphs: readonly string[];
  /** Whether more text may still come. */
  live: boolean;
  children?: ReactNode;
}

const AWAY_KEYS = ['ArrowUp', 'PageUp', 'Home'];

/** The chapter as it is written, at reading size. It follows the text until the reader scrolls. */
export function LiveProse({ title, language, paragraphs, live, children }: LiveProseProps) {
  const { t } = useTranslation('start');
  const end = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(
    () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
  );
  const [endShown, setEndShown] = useState(true);
  const length = paragraphs.reduce((sum, paragraph) => sum + paragraph.length, 0);

  useEffect(() => {
    const away = (event: WheelEvent | TouchEvent | KeyboardEvent) => {
      if (event instanceof WheelEvent && event.deltaY >= 0) return;
      if (event instanceof KeyboardEvent && !AWAY_KEYS.includes(event.key)) return;
      setFollowing(false);
    };
    addEventListener('wheel', away, { passive: true });
    addEventListener('touchmove', away, { passive: true });
    addEventListener('keydown', away);
    const watch = new IntersectionObserver(([entry]) => setEndShown(entry?.isIntersecting ?? true));
    if (end.current) watch.observe(end.current);
    return () => {
      removeEventListener('wheel', away);
      removeEventListener('touchmove', away);
      removeEventListener('keydown', away);
      watch.disconnect();
    };
  }, []);

  useEffect(() => {
    if (following && length > 0) end.current?.scrollIntoView({ block: 'end' });
  }, [following, live, length]);

  return (
    <article aria-label={t('live.draft')} lang={language} className="mx-auto w-full max-w-[36rem]">
      <h1
        tabIndex={-1}
        className="text-chapter mt-8 mb-10 text-center font-serif font-medium md:mt-16"
      >
        {title}
      </h1>
      <div className="prose-type flex flex-col">
        {paragraphs.map((paragraph, index) => (
          <p key={index} className="indent-[1.5em] first:indent-0 [[lang=zh]_&]:indent-[2em]">
            {paragraph}
          </p>
        ))}
      </div>
      {children}
      <div ref={end} className="h-24" />
      {live && !following && !endShown && length > 0 ? (
        <div className="sticky bottom-4 flex justify-center">
          <Button className="bg-raised shadow-pop" onClick={() => setFollowing(true)}>
            {t('live.follow')}
          </Button>
        </div>
      ) : null}
    </article>
  );
}
