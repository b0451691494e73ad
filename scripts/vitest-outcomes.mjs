// A reporter for vitest that writes one outcome a test, with the reason of each skip, which the JSON reporter
// leaves out.
import { writeFileSync } from 'node:fs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

export default class Outcomes {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} unhandled errors that no test was waiting for
   */
  onTestRunEnd(modules, unhandled) {
    const outcomes = modules.flatMap((module) => [...failuresOutsideTests(module), ...testsOf(module)]);
    for (const { message } of unhandled)
      outcomes.push({ name: 'outside the tests', status: 'failed', detail: message });
    writeFileSync(process.env.DOWNSLOPE_OUTCOMES ?? 'outcomes.json', JSON.stringify(outcomes));
  }
}

/** @param {import('vitest/node').TestModule} module @returns {Outcome[]} */
function testsOf(module) {
  return Array.from(module.children.allTests(), (test) => {
    const { state, errors, ...result } = test.result();
    return {
      name: `${module.relativeModuleId} › ${test.fullName}`,
      status: state === 'pending' ? 'failed' : state,
      detail: 'note' in result ? result.note : errors?.map((error) => error.message).join('\n'),
    };
  });
}

/** A file that does not load, or a hook that throws. @param {import('vitest/node').TestModule} module @returns {Outcome[]} */
function failuresOutsideTests(module) {
  const suites = [module, ...module.children.allSuites()];
  return suites
    .flatMap((suite) => suite.errors())
    .map(({ message }) => ({ name: module.relativeModuleId, status: 'failed', detail: message }));
}
