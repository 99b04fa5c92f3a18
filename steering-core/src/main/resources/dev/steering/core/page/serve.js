"use strict";

const $ = id => document.getElementById(id);
const NO_VECTOR = "";
const state = { methods: [], vectors: [], steered: [], plain: [], abort: null };

function headers() {
  const all = { "Content-Type": "application/json" };
  const token = $("token").value;
  if (token) {
    all.Authorization = "Bearer " + token;
  }
  return all;
}

function complain(message) {
  $("problem").textContent = message;
  $("problem").hidden = !message;
}

async function failure(response) {
  let message = "The server answered with status " + response.status + ".";
  try {
    message = (await response.json()).error.message;
  } catch (e) {
    // No JSON: the status has to do.
  }
  if (response.status === 401) {
    $("token-label").hidden = false;
    $("token").focus();
  }
  return new Error(message);
}

async function get(path) {
  const response = await fetch(path, { headers: headers() });
  if (!response.ok) {
    throw await failure(response);
  }
  return response.json();
}

function options(select, values) {
  const before = select.value;
  select.replaceChildren(...values.map(value => new Option(value === NO_VECTOR ? "none" : value, value)));
  if (values.includes(before)) {
    select.value = before;
  }
}

async function load() {
  const models = (await get("/v1/models")).data.map(model => model.id);
  state.methods = (await get("/v1/steering/methods")).data;
  const listed = (await get("/v1/steering/vectors")).data;
  state.vectors = await Promise.all(listed.map(one => get("/v1/steering/vectors/" + encodeURIComponent(one.id))));
  options($("model"), models.filter(id => !id.includes("+")));
  options($("method"), state.methods.map(method => method.id));
  options($("vector"), [...state.vectors.map(vector => vector.id), NO_VECTOR]);
  const gated = state.vectors.find(vector => vector.gate && vector.anchored);
  if (gated) {
    $("vector").value = gated.id;
    $("method").value = "scans";
  }
  settle();
  complain("");
}

const method = () => state.methods.find(one => one.id === $("method").value);
const vector = () => state.vectors.find(one => one.id === $("vector").value);

/** The slider starts at what the vector's file says. */
function settle() {
  const chosen = method();
  $("words").textContent = chosen ? chosen.words : "";
  $("vector").disabled = !(chosen && chosen.needs_vector);
  $("strength").disabled = !(chosen && chosen.has_strength);
  const own = chosen && chosen.needs_vector && vector() && vector().anchoring ? vector().anchoring.strength : 1;
  const most = Math.max(3 * Math.abs(own), 1);
  $("strength").min = -most;
  $("strength").max = most;
  $("strength").step = most / 60;
  $("strength").value = own;
  show();
}

function show() {
  $("strength-shown").textContent = Number($("strength").value).toFixed(2);
}

function steering() {
  const chosen = method();
  const said = { method: chosen.id };
  if (chosen.needs_vector) {
    said.vector = $("vector").value;
  }
  if (chosen.has_strength) {
    said.strength = Number($("strength").value);
  }
  return said;
}

function line(place, kind, text) {
  const element = document.createElement("div");
  element.className = kind;
  element.textContent = text;
  $(place).append(element);
  return element;
}

/** Server-sent events, a JSON document each, until [DONE]. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text.slice(0, end).replace(/^data: /, "");
      text = text.slice(end + 2);
      if (data === "[DONE]") {
        return;
      }
      yield JSON.parse(data);
    }
  }
}

async function answer(place, history, said, signal) {
  const body = { model: $("model").value, messages: history, stream: true, max_tokens: Number($("tokens").value) };
  if (said) {
    body.steering = said;
  }
  const response = await fetch("/v1/chat/completions",
    { method: "POST", headers: headers(), body: JSON.stringify(body), signal });
  if (!response.ok) {
    throw await failure(response);
  }
  const shown = line(place, "assistant", "");
  let report = null;
  for await (const event of events(response)) {
    if (event.error) {
      throw new Error(event.error.message);
    }
    const choice = event.choices[0];
    shown.textContent += (choice && choice.delta && choice.delta.content) || "";
    report = event.steering || report;
  }
  history.push({ role: "assistant", content: shown.textContent });
  return report;
}

function showGate(report, trace) {
  $("gate").hidden = !report.decisions.length;
  const decision = report.decisions[0];
  if (!decision) {
    return;
  }
  const threshold = trace && trace.gate ? ", threshold " + trace.gate.threshold.toFixed(4) : "";
  $("decision").textContent = "The question was taken for " + (decision.harmful ? "harmful" : "harmless") + ": score "
    + decision.score.toFixed(4) + threshold + ". The vector was " + (decision.sign > 0 ? "added." : "subtracted.");
  const layers = trace ? trace.layers.filter(layer => "transition_cosine" in layer) : [];
  $("strip").replaceChildren(...layers.map(layer => {
    const cell = document.createElement("span");
    cell.textContent = String(layer.layer);
    cell.title = "layer " + layer.layer + ": " + layer.transition_cosine.toFixed(4);
    // A property of the element, which the policy for styles does not concern.
    cell.style.background = "hsl(20 70% 50% / " + Math.abs(layer.transition_cosine) + ")";
    cell.className = trace.gate && trace.gate.layers.includes(layer.layer) ? "asked" : "";
    return cell;
  }));
}

async function trace(said, messages, signal) {
  if (!said.vector) {
    return null;
  }
  const body = { model: $("model").value, vector: said.vector, messages };
  const response = await fetch("/v1/steering/trace",
    { method: "POST", headers: headers(), body: JSON.stringify(body), signal });
  return response.ok ? response.json() : null;
}

async function ask(event) {
  event.preventDefault();
  const question = { role: "user", content: $("question").value };
  complain("");
  busy(true);
  state.abort = new AbortController();
  const signal = state.abort.signal;
  for (const place of ["steered", "plain"]) {
    state[place].push(question);
    line(place, "user", question.content);
  }
  const said = steering();
  const asked = [...state.steered];
  try {
    const [report] = await Promise.all([
      answer("steered", state.steered, said, signal),
      answer("plain", state.plain, null, signal)
    ]);
    showGate(report, report.decisions.length ? await trace(said, asked, signal) : null);
    $("question").value = "";
  } catch (e) {
    if (e.name !== "AbortError") {
      complain(e.message);
    }
    state.abort.abort();
    forget(question);
  } finally {
    busy(false);
  }
}

/** A turn that was not answered is no part of the conversation. */
function forget(question) {
  for (const place of ["steered", "plain"]) {
    const at = state[place].lastIndexOf(question);
    if (at >= 0) {
      state[place].length = at;
    }
    line(place, "note", "not answered: left out of what follows");
  }
}

function busy(is) {
  $("send").disabled = is;
  $("stop").disabled = !is;
}

function clear() {
  for (const place of ["steered", "plain"]) {
    state[place] = [];
    $(place).replaceChildren();
  }
  $("gate").hidden = true;
  complain("");
}

$("ask").addEventListener("submit", ask);
$("settings").addEventListener("submit", event => event.preventDefault());
$("stop").addEventListener("click", () => state.abort && state.abort.abort());
$("clear").addEventListener("click", clear);
$("strength").addEventListener("input", show);
$("method").addEventListener("change", settle);
$("vector").addEventListener("change", settle);
$("token").addEventListener("change", () => load().catch(e => complain(e.message)));
load().catch(e => complain(e.message));
