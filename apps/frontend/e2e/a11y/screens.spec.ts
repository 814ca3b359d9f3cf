import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { beginBook, enter, pageOf } from '../fixtures/studio';
import { wordsFor, type Words } from '../fixtures/words';

async function check(page: Page, name: string): Promise<void> {
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const told = found.violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
  );
  expect(told, name).toEqual([]);
}

async function sample(page: Page, words: Words): Promise<void> {
  await enter(page, words);
  await page.goto('/library');
  const add = page.getByRole('button', { name: words.t('library:sample') });
  await add.click();
  await expect(pageOf(page)).toBeVisible({ timeout: 30_000 });
}

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the screens of the journey, ${scheme}`, async ({ page }, info) => {
    test.setTimeout(420_000);
    const words = wordsFor(info.project.use.locale);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.goto('/');
    const setUp = page.getByRole('button', { name: words.t('auth:setup.submit') });
    const signIn = page.getByRole('button', { name: words.t('auth:login.submit'), exact: true });
    await expect(setUp.or(signIn)).toBeVisible({ timeout: 30_000 });
    await check(page, 'first page');
    if (await setUp.isVisible()) await enter(page, words);
    await page.context().clearCookies();
    await page.goto('/login');
    await expect(signIn).toBeVisible();
    await check(page, 'login');
    await enter(page, words);
    await beginBook(page, words);
    await expect(page.getByText(words.t('start:live.state.done')).first()).toBeVisible({
      timeout: 60_000,
    });
    await check(page, 'live run');
    await page.getByRole('button', { name: words.t('start:live.stop'), exact: true }).click();
    // A run that ends of itself at this very moment is no fault: its end is looked at then.
    const stopped = page.getByRole('link', { name: words.t('start:live.failed.blank') });
    const done = page.getByRole('link', { name: words.t('start:live.changeIt') });
    await expect(stopped.or(done).first()).toBeVisible({ timeout: 120_000 });
    await check(page, 'ended run');
    await sample(page, words);
    await check(page, 'write');
    await page.getByRole('button', { name: words.t('write:status.history') }).click();
    await check(page, 'write with history');
    await page.keyboard.press('Control+Shift+Period');
    await check(page, 'focus');
    await page.keyboard.press('Control+Shift+Period');
    await pageOf(page).locator('.scene > p').nth(1).click({ clickCount: 3 });
    await page.keyboard.press('Alt+Enter');
    await check(page, 'rewrite box');
    const book = page.url().replace(/\/write.*/u, '');
    for (const [path, name] of [
      ['/library', 'library'],
      ['/new', 'start'],
      [`${book}/read`, 'reader'],
      [`${book}/plan`, 'plan'],
      [`${book}/world`, 'world'],
      [`${book}/world?view=inbox`, 'inbox'],
      [`${book}/world?view=rules`, 'rules'],
      [`${book}/world?view=travel`, 'travel'],
      [`${book}/world?view=knowledge`, 'knowledge'],
      [`${book}/plan?view=promises`, 'promises'],
      [`${book}/review`, 'review'],
      [`${book}/history`, 'history'],
      [`${book}/search?q=a`, 'search'],
      [`${book}/runs`, 'runs'],
      [`${book}/export`, 'export'],
      ['/settings/models', 'models'],
      ['/settings/profile', 'settings'],
      ['/settings/prompts', 'prompts'],
      ['/settings/prompts?prompt=writer.draft_scene.en', 'prompt'],
      [`${book}/prompts`, 'prompts of the book'],
      ['/import', 'import'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      await expect(page.getByText(words.t('common:starting.title'))).toBeHidden();
      await check(page, name);
    }
  });
}
