import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Workers } from '@downslope/core';
import { entryOn } from './entry.js';
import { keepExecutables } from './executable.js';
import { bindGemm } from './gemm.js';

/** Threads of Node. They bind machine code, and a library of matrix products, for themselves. */
export const nodeWorkers: Workers = {
  available: availableParallelism(),
  start(text, lost) {
    const koffi = createRequire(import.meta.url).resolve('koffi');
    // koffi is loaded when there is something to bind: a thread that is stopped while it loads takes the process with it.
    const code = `
      const { parentPort } = require('node:worker_threads');
      const port = { hear: (listen) => parentPort.on('message', listen) };
      const koffi = () => require(${JSON.stringify(koffi)});
      const bind = {
        blas: (library) => (${bindGemm})(koffi(), JSON.parse(library)),
        native: (entry) => (${entryOn})(koffi(), entry),
      };
      (${text})(port, bind);
    `;
    const worker = new Worker(code, { eval: true, execArgv: [], name: 'downslope' });
    worker.unref();
    worker.on('error', () => {});
    worker.on('exit', () => lost?.());
    return {
      post: (message) => worker.postMessage(message),
      stop: () => keepExecutables(worker.terminate()),
    };
  },
};
