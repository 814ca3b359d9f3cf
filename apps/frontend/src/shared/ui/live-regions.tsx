import { create } from 'zustand';

const useAnnouncements = create<{ polite: string; assertive: string }>(() => ({
  polite: '',
  assertive: '',
}));

/** Says a sentence to screen readers. Milestones only: never single tokens of a stream. */
export function announce(sentence: string, manner: 'polite' | 'assertive' = 'polite'): void {
  useAnnouncements.setState({ [manner]: '' });
  // A reader speaks only when the text changes, so the same sentence twice needs a blank between.
  setTimeout(() => useAnnouncements.setState({ [manner]: sentence }), 30);
}

/** Mounted once at start, before anything can speak. */
export function LiveRegions() {
  const { polite, assertive } = useAnnouncements();
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {polite}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only">
        {assertive}
      </div>
    </>
  );
}
