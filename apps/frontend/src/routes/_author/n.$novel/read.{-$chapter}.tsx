import { createFileRoute } from '@tanstack/react-router';

export const Route = createFileRoute('/_author/n/$novel/read/{-$chapter}')({
  component: () => null,
});
