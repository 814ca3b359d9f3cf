import type { RunEvent } from './events';
import { backOff } from './stream-reader';
import { Cursors, watchRuns } from './streams';

const frame = (seq: number, text: string, run = 'r1') =>
  `id: ${run}:${seq}\nevent: text.delta\ndata: ${JSON.stringify({
    v: 1,
    run,
    seq,
    scene: 's1',
    offset: 0,
    text,
  })}\n\n`;

type Part = string | Uint8Array;

function server(...connections: Part[][]) {
  const asked: string[] = [];
  const stop = new AbortController();
  const answer = (request: Request): Promise<Response> => {
    asked.push(new URL(request.url).searchParams.getAll('cursor').join());
    const parts = connections[asked.length - 1];
    if (!parts) {
      stop.abort();
      return Promise.reject(new TypeError('Failed to fetch'));
    }
    const bytes = new TextEncoder();
    const body = new ReadableStream({
      start(controller) {
        for (const part of parts) {
          controller.enqueue(typeof part === 'string' ? bytes.encode(part) : part);
        }
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  };
  return { asked, stop, answer };
}

async function follow(...connections: Part[][]) {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { asked, stop, answer } = server(...connections);
  const events: RunEvent[] = [];
  await watchRuns({
    runs: ['r1'],
    onEvent: (event) => events.push(event),
    signal: stop.signal,
    fetch: answer,
    origin: 'http://studio.test',
  });
  const texts = events.map((event) => (event.type === 'text.delta' ? event.text : event.type));
  return { texts, asked };
}

test('events that were already seen are dropped after a reconnect', async () => {
  const { texts, asked } = await follow(
    [frame(1, 'a'), frame(2, 'b')],
    [frame(1, 'a'), frame(2, 'b'), frame(3, 'c')],
  );
  expect(texts).toEqual(['a', 'b', 'c']);
  expect(asked[1]).toBe('r1:2');
});

test('a gap asks for replay from the last good event', async () => {
  const { texts, asked } = await follow(
    [frame(1, 'a'), frame(3, 'c')],
    [frame(2, 'b'), frame(3, 'c')],
  );
  expect(texts).toEqual(['a', 'b', 'c']);
  expect(asked.slice(0, 2)).toEqual(['r1:0', 'r1:1']);
});

test('a gap that the replay repeats is accepted instead of looping', async () => {
  const { texts } = await follow([frame(1, 'a'), frame(3, 'c')], [frame(3, 'c'), frame(4, 'd')]);
  expect(texts).toEqual(['a', 'c', 'd']);
});

test('a frame cut in the middle of a Chinese character arrives whole', async () => {
  const bytes = new TextEncoder().encode(frame(1, '钟声'));
  const middle = bytes.length - 8;
  const { texts } = await follow([bytes.slice(0, middle), bytes.slice(middle)]);
  expect(texts).toEqual(['钟声']);
});

test('unknown types and unusable data are passed over', async () => {
  const { texts } = await follow([
    'event: moon.rose\ndata: {"run":"r1","seq":1}\n\n',
    'event: text.delta\ndata: not json\n\n',
    frame(1, 'a'),
  ]);
  expect(texts).toEqual(['a']);
});

test('a new epoch is no gap, and runs are counted apart', () => {
  const cursors = new Cursors();
  const take = (run: string, seq: number) => cursors.accept({ run, seq, type: 'usage' });
  expect(take('a', 1)).toBe('take');
  expect(take('b', 7)).toBe('take');
  expect(take('a', 1_000_001)).toBe('take');
  expect(take('a', 2)).toBe('double');
  expect(take('b', 9)).toBe('gap');
});

test('waiting grows from half a second and never passes fifteen', () => {
  expect(backOff(1, () => 0)).toBe(500);
  expect(backOff(1, () => 1)).toBe(2000);
  expect(backOff(30, () => 1)).toBe(15_000);
});

test('a connection that ends when its runs have ended is not opened again', async () => {
  const { asked, stop, answer } = server([frame(1, 'a')], [frame(2, 'b')]);
  const states: string[] = [];
  await watchRuns({
    runs: ['r1'],
    onEvent: () => undefined,
    onState: (state) => states.push(state),
    isOver: () => true,
    signal: stop.signal,
    fetch: answer,
    origin: 'http://studio.test',
  });
  expect(asked).toHaveLength(1);
  expect(states.at(-1)).toBe('closed');
});
