import type { Node } from '@tiptap/pm/model';
import { Plugin, type Transaction } from '@tiptap/pm/state';
import { newPid } from '@/shared/text/pids';

interface Held {
  readonly pid: string;
  /** Position inside the scene node, counted from the position before the scene. */
  readonly at: number;
}

const known = new WeakMap<Node, readonly Held[]>();

/** The block ids of a scene. Unchanged scenes keep their identity, so each is walked once. */
function pidsOf(scene: Node): readonly Held[] {
  const found = known.get(scene);
  if (found) return found;
  const held: Held[] = [];
  scene.descendants((node, at) => {
    if (node.isInline) return false;
    if ('pid' in node.attrs) held.push({ pid: String(node.attrs.pid ?? ''), at: at + 1 });
    return !node.isTextblock;
  });
  known.set(scene, held);
  return held;
}

/**
 * Keeps every block's id: of two blocks with one id the first in the text keeps it (a split leaves
 * the copy behind), and a block without an id gets a new one. Not a step of its own for undo.
 */
export function pidPlugin(): Plugin {
  return new Plugin({
    appendTransaction(transactions, _before, state) {
      if (!transactions.some((one) => one.docChanged)) return null;
      const seen = new Set<string>();
      let fix: Transaction | null = null;
      state.doc.forEach((scene, sceneAt) => {
        for (const { pid, at } of pidsOf(scene)) {
          if (pid !== '' && !seen.has(pid)) {
            seen.add(pid);
            continue;
          }
          fix ??= state.tr;
          fix.setNodeAttribute(sceneAt + at, 'pid', newPid());
        }
      });
      return fix;
    },
  });
}
