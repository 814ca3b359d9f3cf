import { expect, test } from '@playwright/test';
import { beginBook, count, enter, novelIn, pageOf, saved, textOf } from '../fixtures/studio';
import { exported, proseIn, unzipped } from '../fixtures/files';
import { wordsFor } from '../fixtures/words';

const LEAST = { en: 1_000, zh: 1_400 } as const;

test.describe.configure({ mode: 'serial' });

test('from an idea to a chapter, a rewrite, two more chapters and a file', async ({
  page,
}, info) => {
  test.setTimeout(420_000);
  const words = wordsFor(info.project.use.locale);
  const { t, like } = words;
  const foreign: string[] = [];
  const origin = new URL(info.project.use.baseURL ?? 'http://127.0.0.1:8000').origin;
  page.on('request', (request) => {
    if (/^https?:/u.test(request.url()) && new URL(request.url()).origin !== origin) {
      foreign.push(request.url());
    }
  });

  await test.step('set up and begin', async () => {
    await enter(page, words);
    await beginBook(page, words);
  });
  await test.step('chapter 1 is written within two minutes', async () => {
    await expect(page.getByRole('link', { name: t('start:live.changeIt') })).toBeVisible({
      timeout: 120_000,
    });
    await page.getByRole('link', { name: t('start:live.changeIt') }).click();
    await expect(pageOf(page)).toBeVisible();
    await expect
      .poll(async () => count(await textOf(page)), { timeout: 15_000 })
      .toBeGreaterThanOrEqual(LEAST[words.book as 'en' | 'zh']);
    await expect(page.getByText(t('write:end.agentDraft'))).toBeVisible();
  });
  await test.step('what is typed is saved and comes back', async () => {
    await pageOf(page).locator('.scene > p').first().click();
    await page.keyboard.press('Home');
    await page.keyboard.insertText(words.book === 'zh' ? '雨停了。' : 'The rain had stopped. ');
    await saved(page, words);
    const before = await textOf(page);
    await page.reload();
    await expect(pageOf(page)).toBeVisible();
    expect(await textOf(page)).toBe(before);
    expect(before).toContain(words.book === 'zh' ? '雨停了。' : 'The rain had stopped.');
  });
  await test.step('a rewrite changes nothing until a hunk is accepted', async () => {
    const before = await textOf(page);
    await pageOf(page).locator('.scene > p').nth(2).click({ clickCount: 3 });
    await page.keyboard.press('Alt+Enter');
    if (words.book === 'en') {
      await page.getByLabel(t('proposals:rewrite.instruction')).fill('tighter');
      await page.keyboard.press('Enter');
    } else {
      await page.getByRole('button', { name: t('proposals:rewrite.preset.expand') }).click();
    }
    const bar = page.getByRole('toolbar', { name: t('proposals:bar') });
    await expect(bar).toBeVisible({ timeout: 60_000 });
    const written = await pageOf(page).evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement;
      for (const drawn of copy.querySelectorAll('.hunk-new,.draft-block')) drawn.remove();
      return [...copy.querySelectorAll('.scene > p:not(.hint)')]
        .map((line) => line.textContent)
        .join('\n');
    });
    expect(written).toBe(before);
    await bar.getByRole('button', { name: t('proposals:accept'), exact: true }).click();
    await saved(page, words);
    if (await bar.isVisible())
      await bar.getByRole('button', { name: t('proposals:rejectAll') }).click();
    await saved(page, words);
    const after = await textOf(page);
    expect(after).not.toBe(before);
    await page.reload();
    await expect(pageOf(page)).toBeVisible();
    expect(await textOf(page)).toBe(after);
  });
  for (const number of [2, 3]) {
    await test.step(`chapter ${String(number)} is drafted`, async () => {
      const onward = page.getByRole('main').getByRole('link', { name: like('write:end.next') });
      const fresh = page.getByRole('main').getByRole('button', { name: t('write:end.newNext') });
      const from = page.url();
      await expect(onward.or(fresh)).toBeVisible();
      if (await onward.isVisible()) await onward.click();
      else await fresh.click();
      await expect.poll(() => page.url()).not.toBe(from);
      await expect(pageOf(page)).toBeVisible();
      await page.getByRole('button', { name: t('write:end.draftChapter') }).click();
      await expect(page.getByText(t('write:end.agentDraft'))).toBeVisible({ timeout: 120_000 });
      await expect
        .poll(async () => count(await textOf(page)), { timeout: 20_000 })
        .toBeGreaterThan(500);
    });
  }
  await test.step('the book leaves as files that hold it', async () => {
    const last = (await textOf(page)).split('\n').find((line) => line.length > 20) ?? '';
    const told = last.trim().slice(0, 20);
    await page.goto(`/n/${novelIn(page)}/export`);
    const markdown = (await exported(page, words, 'markdown')).toString('utf8');
    expect(markdown.match(/^#{1,2} /gmu)?.length ?? 0).toBeGreaterThanOrEqual(3);
    expect(markdown).toContain(told);
    expect(markdown).not.toContain('[[B');
    const epub = unzipped(await exported(page, words, 'epub'));
    expect(epub.get('mimetype')).toBe('application/epub+zip');
    expect(proseIn(epub, /\.xhtml$/u)).toContain(told);
    const word = unzipped(await exported(page, words, 'docx'));
    expect(proseIn(word, /^word\/document\.xml$/u)).toContain(told);
  });
  expect(foreign).toEqual([]);
});

test('a run goes on when its tab is closed: no gap, nothing twice', async ({ browser }, info) => {
  test.setTimeout(240_000);
  const words = wordsFor(info.project.use.locale);
  const context = await browser.newContext({ ...info.project.use });
  const page = await context.newPage();
  await enter(page, words);
  await beginBook(page, words);
  const draft = page.getByRole('article', { name: words.t('start:live.draft') }).locator('p');
  await expect
    .poll(async () => (await draft.allTextContents()).join('\n').length, { timeout: 90_000 })
    .toBeGreaterThan(300);
  const prefix = (await draft.allTextContents()).join('\n').slice(0, 250);
  const address = page.url();
  const state = await context.storageState();
  await context.close();

  const again = await browser.newContext({ ...info.project.use, storageState: state });
  const second = await again.newPage();
  await second.goto(address);
  await expect(second.getByRole('link', { name: words.t('start:live.changeIt') })).toBeVisible({
    timeout: 120_000,
  });
  const whole = (
    await second
      .getByRole('article', { name: words.t('start:live.draft') })
      .locator('p')
      .allTextContents()
  ).join('\n');
  expect(whole.startsWith(prefix)).toBe(true);
  expect(whole.split(prefix)).toHaveLength(2);
  await second.getByRole('link', { name: words.t('start:live.changeIt') }).click();
  await expect(pageOf(second)).toBeVisible();
  expect((await textOf(second)).replace(/\s/gu, '')).toContain(
    prefix.replace(/\s/gu, '').slice(0, 100),
  );
  await again.close();
});
