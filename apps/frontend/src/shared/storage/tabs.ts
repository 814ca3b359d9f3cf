import { newId } from '../text/ids';

/** A claim on something only one tab may write. */
export interface Claim {
  /** Asks the tab that holds it to finish and let go. */
  readonly takeOver: () => void;
  readonly release: () => void;
}

/** What a tab does as its claim changes hands. */
export interface ClaimHandlers {
  /** This tab may write now. */
  readonly onHeld: () => void;
  /** Another tab writes; this one only reads. */
  readonly onBusy: () => void;
  /** Puts everything away before another tab takes over. */
  readonly beforeLeaving: () => Promise<void>;
}

const BEAT_MS = 2_000;
const LAPSE_MS = 5_000;
const ANSWER_MS = 300;

type Message = { readonly type: 'who' | 'here' | 'free' | 'give'; readonly from: string };

/**
 * Claims a name among the tabs of this browser. Web Locks decide where they exist: a tab that dies
 * lets go by itself. Over plain http tabs tell each other, and silence of 5 s ends a claim.
 */
export function claim(name: string, handlers: ClaimHandlers): Claim {
  const me = newId();
  const channel = new BroadcastChannel(`is.claim.${name}`);
  const say = (type: Message['type']) => channel.postMessage({ type, from: me } satisfies Message);
  const lock = 'locks' in navigator ? webLock(name, handlers) : heardLock(me, say, handlers);
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.from === me) return;
    if (data.type === 'give' && lock.isHeld()) {
      void handlers.beforeLeaving().finally(() => {
        lock.release();
        say('free');
        handlers.onBusy();
        lock.wait();
      });
    } else lock.hear(data.type);
  };
  lock.start();
  return {
    takeOver: () => say('give'),
    release: () => {
      if (lock.isHeld()) say('free');
      lock.end();
      channel.close();
    },
  };
}

interface Lock {
  readonly start: () => void;
  readonly wait: () => void;
  readonly release: () => void;
  readonly end: () => void;
  readonly isHeld: () => boolean;
  readonly hear: (type: Message['type']) => void;
}

function webLock(name: string, { onHeld, onBusy }: ClaimHandlers): Lock {
  const ended = new AbortController();
  let letGo: (() => void) | null = null;
  const hold = () => {
    if (ended.signal.aborted) return Promise.resolve();
    onHeld();
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  const wait = () => {
    // A tab that has just let go stands behind the one that asked.
    setTimeout(() => {
      void navigator.locks
        .request(`is.claim.${name}`, { signal: ended.signal }, hold)
        .catch(() => undefined);
    }, BEAT_MS);
  };
  const now = async (): Promise<boolean> => {
    let had = false;
    await navigator.locks.request(`is.claim.${name}`, { ifAvailable: true }, (lock) => {
      had = lock !== null;
      return had ? hold() : undefined;
    });
    return had;
  };
  const release = () => {
    letGo?.();
    letGo = null;
  };
  return {
    start: () =>
      void now().then((had) => {
        if (had || ended.signal.aborted) return;
        onBusy();
        void navigator.locks
          .request(`is.claim.${name}`, { signal: ended.signal }, hold)
          .catch(() => undefined);
      }),
    wait,
    release,
    end: () => {
      ended.abort();
      release();
    },
    isHeld: () => letGo !== null,
    hear: () => undefined,
  };
}

function heardLock(
  me: string,
  say: (type: Message['type']) => void,
  { onHeld, onBusy }: ClaimHandlers,
): Lock {
  let held = false;
  let busy = false;
  let heardAt = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const take = () => {
    held = true;
    busy = false;
    onHeld();
    say('here');
  };
  const beat = () => {
    if (held) say('here');
    else if (Date.now() - heardAt > LAPSE_MS) take();
  };
  return {
    start: () => {
      say('who');
      setTimeout(
        () => {
          if (heardAt === 0) take();
          timer = setInterval(beat, BEAT_MS);
        },
        ANSWER_MS + (me.charCodeAt(me.length - 1) % 16) * 10,
      );
    },
    wait: () => {
      heardAt = Date.now();
    },
    release: () => {
      held = false;
    },
    end: () => {
      held = false;
      clearInterval(timer);
    },
    isHeld: () => held,
    hear: (type) => {
      if (type === 'who' && held) say('here');
      if (type === 'free' && !held) setTimeout(take, 50);
      if (type !== 'here') return;
      heardAt = Date.now();
      if (!held && !busy) {
        busy = true;
        onBusy();
      }
    },
  };
}
