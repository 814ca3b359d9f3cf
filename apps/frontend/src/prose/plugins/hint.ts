import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** Shows a hint on the first line of every scene that has nothing but one empty paragraph. */
export function hintPlugin(hint: string): Plugin {
  return new Plugin({
    props: {
      decorations(state) {
        const found: Decoration[] = [];
        state.doc.forEach((scene, at) => {
          const line = scene.firstChild;
          if (scene.childCount !== 1 || !line?.isTextblock || line.content.size > 0) return;
          found.push(
            Decoration.node(at + 1, at + 1 + line.nodeSize, { class: 'hint', 'data-hint': hint }),
          );
        });
        return DecorationSet.create(state.doc, found);
      },
    },
  });
}
