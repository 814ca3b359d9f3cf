import { queryOptions } from '@tanstack/react-query';
import { api, body } from './client';
import { keys } from './keys';

/** Whether the editor's models may pick between drafts of a book by themselves, and how each did when it was tried. */
export const judgesQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.judges(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/judges', { params: { query: { novel_id: novel } }, signal })),
  });
