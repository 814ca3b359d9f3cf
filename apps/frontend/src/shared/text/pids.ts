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
