import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { EngineGone } from './engine-link.js';
import { ModelControl, parseModel } from './model.js';

const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

test('names, and what is none', () => {
  assert.equal(parseModel('deeplabv3_257_mv_gpu'), 'deeplabv3_257_mv_gpu');
  for (const bad of ['', '/etc/passwd', '../a', 'a/b', '--help', 'x'.repeat(256)]) {
    assert.throws(() => parseModel(bad), code('UnknownModel'), bad.slice(0, 20));
  }
});

class Fake {
  engineTakesChanges = false;
  engineChecks = false;
  readonly applied: string[] = [];
  readonly checked: string[] = [];
  changes = 0;
  onApply: (model: string) => Promise<void> = async () => {};
  onCheck: (model: string) => Promise<void> = async () => {};
  readonly control = new ModelControl(
    'first',
    this,
    {
      listModels: async () => [],
      checkModel: async (model) => {
        this.checked.push(model);
        await this.onCheck(model);
      },
    },
    () => this.changes++,
  );

  async apply(model: string): Promise<void> {
    this.applied.push(model);
    await this.onApply(model);
  }
}

const refuse = async (): Promise<void> => {
  throw new BackscrubError('BadModel', 'no');
};

test('without an engine a model is checked and kept for the next one', async () => {
  const fake = new Fake();
  await fake.control.change('second');
  assert.deepEqual([fake.checked, fake.applied, fake.control.model], [['second'], [], 'second']);
  assert.equal(fake.changes, 1);
  fake.onCheck = refuse;
  await assert.rejects(fake.control.change('third'), code('BadModel'));
  assert.equal(fake.control.model, 'second');
  assert.equal(fake.changes, 1);
});

test('a running engine decides; one that refuses keeps the old model', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  await fake.control.change('second');
  fake.onApply = refuse;
  await assert.rejects(fake.control.change('third'), code('BadModel'));
  assert.deepEqual(fake.checked, []);
  assert.equal(fake.control.model, 'second');
});

test('an engine that ends over a model leaves the decision to the check', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  fake.onApply = async () => {
    fake.engineTakesChanges = false;
    fake.engineChecks = false;
    throw new EngineGone();
  };
  fake.onCheck = refuse;
  await assert.rejects(fake.control.change('hostile'), code('BadModel'));
  assert.equal(fake.control.model, 'first');
});

test('one change at a time, in order', async () => {
  const fake = new Fake();
  const order: string[] = [];
  fake.onCheck = async (model) => {
    order.push(`check ${model}`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`done ${model}`);
  };
  await Promise.all([fake.control.change('a'), fake.control.change('b')]);
  assert.deepEqual(order, ['check a', 'done a', 'check b', 'done b']);
  assert.equal(fake.control.model, 'b');
});
