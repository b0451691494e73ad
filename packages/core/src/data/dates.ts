const ISO =
  /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

export const DAY = 86_400_000;

/**
 * Milliseconds since 1970-01-01 UTC of an ISO 8601 date, or `undefined` when the text is none.
 *
 * `2012-01`, `2012-01-31`, `2012-01-31 09:30`, `2012-01-31T09:30:15.25Z`, `…+02:00`. Without a zone it is
 * UTC, so that a table reads the same everywhere. Days that no calendar has are refused.
 */
export function parseDate(text: string): number | undefined {
  const found = ISO.exec(text.trim());
  if (!found) return undefined;
  const part = (group: number, otherwise: number) => Number(found[group] ?? otherwise);
  const [year, month, day] = [part(1, 0), part(2, 1), part(3, 1)];
  const [hour, minute, second] = [part(4, 0), part(5, 0), part(6, 0)];
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  const fraction = Number(`0.${found[7] ?? 0}`);
  const time = (hour * 3600 + minute * 60 + second + fraction) * 1000;
  return date.getTime() + time - zoneOffset(found[8]);
}

/** `2012-01-31`, with the time of day when it is not midnight. */
export function formatDate(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
