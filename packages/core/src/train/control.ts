import { didYouMean } from '../data/names.js';
import { checkOptions } from '../optim/options.js';
import { spelled } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';

/** What a run can be told while it goes on. */
export type Command = 'stop' | 'pause' | 'resume' | 'checkpoint' | Readonly<Record<string, number>>;

/** What a run's work knows of the commands that were given. */
export class Control {
  #stopped = false;
  #paused = false;
  /** A checkpoint is asked for. */
  checkpoint = false;
  #settings: Record<string, number> = {};
  #known: readonly string[] | undefined;
  readonly #waiting: (() => void)[] = [];

  get stopped(): boolean {
    return this.#stopped;
  }

  get paused(): boolean {
    return this.#paused && !this.#stopped;
  }

  /** Whether there is a command still to be done. */
  get waits(): boolean {
    return this.#paused || Object.keys(this.#settings).length > 0;
  }

  /** @throws `command: there is no hyperparameter rate; …` */
  hear(command: Command): void {
    if (command === 'stop') this.#stopped = true;
    else if (command === 'pause') this.#paused = true;
    else if (command === 'resume') this.#paused = false;
    else if (command === 'checkpoint') this.checkpoint = true;
    else this.#set(command);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #set(settings: Readonly<Record<string, number>>): void {
    if (typeof settings !== 'object' || settings === null || Object.keys(settings).length === 0)
      throw misuse(
        `command must be 'stop', 'pause', 'resume', 'checkpoint', or hyperparameters such as { lr: 0.001 }, got ${spelled(settings)}`,
      );
    for (const name of Object.keys(settings))
      if (this.#known && !this.#known.includes(name)) throw misuse(`command: ${unknown(name, this.#known)}`);
    for (const [name, value] of Object.entries(settings))
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw misuse(`command: ${name} must be a finite number, got ${spelled(value)}`);
    checkOptions('command', settings);
    Object.assign(this.#settings, settings);
  }

  /** From now on these are the hyperparameters that can be set. */
  knows(names: readonly string[]): void {
    this.#known = names;
  }

  /** The hyperparameters that were set since this was asked before, and in words those that there are not. */
  take(): { readonly settings: Readonly<Record<string, number>>; readonly unknown: readonly string[] } {
    const all = Object.entries(this.#settings);
    const has = (name: string): boolean => this.#known?.includes(name) ?? true;
    this.#settings = {};
    return {
      settings: Object.fromEntries(all.filter(([name]) => has(name))),
      unknown: all.filter(([name]) => !has(name)).map(([name]) => unknown(name, this.#known!)),
    };
  }

  /** Comes with the next command, or the signal. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.push(wake);
      signal?.addEventListener('abort', wake);
    });
  }
}

const unknown = (name: string, known: readonly string[]): string =>
  `there is no hyperparameter ${name}; ${didYouMean(name, known, 'hyperparameters')}`;
