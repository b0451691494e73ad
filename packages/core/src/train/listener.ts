import type { Control } from './control.js';
import type { FindingEvent } from './events.js';
import type { Placed, Work } from './work.js';

/** What a run hears between two calls into the program. */
export interface Listener {
  stopped(): boolean;
  /** Others have their turn; then what they command is done: something to wait for where there is anything to do. */
  listen(): Promise<void> | undefined;
}

export function listener(
  { clock, signal }: Placed,
  { at, optimizer }: Work,
  emit: (event: FindingEvent) => void,
  control: Control,
): Listener {
  control.knows(Object.keys(optimizer.hyper));
  const stopped = (): boolean => control.stopped || !!signal?.aborted;
  const tell = (message: string): void => emit({ kind: 'finding', rule: 'command', message, step: at.steps });
  async function hear(others: Promise<void> | undefined): Promise<void> {
    await others;
    while (control.paused && !stopped()) await clock.apart(control.next(signal));
    const { settings, unknown } = control.take();
    for (const message of unknown) tell(message);
    for (const [name, value] of Object.entries(settings)) {
      at.hyper = { ...at.hyper, [name]: value };
      tell(`${name} is ${value} from step ${at.steps + 1} on, as commanded`);
    }
  }
  return {
    stopped,
    listen() {
      const others = clock.rest();
      return others || control.waits ? hear(others) : undefined;
    },
  };
}
