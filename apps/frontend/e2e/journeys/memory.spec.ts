import { expect, test, type Page } from '@playwright/test';
import { enter, novelIn, pageOf, saved } from '../fixtures/studio';
import { wordsFor } from '../fixtures/words';

const TEXT = {
  en: {
    rule: 'Nobody crosses the ford after dark.',
    cost: 'a year of memory',
    promise: 'The locked chest will be opened.',
    name: 'Ida Marsh',
    place: 'the Salt Gate',
    other: 'the Ferry House',
    grey: 'grey',
    written: "Ida Marsh's eyes were grey.",
    against: "Ida Marsh's eyes were brown.",
  },
  zh: {
    rule: '天黑之后没有人渡过浅滩。',
    cost: '一年的记忆',
    promise: '锁着的箱子会被打开。',
    name: '苏听澜',
    place: '盐门',
    other: '渡口客栈',
    grey: '灰色',
    written: '苏听澜的眼睛是灰色的。',
    against: '苏听澜的眼睛是棕色的。',
  },
} as const;

async function pick(page: Page, label: string, option: string | RegExp): Promise<void> {
  const list = page.getByRole('dialog').getByLabel(label, { exact: true });
  const found = list.locator('option').filter({ hasText: option }).first();
  await expect(found).toBeAttached();
  await list.selectOption((await found.getAttribute('value')) ?? '');
}

test('rules, ways and promises; what rests on a fact; what would be sent; a doubt with both sides', async ({
  page,
}, info) => {
  test.setTimeout(300_000);
  const words = wordsFor(info.project.use.locale);
  const { t } = words;
  const text = TEXT[words.book as 'en' | 'zh'];
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const save = () => dialog.getByRole('button', { name: t('common:actions.save') }).click();
  await enter(page, words);
  await page.goto('/library');
  await page.getByRole('button', { name: t('library:sample') }).click();
  await expect(pageOf(page)).toBeVisible({ timeout: 30_000 });
  const book = `/n/${novelIn(page)}`;

  await test.step('a rule of the world with its price, changed and taken back', async () => {
    await page.goto(`${book}/world?view=rules`);
    await page.getByRole('button', { name: t('rules:add') }).click();
    await dialog.getByLabel(t('rules:statement'), { exact: true }).fill(text.rule);
    await dialog.getByLabel(t('rules:cost'), { exact: true }).fill(text.cost);
    await save();
    const line = main.getByRole('listitem').filter({ hasText: text.rule });
    await expect(line).toContainText(text.cost);
    await line.getByRole('button', { name: words.like('rules:menu') }).click();
    await page.getByRole('menuitem', { name: t('rules:edit') }).click();
    await dialog.getByText(t('rules:soft'), { exact: true }).click();
    await save();
    const soft = main.locator('section', {
      has: page.getByRole('heading', { name: t('rules:softTitle') }),
    });
    await expect(soft.getByText(text.rule)).toBeVisible();
    await line.getByRole('button', { name: words.like('rules:menu') }).click();
    await page.getByRole('menuitem', { name: t('rules:retire') }).click();
    await expect(line).toBeHidden();
  });

  await test.step('two places and the way between them', async () => {
    for (const name of [text.place, text.other]) {
      await page.goto(`${book}/world?type=place`);
      await page
        .getByRole('button', { name: t('world:entry.add') })
        .first()
        .click();
      await dialog.getByLabel(t('world:entry.name')).fill(name);
      await save();
      await expect(main.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    await page.goto(`${book}/world?view=travel`);
    await page.getByRole('button', { name: t('rules:ways.add') }).click();
    await pick(page, t('rules:ways.from'), text.place);
    await pick(page, t('rules:ways.to'), text.other);
    await dialog.getByLabel(t('rules:ways.amount')).fill('2');
    await save();
    const line = main.getByRole('listitem').filter({ hasText: text.other });
    await expect(line).toContainText('2');
    await expect(line).toContainText(t('rules:ways.modes.walk'));
  });

  await test.step('a promise to the reader, where it is set up and by when it is kept', async () => {
    await page.goto(`${book}/plan?view=promises`);
    await page.getByRole('button', { name: t('promises:add') }).click();
    await dialog.getByLabel(t('promises:statement'), { exact: true }).fill(text.promise);
    const latest = dialog.getByLabel(t('promises:window.latest'));
    await latest.selectOption({ index: 2 });
    await dialog.getByRole('button', { name: t('promises:scenes.add') }).click();
    await save();
    const line = main.getByRole('listitem').filter({ hasText: text.promise }).first();
    await expect(line).toContainText(t('promises:status.planned'));
    await line.getByRole('button', { name: words.like('promises:menu') }).click();
    await page.getByRole('menuitem', { name: t('promises:abandon') }).click();
    await dialog.getByLabel(t('promises:because')).fill('x');
    await dialog.getByRole('button', { name: t('promises:abandonGo') }).click();
    await expect(main.getByRole('heading', { name: t('promises:groups.abandoned') })).toBeVisible();
  });

  await test.step('a fact that a sentence says is not taken back unseen', async () => {
    await page.goto(`${book}/world`);
    await page.getByRole('button', { name: t('world:entry.add') }).click();
    await dialog.getByLabel(t('world:entry.name')).fill(text.name);
    await save();
    await page.getByRole('button', { name: t('world:fact.add') }).click();
    await pick(page, t('world:fact.what'), words.book === 'zh' ? /眼睛|瞳/u : /^eye colou?r$/u);
    await dialog.getByLabel(t('world:fact.value'), { exact: true }).fill(text.grey);
    await save();
    await expect(main.getByText(text.grey, { exact: true })).toBeVisible();
    const entry = page.url();
    await page.goto(`${book}/write`);
    await expect(pageOf(page)).toBeVisible();
    await pageOf(page).locator('.scene > p').last().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText(text.written);
    await saved(page, words);
    await page.goto(entry);
    await main
      .getByRole('button', { name: words.like('world:fact.menu') })
      .first()
      .click();
    await page.getByRole('menuitem', { name: t('world:ripple.open') }).click();
    await expect(dialog.getByRole('link', { name: text.written })).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('another sentence against it is doubted with both sides, and meant so', async () => {
    await page.goto(`${book}/write`);
    await pageOf(page).locator('.scene > p').last().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText(text.against);
    await saved(page, words);
    await page.goto(`${book}/review`);
    const scene = main.getByLabel(t('review:check'), { exact: true });
    await expect(scene).toBeVisible();
    const line = main.getByRole('listitem').filter({ hasText: text.grey }).first();
    const count = await scene.locator('option').count();
    // Which scene the page opened at is its own affair: they are checked until the doubt stands.
    for (let index = 0; index < count && !(await line.isVisible()); index += 1) {
      await scene.selectOption({ index });
      await main.getByRole('button', { name: t('review:checkGo'), exact: true }).click();
      await expect(
        main.getByRole('button', { name: t('review:checkGo'), exact: true }),
      ).toBeEnabled({ timeout: 60_000 });
    }
    await expect(line).toBeVisible();
    await line.getByRole('button', { name: words.like('review:acts.menu') }).click();
    await page.getByRole('menuitem', { name: t('review:acts.lie') }).click();
    await expect(line).toBeHidden();
  });

  await test.step('what would be sent for an empty scene, with its reasons', async () => {
    await page.goto(`${book}/write`);
    const more = main.getByRole('button', { name: t('write:end.newNext') });
    const next = main.getByRole('link', { name: words.like('write:end.next') });
    await expect(more.or(next).first()).toBeVisible();
    while (await next.isVisible()) {
      const before = page.url();
      await next.click();
      await expect(page).not.toHaveURL(before);
      await expect(more.or(next).first()).toBeVisible();
    }
    const before = page.url();
    await more.click();
    await expect(page).not.toHaveURL(before);
    await main.getByRole('button', { name: t('write:end.preview') }).click();
    await expect(dialog.getByText(t('runs:receipt.slots.book'), { exact: true })).toBeVisible();
    await expect(dialog.getByText(t('runs:receipt.kinds.house'), { exact: true })).toBeVisible();
  });
});
