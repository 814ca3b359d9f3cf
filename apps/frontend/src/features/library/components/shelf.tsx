import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { Empty } from '@/shared/ui/waiting';
import { ORDERS, type Order, arrange } from '../model';
import { Book } from './book';

const MANY = 6;

export function Shelf({ novels }: { novels: NovelRead[] }) {
  const { t, i18n } = useTranslation('library');
  const [query, setQuery] = useState('');
  const [order, setOrder] = useState<Order>('edited');
  const shown = arrange(novels, useDeferredValue(query), order, i18n.language);
  if (novels.length === 0) {
    return (
      <Empty text={t('empty')}>
        <Button variant="primary" asChild>
          <Link to="/new">{t('start')}</Link>
        </Button>
      </Empty>
    );
  }
  return (
    <>
      {novels.length > MANY ? (
        <div className="mb-8 flex flex-wrap gap-4">
          <input
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            className={`${controlLook} max-w-72`}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <Select
            aria-label={t('sort.label')}
            className="w-40"
            value={order}
            onValueChange={setOrder}
            options={ORDERS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          />
        </div>
      ) : null}
      {shown.length === 0 ? (
        <p className="text-ui text-ink-2">{t('noneFound', { query })}</p>
      ) : null}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-x-8 gap-y-12 sm:grid-cols-[repeat(auto-fill,minmax(10.5rem,10.5rem))]">
        {shown.map((novel) => (
          <Book key={novel.id} novel={novel} />
        ))}
      </ul>
    </>
  );
}
