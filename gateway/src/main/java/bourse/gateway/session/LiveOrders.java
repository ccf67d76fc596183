package bourse.gateway.session;

import java.util.Arrays;
import java.util.function.IntPredicate;

import bourse.sbe.fold.OrderIdTable;
import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderType;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;

/**
 * The live orders of all accounts, folded from the event stream: records of eight longs in chunks, found by order id; each account has the ids of its own. Hot path: what an
 * order's end touches is its cell in the table and the top of a stack. Thread: the agent. Allocates only to grow; bounded by what the engine holds.
 */
final class LiveOrders {
    private static final int NONE = OrderIdTable.NONE;

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK_RECORDS = 1 << CHUNK_BITS;
    private static final int CLIENT_ORDER_ID = 0;
    private static final int ORDER_ID = 1;
    private static final int PRICE = 2;
    private static final int QUANTITY = 3;
    private static final int LEAVES = 4;
    private static final int STOP_PRICE = 5;
    private static final int INSTRUMENT_ID = 6;
    private static final int TERMS = 7;
    private static final int RECORD_LONGS = 8;
    private static final long RESTING = 1L << 32;

    private final OrderIdTable slotByOrderId = new OrderIdTable(1 << 12);
    private long[][] chunks = new long[0][];
    private int[] freeSlots = new int[0];
    private int freeCount;

    /** At most so many are restored next. */
    void expect(final long orders) {
        slotByOrderId.expect(orders);
    }

    /** Of an order as {@link #write} writes it. */
    static int savedBytes() {
        return RECORD_LONGS * Long.BYTES;
    }

    void add(final AccountState account, final long orderId, final long clientOrderId, final int instrumentId, final int side,
             final int orderType, final int timeInForce, final long price, final long quantity, final long stopPrice,
             final boolean resting) {
        if (freeCount == 0) {
            grow();
        }
        final int slot = freeSlots[--freeCount];
        final long[] record = chunks[slot >> CHUNK_BITS];
        final int at = at(slot);
        record[at + CLIENT_ORDER_ID] = clientOrderId;
        record[at + ORDER_ID] = orderId;
        record[at + PRICE] = price;
        record[at + QUANTITY] = quantity;
        record[at + LEAVES] = quantity;
        record[at + STOP_PRICE] = stopPrice;
        record[at + INSTRUMENT_ID] = instrumentId;
        record[at + TERMS] = side | orderType << 8 | timeInForce << 16 | (resting ? RESTING : 0);
        account.orders.add(orderId, slotByOrderId);
        slotByOrderId.put(orderId, slot);
    }

    /** An execution left this open; 0 ends the order. */
    void leaves(final AccountState account, final long orderId, final long leaves) {
        if (leaves == 0) {
            remove(account, orderId);
            return;
        }
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, LEAVES, leaves);
        }
    }

    void remove(final AccountState account, final long orderId) {
        final int slot = slotByOrderId.remove(orderId);
        if (slot == NONE) {
            return;
        }
        account.orders.remove();
        freeSlots[freeCount++] = slot;
    }

    /** It rests now at this limit. */
    void booked(final long orderId, final long price, final long leaves) {
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, PRICE, price);
            put(slot, LEAVES, leaves);
            put(slot, TERMS, get(slot, TERMS) | RESTING);
        }
    }

    /** Its open quantity was changed by command: the total changes with it, what was executed stays. */
    void changed(final long orderId, final long price, final long leaves, final boolean resting) {
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, PRICE, price);
            put(slot, QUANTITY, get(slot, QUANTITY) + leaves - get(slot, LEAVES));
            put(slot, LEAVES, leaves);
            put(slot, TERMS, resting ? get(slot, TERMS) | RESTING : get(slot, TERMS) & ~RESTING);
        }
    }

    /** Its open quantity was reduced, by command or by the venue. */
    void reduced(final long orderId, final long leaves) {
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, QUANTITY, get(slot, QUANTITY) + leaves - get(slot, LEAVES));
            put(slot, LEAVES, leaves);
        }
    }

    void repriced(final long orderId, final long price) {
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, PRICE, price);
        }
    }

    void stopMoved(final long orderId, final long stopPrice) {
        final int slot = slotByOrderId.get(orderId);
        if (slot != NONE) {
            put(slot, STOP_PRICE, stopPrice);
        }
    }

    /** The fields of a live order. */
    void write(final int slot, final RecordWriter writer) {
        for (int field = 0; field < RECORD_LONGS; field++) {
            writer.put(get(slot, field));
        }
    }

    /** What {@link #write} wrote, behind the account's orders that were restored before. */
    void restore(final AccountState account, final RecordReader reader) {
        final long clientOrderId = reader.next();
        final long orderId = reader.next();
        add(account, orderId, clientOrderId, 0, 0, 0, 0, 0, 0, 0, false);
        final int slot = slotByOrderId.get(orderId);
        for (int field = PRICE; field < RECORD_LONGS; field++) {
            put(slot, field, reader.next());
        }
    }

    /** Live orders of all accounts. */
    int count() {
        return slotByOrderId.size();
    }

    /** Hands on the slots of the account's orders above {@code orderId}, ascending by id, until {@code visitor} says no. Cold. */
    void forEachAbove(final AccountState account, final long orderId, final IntPredicate visitor) {
        account.orders.forEachAbove(orderId, slotByOrderId, visitor);
    }

    int instrumentId(final int slot) {
        return (int) get(slot, INSTRUMENT_ID);
    }

    OpenOrder toMessage(final int slot) {
        final long terms = get(slot, TERMS);
        final int side = (int) (terms & 0xFF);
        return OpenOrder.newBuilder()
            .setClientOrderId(get(slot, CLIENT_ORDER_ID))
            .setOrderId(get(slot, ORDER_ID))
            .setInstrumentId(instrumentId(slot))
            .setSide(side == 0 ? Side.SIDE_BUY : Side.SIDE_SELL)
            .setOrderType(OrderType.forNumber((int) (terms >> 8 & 0xFF) + 1))
            .setTimeInForce(TimeInForce.forNumber((int) (terms >> 16 & 0xFF) + 1))
            .setPrice(get(slot, PRICE))
            .setQuantity(get(slot, QUANTITY))
            .setLeaves(get(slot, LEAVES))
            .setStopPrice(get(slot, STOP_PRICE))
            .setResting((terms & RESTING) != 0)
            .build();
    }

    private long get(final int slot, final int field) {
        return chunks[slot >> CHUNK_BITS][at(slot) + field];
    }

    private void put(final int slot, final int field, final long value) {
        chunks[slot >> CHUNK_BITS][at(slot) + field] = value;
    }

    private static int at(final int slot) {
        return (slot & CHUNK_RECORDS - 1) * RECORD_LONGS;
    }

    private void grow() {
        final int chunk = chunks.length;
        chunks = Arrays.copyOf(chunks, chunk + 1);
        chunks[chunk] = new long[CHUNK_RECORDS * RECORD_LONGS];
        final int slots = chunks.length << CHUNK_BITS;
        if (freeSlots.length < slots) {
            freeSlots = new int[2 * slots];
        }
        for (int i = CHUNK_RECORDS - 1; i >= 0; i--) {
            freeSlots[freeCount++] = (chunk << CHUNK_BITS) + i;
        }
    }
}
