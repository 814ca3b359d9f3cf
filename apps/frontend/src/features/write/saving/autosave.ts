import type { Decision } from '@/prose/changes/judge';
import { sameJson, type SceneJson } from '@/prose/json';
import { resolveConflicts, type Choice } from '@/prose/merge';
import { newPid } from '@/shared/text/pids';
import type { Saved } from '../model';
import type { AutosaveDeps } from './deps';
import { backOff, isLasting, reasonOf, type SaveReason } from './reasons';
import { Clocks } from './clocks';
import { overallState, type Slot, emptySlot } from './slots';

const LOCAL_MS = 300;
const SERVER_MS = 1_500;
const SERVER_MOST_MS = 5_000;
const KEEPALIVE_BYTES = 60_000;

/**
 * Saves scenes: to this device within a second, to the server after a pause. Saves of one scene go
 * one after the other; what is under way is repeated word for word until it is answered.
 */
export class Autosave {
  readonly #slots = new Map<string, Slot>();
  readonly #clocks = new Clocks();
  readonly #deps: AutosaveDeps;
  #ended = false;

  constructor(deps: AutosaveDeps) {
    this.#deps = deps;
  }

  /**
   * Takes the server's text of a scene as the ground on which the author writes. `earlier` are
   * texts a former life of this page sent and never heard of again.
   */
  adopt(
    scene: string,
    base: Slot['base'],
    rest: { decisions?: readonly Decision[]; earlier?: readonly SceneJson[] } = {},
  ): void {
    const old = this.#slots.get(scene) ?? emptySlot(base.version, base.json, rest.earlier);
    this.#slots.set(scene, { ...old, base, decisions: rest.decisions ?? old.decisions });
    this.#tell();
  }

  forget(scene: string): void {
    this.#slots.delete(scene);
    this.#tell();
  }

  versionOf(scene: string): number {
    return this.#slots.get(scene)?.base.version ?? 0;
  }

  isClean(scene: string): boolean {
    const slot = this.#slots.get(scene);
    return slot !== undefined && !slot.dirty && !slot.sent && !slot.conflict;
  }

  isAllClean(): boolean {
    return [...this.#slots.keys()].every((scene) => this.isClean(scene));
  }

  /** The author changed these scenes. */
  edited(scenes: readonly string[]): void {
    const now = this.#deps.now();
    for (const scene of scenes) {
      const slot = this.#slots.get(scene);
      if (!slot) continue;
      const since = slot.dirty ? slot.since : now;
      this.#set(scene, { ...slot, dirty: true, since, at: now });
      this.#schedule(scene, 'local', LOCAL_MS);
      this.#schedule(
        scene,
        'server',
        Math.max(0, Math.min(SERVER_MS, since + SERVER_MOST_MS - now)),
      );
    }
    this.#tell();
  }

  /** A decision about a proposal, to travel with the next save of the scene. */
  decided(scene: string, decisions: readonly Decision[]): void {
    const slot = this.#slots.get(scene);
    if (!slot) return;
    this.#set(scene, { ...slot, decisions: [...slot.decisions, ...decisions] });
    this.edited([scene]);
  }

  /** Saves now what is not saved. Resolves when each scene is answered once, well or badly. */
  async flush(leaving = false): Promise<void> {
    const scenes = [...this.#slots.keys()].filter((scene) => !this.isClean(scene));
    await Promise.all(scenes.map((scene) => this.#save(scene, leaving, false)));
  }

  /** The page goes away: what is small enough is sent all the same, the rest is on this device. */
  leave(): void {
    for (const [scene, slot] of this.#slots) {
      if (this.isClean(scene)) continue;
      const json = this.#deps.read(scene);
      if (!json) continue;
      void this.#deps.keep(scene, slot, json);
      const bytes = new TextEncoder().encode(JSON.stringify(json)).length;
      if (bytes < KEEPALIVE_BYTES && !slot.sending) void this.#save(scene, true, true);
    }
  }

  /** The author's answers to a conflict. What is not chosen is a version on the server. */
  async resolve(scene: string, choices: ReadonlyMap<string, Choice>): Promise<void> {
    const slot = this.#slots.get(scene);
    if (!slot?.conflict) return;
    const { merge } = slot.conflict;
    this.#set(scene, { ...slot, conflict: null, dirty: true });
    if ([...choices.values()].some((choice) => choice === 'theirs'))
      await this.#save(scene, false, false);
    this.#deps.whenIdle(() => {
      this.#deps.write(resolveConflicts(merge, choices, newPid), 'replace');
      this.edited([scene]);
      void this.#save(scene, false, false);
    });
  }

  retry(): void {
    for (const [scene, slot] of this.#slots) {
      if (this.isClean(scene)) continue;
      this.#set(scene, { ...slot, failure: null, failures: 0 });
      void this.#save(scene, false, false);
    }
  }

  /** Stops the clocks. What is unsaved stays on this device. */
  end(): void {
    this.#ended = true;
    this.#clocks.stop();
  }

  #set(scene: string, slot: Slot): void {
    this.#slots.set(scene, slot);
  }

  #tell(): void {
    if (!this.#ended) this.#deps.onState(overallState([...this.#slots]));
  }

  #schedule(scene: string, kind: 'local' | 'server', wait: number): void {
    // The local copy is never put off by more typing; the server save is, up to its limit.
    this.#clocks.set(`${scene}/${kind}`, wait, kind === 'server', () => {
      if (kind === 'local') void this.#keep(scene);
      else void this.#save(scene, false, false);
    });
  }

  async #keep(scene: string): Promise<void> {
    const slot = this.#slots.get(scene);
    const json = slot && this.#deps.read(scene);
    if (!slot || !json || this.isClean(scene)) return;
    const kept = await this.#deps.keep(scene, slot, json);
    const now = this.#slots.get(scene);
    if (now) this.#set(scene, { ...now, onDevice: kept });
    this.#tell();
  }

  async #save(scene: string, leaving: boolean, keepalive: boolean): Promise<void> {
    const slot = this.#slots.get(scene);
    if (!slot || slot.conflict || slot.sending) return slot?.sending ?? undefined;
    const json = slot.sent?.json ?? (slot.dirty ? this.#deps.read(scene) : null);
    if (!json) return undefined;
    const { decisions } = slot;
    const sent = slot.sent ?? { opId: this.#deps.newId(), json, decisions, at: this.#deps.now() };
    const save = {
      scene,
      version: slot.base.version,
      opId: sent.opId,
      json,
      decisions: sent.decisions,
      leaving,
    };
    const sending = this.#deps.send(save, keepalive).then(
      (saved) => this.#succeeded(scene, sent, saved),
      (thrown: unknown) => this.#failed(scene, reasonOf(thrown)),
    );
    const left = slot.sent ? slot.decisions : [];
    this.#set(scene, {
      ...slot,
      sent,
      decisions: left,
      dirty: slot.sent !== null && slot.dirty,
      sending,
    });
    this.#tell();
    return sending;
  }

  #succeeded(scene: string, sent: NonNullable<Slot['sent']>, saved: Saved): void {
    const slot = this.#slots.get(scene);
    if (!slot) return;
    const base = { version: saved.version, json: sent.json };
    this.#set(scene, { ...slot, base, sent: null, sending: null, failure: null, failures: 0 });
    this.#deps.onSaved(scene, saved);
    if (slot.dirty) this.#schedule(scene, 'server', SERVER_MS);
    else void this.#deps.drop(scene, sent.at);
    this.#tell();
  }

  #failed(scene: string, reason: SaveReason): void {
    const slot = this.#slots.get(scene);
    if (!slot) return;
    if (reason.kind === 'changed') return this.#meet(scene, slot, reason.current);
    // What was sent is open to change again only when the server said no to exactly this.
    const refused = reason.kind === 'refused' || reason.kind === 'decided';
    const dirty = slot.dirty || refused;
    const again = { ...slot, sending: null, dirty, failures: slot.failures + 1 };
    const decisions = slot.sent ? [...slot.sent.decisions, ...slot.decisions] : slot.decisions;
    if (reason.kind === 'decided') {
      this.#set(scene, { ...again, sent: null, decisions: [], failure: null });
      this.#deps.onDecisionRefused(scene);
      this.#schedule(scene, 'server', 0);
    } else {
      const after = refused ? { ...again, sent: null, decisions } : again;
      this.#set(scene, { ...after, failure: reason });
      if (!isLasting(reason)) this.#schedule(scene, 'server', backOff(again.failures));
    }
    void this.#keep(scene);
    this.#tell();
  }

  /** The server's text moved on: what only one side changed is joined, the rest is asked. */
  #meet(scene: string, slot: Slot, current: { version: number; json: SceneJson }): void {
    this.#deps.whenIdle(() => {
      const mine = this.#deps.read(scene) ?? slot.sent?.json;
      if (!mine) return;
      // An earlier save of our own that was committed but not answered is no stranger's text.
      const own = slot.earlier.find((json) => sameJson(json, current.json));
      const merge = this.#deps.merge(own ?? slot.base.json, mine, current.json);
      const decisions = [...(slot.sent?.decisions ?? []), ...slot.decisions];
      const met = { ...slot, base: current, sent: null, sending: null, decisions, failure: null };
      if (merge.conflicts.length > 0) {
        this.#set(scene, { ...met, dirty: true, conflict: { merge, version: current.version } });
        void this.#keep(scene);
      } else {
        const same = sameJson(merge.scene, current.json) && decisions.length === 0;
        this.#set(scene, { ...met, dirty: !same });
        if (merge.changed) this.#deps.write(merge.scene, 'replace');
        if (!own) this.#deps.onMerged(scene, merge);
        if (same) void this.#deps.drop(scene, this.#deps.now());
        else this.#schedule(scene, 'server', 0);
      }
      this.#tell();
    });
  }
}
