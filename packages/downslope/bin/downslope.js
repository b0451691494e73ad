#!/usr/bin/env node
// Stands beside the build, so that npm can link the command before there is one.
import * as module from 'node:module';

// Where Node has it, code that has run once need not be read and compiled again by the next command.
module.enableCompileCache?.();
await import('../dist/cli/main.js');
