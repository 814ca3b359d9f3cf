import { expect, test, type Page } from '@playwright/test';
import { enter, novelIn, openStart, pageOf, saved, textOf } from '../fixtures/studio';
import { wordsFor, type Words } from '../fixtures/words';

async function blankBook(page: Page, words: Words): Promise<void> {
  await enter(page, words);
  await openStart(page);
  await page
    .getByRole('textbox')
    .first()
    .fill(words.book === 'zh' ? '一页白纸' : 'a blank page');
  await page.getByRole('button', { name: words.t('start:new.blank') }).click();
  await expect(pageOf(page)).toBeVisible({ timeout: 20_000 });
}

test('a page killed 1.1 s after typing gives back every word', async ({ page, context }, info) => {
  const words = wordsFor(info.project.use.locale);
  await blankBook(page, words);
  await page.route('**/scenes/*/content', (route) =>
    route.request().method() === 'PUT' ? route.abort() : route.continue(),
  );
  await pageOf(page).click();
  await page.keyboard.type('Not one word of this is lost.');
  await page.waitForTimeout(1_100);
  const address = page.url();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(address);
  await expect(pageOf(again)).toContainText('Not one word of this is lost.');
  await saved(again, words);
});

test('edits without a connection reach the server later, once and whole', async ({
  page,
  context,
}, info) => {
  const words = wordsFor(info.project.use.locale);
  await blankBook(page, words);
  await pageOf(page).click();
  await context.setOffline(true);
  for (let n = 0; n < 20; n += 1) await page.keyboard.type(`line ${String(n)}. `);
  await page.waitForTimeout(2_500);
  await context.setOffline(false);
  await saved(page, words);
  const here = await textOf(page);
  await page.reload();
  await expect(pageOf(page)).toBeVisible();
  expect(await textOf(page)).toBe(here);
  expect(here).toContain('line 19.');
});

test('different paragraphs changed on two devices are joined', async ({ page, browser }, info) => {
  const words = wordsFor(info.project.use.locale);
  await blankBook(page, words);
  await pageOf(page).click();
  await page.keyboard.type('First.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Second.');
  await saved(page, words);
  const other = await browser.newContext({
    ...info.project.use,
    storageState: await page.context().storageState(),
  });
  const theirs = await other.newPage();
  await theirs.goto(page.url());
  await expect(pageOf(theirs)).toContainText('Second.');
  await pageOf(theirs).locator('.scene > p').nth(1).click();
  await theirs.keyboard.press('End');
  await theirs.keyboard.type(' There.');
  await saved(theirs, words);
  await pageOf(page).locator('.scene > p').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Here.');
  await saved(page, words);
  await expect(pageOf(page)).toContainText('Second. There.');
  expect(await textOf(page)).toBe('First. Here.\nSecond. There.');
  await other.close();
  expect(novelIn(page)).not.toBe('');
});

test('an input method writes, and its Enter submits nothing', async ({ page }, info) => {
  const words = wordsFor(info.project.use.locale);
  await blankBook(page, words);
  await pageOf(page).click();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Input.imeSetComposition', { text: 'zhong', selectionStart: 5, selectionEnd: 5 });
  await cdp.send('Input.imeSetComposition', { text: '钟', selectionStart: 1, selectionEnd: 1 });
  await cdp.send('Input.insertText', { text: '钟楼' });
  await expect.poll(() => textOf(page)).toBe('钟楼');
  await expect(pageOf(page).locator('.scene > p')).toHaveCount(1);
  await saved(page, words);
});
