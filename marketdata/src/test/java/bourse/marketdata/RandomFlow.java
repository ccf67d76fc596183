package bourse.marketdata;

import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.InstrumentChangedEncoder;
import bourse.sbe.engine.InstrumentDefinedEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReducedEncoder;
import bourse.sbe.engine.OrderReplacedEncoder;
import bourse.sbe.engine.OrderRestatedEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradeEncoder;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TradingStateChangedEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A seeded venue in miniature: random orders on a few instruments, matched by price and time in plain collections, written as event
 * fragments. Its books are the reference that feeds are compared with.
 */
public final class RandomFlow {
    /** An order of the reference book. */
    public static final class Order {
        final long id;
        final boolean buy;
        long price;
        long quantity;

        Order(final long id, final boolean buy, final long price, final long quantity) {
            this.id = id;
            this.buy = buy;
            this.price = price;
            this.quantity = quantity;
        }
    }

    /** A reference book. */
    public static final class Book {
        final int instrumentId;
        final TreeMap<Long, ArrayDeque<Order>> buys = new TreeMap<>(java.util.Comparator.reverseOrder());
        final TreeMap<Long, ArrayDeque<Order>> sells = new TreeMap<>();
        final List<Order> live = new ArrayList<>();
        final Map<Long, Order> byId = new HashMap<>();
        int rptSeq;

        Book(final int instrumentId) {
            this.instrumentId = instrumentId;
        }

        /** The documented checksum, computed the plain way. */
        public long checksum() {
            long hash = 1469598103934665603L;
            for (final TreeMap<Long, ArrayDeque<Order>> side : List.of(buys, sells)) {
                for (final ArrayDeque<Order> level : side.values()) {
                    for (final Order order : level) {
                        for (final long value : new long[] {order.id, order.price, order.quantity}) {
                            hash = (hash ^ value) * 1099511628211L;
                        }
                    }
                }
            }
            return hash;
        }

        TreeMap<Long, ArrayDeque<Order>> side(final boolean buy) {
            return buy ? buys : sells;
        }

        void insert(final Order order) {
            side(order.buy).computeIfAbsent(order.price, p -> new ArrayDeque<>()).addLast(order);
            if (byId.put(order.id, order) == null) {
                live.add(order);
            }
        }

        void unlink(final Order order) {
            final ArrayDeque<Order> level = side(order.buy).get(order.price);
            level.remove(order);
            if (level.isEmpty()) {
                side(order.buy).remove(order.price);
            }
        }

        void forget(final Order order) {
            byId.remove(order.id);
            live.remove(order);
        }
    }

    private static final long SESSION = 77;
    private static final int MAX_LIVE = 400;

    private final RandomGenerator random;
    private final Map<Integer, Book> books = new HashMap<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256 * 1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final int epoch;
    private final int instruments;
    private long eventSeq = 1;
    private long feedSeq;
    private long orderId;
    private long tradeId;
    private long clientSeq;
    private long timeNs = 1_700_000_000_000_000_000L;
    private long logPosition;
    private long trades;
    private java.util.function.LongSupplier clock;
    private int at;
    private int count;

    /** A venue of {@code instruments} instruments whose every move follows from {@code seed}. */
    public RandomFlow(final long seed, final int instruments, final int epoch) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.instruments = instruments;
        this.epoch = epoch;
    }

    /** Takes the time of events from elsewhere: for demonstrations, not for tests. */
    public void clock(final java.util.function.LongSupplier epochNs) {
        clock = epochNs;
    }

    /** Reference books by instrument, 1 to the number of instruments. */
    public Map<Integer, Book> books() {
        return books;
    }

    /** Public messages so far. */
    public long feedSeq() {
        return feedSeq;
    }

    /** Events so far. */
    public long lastEventSeq() {
        return eventSeq - 1;
    }

    /** Trades so far. */
    public long trades() {
        return trades;
    }

    /** The fragment that defines the instruments. */
    public byte[] define() {
        begin();
        for (int id = 1; id <= instruments; id++) {
            books.put(id, new Book(id));
            final InstrumentDefinedEncoder e = new InstrumentDefinedEncoder();
            e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).tickSize(1).lotSize(1).minPrice(1).maxPrice(1_000_000)
                .symbol("SYM" + id).baseAsset("BASE").quoteAsset("EUR").instrumentId(id).priceDecimals((short) 2)
                .quantityDecimals((short) 0).state(TradingState.CONTINUOUS);
            done(InstrumentDefinedEncoder.BLOCK_LENGTH);
        }
        return end();
    }

    /** A fragment of {@code commands} random commands. */
    public byte[] next(final int commands) {
        begin();
        for (int i = 0; i < commands; i++) {
            clientSeq++;
            final Book book = books.get(1 + random.nextInt(instruments));
            final int dice = random.nextInt(100);
            if (book.live.isEmpty() || dice < 52 && book.live.size() < MAX_LIVE) {
                newOrder(book);
            } else if (dice < 75) {
                cancel(book);
            } else if (dice < 82) {
                reduce(book);
            } else if (dice < 92) {
                replace(book);
            } else if (dice < 98) {
                icebergTrade(book);
            } else if (dice < 99) {
                restate(book);
            } else if (random.nextBoolean()) {
                state(book);
            } else {
                changed(book);
            }
        }
        return end();
    }

    private void newOrder(final Book book) {
        final boolean buy = random.nextBoolean();
        final long price = 10_000 + (buy ? -8 : 8) + (long) (random.nextGaussian() * 12);
        final Order order = new Order(++orderId, buy, price, 1 + random.nextInt(100));
        final boolean crosses = best(book, !buy) != null && crosses(order, best(book, !buy));
        accepted(book, order, !crosses);
        if (!crosses) {
            book.insert(order);
            return;
        }
        Order maker;
        while (order.quantity > 0 && (maker = best(book, !buy)) != null && crosses(order, maker)) {
            final long quantity = Math.min(order.quantity, maker.quantity);
            order.quantity -= quantity;
            trade(book, maker, order, quantity);
            fill(book, maker, quantity);
        }
        if (order.quantity > 0) {
            booked(book, order);
            book.insert(order);
        }
    }

    private void icebergTrade(final Book book) {
        final boolean buy = random.nextBoolean();
        final Order maker = best(book, !buy);
        if (maker == null) {
            newOrder(book);
            return;
        }
        final Order taker = new Order(++orderId, buy, maker.price, maker.quantity);
        accepted(book, taker, false);
        trade(book, maker, taker, maker.quantity);
        final long peak = maker.quantity;
        fill(book, maker, maker.quantity);
        final Order refilled = new Order(maker.id, maker.buy, maker.price, peak);
        restated(book, refilled, RestateReason.ICEBERG_REFILL, false);
        book.insert(refilled);
    }

    private void cancel(final Book book) {
        final Order order = any(book);
        final OrderCancelledEncoder e = new OrderCancelledEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).sessionId(SESSION).clientSeq(clientSeq).orderId(order.id)
            .price(order.price).quantity(order.quantity).instrumentId(book.instrumentId).rptSeq(++book.rptSeq).side(side(order));
        done(OrderCancelledEncoder.BLOCK_LENGTH);
        book.unlink(order);
        book.forget(order);
    }

    private void reduce(final Book book) {
        final Order order = any(book);
        if (order.quantity == 1) {
            cancel(book);
            return;
        }
        order.quantity -= 1 + random.nextLong(order.quantity - 1);
        final OrderReducedEncoder e = new OrderReducedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).sessionId(SESSION).clientSeq(clientSeq).orderId(order.id)
            .price(order.price).leaves(order.quantity).visibleQuantity(order.quantity).instrumentId(book.instrumentId)
            .rptSeq(++book.rptSeq).side(side(order));
        done(OrderReducedEncoder.BLOCK_LENGTH);
    }

    private void replace(final Book book) {
        final Order order = any(book);
        final long price = order.price + (order.buy ? -random.nextInt(5) : random.nextInt(5));
        final long quantity = 1 + random.nextInt(100);
        final boolean kept = price == order.price && quantity <= order.quantity;
        if (!kept) {
            book.unlink(order);
        }
        order.price = price;
        order.quantity = quantity;
        if (!kept) {
            book.insert(order);
        }
        final OrderReplacedEncoder e = new OrderReplacedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).sessionId(SESSION).clientSeq(clientSeq).orderId(order.id)
            .price(price).leaves(quantity).visibleQuantity(quantity).instrumentId(book.instrumentId).rptSeq(++book.rptSeq)
            .side(side(order)).priorityKept((short) (kept ? 1 : 0)).resting((short) 1);
        done(OrderReplacedEncoder.BLOCK_LENGTH);
    }

    private void restate(final Book book) {
        final Order order = any(book);
        book.unlink(order);
        order.price += order.buy ? -1 : 1;
        book.insert(order);
        restated(book, order, RestateReason.PEG_MOVED, false);
    }

    private void state(final Book book) {
        final TradingStateChangedEncoder e = new TradingStateChangedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).referencePrice(10_000).instrumentId(book.instrumentId)
            .rptSeq(++book.rptSeq).state(TradingState.CONTINUOUS);
        done(TradingStateChangedEncoder.BLOCK_LENGTH);
    }

    /** Other parameters: the book goes on. */
    private void changed(final Book book) {
        final InstrumentChangedEncoder e = new InstrumentChangedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).tickSize(1).lotSize(1).minPrice(1).maxPrice(1_000_000 + feedSeq)
            .symbol("SYM" + book.instrumentId).baseAsset("BASE").quoteAsset("EUR").instrumentId(book.instrumentId).priceDecimals((short) 2)
            .quantityDecimals((short) 0).state(TradingState.CONTINUOUS);
        done(InstrumentChangedEncoder.BLOCK_LENGTH);
    }

    private void accepted(final Book book, final Order order, final boolean resting) {
        final OrderAcceptedEncoder e = new OrderAcceptedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(resting ? ++feedSeq : 0).sessionId(SESSION).clientSeq(clientSeq)
            .orderId(order.id).price(order.price).quantity(order.quantity).visibleQuantity(resting ? order.quantity : 0)
            .instrumentId(book.instrumentId).rptSeq(resting ? ++book.rptSeq : 0).side(side(order)).orderType(OrderType.LIMIT)
            .timeInForce(TimeInForce.GTC).resting((short) (resting ? 1 : 0));
        done(OrderAcceptedEncoder.BLOCK_LENGTH);
    }

    private void booked(final Book book, final Order order) {
        final OrderBookedEncoder e = new OrderBookedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).orderId(order.id).price(order.price).leaves(order.quantity)
            .visibleQuantity(order.quantity).instrumentId(book.instrumentId).rptSeq(++book.rptSeq).side(side(order));
        done(OrderBookedEncoder.BLOCK_LENGTH);
    }

    private void restated(final Book book, final Order order, final RestateReason reason, final boolean kept) {
        final OrderRestatedEncoder e = new OrderRestatedEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).orderId(order.id).price(order.price).leaves(order.quantity)
            .visibleQuantity(order.quantity).instrumentId(book.instrumentId).rptSeq(++book.rptSeq).side(side(order)).reason(reason)
            .priorityKept((short) (kept ? 1 : 0));
        done(OrderRestatedEncoder.BLOCK_LENGTH);
    }

    private void trade(final Book book, final Order maker, final Order taker, final long quantity) {
        trades++;
        final TradeEncoder e = new TradeEncoder();
        e.wrapAndApplyHeader(buffer, at, header).feedSeq(++feedSeq).tradeId(++tradeId).makerOrderId(maker.id).takerOrderId(taker.id)
            .takerSessionId(SESSION).takerClientSeq(clientSeq).price(maker.price).quantity(quantity).instrumentId(book.instrumentId)
            .rptSeq(++book.rptSeq).takerSide(side(taker)).auction((short) 0).makerHidden((short) 0).takerResting((short) 0);
        done(TradeEncoder.BLOCK_LENGTH);
    }

    private static void fill(final Book book, final Order maker, final long quantity) {
        maker.quantity -= quantity;
        if (maker.quantity == 0) {
            book.unlink(maker);
            book.forget(maker);
        }
    }

    private Order any(final Book book) {
        return book.live.get(random.nextInt(book.live.size()));
    }

    private static Order best(final Book book, final boolean buy) {
        final var level = book.side(buy).firstEntry();
        return level == null ? null : level.getValue().peekFirst();
    }

    private static boolean crosses(final Order taker, final Order maker) {
        return taker.buy ? taker.price >= maker.price : taker.price <= maker.price;
    }

    private static Side side(final Order order) {
        return order.buy ? Side.BUY : Side.SELL;
    }

    private void begin() {
        at = MessageHeaderEncoder.ENCODED_LENGTH + EventBatchEncoder.BLOCK_LENGTH;
        count = 0;
    }

    private void done(final int blockLength) {
        at += MessageHeaderEncoder.ENCODED_LENGTH + blockLength;
        count++;
    }

    private byte[] end() {
        timeNs = clock == null ? timeNs + 1_000_000 : clock.getAsLong();
        logPosition += 1_024;
        new EventBatchEncoder().wrapAndApplyHeader(buffer, 0, header).firstEventSeq(eventSeq).logPosition(logPosition).timeNs(timeNs)
            .count(count).shard(0).venueEpoch(epoch);
        eventSeq += count;
        final byte[] fragment = new byte[at];
        buffer.getBytes(0, fragment);
        java.util.Arrays.fill(buffer.byteArray(), 0, at, (byte) 0);
        return fragment;
    }
}
