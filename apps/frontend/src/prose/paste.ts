import { Fragment, Slice, type Node } from '@tiptap/pm/model';
import { newPid } from '@/shared/text/pids';

/** What a paste left out, to be told to the author. */
export interface PasteReport {
  readonly images: number;
  readonly tables: number;
  readonly lists: number;
}

const DROPPED =
  'script,style,meta,link,title,head,iframe,object,embed,svg,form,button,input,select,textarea,template';
const BLOCK_IN_CELL = 'td,th';

/**
 * Cleans pasted HTML to what the document can hold: lists become paragraphs, links stay as inert
 * marks, images and tables go (the words of a table stay), styles become marks.
 */
export function cleanPaste(html: string): { html: string; report: PasteReport } {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const node of page.querySelectorAll(DROPPED)) node.remove();
  const images = removeAll(page, 'img,picture,video,audio,canvas,figure:not([data-upload])');
  const tables = flattenTables(page);
  const lists = flattenLists(page);
  for (const span of page.querySelectorAll<HTMLElement>('span,b,font')) styleToMark(span);
  for (const link of page.querySelectorAll('a[href]')) {
    const mark = page.createElement('span');
    mark.setAttribute('data-href', JSON.stringify(link.getAttribute('href') ?? ''));
    mark.append(...link.childNodes);
    link.replaceWith(mark);
  }
  return { html: page.body.innerHTML, report: { images, tables, lists } };
}

function removeAll(page: Document, selector: string): number {
  const found = page.querySelectorAll(selector);
  for (const node of found) node.remove();
  return found.length;
}

function flattenTables(page: Document): number {
  const tables = page.querySelectorAll('table');
  for (const table of tables) {
    const lines = [...table.querySelectorAll('tr')].map((row) => {
      const line = page.createElement('p');
      const cells = [...row.querySelectorAll(BLOCK_IN_CELL)].map((cell) => cell.textContent.trim());
      line.textContent = cells.filter((cell) => cell !== '').join(' ');
      return line;
    });
    table.replaceWith(...lines.filter((line) => line.textContent !== ''));
  }
  return tables.length;
}

function flattenLists(page: Document): number {
  let count = 0;
  // From the innermost, so that a list in a list is flat before its parent is read.
  for (const list of [...page.querySelectorAll('ul,ol')].reverse()) {
    count += 1;
    const lines: Element[] = [];
    for (const item of [...list.children]) {
      const blocks = [...item.children].filter((child) =>
        /^(P|DIV|BLOCKQUOTE)$/u.test(child.tagName),
      );
      const line = page.createElement('p');
      line.append(...[...item.childNodes].filter((child) => !blocks.includes(child as Element)));
      if (line.textContent.trim() !== '') lines.push(line);
      lines.push(...blocks);
    }
    list.replaceWith(...lines);
  }
  return count;
}

/** Word processors and Google Docs say bold and italic by style, and wrap all in a plain `b`. */
function styleToMark(span: HTMLElement): void {
  const { fontWeight, fontStyle, textDecoration } = span.style;
  const wanted: string[] = [];
  if (/^(bold|[6-9]00)$/u.test(fontWeight)) wanted.push('strong');
  if (fontStyle === 'italic') wanted.push('em');
  if (textDecoration.includes('underline') && !span.closest('a')) wanted.push('u');
  if (textDecoration.includes('line-through')) wanted.push('s');
  const isPlainBold = span.tagName === 'B' && (fontWeight === 'normal' || fontWeight === '400');
  if (wanted.length === 0 && !isPlainBold) return;
  let inner: Element | null = null;
  for (const tag of wanted) {
    const mark = span.ownerDocument.createElement(tag);
    if (inner) mark.append(inner);
    else mark.append(...span.childNodes);
    inner = mark;
  }
  if (inner) span.replaceWith(inner);
  else span.replaceWith(...span.childNodes);
}

/** Pasted blocks get ids of their own, and a copy of whole scenes becomes their text. */
export function freshSlice(slice: Slice): Slice {
  let wrapped = false;
  const blocks: Node[] = [];
  slice.content.forEach((node) => {
    if (node.type.name === 'scene') {
      wrapped = true;
      node.forEach((block) => blocks.push(fresh(block)));
    } else blocks.push(fresh(node));
  });
  const down = wrapped ? 1 : 0;
  return new Slice(
    Fragment.fromArray(blocks),
    Math.max(0, slice.openStart - down),
    Math.max(0, slice.openEnd - down),
  );
}

function fresh(node: Node): Node {
  const marks = node.marks.filter((mark) => mark.type.name !== 'comment');
  if (node.isText || node.isInline) return node.mark(marks);
  const children: Node[] = [];
  node.forEach((child) => children.push(fresh(child)));
  const attrs = 'pid' in node.attrs ? { ...node.attrs, pid: newPid() } : node.attrs;
  return node.type.create(attrs, children, marks);
}
