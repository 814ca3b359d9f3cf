import { screen } from '@testing-library/react';
import { renderPage } from '@/shared/testing/render';
import { ValueView } from './value-view';

test('what kind a law is of is said in words of the interface', async () => {
  const law = { statement: 'Storms have owners.', category: 'religion', hardness: 'hard' };
  await renderPage(<ValueView value={[law]} language="en" />);
  expect(await screen.findByText('faith')).toBeInTheDocument();
  expect(screen.queryByText('religion')).toBeNull();
});
