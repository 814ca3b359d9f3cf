import type { ReactNode } from 'react';
import type { MarkJson, NodeJson } from '@/prose/json';

/** Saved nodes set as a book: text and the marks of type, nothing of the workshop. */
export function ProseNodes({ nodes }: { nodes: readonly NodeJson[] }) {
  return nodes.map((node, index) => <Block key={keyOf(node, index)} node={node} />);
}

const keyOf = (node: NodeJson, index: number) => `${String(node.attrs?.pid ?? '')}${String(index)}`;

function Block({ node }: { node: NodeJson }): ReactNode {
  const children = node.content ?? [];
  const attrs = node.attrs ?? {};
  switch (node.type) {
    case 'paragraph':
      return (
        <p data-align={attrs.align ?? undefined} data-form={attrs.form ?? undefined}>
          <Inline nodes={children} />
        </p>
      );
    case 'heading':
      return attrs.level === 3 ? (
        <h3>
          <Inline nodes={children} />
        </h3>
      ) : (
        <h2>
          <Inline nodes={children} />
        </h2>
      );
    case 'blockquote':
      return (
        <blockquote>
          <ProseNodes nodes={children} />
        </blockquote>
      );
    case 'sceneBreak':
      return <hr />;
    default:
      return null;
  }
}

function Inline({ nodes }: { nodes: readonly NodeJson[] }) {
  return nodes.map((node, index) => {
    if (node.type === 'hardBreak') return <br key={index} />;
    if (node.type === 'footnote') {
      return (
        <sup key={index} title={String(node.attrs?.text ?? '')}>
          *
        </sup>
      );
    }
    return <Marked key={index} text={node.text ?? ''} marks={node.marks ?? []} />;
  });
}

function Marked({ text, marks }: { text: string; marks: readonly MarkJson[] }): ReactNode {
  return marks.reduceRight<ReactNode>((inner, mark) => {
    switch (mark.type) {
      case 'strong':
        return <strong>{inner}</strong>;
      case 'em':
        return <em>{inner}</em>;
      case 'underline':
        return <u>{inner}</u>;
      case 'strike':
        return <s>{inner}</s>;
      case 'smallCaps':
        return <span className="small-caps">{inner}</span>;
      case 'lang':
        return <span lang={String(mark.attrs?.code ?? '')}>{inner}</span>;
      default:
        return inner;
    }
  }, text);
}
