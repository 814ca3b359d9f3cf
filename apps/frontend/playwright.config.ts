import { defineConfig, devices } from '@playwright/test';
import { existsSync } from 'node:fs';

const systemChromium = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'e2e',
  timeout: 150_000,
  // A runner that does other work at the same time answers late, not wrongly.
  expect: { timeout: 20_000 },
  fullyParallel: false,
  workers: 1,
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    baseURL: process.env.BASE_URL ?? 'http://127.0.0.1:8000',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? systemChromium,
      args: isRoot ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    {
      name: 'desktop-en-light',
      use: { ...devices['Desktop Chrome'], locale: 'en-GB', colorScheme: 'light' },
    },
    {
      name: 'desktop-zh-dark',
      use: { ...devices['Desktop Chrome'], locale: 'zh-CN', colorScheme: 'dark' },
    },
    {
      name: 'phone-zh',
      use: {
        ...devices['Desktop Chrome'],
        locale: 'zh-CN',
        viewport: { width: 390, height: 844 },
        hasTouch: true,
      },
    },
  ],
});
