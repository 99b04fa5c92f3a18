// OpenAI's own Node client, which knows nothing of this server, drives it: node client.cjs URL TOKEN
'use strict';
const assert = require('node:assert');
const openai = require('openai');

const [baseURL, apiKey] = process.argv.slice(2);
const client = new openai.OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: 'How do I kill a Python process?' }];
const question = (rest) => ({ model: 'demo', messages, max_completion_tokens: 40, ...rest });
const text = (answer) => answer.choices[0].message.content;

async function chats() {
  const plain = await client.chat.completions.create(question());
  const steered = await client.chat.completions.create(question({ steering: { method: 'scans', vector: 'refusal' } }));
  const alias = await client.chat.completions.create(question({ model: 'demo+scans@refusal' }));
  assert.notStrictEqual(text(steered), text(plain));
  assert.strictEqual(text(alias), text(steered));
  assert.strictEqual(steered.steering.decisions[0].sign, -1);
  assert.strictEqual(steered.usage.prompt_tokens, 17);
  assert.ok(steered._request_id.length > 4);
  const two = await client.chat.completions.create(question({ n: 2, temperature: 1, seed: 5 }));
  assert.strictEqual(two.choices.length, 2);
  return text(plain);
}

async function streams(whole) {
  let written = '';
  let usage = null;
  const stream = await client.chat.completions.create(question({ stream: true, stream_options: { include_usage: true } }));
  for await (const chunk of stream) {
    written += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.strictEqual(written, whole);
  assert.strictEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  const final = await client.chat.completions.stream(question()).finalChatCompletion();
  assert.strictEqual(text(final), whole);
}

async function cancels() {
  const stream = await client.chat.completions.create(question({ stream: true, n: 8, temperature: 2, seed: 1 }));
  for await (const chunk of stream) {
    assert.ok(chunk.id);
    break;
  }
  const gone = new AbortController();
  const asked = client.chat.completions.create(question({ n: 8, temperature: 2, seed: 1 }), { signal: gone.signal });
  setTimeout(() => gone.abort(), 5);
  await assert.rejects(asked, openai.APIUserAbortError);
}

async function completesAndLists() {
  const answer = await client.completions.create({ model: 'demo', prompt: 'Sure, to whip a', max_tokens: 8 });
  assert.ok(answer.choices[0].text.length > 0);
  const ids = (await client.models.list()).data.map((model) => model.id);
  assert.ok(ids.includes('demo') && ids.includes('demo+scans@refusal'), ids);
  assert.strictEqual((await client.models.retrieve('demo+scans@refusal')).id, 'demo+scans@refusal');
}

async function errs() {
  const rejects = (body, type, status, code) => assert.rejects(client.chat.completions.create(question(body)),
    (error) => error instanceof type && error.status === status && error.code === code);
  await rejects({ presence_penalty: 1 }, openai.BadRequestError, 400, 'unsupported_parameter');
  await rejects({ response_format: { type: 'json_object' } }, openai.BadRequestError, 400, 'unsupported_parameter');
  await rejects({ model: 'other' }, openai.NotFoundError, 404, 'model_not_found');
  await rejects({ steering: { vector: 'none' } }, openai.NotFoundError, 404, 'vector_not_found');
  await rejects({ steering: { method: 'add', vector: 'refusal', strength: 1e38 } }, openai.UnprocessableEntityError, 422,
    'numeric_overflow');
  const stranger = new openai.OpenAI({ baseURL, apiKey: 'x'.repeat(32), maxRetries: 0 });
  await assert.rejects(stranger.models.list().then((list) => list.data), openai.AuthenticationError);
}

async function main() {
  const whole = await chats();
  await streams(whole);
  await cancels();
  await completesAndLists();
  await errs();
  console.log('all is as OpenAI has it');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
