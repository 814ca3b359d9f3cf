import { screen } from '@testing-library/react';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { Parts } from './parts';

fakeGateway(http.all(at('/*'), () => HttpResponse.json({ items: [] })));

test.each(['en', 'zh-CN'] as const)('what was not asked is said in words (%s)', async (locale) => {
  const missing = [
    'meaning',
    'meaning-index',
    'passages',
    'graph',
    'passages:meaning',
    'other-code',
  ];
  await renderPage(
    <Parts novel="n" prompt="" parts={[]} withheld={[]} missing={missing} />,
    locale,
  );
  const line = await screen.findByText(locale === 'en' ? /^Not asked/u : /^未询问/u);
  const said = (line.textContent ?? '').replace(/^[^:：]*[:：]/u, '').split(' · ');
  expect(said).toHaveLength(missing.length);
  for (const code of missing) expect(said.map((one) => one.trim())).not.toContain(code);
  expect(said[1]).toContain('pgvector');
});
