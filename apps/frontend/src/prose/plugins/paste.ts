import { Plugin } from '@tiptap/pm/state';
import { cleanPaste, freshSlice, type PasteReport } from '../paste';

/** Cleans what is pasted and says what was left out; `plain` is the same clipboard as plain text. */
export function pastePlugin(onLeftOut: (report: PasteReport, plain: string) => void): Plugin {
  let report: PasteReport | null = null;
  return new Plugin({
    props: {
      transformPastedHTML(html) {
        const cleaned = cleanPaste(html);
        report = cleaned.report;
        return cleaned.html;
      },
      transformPasted: (slice) => freshSlice(slice),
      handlePaste(_view, event) {
        const found = report;
        report = null;
        const plain = event.clipboardData?.getData('text/plain') ?? '';
        if (found && found.images + found.tables + found.lists > 0) onLeftOut(found, plain);
        return false;
      },
    },
  });
}
