import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { enter, openStart, pageOf } from '../fixtures/studio';
import { wordsFor, type Words } from '../fixtures/words';

const STAGES = ['seed', 'theme', 'world', 'characters', 'plot', 'details'] as const;
type Stage = (typeof STAGES)[number];

const log = (page: Page, { t }: Words) =>
  page.getByRole('log', { name: t('concept:conversation') });

/** A blank book, opened at its concept; returns its address. */
async function openConcept(page: Page, words: Words): Promise<string> {
  const { t } = words;
  await enter(page, words);
  await openStart(page);
  await page
    .getByRole('textbox')
    .first()
    .fill(words.book === 'en' ? 'a drowned library' : '一座沉没的书楼');
  await page.getByRole('button', { name: t('start:new.blank') }).click();
  await expect(pageOf(page)).toBeVisible({ timeout: 30_000 });
  const book = page.url().replace(/\/write.*/u, '');
  await page.goto(`${book}/plan`);
  await page.getByRole('button', { name: t('plan:views.concept'), exact: true }).click();
  await expect(log(page, words)).toBeVisible();
  return book;
}

const openStage = (page: Page, { t }: Words, stage: Stage) =>
  page
    .getByRole('navigation', { name: t('concept:stages.label') })
    .getByRole('link', { name: t(`concept:stages.${stage}`) })
    .click();

const inSheet = async (page: Page, { t }: Words) => {
  const button = page.getByRole('button', { name: t('concept:sides.sheet'), exact: true });
  if (await button.isVisible()) await button.click();
};

const leaveSheet = async (page: Page) => {
  if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');
};

/** Asks for options and takes the first by keyboard. */
async function takeFirst(page: Page, words: Words): Promise<void> {
  const { t } = words;
  await page.getByRole('button', { name: t('concept:empty.surprise') }).click();
  const first = page.locator('[data-option]').first();
  await expect(first).toBeVisible({ timeout: 60_000 });
  await log(page, words).focus();
  await page.keyboard.press('1');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(first.getByText(t('concept:option.taken'), { exact: true })).toBeVisible();
}

/** Has what is missing written until the stage can be locked, and locks it. */
async function completeAndLock(page: Page, words: Words, stage: Stage): Promise<void> {
  const { t } = words;
  const status = page
    .getByRole('navigation', { name: t('concept:stages.label') })
    .getByRole('link', { name: t(`concept:stages.${stage}`) });
  const complete = page.getByRole('button', { name: t('concept:composer.complete') });
  for (let n = 0; n < 3; n += 1) {
    if ((await status.textContent())?.includes(t('concept:status.ready'))) break;
    if (await complete.isVisible()) await complete.click();
    else {
      await page.getByRole('button', { name: t('concept:composer.others'), exact: true }).click();
      await page.getByRole('menuitem', { name: t('concept:composer.complete') }).click();
    }
    const turns = await log(page, words).locator('ol > li').count();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`^${t('concept:complete.go')}`, 'u') })
      .click();
    await expect.poll(() => log(page, words).locator('ol > li').count()).toBeGreaterThan(turns - 1);
    await expect(status).not.toContainText(t('concept:status.answering'), { timeout: 60_000 });
  }
  await expect(status).toContainText(t('concept:status.ready'));
  await inSheet(page, words);
  await page.getByRole('button', { name: t('concept:lock.open') }).click();
  const dialog = page.getByRole('dialog', { name: t(`concept:stages.${stage}`) });
  await dialog.getByRole('button', { name: t('concept:lock.go'), exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  await leaveSheet(page);
  await expect(status).toContainText(t('concept:status.locked'));
}

test('from an idea through six locked stages to a written chapter', async ({ page }, info) => {
  test.setTimeout(420_000);
  const words = wordsFor(info.project.use.locale);
  const { t } = words;
  const book = await openConcept(page, words);
  for (const stage of STAGES) {
    await openStage(page, words, stage);
    await takeFirst(page, words);
    await completeAndLock(page, words, stage);
  }
  await page.goto(`${book}/runs`);
  await page.getByRole('button', { name: t('runs:next.open') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(`^${t('runs:next.go')}`, 'u') })
    .click();
  await page.waitForURL(/\/runs\/./u);
  const question = page.getByRole('region', { name: t('runs:question') });
  const ended = page.getByRole('button', { name: t('runs:revert.open') });
  for (let n = 0; n < 6; n += 1) {
    await expect(question.or(ended).first()).toBeVisible({ timeout: 180_000 });
    if (await ended.isVisible()) break;
    // The run asks where it is not sure; its first answer goes on.
    await question.getByRole('button').first().click();
    await expect(question).toBeHidden({ timeout: 30_000 });
  }
  await expect(ended).toBeVisible();
  await page.goto(`${book}/write`);
  await expect(pageOf(page).locator('.scene > p:not(.hint)').first()).not.toBeEmpty();
});

test('a conversation is the same after a refresh and in a second tab, and what is asked ends', async ({
  page,
  context,
}, info) => {
  const words = wordsFor(info.project.use.locale);
  const { t } = words;
  await openConcept(page, words);
  const field = page.getByRole('textbox', { name: t('concept:composer.field') });
  await field.fill('Typed, not sent.');
  await page.reload();
  await expect(field).toHaveValue('Typed, not sent.');
  await field.fill(words.book === 'en' ? 'Could it be winter?' : '可以是冬天吗？');
  await field.press('Enter');
  await expect(field).toHaveValue('');
  const second = await context.newPage();
  await second.goto(page.url());
  for (const tab of [page, second]) {
    const turn = log(tab, words).locator('ol > li').last();
    await expect(turn).toContainText(
      words.book === 'en' ? 'Could it be winter?' : '可以是冬天吗？',
    );
    await expect(turn).not.toContainText(t('concept:turn.cancel'), { timeout: 60_000 });
  }
  // What the first tab asks for comes to the second without a reload.
  await page.getByRole('button', { name: t('concept:composer.more') }).click();
  await expect(second.locator('[data-option]').first()).toBeVisible({ timeout: 60_000 });

  const ticks = page.locator('[data-option] input[type=checkbox]');
  await ticks.nth(0).check();
  await ticks.nth(1).check();
  await log(page, words).focus();
  await page.keyboard.press('c');
  await expect(page.getByRole('columnheader')).toHaveCount(3, { timeout: 60_000 });
  await log(page, words).focus();
  await page.keyboard.press('m');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('concept:merge.go') })
    .click();
  await expect(page.getByText(words.like('concept:by.mergedFrom')).first()).toBeVisible({
    timeout: 60_000,
  });
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the concept and the board, ${scheme}`, async ({ page }, info) => {
    const words = wordsFor(info.project.use.locale);
    const { t } = words;
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const check = async (name: string) => {
      const found = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        found.violations.map(
          (one) => `${one.id}: ${one.nodes.map((n) => n.target.join(' ')).join(' | ')}`,
        ),
        name,
      ).toEqual([]);
    };
    const book = await openConcept(page, words);
    await check('empty concept');
    await takeFirst(page, words);
    await check('concept with options');
    await inSheet(page, words);
    await page.getByRole('button', { name: t('concept:lock.open') }).click();
    await expect(page.getByText(t('concept:lock.missing'), { exact: true })).toBeVisible();
    await check('lock');
    await page.goto(`${book}/plan?view=board`);
    await expect(page.getByRole('region', { name: t('plan:views.board') })).toBeVisible();
    await check('board');
    await page.goto(`${book}/runs`);
    await page.getByRole('button', { name: t('runs:next.open') }).click();
    await check('next chapters');
  });
}
