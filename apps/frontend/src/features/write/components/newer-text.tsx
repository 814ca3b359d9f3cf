import { useTranslation } from 'react-i18next';
import { proseOf, type SceneJson } from '@/prose/json';

/** Text of a newer version of the app: shown, never changed, never saved. */
export function NewerText({ scenes }: { scenes: readonly SceneJson[] }) {
  const { t } = useTranslation('write');
  return (
    <main id="main" tabIndex={-1} className="bg-paper mx-auto w-full max-w-2xl grow px-6 py-16">
      <p role="status" className="text-ui text-doubt border-doubt mb-8 border-s-2 ps-3">
        {t('page.newer')}
      </p>
      {scenes.map((scene) => (
        <div key={scene.attrs.id} className="prose-type whitespace-pre-wrap">
          {proseOf(scene)}
        </div>
      ))}
    </main>
  );
}
