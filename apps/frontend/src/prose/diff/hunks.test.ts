import { hunksOf, type BasePart, type Hunk } from './hunks';

const part = (text: string, pid = 'p', off = 0): BasePart => ({ pid, off, text });

function apply(base: BasePart[], hunks: Hunk[]): string[] {
  const result: string[] = [];
  for (const one of base) {
    let text = one.text;
    for (const hunk of hunks
      .filter((each) => each.pid === one.pid && each.kind === 'text')
      .reverse()) {
      text = text.slice(0, hunk.from - one.off) + hunk.next + text.slice(hunk.to - one.off);
    }
    const isGone = hunks.some((hunk) => hunk.pid === one.pid && hunk.kind === 'delete');
    if (!isGone) result.push(text);
    for (const hunk of hunks)
      if (hunk.pid === one.pid && hunk.kind === 'insert') result.push(hunk.next);
  }
  return result;
}

describe('hunksOf', () => {
  it('shows one changed word as one hunk of that word', () => {
    const base = [part('The bell had no rope. It rang at dusk, and nobody in Saltmere looked up.')];
    const hunks = hunksOf(
      base,
      ['The bell had no rope. It rang at dawn, and nobody in Saltmere looked up.'],
      'en',
    );
    expect(hunks.map((hunk) => [hunk.base, hunk.next])).toEqual([['dusk', 'dawn']]);
  });

  it('cuts Chinese at words, not at characters or whole sentences', () => {
    const base = [part('钟楼里没有绳子。黄昏时它自己响了，镇上没有一个人抬头看。')];
    const hunks = hunksOf(base, ['钟楼里没有绳子。黎明时它自己响了，镇上没有一个人抬头看。'], 'zh');
    expect(hunks.map((hunk) => [hunk.base, hunk.next])).toEqual([['黄昏', '黎明']]);
  });

  it('shows a paragraph whole when most of it changed', () => {
    const hunks = hunksOf(
      [part('She went to the harbour alone.')],
      ['Nobody could say when he left us.'],
      'en',
    );
    expect(hunks).toHaveLength(1);
    expect(hunks[0]?.base).toBe('She went to the harbour alone.');
  });

  it('keeps offsets of a selection that starts inside a block', () => {
    const hunks = hunksOf(
      [part('she waited for the last ferry home.', 'p', 40)],
      ['she waited for the first ferry home.'],
      'en',
    );
    expect(hunks[0]).toMatchObject({ from: 59, to: 63, base: 'last', next: 'first' });
  });

  it('gives equal changes different keys and the same keys every time', () => {
    const old =
      'One dog barked at noon in the yard there. Another long sentence stands between. One dog barked at noon in the yard there.';
    const fresh = old.replaceAll('dog', 'fox');
    const keys = hunksOf([part(old)], [fresh], 'en').map((hunk) => hunk.key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
    expect(hunksOf([part(old)], [fresh], 'en').map((hunk) => hunk.key)).toEqual(keys);
  });

  it('adds and removes whole paragraphs as their own hunks', () => {
    const base = [
      part('The tide came in over the old road slowly.', 'a'),
      part('Nobody spoke of the lamp or of its keeper.', 'b'),
    ];
    const added = hunksOf(
      base,
      [
        'The tide came in over the old road slowly.',
        'A gull cried.',
        'Nobody spoke of the lamp or of its keeper.',
      ],
      'en',
    );
    expect(added).toMatchObject([{ kind: 'insert', pid: 'a', next: 'A gull cried.' }]);
    const removed = hunksOf(base, ['Nobody spoke of the lamp or of its keeper.'], 'en');
    expect(removed).toMatchObject([{ kind: 'delete', pid: 'a' }]);
  });

  it('gives exactly the new text when every hunk is accepted', () => {
    const random = seeded(11);
    const vocabulary = [
      'tide',
      'bell',
      'lamp',
      'stone',
      'Mara',
      'slowly',
      'went',
      'saw',
      'the',
      'of',
    ];
    const sentence = () =>
      `${Array.from({ length: 4 + Math.floor(random() * 6) }, () => vocabulary[Math.floor(random() * 10)]).join(' ')}. `;
    for (let round = 0; round < 300; round += 1) {
      const base = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n) =>
        part(
          Array.from({ length: 1 + Math.floor(random() * 4) }, sentence)
            .join('')
            .trim(),
          `p${n}`,
        ),
      );
      const next = base.flatMap((one) => {
        const choice = random();
        if (choice < 0.15) return [];
        if (choice < 0.3) return [one.text, sentence().trim()];
        return [
          one.text
            .split(' ')
            .map((word) => (random() < 0.2 ? 'wave' : word))
            .join(' '),
        ];
      });
      const texts = next.length > 0 ? next : ['Nothing.'];
      const result = apply(base, hunksOf(base, texts, 'en')).filter((text) => text !== '');
      expect(result).toEqual(texts);
    }
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
