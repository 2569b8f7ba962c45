let used = 0;

/** One of 127.0.0.0/8 that nobody has come from for a long time. Only Linux has more than one. */
export function unusedLoopbackAddress(): string {
  used += 1;
  return `127.${64 + (Math.floor(used / 62_500) % 128)}.${Math.floor(used / 250) % 250}.${1 + (used % 250)}`;
}
