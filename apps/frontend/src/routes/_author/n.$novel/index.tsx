import { createFileRoute, redirect } from '@tanstack/react-router';

/** A book opens at the page; the page itself goes to where its author left off. */
export const Route = createFileRoute('/_author/n/$novel/')({
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/n/$novel/write/{-$node}',
      params: { novel: params.novel },
      replace: true,
    });
  },
});
