#!/usr/bin/env -S node --max-semi-space-size=1
// The service lives long and does little: a small young generation saves it 10 MB.
import '../dist/service/main.js';
