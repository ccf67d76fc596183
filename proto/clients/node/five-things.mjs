// The five things every client must be able to do: log in, trade, cancel, lose the connection and resume without loss, rebuild the book.
//
//     npm install && BOURSE_TOKEN=$(../../../bourse token --account 3) node five-things.mjs [SYMBOL]
import { execFileSync } from "node:child_process";
import { Book, Session, ask, connect, login, services } from "./venue.mjs";

const symbol = process.argv[2] ?? "DEMO";
const orderEntryAt = process.env.BOURSE_ORDERS ?? "127.0.0.1:7301";
const feedAt = process.env.BOURSE_FEED ?? "127.0.0.1:7302";
const sessionId = process.env.BOURSE_SESSION ?? String(Date.now());
const me = login(process.env.BOURSE_TOKEN);

const gateway = connect(services.OrderEntry, orderEntryAt);
const feed = connect(services.MarketData, feedAt);
const { instrument } = await ask(connect(services.Reference, orderEntryAt), "GetInstrument", { symbol }, me);
const instrument_id = instrument.instrument_id;

const book = new Book();
const watching = feed.Subscribe({ instrument_ids: [instrument_id], depth: "DEPTH_ORDERS" }, me);
watching.on("data", (update) => book.apply(update));
watching.on("error", () => {});

// 1. Log in; with a token that is about to end, where one is given, and a newer one when the venue asks for it.
const events = [];
const first = process.env.BOURSE_FIRST_TOKEN;
const session = new Session(gateway, first ? login(first) : me, sessionId, (event) => events.push(event), () => process.env.BOURSE_TOKEN, 500);
await session.connect();
// Idle for longer than the venue waits for a sign of life: only heartbeats keep the session.
await new Promise((resolve) => setTimeout(resolve, 2000));
console.log(`1 logged in, session=${sessionId}`);

// 2. Trade: two orders of ours at a price far from others, which meet.
let orders = 0n;
const id = () => (BigInt(sessionId) << 16n | ++orders).toString();
const order = (side, price, quantity) => ({ new: { client_order_id: id(), instrument_id, side, price: String(price), quantity: String(quantity) } });
const lot = Number(instrument.lot_size);
const price = Number(instrument.tick_size) * 700;
await session.appliedUpTo(session.send([order("SIDE_BUY", price, 10 * lot), order("SIDE_SELL", price, 4 * lot)]));
// The account may have traded before, and in other sessions.
const executions = events.filter((event) => event.execution && BigInt(event.execution.client_order_id) >> 16n === BigInt(sessionId));
if (executions.length !== 2) throw new Error(`executions: ${executions.length} (expected: both sides of the trade)`);
console.log(`2 traded ${executions[0].execution.quantity} at ${executions[0].execution.price}`);

// 3. Cancel what is left.
const [bought] = events.filter((event) => event.event === "accepted" && event.accepted.side === "SIDE_BUY" && event.session_id === sessionId);
await session.appliedUpTo(session.send([{ cancel: { order_id: bought.accepted.order_id } }]));
if (!events.some((event) => event.cancelled?.order_id === bought.accepted.order_id)) throw new Error("the cancellation was not reported");
console.log("3 cancelled");

// 4. Break the connection with commands in flight, resume: each of them applied once, each event read once. Those that are given meanwhile are more than a
// batch may have.
const many = (count) => Array.from({ length: count }, (_, index) => order("SIDE_BUY", price - 1 - (index % 50), lot));
session.send(many(100));
session.breakConnection();
const last = session.send(many(1100));
await session.connect();
await session.appliedUpTo(last);
if (process.env.BOURSE_DO) {
  // A venue that falls silent: no connection breaks, nothing is heard.
  const make = (what) => execFileSync(process.env.BOURSE_DO, [what], { timeout: 60_000, stdio: "inherit" });
  make("stop");
  const noticed = await session.appliedUpTo(session.send([{ cancel: { order_id: bought.accepted.order_id } }])).then(() => undefined, (error) => error.message);
  make("continue");
  if (!noticed?.startsWith("nothing was heard")) throw new Error(`a silent venue was not noticed: ${noticed}`);
  console.log(noticed);
  await session.connect();
  await session.appliedUpTo(last + 1n);
}
const accepted = events.filter((event) => event.session_id === sessionId && event.accepted && BigInt(event.client_seq) > last - 1200n);
const numbers = new Set(accepted.map((event) => event.client_seq));
if (accepted.length !== 1200 || numbers.size !== 1200) throw new Error(`after resuming: ${accepted.length} accepted, ${numbers.size} numbers (expected: 1200)`);
console.log("4 resumed, nothing lost, nothing doubled");

// 5. The book rebuilt from the feed holds exactly those orders at their prices.
const mine = new Set(accepted.map((event) => event.accepted.order_id));
for (let tries = 0; tries < 100 && [...mine].some((orderId) => !book.orders.has(orderId)); tries++) await new Promise((r) => setTimeout(r, 50));
const missing = [...mine].filter((orderId) => !book.orders.has(orderId));
if (missing.length > 0) throw new Error(`${missing.length} orders are not in the rebuilt book`);
const { book: asked } = await ask(feed, "Snapshot", { instrument_id, depth: "DEPTH_LEVELS", levels: 100 }, me);
console.log(`5 book rebuilt: best bid ${book.levels("BOOK_SIDE_BUY")[0]}, the venue says ${asked.bids[0].price},${asked.bids[0].quantity}`);

await session.appliedUpTo(session.send([{ mass_cancel: { instrument_id } }]));
if (first && !session.authenticated) throw new Error("the newer token was not taken");
session.terminate();
watching.cancel();
console.log("all five");
