import { Worker } from 'node:worker_threads';
import type { Workers } from '../host.js';

/** The threads of Node, without a library of matrix products; `started` and `stopped` count them. */
export function nodeWorkers(available = 4): Workers & { readonly started: Worker[]; stopped: number } {
  const found = {
    available,
    started: [] as Worker[],
    stopped: 0,
    start(text: string, lost?: () => void) {
      const port = "{ hear: (listen) => require('node:worker_threads').parentPort.on('message', listen) }";
      const worker = new Worker(`(${text})(${port})`, { eval: true, execArgv: [] });
      worker.unref();
      worker.on('exit', () => lost?.());
      found.started.push(worker);
      return {
        post: (message: unknown) => worker.postMessage(message),
        stop: () => {
          found.stopped++;
          void worker.terminate();
        },
      };
    },
  };
  return found;
}
