import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

/** Work on the document that waits until the input method has finished its word. */
export interface CompositionGate {
  readonly plugin: Plugin;
  /** Runs now, or right after the composition ends. */
  readonly run: (work: (view: EditorView) => void) => void;
  readonly isComposing: () => boolean;
}

/**
 * While an input method composes, nothing but the author's keys may change the document. What
 * arrives meanwhile (a merge, the server's text, redrawn hunks) waits here, in order.
 */
export function compositionGate(): CompositionGate {
  let shown: EditorView | null = null;
  let composing = false;
  let waiting: ((view: EditorView) => void)[] = [];
  const flush = () => {
    if (!shown || shown.isDestroyed || shown.composing || composing) return;
    const ready = waiting;
    waiting = [];
    for (const work of ready) work(shown);
  };
  const plugin = new Plugin({
    view(view) {
      shown = view;
      flush();
      return { destroy: () => void (shown = null) };
    },
    props: {
      handleDOMEvents: {
        compositionstart: () => {
          composing = true;
          return false;
        },
        compositionend: () => {
          composing = false;
          // The view reads the composed text after this event; one task later it is settled.
          setTimeout(flush, 50);
          return false;
        },
      },
    },
  });
  return {
    plugin,
    isComposing: () => composing || (shown?.composing ?? false),
    run: (work) => {
      if (shown?.isDestroyed) return;
      waiting.push(work);
      flush();
    },
  };
}

/** Whether a key belongs to an input method. Some browsers send the confirming Enter late, as 229. */
export function isInputMethodKey(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
