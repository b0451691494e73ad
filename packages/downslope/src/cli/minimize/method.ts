import {
  acceleratedGradient,
  conjugateGradient,
  coordinateDescent,
  gradientDescent,
  lbfgs,
  type Method,
  nearest,
  newton,
  newtonCG,
  OPTIMIZERS,
  type Transform,
} from '@downslope/core';
import { misuse } from '../../misuse.js';

type Settings = Readonly<Record<string, unknown>>;
type Make = (settings: never) => Method | Transform;

/** Methods without settings would not hear that they are given some. */
const plain =
  (name: string, make: () => Method) =>
  (settings: Settings): Method => {
    const [first] = Object.keys(settings);
    if (first !== undefined) throw misuse(`${name} has no settings, got ${first}`);
    return make();
  };

/** Every way down by its name: what the library calls it. */
export const METHODS: Readonly<Record<string, Make>> = {
  lbfgs,
  newton: plain('newton', newton),
  newtonCG: plain('newtonCG', newtonCG),
  conjugateGradient,
  gradientDescent,
  acceleratedGradient: plain('acceleratedGradient', acceleratedGradient),
  coordinateDescent,
  ...OPTIMIZERS,
};

export interface Chosen {
  readonly name: string;
  readonly settings: Settings;
  readonly method: Method | Transform;
}

/**
 * The method of a name, in upper or lower case.
 *
 * @param settings handed to it as they are; it refuses what it does not know
 */
export function methodNamed(given: string, settings: Settings): Chosen {
  const names = Object.keys(METHODS);
  const name = names.find((each) => each.toLowerCase() === given.toLowerCase());
  if (name === undefined) {
    const near = nearest(given, names);
    const hint = near === undefined ? `the methods are ${names.join(', ')}` : `did you mean ${near}?`;
    throw misuse(`--method: there is no ${given}; ${hint}`);
  }
  return { name, settings, method: METHODS[name]!(settings as never) };
}

/** `beta1=0.8` and its like, as settings. */
export function settingsOf(given: readonly string[]): Settings {
  return Object.fromEntries(
    given.map((each) => {
      const [, name, value] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(each) ?? [];
      if (name === undefined) throw misuse(`--set must be name=value, such as beta1=0.8, got ${each}`);
      return [name, settingOf(value!)];
    }),
  );
}

function settingOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}
