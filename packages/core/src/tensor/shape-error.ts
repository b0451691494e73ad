import { DownslopeError } from './errors.js';

/** Shapes or element types that do not fit, found while tracing; the message ends with the caller's line. */
export class ShapeError extends DownslopeError {
  override readonly name = 'ShapeError';

  constructor(message: string) {
    super(`${message}${callerLine()}`);
  }
}

/** "\n    at user.ts:3:14": the innermost stack frame outside this package, when the engine tells. */
function callerLine(): string {
  // Source maps make frames of dist speak of src.
  // Node has all modules in one file, dist/core.js.
  const place = /(?:(?:dist|src)\/tensor\/[^/]*|dist\/core\.js)$/;
  const [home = ''] = import.meta.url.replace(/^file:\/\//, '').split(place);
  const ours = (line: string): boolean => line.includes(`${home}dist/`) || line.includes(`${home}src/`);
  const frames = deepStack()
    .split('\n')
    .filter((line) => /:\d+:\d+\)?$/.test(line));
  const caller = frames.find(
    (line) => !(ours(line) || line.includes(import.meta.url)) || /\.test\.[jt]s/.test(line),
  );
  return caller === undefined ? '' : `\n  ${caller.trim()}`;
}

/** V8 keeps ten frames unless told otherwise, and the caller may be further away. */
function deepStack(): string {
  const settings = Error as { stackTraceLimit?: number };
  const before = settings.stackTraceLimit;
  settings.stackTraceLimit = 100;
  const { stack = '' } = new Error();
  settings.stackTraceLimit = before;
  return stack;
}
