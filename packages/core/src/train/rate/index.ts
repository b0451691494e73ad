export type { RateCurve, Sweep } from './curve.js';
export { type FindLrOptions, findLr } from './find-lr.js';
export type { FoundBatch } from './noise.js';
export type { FoundRate, RateTrial, Stability } from './search.js';
export type { FoundSettings } from './settle.js';
export type { Reading, Suggestion } from './suggest.js';
