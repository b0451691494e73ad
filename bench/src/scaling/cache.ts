import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = '/sys/devices/system/cpu/cpu0/cache';

/** Bytes of the last cache, as Linux tells them; undefined elsewhere. */
export function lastCache(): number | undefined {
  try {
    const sizes = readdirSync(FOLDER)
      .filter((name) => name.startsWith('index'))
      .map((name) => bytesOf(readFileSync(`${FOLDER}/${name}/size`, 'utf8')));
    return sizes.length > 0 ? Math.max(...sizes) : undefined;
  } catch {
    return undefined;
  }
}

/** "32768K" in bytes. */
function bytesOf(text: string): number {
  const [, count, unit] = /^(\d+)([KMG]?)/.exec(text)!;
  return Number(count) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit!);
}
