/** A way to write numbers that a whole column keeps to. */
interface Numerals {
  /** NaN where a text is no number in this way. */
  readonly read: (text: string) => number;
  /** True for a text that only this way explains. */
  readonly tells: (text: string) => boolean;
}

const PLAIN = /^[+-]?(((\d+\.?\d*|\.\d+)(e[+-]?\d+)?)|inf(inity)?)$/i;

const plain: Numerals = {
  read: (text) => (PLAIN.test(text) ? Number(text.replace(/inf(inity)?/i, 'Infinity')) : Number.NaN),
  tells: (text) => PLAIN.test(text),
};

/** Digits in groups of three, `1,234.5` or `1.234,56`, at least in one of the texts. */
function grouped(group: string, point: string, tells: RegExp): Numerals {
  const number = new RegExp(`^[+-]?(\\d{1,3}(\\${group}\\d{3})+|\\d+)(\\${point}\\d*)?$`);
  return {
    read: (text) => (number.test(text) ? Number(text.replaceAll(group, '').replace(point, '.')) : Number.NaN),
    tells: (text) => tells.test(text),
  };
}

/** The same sign or unit beside every number: `$1,234`, `-$5`, `12.5%`, `3 €`. */
const withUnit = (unit: string, { read }: Numerals): Numerals => ({
  read: (text) => (text.includes(unit) ? read(text.replace(unit, '').replace(/\s/g, '')) : Number.NaN),
  tells: (text) => text.includes(unit),
});

// `1.234` may be a thousand, and `1,5` one and a half: only both signs together tell that the comma is decimal.
const BARE = [plain, grouped(',', '.', /,\d{3}/), grouped('.', ',', /\.\d{3},\d/)];
const WAYS = [
  ...BARE,
  ...['%', '$', '€', '£'].flatMap((unit) => BARE.map((numerals) => withUnit(unit, numerals))),
];

/** What a list of texts is, read as numbers in one way. */
export interface ReadNumbers {
  /** NaN where a text is none. */
  readonly numbers: readonly number[];
  /** A text that is not written as a program writes a number, and what it is read as. */
  readonly example?: { readonly text: string; readonly number: number };
}

/** The texts as numbers, in the way that reads the most of them; `undefined` where it is less than half. */
export function numbersIn(texts: readonly string[]): ReadNumbers | undefined {
  const trimmed = texts.map((text) => text.trim());
  let best: { numbers: number[]; found: number; tells: Numerals['tells'] } | undefined;
  for (const { read, tells } of WAYS) {
    if (!trimmed.some(tells)) continue;
    const numbers = trimmed.map(read);
    const found = numbers.filter((number) => !Number.isNaN(number)).length;
    if (found > (best?.found ?? texts.length / 2)) best = { numbers, found, tells };
  }
  if (best === undefined) return undefined;
  const { numbers, tells } = best;
  const at = trimmed.findIndex((text, i) => tells(text) && !PLAIN.test(text) && !Number.isNaN(numbers[i]));
  return { numbers, ...(at >= 0 && { example: { text: texts[at]!, number: numbers[at]! } }) };
}
