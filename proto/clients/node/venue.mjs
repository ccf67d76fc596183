// What a trader's program in JavaScript needs: the services by name, and a session that loses nothing when its connection breaks.
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

const protos = fileURLToPath(new URL("../../grpc/src/main/proto", import.meta.url));
const files = ["bourse/order/v1/order_entry.proto", "bourse/marketdata/v1/market_data.proto", "bourse/reference/v1/reference.proto"];
// 64-bit numbers come as strings: they do not fit a JavaScript number. BigInt(text) counts with them.
const definition = loader.loadSync(files, { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });
const { bourse } = grpc.loadPackageDefinition(definition);

export const services = {
  OrderEntry: bourse.order.v1.OrderEntry,
  DropCopy: bourse.order.v1.DropCopy,
  MarketData: bourse.marketdata.v1.MarketData,
  Reference: bourse.reference.v1.Reference,
};

export function connect(Service, address) {
  return new Service(address, grpc.credentials.createInsecure());
}

export function login(token) {
  const metadata = new grpc.Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

/** One question, one answer, as a promise. */
export function ask(client, method, request, metadata) {
  return new Promise((resolve, reject) =>
    client[method](request, metadata, { deadline: Date.now() + 10_000 }, (error, answer) => (error ? reject(error) : resolve(answer))));
}

// The venue takes 512 commands and 64 KiB in one batch. A command has at most 192 bytes, so this many always fit.
const BATCH_COMMANDS = 256;

/**
 * A session by the rules of ORDER_ENTRY.md: keeps what was sent and not applied, and the number of the last event read; connect() goes on
 * from there. `onEvent(event, accountSeq)` gets every event of the account once, in order. `newToken()`, where given, is asked for a newer token (or a
 * promise of one) when the one that the stream was opened with is about to end. After `keepaliveMs` without anything to send a heartbeat is sent; a venue
 * that says nothing for three such times is taken for lost.
 */
export class Session {
  constructor(client, metadata, sessionId, onEvent, newToken, keepaliveMs = 10_000) {
    Object.assign(this, { client, metadata, sessionId, onEvent, newToken, keepaliveMs, lastRead: 0n, unapplied: new Map(), applied: 0n, present: 0n });
    this.waiting = [];
  }

  /** Opens a stream, resumes, and sends again what the venue has not applied. */
  connect() {
    this.breakConnection();
    this.lost = undefined;
    return new Promise((resolve, reject) => {
      const stream = this.client.Session(this.metadata);
      this.stream = stream;
      const lose = (error) => {
        if (stream !== this.stream) return;
        this.breakConnection();
        this.lost = error;
        reject(error);
        this.wake();
      };
      stream.on("error", lose);
      stream.on("end", () => lose(new Error("the venue ended the session")));
      stream.on("data", (frame) => {
        if (stream !== this.stream) return;
        this.silence.refresh();
        try {
          this.read(frame);
        } catch (error) {
          return lose(error);
        }
        if (frame.control === "establish_ack") {
          this.resume(frame.establish_ack);
          resolve(this);
        }
      });
      this.heartbeat = setInterval(() => stream.write({ heartbeat: {} }), this.keepaliveMs);
      this.silence = setTimeout(() => lose(new Error(`nothing was heard for ${3 * this.keepaliveMs} ms`)), 3 * this.keepaliveMs);
      this.write({ establish: { session_id: this.sessionId, next_account_seq: String(this.lastRead + 1n), keepalive_ms: this.keepaliveMs } });
    });
  }

  resume(ack) {
    this.nextClientSeq = BigInt(ack.next_client_seq);
    const again = [...this.unapplied].filter(([seq]) => seq >= this.nextClientSeq).map(([, command]) => command);
    this.unapplied.clear();
    this.send(again);
  }

  /** Sends commands, in batches; returns the number of the last. While the connection is broken they are kept for the next one. */
  send(commands) {
    for (let begin = 0; begin < commands.length; begin += BATCH_COMMANDS) {
      const batch = commands.slice(begin, begin + BATCH_COMMANDS);
      const first = this.nextClientSeq;
      for (const command of batch) this.unapplied.set(this.nextClientSeq++, command);
      if (this.stream) this.write({ batch: { first_client_seq: String(first), commands: batch } });
    }
    return this.nextClientSeq - 1n;
  }

  write(frame) {
    this.stream.write(frame);
    this.heartbeat.refresh();
  }

  /** Resolves when the command of that number, and so all before it, has been applied and its events were read. */
  async appliedUpTo(clientSeq) {
    while (this.applied < clientSeq) {
      if (this.lost) throw this.lost;
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  /** Drops the connection as a broken cable would. */
  breakConnection() {
    clearInterval(this.heartbeat);
    clearTimeout(this.silence);
    const broken = this.stream;
    this.stream = null;
    broken?.cancel();
  }

  terminate() {
    this.write({ terminate: {} });
    clearInterval(this.heartbeat);
    this.stream.end();
  }

  read(frame) {
    // Up to here the events are the past, of commands that applied_client_seq may count already.
    if (frame.control === "establish_ack") this.present = BigInt(frame.establish_ack.last_account_seq);
    frame.events.forEach((event, index) => {
      const accountSeq = BigInt(frame.first_account_seq) + BigInt(index);
      if (accountSeq <= this.lastRead) return;
      if (this.lastRead > 0n && accountSeq !== this.lastRead + 1n) throw new Error(`hole: accountSeq=${accountSeq}, lastRead=${this.lastRead}`);
      this.lastRead = accountSeq;
      this.onEvent(event, accountSeq);
    });
    if (frame.control === "not_applied") throw new Error(`not applied: ${JSON.stringify(frame.not_applied)}`);
    if (frame.control === "token_expiring" && this.newToken) this.authenticate();
    if (frame.control === "authenticated") this.authenticated = true;
    // The events before are no longer kept: a real program would take over the list.
    if (frame.control === "open_orders") this.lastRead = BigInt(frame.open_orders.as_of_seq);
    const applied = BigInt(frame.applied_client_seq);
    if (applied > this.applied && this.lastRead >= this.present) {
      this.applied = applied;
      for (const seq of this.unapplied.keys()) if (seq <= applied) this.unapplied.delete(seq);
    }
    this.wake();
  }

  /** The stream goes on with a newer token. */
  async authenticate() {
    const stream = this.stream;
    const token = await this.newToken();
    this.metadata = login(token);
    if (stream === this.stream) this.write({ authenticate: { token } });
  }

  wake() {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }
}

/** The book of one instrument, order by order, from MarketData.Subscribe (DEPTH_ORDERS). */
export class Book {
  constructor() {
    Object.assign(this, { orders: new Map(), lastFeedSeq: 0n });
  }

  apply(update) {
    if (update.snapshot) {
      this.orders = new Map(update.snapshot.orders.map((order) => [order.order_id, { ...order, quantity: BigInt(order.quantity) }]));
      this.lastFeedSeq = BigInt(update.snapshot.feed_seq);
    }
    for (const message of update.messages?.messages ?? []) {
      if (BigInt(message.feed_seq) <= this.lastFeedSeq) continue;
      this.lastFeedSeq = BigInt(message.feed_seq);
      const { add, reduce, delete: gone, replace, trade } = message;
      if (add) this.orders.set(add.order_id, { ...add, quantity: BigInt(add.quantity) });
      if (reduce) this.resize(reduce.order_id, () => BigInt(reduce.quantity));
      if (gone) this.orders.delete(gone.order_id);
      if (replace) this.replace(replace);
      if (trade) {
        const less = (quantity) => quantity - BigInt(trade.quantity);
        if (!trade.maker_hidden) this.resize(trade.maker_order_id, less);
        if (trade.taker_resting) this.resize(trade.taker_order_id, less);
      }
    }
  }

  replace({ order_id, side, price, quantity, priority_kept }) {
    // An order that was not in the public book enters it this way, too.
    const order = { order_id, side, price, quantity: BigInt(quantity) };
    if (!priority_kept) this.orders.delete(order_id);
    this.orders.set(order_id, order);
  }

  /** Gives an order another quantity; with nothing left it is gone. */
  resize(orderId, quantity) {
    const order = this.orders.get(orderId);
    order.quantity = quantity(order.quantity);
    if (order.quantity <= 0n) this.orders.delete(orderId);
  }

  /** [[price, quantity], …], best first. */
  levels(side) {
    const levels = new Map();
    for (const order of this.orders.values()) {
      if (order.side === side) levels.set(order.price, (levels.get(order.price) ?? 0n) + order.quantity);
    }
    const best = side === "BOOK_SIDE_BUY" ? -1n : 1n;
    return [...levels].sort((a, b) => Number((BigInt(a[0]) - BigInt(b[0])) * best));
  }
}
