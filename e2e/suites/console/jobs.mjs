// Jobs and rollouts for the suites: a plan that is finished soon, one that takes as long as a test wants, and a policy on trial.

import { execFileSync } from 'node:child_process';
import { chmod, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../../harness/lifetime.mjs';

/** The policy that `putOnTrial` puts on trial. */
export const TRIAL = 'no-old-pages';

/** Writes a solver that reports its version and then never answers, so that a plan which asks it is a long job. Returns its folder. */
export async function solverThatNeverAnswers(folder) {
  const file = path.join(folder, 'cvc5');
  const script = '#!/bin/sh\ncase "$*" in *--version*) echo "This is cvc5 version 1.3.1"; exit;; esac\nread -r forever < "$0.never"\n';
  await writeFile(file, script);
  await chmod(file, 0o755);
  execFileSync('mkfifo', [`${file}.never`]);
  return folder;
}

/** Returns the processes that run the solver of this folder. */
export async function solvers(folder) {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(path.join(folder, 'cvc5')) && !line.includes('--version'));
}

/** Begins a plan at the browser that asks the solver, and returns the job. */
export function longPlan(page) {
  return page.evaluate(async () => {
    const { files } = await (await fetch('/api/v1/policies/files')).json();
    const planned = Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('tests/')));
    planned['guardrails/more.cedar'] = `@id("more") @owner("o") @reason("r") @review("2030-01-01")
      forbid (principal, action == Countersign::Action::"write", resource) unless { context has device };`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ files: planned, exhaustive: true });
    return (await fetch('/api/v1/plans', { method: 'POST', headers, body })).json();
  });
}

/** Begins a plan of the set as it is in force at the browser, and returns the job. */
export function shortPlan(page) {
  return page.evaluate(async () => {
    const { files } = await (await fetch('/api/v1/policies/files')).json();
    const planned = Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('tests/')));
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v1/plans', { method: 'POST', headers, body: JSON.stringify({ files: planned }) })).json();
  });
}

/**
 * Puts a policy on trial that would stop whoever opens an old page of the wiki, by way of an empty folder. It must stop
 * nothing that the administrator does elsewhere: chance decides who is in a sample.
 */
export async function putOnTrial(product, dir) {
  await product.run('policy', 'pull', dir);
  await rm(path.join(dir, 'tests'), { recursive: true, force: true });
  const rule = `@id("${TRIAL}") @owner("security") @reason("Old pages are closed.") @review("2030-01-01") @stage("shadow")
    forbid (principal, action, resource in Countersign::Application::"wiki") when { context.item like "/old*" };\n`;
  await writeFile(path.join(dir, 'guardrails', 'trial.cedar'), rule);
  const { version } = await product.run('policy', 'publish', dir, '--yes');
  await until(
    async () => (await product.run('policy', 'list')).version === version,
    30_000,
    () => 'the policy on trial did not come into force',
  );
}
