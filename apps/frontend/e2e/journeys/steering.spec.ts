import { expect, test } from '@playwright/test';
import { beginBook, enter, openStart, pageOf, saved, textOf } from '../fixtures/studio';
import { wordsFor } from '../fixtures/words';

test('a run is paused, taken up again, steered and stopped, and says so', async ({
  page,
}, info) => {
  const words = wordsFor(info.project.use.locale);
  const { t, like } = words;
  await enter(page, words);
  await beginBook(page, words);
  const live = page.getByRole('region', { name: t('start:live.region') });
  await expect(live.getByText(t('start:live.state.done')).first()).toBeVisible({
    timeout: 60_000,
  });

  await live.getByRole('button', { name: t('start:live.pause'), exact: true }).click();
  await expect(live.getByText(t('start:live.status.paused'))).toBeVisible({ timeout: 30_000 });
  const resting = await live.textContent();
  await page.waitForTimeout(1_500);
  expect(await live.textContent()).toBe(resting);
  await live.getByRole('button', { name: t('start:live.resume'), exact: true }).click();
  await expect(live.getByText(t('start:live.status.paused'))).toBeHidden({ timeout: 30_000 });

  await live.getByRole('button', { name: t('start:live.change') }).click();
  await page.getByLabel(t('start:live.steer.label')).fill('Let it rain.');
  await page.getByRole('button', { name: t('start:live.steer.send') }).click();
  await expect(live.getByText(like('start:live.steer.accepted')).first()).toBeVisible({
    timeout: 30_000,
  });

  await live.getByRole('button', { name: t('start:live.stop'), exact: true }).click();
  await expect(live.getByText(t('start:live.status.cancelled')).first()).toBeVisible({
    timeout: 30_000,
  });
  await live.getByRole('link', { name: t('start:live.failed.blank') }).click();
  await expect(pageOf(page)).toBeVisible();
});

test('by keyboard alone: an idea, a blank page, a line, the caret where it was', async ({
  page,
}, info) => {
  const words = wordsFor(info.project.use.locale);
  const { t } = words;
  await enter(page, words);
  await openStart(page);
  await page.getByRole('textbox').first().focus();
  await page.keyboard.type('A blank page');
  const blank = page.getByRole('button', { name: t('start:new.blank') });
  for (let n = 0; n < 30; n += 1) {
    if (await blank.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(pageOf(page)).toBeVisible({ timeout: 20_000 });
  for (let n = 0; n < 60; n += 1) {
    if (await pageOf(page).evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('First line.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Second line.');
  await saved(page, words);

  await page.keyboard.press('Control+Shift+Period');
  await expect(page.getByRole('banner')).toBeHidden();
  await page.keyboard.press('Control+Shift+Period');
  await expect(page.getByRole('banner')).toBeVisible();

  const kept = page.waitForResponse((answer) => answer.url().endsWith('/place'));
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  expect((await kept).ok()).toBe(true);
  await page.goto(page.url().replace(/\/write.*/u, '/write'));
  await expect(pageOf(page)).toBeFocused();
  await page.keyboard.type(' Here.');
  await expect.poll(() => textOf(page)).toBe('First line. Here.\nSecond line.');
  await saved(page, words);
});

test('on a narrow window the chapters come as a drawer, and a version gets a name', async ({
  page,
}, info) => {
  const words = wordsFor(info.project.use.locale);
  const { t } = words;
  await enter(page, words);
  await openStart(page);
  await page.getByRole('textbox').first().fill('A narrow page');
  await page.getByRole('button', { name: t('start:new.blank') }).click();
  await expect(pageOf(page)).toBeVisible({ timeout: 20_000 });
  await pageOf(page).click();
  await page.keyboard.type('One line.');
  await saved(page, words);
  await page.setViewportSize({ width: 800, height: 900 });
  await page.getByRole('button', { name: t('write:binder.show') }).click();
  await expect(page.getByRole('dialog', { name: t('write:binder.label') })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: t('write:status.history') }).click();
  await page.getByRole('button', { name: t('write:save.nameVersion') }).click();
  await page.getByLabel(t('write:versions.name')).fill('Before the storm');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Before the storm')).toBeVisible();
});
