import { mergeScenes } from '@/prose/merge';
import type { SceneJson } from '@/prose/json';
import { scene } from '@/prose/testing';
import { ApiProblem } from '@/shared/api/problems';
import type { SceneSave } from '../api';
import type { Saved } from '../model';
import { Autosave } from './autosave';
import type { AutosaveDeps } from './deps';
import type { SaveState } from './slots';

const OFFLINE = new ApiProblem({ code: 'offline', status: 0 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function server(start: SceneJson) {
  let version = 1;
  let json = start;
  const answered = new Map<string, Saved>();
  const sends: SceneSave[] = [];
  const faults: (Error | 'lost-answer')[] = [];
  const send = async (save: SceneSave): Promise<Saved> => {
    sends.push(save);
    const fault = faults.shift();
    if (fault instanceof Error) throw fault;
    const before = answered.get(save.opId);
    if (before) return before;
    if (save.version !== version) {
      throw new ApiProblem({
        code: 'content-changed',
        status: 412,
        params: { current: { version, novel_revision: 1, json } },
      });
    }
    version += 1;
    json = save.json;
    const saved = { version, novel_revision: 1, counts: { words: 1, characters: 1 } };
    answered.set(save.opId, saved);
    if (fault === 'lost-answer') throw OFFLINE;
    return saved;
  };
  const other = (next: SceneJson) => {
    version += 1;
    json = next;
  };
  return { send, sends, faults, other, text: () => json, version: () => version };
}

function setUp(start = scene('s', ['a', 'One.'], ['b', 'Two.'])) {
  const remote = server(start);
  let local = start;
  let kept: SceneJson | null = null;
  const states: SaveState[] = [];
  let id = 0;
  const merged: string[] = [];
  const deps: AutosaveDeps = {
    read: () => local,
    write: (json) => {
      local = json;
    },
    whenIdle: (work) => work(),
    send: remote.send,
    keep: async (_scene, _slot, json) => {
      kept = json;
      return true;
    },
    drop: async () => {
      kept = null;
    },
    merge: (base, mine, theirs) => mergeScenes(base, mine, theirs, 'en'),
    newId: () => `op${(id += 1)}`,
    now: () => Date.now(),
    onState: (state) => states.push(state),
    onMerged: (which) => merged.push(which),
    onSaved: () => undefined,
    onDecisionRefused: () => undefined,
  };
  const queue = new Autosave(deps);
  queue.adopt('s', { version: 1, json: start });
  const type = (next: SceneJson) => {
    local = next;
    queue.edited(['s']);
  };
  return { queue, remote, type, local: () => local, kept: () => kept, states, merged };
}

const say = (first: string, second = 'Two.') => scene('s', ['a', first], ['b', second]);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('Autosave', () => {
  it('is on this device within 300 ms and saved 1.5 s after the last key', async () => {
    const { type, kept, remote, states } = setUp();
    type(say('One!'));
    await pass(300);
    expect(kept()).toEqual(say('One!'));
    expect(remote.sends).toHaveLength(0);
    await pass(1_200);
    expect(remote.text()).toEqual(say('One!'));
    expect(states.at(-1)).toEqual({ state: 'saved' });
    expect(kept()).toBeNull();
  });

  it('saves at most 5 s after the first key, however long the typing goes on', async () => {
    const { type, remote } = setUp();
    for (let n = 0; n < 12; n += 1) {
      type(say(`One ${n}`));
      await pass(500);
    }
    expect(remote.sends.length).toBeGreaterThanOrEqual(1);
  });

  it('says saved only after the answer, and never sends two saves of one scene at once', async () => {
    const { type, remote, queue, states } = setUp();
    type(say('A'));
    const first = queue.flush();
    type(say('B'));
    await queue.flush();
    await first;
    expect(remote.sends).toHaveLength(1);
    expect(states.at(-1)).toEqual({ state: 'saving' });
    await pass(5_000);
    expect(remote.text()).toEqual(say('B'));
    expect(remote.sends.map((save) => save.version)).toEqual([1, 2]);
  });

  it('repeats a save whose answer was lost word for word: one version, no conflict', async () => {
    const { type, remote, states } = setUp();
    remote.faults.push('lost-answer');
    type(say('First'));
    await pass(1_500);
    expect(states.at(-1)).toEqual({ state: 'device', waiting: 1 });
    type(say('First and second'));
    await pass(20_000);
    expect(remote.sends[1]?.opId).toBe(remote.sends[0]?.opId);
    expect(remote.text()).toEqual(say('First and second'));
    expect(remote.version()).toBe(3);
    expect(states.at(-1)).toEqual({ state: 'saved' });
  });

  it('tries for ever while the server is away and keeps the text on the device', async () => {
    const { type, remote, kept, states } = setUp();
    remote.faults.push(...Array.from({ length: 12 }, () => OFFLINE));
    type(say('Away'));
    await pass(60_000);
    expect(kept()).toEqual(say('Away'));
    await pass(200_000);
    expect(remote.text()).toEqual(say('Away'));
    expect(states.at(-1)).toEqual({ state: 'saved' });
  });

  it('merges what another device changed elsewhere in the scene', async () => {
    const { type, remote, local, merged } = setUp();
    remote.other(say('One.', 'Two, there.'));
    type(say('One, here.'));
    await pass(10_000);
    expect(local()).toEqual(say('One, here.', 'Two, there.'));
    expect(remote.text()).toEqual(say('One, here.', 'Two, there.'));
    expect(merged).toEqual(['s']);
  });

  it('asks when both changed one sentence, and loses neither', async () => {
    const { type, remote, queue, states, local } = setUp();
    remote.other(say('Theirs.'));
    type(say('Mine.'));
    await pass(2_000);
    expect(states.at(-1)).toMatchObject({ state: 'conflict', scene: 's' });
    await pass(20_000);
    expect(remote.text()).toEqual(say('Theirs.'));
    await queue.resolve('s', new Map([['a', 'theirs' as const]]));
    await pass(5_000);
    expect(remote.sends.some((save) => JSON.stringify(save.json).includes('Mine.'))).toBe(true);
    expect(local()).toEqual(say('Theirs.'));
    expect(remote.text()).toEqual(say('Theirs.'));
    expect(states.at(-1)).toEqual({ state: 'saved' });
  });

  it('sends decisions once, with the text they belong to', async () => {
    const { type, queue, remote } = setUp();
    const decision = {
      proposal_id: 'P',
      variant: 'v',
      hunks: ['h'],
      action: 'accept' as const,
      left: 0,
    };
    type(say('Accepted.'));
    queue.decided('s', [decision]);
    remote.faults.push(OFFLINE);
    await pass(10_000);
    type(say('Accepted. More.'));
    await pass(10_000);
    expect(remote.sends.map((save) => save.decisions)).toEqual([[decision], [decision], []]);
  });

  it('says when the server refuses a text, and keeps it', async () => {
    const { type, remote, states, kept } = setUp();
    remote.faults.push(new ApiProblem({ code: 'invalid-text', status: 422 }));
    type(say('Bad'));
    await pass(3_000);
    expect(states.at(-1)).toMatchObject({ state: 'failed', code: 'invalid-text' });
    expect(kept()).toEqual(say('Bad'));
    type(say('Good'));
    await pass(3_000);
    expect(remote.text()).toEqual(say('Good'));
  });
});
