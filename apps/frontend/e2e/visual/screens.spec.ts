import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { enter, pageOf } from '../fixtures/studio';
import { wordsFor } from '../fixtures/words';

const folder = process.env.SCREENSHOTS ?? 'test-results/screenshots';

test('the screens of the journey, stored for a reviewer', async ({ page }, info) => {
  const words = wordsFor(info.project.use.locale);
  const store = (name: string) =>
    page.screenshot({
      path: join(folder, `${info.project.name}-${name}.png`),
      animations: 'disabled',
    });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await enter(page, words);
  await page.goto('/new');
  await expect(page.getByRole('textbox').first()).toBeVisible();
  await store('start');
  await page.goto('/library');
  await page.getByRole('button', { name: words.t('library:sample') }).click();
  await expect(pageOf(page)).toBeVisible({ timeout: 30_000 });
  await store('write');
  await pageOf(page).locator('.scene > p').nth(1).click({ clickCount: 3 });
  await page.keyboard.press('Alt+Enter');
  await store('rewrite');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: words.t('write:status.history') }).click();
  await store('history');
  await page.keyboard.press('Control+Shift+Period');
  await store('focus');
  const book = page.url().replace(/\/write.*/u, '');
  for (const [path, name] of [
    ['/library', 'library'],
    [`${book}/read`, 'reader'],
    [`${book}/plan`, 'plan'],
    [`${book}/world`, 'world'],
    [`${book}/world?view=knowledge`, 'knowledge'],
    [`${book}/history`, 'history'],
    [`${book}/runs`, 'runs'],
    [`${book}/export`, 'export'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await store(name);
  }
});
