/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: markup as it is, all else as text; nothing for `undefined` and `false`. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/**
 * Markup from a template. What is filled in is text, whatever it holds: `html\`<p>${'<b>'}</p>\`` shows `<b>`.
 * Attributes must be in double quotes.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(strings.reduce((text, string, i) => text + markupOf(values[i - 1]) + string));

function markupOf(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(markupOf).join('');
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!).replace(CONTROL, '\ufffd');

/** What HTML forbids or browsers drop: control characters but for blanks, and letters cut in half. */
const CONTROL = /(?![\t\n\r])\p{Cc}|\p{Surrogate}/gu;

/** Data for a script of the page: JSON that cannot end the element that it stands in. */
export const json = (value: unknown): Markup =>
  new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (letter) => unicode(letter)));

const unicode = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
