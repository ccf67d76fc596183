package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;

/**
 * Orders that end at a time, the next one first (then the lowest order id): a binary heap of slots whose places are noted in their {@link TermsSlot}s, so
 * that one in the middle leaves in O(log n). Thread: engine.
 */
public final class ExpiryHeap {
    private final OrderStore store;
    private final long places;
    private int size;

    ExpiryHeap(final BookMemory memory, final OrderStore store, final int maxOrders) {
        this.store = store;
        places = memory.carve("expiries", 4L * (maxOrders + 1L));
    }

    static long bytes(final int maxOrders) {
        return 4L * (maxOrders + 1L) + 64;
    }

    /** Time of the next expiry, {@link Long#MAX_VALUE} = none. */
    public long nextTimeNs() {
        return size == 0 ? Long.MAX_VALUE : timeNs(get(1));
    }

    /** The slot that expires next. */
    public int first() {
        return get(1);
    }

    public void add(final int slot) {
        up(++size, slot);
    }

    public void remove(final int slot) {
        final int place = getInt(store.terms(slot) + TermsSlot.HEAP_PLACE);
        putInt(store.terms(slot) + TermsSlot.HEAP_PLACE, 0);
        final int last = get(size--);
        if (last != slot) {
            if (place > 1 && before(last, get(place / 2))) {
                up(place, last);
            } else {
                down(place, last);
            }
        }
    }

    private void up(final int from, final int slot) {
        int place = from;
        while (place > 1 && before(slot, get(place / 2))) {
            put(place, get(place / 2));
            place /= 2;
        }
        put(place, slot);
    }

    private void down(final int from, final int slot) {
        int place = from;
        while (place * 2 <= size) {
            int child = place * 2;
            if (child < size && before(get(child + 1), get(child))) {
                child++;
            }
            if (!before(get(child), slot)) {
                break;
            }
            put(place, get(child));
            place = child;
        }
        put(place, slot);
    }

    private boolean before(final int one, final int other) {
        final long a = timeNs(one);
        final long b = timeNs(other);
        return a != b ? a < b : OrderSlot.orderId(store.order(one)) < OrderSlot.orderId(store.order(other));
    }

    private long timeNs(final int slot) {
        return getLong(store.terms(slot) + TermsSlot.EXPIRE_TIME);
    }

    private int get(final int place) {
        return getInt(places + 4L * place);
    }

    private void put(final int place, final int slot) {
        putInt(places + 4L * place, slot);
        putInt(store.terms(slot) + TermsSlot.HEAP_PLACE, place);
    }
}
