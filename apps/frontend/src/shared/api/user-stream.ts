import { readStream } from './stream-reader';

type Handler = (type: string, data: Record<string, unknown>) => void;

const CHANNEL = 'is.user-stream';
const LEAD_MS = 2_000;
const LAPSE_MS = 5_000;
const HIDDEN_MS = 5 * 60_000;

interface Told {
  lead?: string;
  type?: string;
  data?: Record<string, unknown>;
}

function record(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Follows the user's own events. Of all tabs one holds the connection and tells the others: the
 * visible one with the smallest id leads, and a leader that falls silent for 5 s is replaced.
 */
export function followUser(handler: Handler): () => void {
  const own = Math.random().toString(36).slice(2);
  const channel = new BroadcastChannel(CHANNEL);
  let connection: AbortController | null = null;
  let heardAt = 0;
  let lastId: string | undefined;
  let hiddenSince = document.hidden ? Date.now() : 0;

  const open = () => {
    connection = new AbortController();
    void readStream({
      signal: connection.signal,
      request: () => {
        const headers: Record<string, string> = { accept: 'text/event-stream' };
        if (lastId) headers['last-event-id'] = lastId;
        return new Request(new URL('/api/v1/streams/user', location.origin), { headers });
      },
      onRefused: () => {
        connection = null;
      },
      onFrame: (frame) => {
        if (frame.id) lastId = frame.id;
        const data = record(frame.data);
        handler(frame.event, data);
        channel.postMessage({ type: frame.event, data } satisfies Told);
        return 'go-on';
      },
    });
  };
  const close = () => {
    connection?.abort();
    connection = null;
  };
  channel.onmessage = (message: MessageEvent<Told>) => {
    const { lead, type, data } = message.data;
    if (type && data) handler(type, data);
    if (!lead) return;
    heardAt = Date.now();
    // Two leaders: a hidden one gives way, else the larger id does.
    if (connection && (document.hidden || lead < own)) close();
  };
  const decide = () => {
    hiddenSince = document.hidden ? hiddenSince || Date.now() : 0;
    const longHidden = hiddenSince > 0 && Date.now() - hiddenSince > HIDDEN_MS;
    if (connection) {
      if (longHidden) close();
      else channel.postMessage({ lead: own } satisfies Told);
    } else if (!document.hidden && Date.now() - heardAt > LAPSE_MS) {
      open();
      channel.postMessage({ lead: own } satisfies Told);
    }
  };
  const first = setTimeout(decide, 200);
  const beat = setInterval(decide, LEAD_MS);
  return () => {
    clearTimeout(first);
    clearInterval(beat);
    close();
    channel.close();
  };
}
