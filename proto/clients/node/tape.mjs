// Plays a conformance tape (proto/conformance/README.md) against a running venue; prints one line a case.
//
//     npm ci && BOURSE_TOKEN=$(../../../bourse token --account 6) node tape.mjs ../../conformance/order-entry.tape [SYMBOL]
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import { Book, ask, connect, login, services } from "./venue.mjs";

const PATIENCE_MS = 10_000;
const [tape, symbol = "DEMO"] = process.argv.slice(2);
const orderEntryAt = process.env.BOURSE_ORDERS ?? "127.0.0.1:7301";
const feedAt = process.env.BOURSE_FEED ?? "127.0.0.1:7302";
const good = login(process.env.BOURSE_TOKEN);
let metadata = good;

const clients = {
  "bourse.order.v1.OrderEntry": connect(services.OrderEntry, orderEntryAt),
  "bourse.reference.v1.Reference": connect(services.Reference, orderEntryAt),
};
const copies = connect(services.DropCopy, orderEntryAt);
const feed = connect(services.MarketData, feedAt);
const { instrument } = await ask(clients["bourse.reference.v1.Reference"], "GetInstrument", { symbol }, metadata);
const session = BigInt(Date.now());
const variables = { session: String(session), id: String(session << 16n), instrument: String(instrument.instrument_id), token: process.env.BOURSE_TOKEN };
let streams = {};
let answered, book;

class Failure extends Error {}

// ---------------------------------------------------------------------------------------------------- values

/** $name, $name+5 or the text itself; undefined for a name that has no value yet. */
function value(text) {
  const match = /^\$(\w+)(?:\+(\d+))?$/.exec(text);
  if (!match) return text;
  const known = variables[match[1]];
  return known === undefined || match[2] === undefined ? known : String(BigInt(known) + BigInt(match[2]));
}

function filled(node) {
  if (Array.isArray(node)) return node.map(filled);
  if (node !== null && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, filled(child)]));
  return typeof node === "string" ? value(node) : node;
}

/** Everything that is expected is there; a name without a value takes what is there. */
function check(expected, actual, where) {
  if (Array.isArray(expected)) {
    if (expected.length !== (actual ?? []).length) throw new Failure(`${where}: ${JSON.stringify(actual)} (expected: ${expected.length})`);
    expected.forEach((child, index) => check(child, actual[index], `${where}[${index}]`));
  } else if (typeof expected === "object") {
    if (actual === undefined || actual === null) throw new Failure(`${where}: missing`);
    for (const [key, child] of Object.entries(expected)) check(child, actual[key], `${where}.${key}`);
  } else {
    const found = String(actual ?? "");
    const wanted = value(String(expected));
    if (wanted === undefined) variables[expected.slice(1)] = found || "0";
    else if (wanted !== found && !(found === "" && (["0", "false", ""].includes(wanted) || wanted.endsWith("_UNSPECIFIED")))) {
      throw new Failure(`${where}: ${found} (expected: ${wanted})`);
    }
  }
}

async function until(condition, problem) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Failure(problem());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function take(waiting, what) {
  await until(() => waiting.length > 0, () => `no ${what} within ${PATIENCE_MS} ms`);
  return waiting.shift();
}

function outcome(error) {
  return { code: grpc.status[error.code], details: Buffer.concat(error.metadata?.get("grpc-status-details-bin") ?? []) };
}

function expectOutcome({ code, details }, wanted, reason = "") {
  if (code !== wanted || !details.includes(reason)) throw new Failure(`status: ${code} ${details} (expected: ${wanted} ${reason})`);
}

/** A stream whose messages wait, each kind by itself, until the tape asks for them. */
function listen(call) {
  const stream = { call, events: [], controls: [], ends: [], applied: 0n };
  call.on("data", (frame) => {
    frame.events.forEach((event, index) => stream.events.push({ ...event, account_seq: String(BigInt(frame.first_account_seq) + BigInt(index)) }));
    (frame.duplicates ?? []).forEach((duplicate) => stream.controls.push({ duplicate }));
    const kind = frame.control ?? (frame.snapshot_required ? "snapshot_required" : undefined);
    if (kind && !(kind === "heartbeat" && frame.heartbeat.client_time_ns === "0")) stream.controls.push({ [kind]: frame[kind] });
    if (BigInt(frame.applied_client_seq ?? 0) > stream.applied) stream.applied = BigInt(frame.applied_client_seq);
  });
  call.on("error", (error) => stream.ends.push(outcome(error)));
  call.on("end", () => stream.ends.push({ code: "OK", details: Buffer.alloc(0) }));
  return stream;
}

// ---------------------------------------------------------------------------------------------------- what a tape says

const verbs = {
  send: [2, (name, text) => (streams[name] ??= listen(clients["bourse.order.v1.OrderEntry"].Session(metadata))).call.write(filled(JSON.parse(text)))],
  copy: [2, (name, text) => (streams[name] = listen(copies.Subscribe(filled(JSON.parse(text)), metadata)))],
  event: [2, async (name, text) => check(JSON.parse(text), await take(streams[name].events, "event"), "event")],
  control: [2, async (name, text) => check(JSON.parse(text), await take(streams[name].controls, "control message"), "control")],
  applied: [2, (name, number) => until(() => streams[name].applied >= BigInt(number), () => `applied: ${streams[name].applied} (expected: ${number})`)],
  ends: [3, async (name, code, reason) => expectOutcome(await take(streams[name].ends, "end"), code, reason)],
  close: [1, (name) => streams[name].call.end()],
  cut: [1, (name) => streams[name].call.cancel()],
  token: [1, (which) => (metadata = which === "good" ? good : which === "none" ? new grpc.Metadata() : login(which))],
  call: [2, async (method, text) => {
    const [service, name] = method.split("/");
    try {
      answered = { answer: await ask(clients[service], name, filled(JSON.parse(text)), metadata), code: "OK", details: Buffer.alloc(0) };
    } catch (error) {
      answered = outcome(error);
    }
  }],
  answer: [1, (text) => {
    expectOutcome(answered, "OK");
    check(JSON.parse(text), answered.answer, "answer");
  }],
  fails: [2, (code, reason) => expectOutcome(answered, code, reason)],
  flood: [3, (name, first, count) => {
    const stream = streams[name], end = Number(first) + Number(count);
    for (let seq = Number(first); seq < end; seq += 500) {
      stream.call.write({ batch: { first_client_seq: String(seq), commands: Array(Math.min(500, end - seq)).fill({ cancel: { order_id: String(1n << 62n) } }) } });
    }
    return until(() => stream.applied >= BigInt(end - 1), () => `applied: ${stream.applied} (expected: ${end - 1})`).then(() => (stream.events.length = 0));
  }],
  do: [1, (what) => execFileSync(process.env.BOURSE_DO, [what], { timeout: 60_000, stdio: "inherit" })],
  watch: [0, () => {
    book = new Book();
    const updates = feed.Subscribe({ instrument_ids: [instrument.instrument_id], depth: "DEPTH_ORDERS" }, metadata);
    updates.on("data", (update) => book.apply(update));
    updates.on("error", () => {});
  }],
  level: [3, (side, price, quantity) => {
    const found = () => new Map(book.levels(side === "buy" ? "BOOK_SIDE_BUY" : "BOOK_SIDE_SELL")).get(price) ?? 0n;
    return until(() => found() === BigInt(quantity), () => `${side} ${price}: ${found()} (expected: ${quantity})`);
  }],
};

let name, skipping = false, failed = 0;
for (const [index, line] of [...readFileSync(tape, "utf8").split("\n"), "case end"].entries()) {
  const [verb, ...words] = line.trim().split(" ");
  if (verb === "" || verb.startsWith("#")) continue;
  if (verb === "case") {
    if (name && !skipping) console.log(`ok ${name}`);
    [name, skipping, streams] = [words.join(" "), false, {}];
  } else if (!skipping) {
    try {
      const [count, deed] = verbs[verb];
      // The last argument is JSON and may have blanks.
      await deed(...words.slice(0, count - 1), ...(count > 0 ? [words.slice(count - 1).join(" ")] : []));
    } catch (error) {
      console.log(`not ok ${name}: line ${index + 1}: ${error.message}`);
      skipping = true;
      failed++;
    }
  }
}
process.exit(failed > 0 ? 1 : 0);
