#!/usr/bin/env node
// Stands beside the build, so that npm can link the command before there is one.
import '../dist/cli/main.js';
