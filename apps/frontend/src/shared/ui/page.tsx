import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** A page that is read, not written: one column, wide margins, nothing around it. */
export function Page({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className={classNames(
        'mx-auto w-full px-4 pt-10 pb-24 sm:px-8 md:px-12 md:pt-12',
        wide ? 'max-w-7xl' : 'max-w-3xl',
      )}
    >
      {children}
    </main>
  );
}

export function PageHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className="mb-8 flex flex-wrap items-center gap-x-6 gap-y-3">
      <h1 tabIndex={-1} className="text-screen grow font-serif font-medium max-sm:basis-full">
        {title}
      </h1>
      {children}
    </header>
  );
}

/** A titled part of a page, divided from the one before by space and a hairline. */
export function Section({
  title,
  text,
  children,
}: {
  title: ReactNode;
  text?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="border-line not-first:mt-10 not-first:border-t not-first:pt-8">
      <h2 className="text-section font-semibold">{title}</h2>
      {text ? <p className="text-ui text-ink-2 mt-1 max-w-prose">{text}</p> : null}
      <div className="mt-4">{children}</div>
    </section>
  );
}
