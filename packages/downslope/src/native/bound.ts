import * as core from '@downslope/core';
import { nativeHost } from './host.js';

// The functions of core that run programs, with what this machine offers; options of one's own come first.

export const compile: typeof core.compile = (f, options) => core.compile(f, { host: nativeHost, ...options });

export const fit: typeof core.fit = (model, options) => core.fit(model, { host: nativeHost, ...options });

export const compileStep: typeof core.compileStep = (model, options) =>
  core.compileStep(model, { host: nativeHost, ...options });

export const findLr: typeof core.findLr = (model, options) =>
  core.findLr(model, { host: nativeHost, ...options });

export const findTableLr: typeof core.findTableLr = (table, options) =>
  core.findTableLr(table, { host: nativeHost, ...options });

export const predictor: typeof core.predictor = (model, params, options) =>
  core.predictor(model, params, { host: nativeHost, ...options });

export const trainTable: typeof core.trainTable = (table, options) =>
  core.trainTable(table, { host: nativeHost, ...options });

export const crossValidate: typeof core.crossValidate = (table, options) =>
  core.crossValidate(table, { host: nativeHost, ...options });

export const randomRestarts: typeof core.randomRestarts = (...args: unknown[]) => {
  const [f, low, high, options] = args as Parameters<typeof core.randomRestarts>;
  return core.randomRestarts(f, low, high, { host: nativeHost, ...options }) as never;
};

export const minimize: typeof core.minimize = (...args: unknown[]) => {
  const [f, x0, options] = args as Parameters<typeof core.minimize>;
  return core.minimize(f, x0, { host: nativeHost, ...options }) as never;
};

export const descent: typeof core.descent = (...args: unknown[]) => {
  const [f, x0, options] = args as Parameters<typeof core.descent>;
  return core.descent(f, x0, { host: nativeHost, ...options }) as never;
};
