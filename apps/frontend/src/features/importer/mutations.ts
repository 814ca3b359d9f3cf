import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, authorisedFetch, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { ApiProblem, readProblem } from '@/shared/api/problems';
import type { ImportRead } from '@/shared/api/types';

export type Source = { file: File } | { text: string; name: string };

/** A file goes as it is, so that the server can tell its encoding. */
async function sendFile(file: File): Promise<ImportRead> {
  const form = new FormData();
  form.append('file', file);
  const url = new URL('/api/v1/imports/file', location.origin);
  const answer = await authorisedFetch(new Request(url, { method: 'POST', body: form }));
  if (!answer.ok) throw new ApiProblem(await readProblem(answer));
  return (await answer.json()) as ImportRead;
}

export function useReadSource() {
  return useMutation({
    mutationFn: (source: Source) =>
      'file' in source
        ? sendFile(source.file)
        : body(api.POST('/api/v1/imports', { body: source })),
  });
}

export function useApplyImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      body(api.POST('/api/v1/imports/{import_id}/apply', { params: { path: { import_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.novels() }),
  });
}
