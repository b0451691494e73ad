export type { RateCurve, Sweep } from './curve.js';
export { type FindLrOptions, findLr } from './find-lr.js';
export type { FoundRate, RateTrial, Stability } from './search.js';
export type { Reading, Suggestion } from './suggest.js';
