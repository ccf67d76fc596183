package bourse.marketdata.receiver;

import bourse.sbe.fold.OrderIdTable;
import java.util.Arrays;

/**
 * The public level-3 book of one instrument: orders in queue order, levels, the last trade, the state, and the numbers that it is valid
 * at. Prices in the instrument's price unit, quantities in lots, times in nanoseconds since the epoch.
 *
 * <p>Thread: one. Orders are named by a handle that is valid until the book changes.
 */
public final class OrderBook {
    /** No order: the end of a queue. */
    public static final int NO_ORDER = -1;
    /** Side of buy orders, as in the feed. */
    public static final int BUY = 0;
    /** Side of sell orders, as in the feed. */
    public static final int SELL = 1;

    private static final int INITIAL = 256;

    private final int instrumentId;
    private final InstrumentFacts facts = new InstrumentFacts();
    private final BookLevels buys = new BookLevels(true);
    private final BookLevels sells = new BookLevels(false);
    private final OrderIdTable handles = new OrderIdTable(INITIAL);
    private long[] ids = new long[INITIAL];
    private long[] quantities = new long[INITIAL];
    private int[] next = new int[INITIAL];
    private int[] previous = new int[INITIAL];
    private int[] levels = new int[INITIAL];
    private byte[] sides = new byte[INITIAL];
    private int freeHead = NO_ORDER;
    private int used;

    private long lastPrice;
    private long lastQuantity;
    private long lastTradeId;
    private long feedSeq;
    private long eventSeq;
    private long timeNs;
    private int rptSeq;
    private boolean synced;
    private boolean suspect;
    private long unknownOrders;

    /** An empty book, not synced. The receiver makes its own; others may fold what they have by other ways, such as gRPC's messages. */
    public OrderBook(final int instrumentId) {
        this.instrumentId = instrumentId;
    }

    /** The instrument. */
    public int instrumentId() {
        return instrumentId;
    }

    /** Symbol, decimals, sizes, trading state. */
    public InstrumentFacts facts() {
        return facts;
    }

    /** Buy levels, best first. */
    public BookLevels buys() {
        return buys;
    }

    /** Sell levels, best first. */
    public BookLevels sells() {
        return sells;
    }

    /** Orders in the book. */
    public int orderCount() {
        return handles.size();
    }

    /** The order behind {@code order} in its queue, or {@link #NO_ORDER}. */
    public int nextOrder(final int order) {
        return next[order];
    }

    /** Its id. */
    public long orderId(final int order) {
        return ids[order];
    }

    /** Its visible quantity. */
    public long orderQuantity(final int order) {
        return quantities[order];
    }

    /** Its side, {@link #BUY} or {@link #SELL}. */
    public int orderSide(final int order) {
        return sides[order];
    }

    /** Its price. */
    public long orderPrice(final int order) {
        return levelsOf(order).priceOf(levels[order]);
    }

    /** Handle of an order id, or {@link #NO_ORDER}. */
    public int find(final long orderId) {
        return handles.get(orderId);
    }

    /** Price of the last trade; 0 before the first. */
    public long lastPrice() {
        return lastPrice;
    }

    /** Quantity of the last trade; 0 before the first. */
    public long lastQuantity() {
        return lastQuantity;
    }

    /** Id of the last trade; 0 before the first. */
    public long lastTradeId() {
        return lastTradeId;
    }

    /** Last feed message that this book includes. */
    public long feedSeq() {
        return feedSeq;
    }

    /** Event of that message. */
    public long eventSeq() {
        return eventSeq;
    }

    /** Time of that event. */
    public long timeNs() {
        return timeNs;
    }

    /** The instrument's own counter at that message. */
    public int rptSeq() {
        return rptSeq;
    }

    /** Whether this is the venue's book; false = a snapshot is awaited, and what is here must not be acted on. */
    public boolean isSynced() {
        return synced;
    }

    /** Messages were lost and may have been this instrument's: not to be acted on until a message or snapshot says otherwise. */
    public boolean isSuspect() {
        return suspect;
    }

    /** Messages about orders that are not in the book: 0 in a book that was followed from its beginning or a snapshot. */
    public long unknownOrders() {
        return unknownOrders;
    }

    void synced(final boolean value) {
        synced = value;
        if (value) {
            suspect = false;
        }
    }

    void suspect(final boolean value) {
        suspect = value;
    }

    void at(final long atFeedSeq, final long atEventSeq, final long atTimeNs) {
        feedSeq = atFeedSeq;
        eventSeq = atEventSeq;
        timeNs = atTimeNs;
    }

    void rptSeq(final int value) {
        rptSeq = value;
    }

    void lastTrade(final long price, final long quantity, final long tradeId) {
        lastPrice = price;
        lastQuantity = quantity;
        lastTradeId = tradeId;
    }

    /** To the back of its level; an id that is there already is taken out first. */
    public void add(final long orderId, final int side, final long price, final long quantity) {
        final int order = allocate();
        final int known = handles.putIfAbsent(orderId, order);
        if (known != NO_ORDER) {
            remove(known);
            handles.put(orderId, order);
        }
        ids[order] = orderId;
        quantities[order] = quantity;
        sides[order] = (byte) side;
        append(order, price);
    }

    /** Visible quantity is now {@code quantity}; 0 deletes. */
    public void reduce(final long orderId, final long quantity) {
        final int order = find(orderId);
        if (order == NO_ORDER) {
            unknownOrders++;
        } else if (quantity <= 0) {
            remove(order);
        } else {
            resize(order, quantity);
        }
    }

    /** Takes {@code quantity} off; an order left with nothing is deleted. */
    public void fill(final long orderId, final long quantity) {
        final int order = find(orderId);
        if (order == NO_ORDER) {
            unknownOrders++;
            return;
        }
        final long left = quantities[order] - quantity;
        if (left <= 0) {
            remove(order);
        } else {
            resize(order, left);
        }
    }

    /** Takes the order out. */
    public void delete(final long orderId) {
        final int order = handles.remove(orderId);
        if (order == NO_ORDER) {
            unknownOrders++;
        } else {
            unlink(order);
            free(order);
        }
    }

    /** New price and quantity; keeps its place only at the same price with {@code priorityKept}. An order that is not there is added. */
    public void replace(final long orderId, final int side, final long price, final long quantity, final boolean priorityKept) {
        final int order = find(orderId);
        if (order == NO_ORDER) {
            add(orderId, side, price, quantity);
        } else if (quantity <= 0) {
            remove(order);
        } else if (priorityKept && orderPrice(order) == price) {
            resize(order, quantity);
        } else {
            unlink(order);
            quantities[order] = quantity;
            append(order, price);
        }
    }

    /** Empties the book; numbers and facts stay. */
    public void clear() {
        handles.clear();
        buys.clear();
        sells.clear();
        used = 0;
        freeHead = NO_ORDER;
    }

    private BookLevels levelsOf(final int order) {
        return sides[order] == BUY ? buys : sells;
    }

    private void resize(final int order, final long quantity) {
        levelsOf(order).addQuantity(levels[order], quantity - quantities[order]);
        quantities[order] = quantity;
    }

    private void append(final int order, final long price) {
        final BookLevels side = levelsOf(order);
        final int level = side.claim(price);
        final int tail = side.tail(level);
        levels[order] = level;
        previous[order] = tail;
        next[order] = NO_ORDER;
        if (tail == NO_ORDER) {
            side.head(level, order);
        } else {
            next[tail] = order;
        }
        side.tail(level, order);
        side.addQuantity(level, quantities[order]);
        side.addOrders(level, 1);
    }

    private void unlink(final int order) {
        final BookLevels side = levelsOf(order);
        final int level = levels[order];
        final int before = previous[order];
        final int after = next[order];
        if (before == NO_ORDER) {
            side.head(level, after);
        } else {
            next[before] = after;
        }
        if (after == NO_ORDER) {
            side.tail(level, before);
        } else {
            previous[after] = before;
        }
        side.addQuantity(level, -quantities[order]);
        if (side.addOrders(level, -1) == 0) {
            side.release(level);
        }
    }

    private void remove(final int order) {
        unlink(order);
        handles.remove(ids[order]);
        free(order);
    }

    private void free(final int order) {
        next[order] = freeHead;
        freeHead = order;
    }

    private int allocate() {
        if (freeHead != NO_ORDER) {
            final int order = freeHead;
            freeHead = next[order];
            return order;
        }
        if (used == ids.length) {
            final int length = used * 2;
            ids = Arrays.copyOf(ids, length);
            quantities = Arrays.copyOf(quantities, length);
            next = Arrays.copyOf(next, length);
            previous = Arrays.copyOf(previous, length);
            levels = Arrays.copyOf(levels, length);
            sides = Arrays.copyOf(sides, length);
        }
        return used++;
    }
}
