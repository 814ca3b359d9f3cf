import { newPid } from '@/shared/text/pids';
import { textOf, type NodeJson, type SceneJson } from './json';
import { mergeScenes, resolveConflicts } from './merge';

const paragraph = (pid: string, text: string): NodeJson => ({
  type: 'paragraph',
  attrs: { pid, align: null, form: null },
  ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
});
const scene = (...blocks: [string, string][]): SceneJson => ({
  type: 'scene',
  attrs: { id: 's', schema: 1 },
  content: blocks.map(([pid, text]) => paragraph(pid, text)),
});
const lines = (json: SceneJson) => json.content.map((block) => textOf(block));
const base = scene(['a', 'One. Two. Three.'], ['b', 'Bell.'], ['c', 'Clock.']);
const merge = (mine: SceneJson, theirs: SceneJson) => mergeScenes(base, mine, theirs, 'en');

describe('mergeScenes', () => {
  it('joins edits of different paragraphs without asking', () => {
    const result = merge(
      scene(['a', 'Mine.'], ['b', 'Bell.'], ['c', 'Clock.']),
      scene(['a', 'One. Two. Three.'], ['b', 'Bell.'], ['c', 'Theirs.']),
    );
    expect(lines(result.scene)).toEqual(['Mine.', 'Bell.', 'Theirs.']);
    expect(result.conflicts).toEqual([]);
    expect(result.changed).toBe(true);
  });

  it('joins edits of different sentences of one paragraph', () => {
    const result = merge(
      scene(['a', 'Uno. Two. Three.'], ['b', 'Bell.'], ['c', 'Clock.']),
      scene(['a', 'One. Two. Tres.'], ['b', 'Bell.'], ['c', 'Clock.']),
    );
    expect(lines(result.scene)[0]).toBe('Uno. Two. Tres.');
    expect(result.conflicts).toEqual([]);
  });

  it('asks when the same sentence changed twice, and keeps both texts', () => {
    const result = merge(
      scene(['a', 'One. Deux. Three.'], ['b', 'Bell.'], ['c', 'Clock.']),
      scene(['a', 'One. Zwei. Three.'], ['b', 'Bell.'], ['c', 'Clock.']),
    );
    expect(result.conflicts).toHaveLength(1);
    expect(lines(resolveConflicts(result, new Map([['a', 'theirs']]), newPid))[0]).toContain(
      'Zwei',
    );
    const both = resolveConflicts(result, new Map([['a', 'both']]), newPid);
    expect(lines(both).slice(0, 2)).toEqual(['One. Deux. Three.', 'One. Zwei. Three.']);
    expect(new Set(both.content.map((block) => block.attrs?.pid)).size).toBe(4);
  });

  it('keeps inserts of both sides and the order of a move', () => {
    const result = merge(
      scene(['c', 'Clock.'], ['a', 'One. Two. Three.'], ['m', 'Mine.'], ['b', 'Bell.']),
      scene(['a', 'One. Two. Three.'], ['t', 'Theirs.'], ['b', 'Bell.'], ['c', 'Clock.']),
    );
    expect(lines(result.scene)).toEqual([
      'Clock.',
      'One. Two. Three.',
      'Theirs.',
      'Mine.',
      'Bell.',
    ]);
  });

  it('deletes what one side deleted, and keeps what the other edited meanwhile', () => {
    const clean = merge(scene(['a', 'One. Two. Three.'], ['c', 'Clock.']), base);
    expect(lines(clean.scene)).toEqual(['One. Two. Three.', 'Clock.']);
    const edited = merge(
      scene(['a', 'One. Two. Three.'], ['c', 'Clock.']),
      scene(['a', 'One. Two. Three.'], ['b', 'Bell tolled.'], ['c', 'Clock.']),
    );
    expect(lines(edited.scene)).toEqual(['One. Two. Three.', 'Bell tolled.', 'Clock.']);
    expect(edited.kept).toEqual(['b']);
    const mirrored = merge(
      scene(['a', 'One. Two. Three.'], ['b', 'Bell tolled.'], ['c', 'Clock.']),
      scene(['a', 'One. Two. Three.'], ['c', 'Clock.']),
    );
    expect(lines(mirrored.scene)).toEqual(['One. Two. Three.', 'Bell tolled.', 'Clock.']);
  });

  it('never drops a word that either side added, whatever both did', () => {
    const random = seeded(20261121);
    for (let round = 0; round < 400; round += 1) {
      const count = 1 + Math.floor(random() * 6);
      const start = scene(
        ...range(count).map((n): [string, string] => [`p${n}`, `Base${n}. Old${n}.`]),
      );
      const mine = edit(start, 'M', round, random);
      const theirs = edit(start, 'T', round, random);
      const merged = mergeScenes(start, mine.scene, theirs.scene, 'en');
      const held = [
        ...lines(merged.scene),
        ...merged.conflicts.flatMap((conflict) => [textOf(conflict.mine), textOf(conflict.theirs)]),
      ].join('\n');
      for (const word of [...mine.added, ...theirs.added]) expect(held).toContain(word);
      const pids = merged.scene.content.map((block) => block.attrs?.pid);
      expect(new Set(pids).size).toBe(pids.length);
    }
  });

  it('gives both devices the same text when nothing conflicts', () => {
    const random = seeded(7);
    let compared = 0;
    for (let round = 0; round < 200; round += 1) {
      const start = scene(
        ...range(5).map((n): [string, string] => [`p${n}`, `Base${n}. Old${n}.`]),
      );
      const mine = edit(start, 'M', round, random, false).scene;
      const theirs = edit(start, 'T', round, random, false).scene;
      const one = mergeScenes(start, mine, theirs, 'en');
      const other = mergeScenes(start, theirs, mine, 'en');
      if (one.conflicts.length > 0) continue;
      compared += 1;
      expect(new Set(lines(one.scene))).toEqual(new Set(lines(other.scene)));
    }
    expect(compared).toBeGreaterThan(50);
  });
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function edit(start: SceneJson, tag: string, round: number, random: () => number, moves = true) {
  const blocks = start.content.map((block): [string, string] => [
    String(block.attrs?.pid),
    textOf(block),
  ]);
  const added: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    const at = Math.floor(random() * blocks.length);
    const word = `${tag}${round}x${step}`;
    const block = blocks[at];
    const choice = random();
    if (choice < 0.4 && block) {
      block[1] = random() < 0.5 ? `${word}. ${block[1]}` : `${block[1]} ${word}.`;
      added.push(word);
    } else if (choice < 0.6) {
      blocks.splice(at, 0, [`${tag}${step}`, `${word}.`]);
      added.push(word);
    } else if (
      choice < 0.8 &&
      blocks.length > 1 &&
      !added.some((one) => block?.[1].includes(one))
    ) {
      blocks.splice(at, 1);
    } else if (moves && block) {
      blocks.splice(at, 1);
      blocks.splice(Math.floor(random() * (blocks.length + 1)), 0, block);
    }
  }
  return { scene: scene(...blocks), added };
}
