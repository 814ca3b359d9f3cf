import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const FORMATS = ['epub', 'docx', 'markdown', 'txt'] as const;
export type Format = (typeof FORMATS)[number];

export function useStartExport(novel: string) {
  return useMutation({
    mutationFn: (format: Format) =>
      body(
        api.POST('/api/v1/novels/{novel_id}/exports', {
          params: { path: { novel_id: novel } },
          body: { format, options: {} },
        }),
      ),
  });
}

export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: keys.export(id),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/exports/{export_id}', { params: { path: { export_id: id } }, signal })),
    refetchInterval: (query) =>
      query.state.data?.state === 'queued' || query.state.data?.state === 'rendering'
        ? 1_000
        : false,
  });
