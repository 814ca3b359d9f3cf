import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

function useRefreshShelf() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.novels() });
}

export function useAddSample() {
  const onSuccess = useRefreshShelf();
  return useMutation({
    mutationFn: (language: 'en' | 'zh') =>
      body(api.POST('/api/v1/novels/sample', { body: { language } })),
    onSuccess,
  });
}

export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      body(
        api.PATCH('/api/v1/novels/{novel_id}', {
          params: { path: { novel_id: id } },
          body: { title },
        }),
      ),
    onSuccess: (novel) => {
      client.setQueryData(keys.novel(novel.id), novel);
      return client.invalidateQueries({ queryKey: keys.novels() });
    },
  });
}

export function useMoveToTrash() {
  const onSuccess = useRefreshShelf();
  return useMutation({
    mutationFn: (id: string) =>
      body(api.DELETE('/api/v1/novels/{novel_id}', { params: { path: { novel_id: id } } })),
    onSuccess,
  });
}

export function useRestore() {
  const onSuccess = useRefreshShelf();
  return useMutation({
    mutationFn: (id: string) =>
      body(api.POST('/api/v1/novels/{novel_id}/restore', { params: { path: { novel_id: id } } })),
    onSuccess,
  });
}

export function useDeleteForever() {
  const onSuccess = useRefreshShelf();
  return useMutation({
    mutationFn: (id: string) =>
      body(api.DELETE('/api/v1/novels/{novel_id}/forever', { params: { path: { novel_id: id } } })),
    onSuccess,
  });
}
