import type { Workers } from '../host.js';

/** A page's workers, when it may share memory with them: it is cross-origin isolated then. */
export function pageWorkers(): Workers | undefined {
  if (!globalThis.crossOriginIsolated || typeof Worker !== 'function') return undefined;
  return {
    available: navigator.hardwareConcurrency ?? 1,
    start(text, lost) {
      const code = `(${text})({ hear: (listen) => { onmessage = (event) => listen(event.data); } });`;
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const worker = new Worker(url);
      URL.revokeObjectURL(url);
      worker.onerror = () => lost?.();
      return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
    },
  };
}
