const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The shape of a block id, the same on both sides of the wire. */
export const PID_PATTERN = '^[0-9A-Za-z]{10}$';

/**
 * A new id of a block: 10 characters of base 62, about 59 bits. Values of a byte above 247 are
 * drawn again, so that no character is likelier than another.
 */
export function newPid(): string {
  let pid = '';
  const bytes = new Uint8Array(16);
  while (pid.length < 10) {
    crypto.getRandomValues(bytes);
    for (const byte of bytes) {
      if (byte < 248 && pid.length < 10) pid += ALPHABET.charAt(byte % 62);
    }
  }
  return pid;
}

/**
 * A UUID of version 7 (time, then chance). Written here because `crypto.randomUUID` is missing
 * over plain http, and because ids made by time keep indexes of the store together.
 */
export function newId(at: number = Date.now()): string {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  let time = at;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20].map((end, n) => hex.slice([0, 8, 12, 16][n], end)).join('-') + `-${hex.slice(20)}`;
}
