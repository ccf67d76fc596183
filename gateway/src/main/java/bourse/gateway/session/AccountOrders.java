package bourse.gateway.session;

import java.util.Arrays;
import java.util.function.IntPredicate;

import bourse.sbe.fold.OrderIdTable;

/**
 * The ids of an account's live orders, ascending. An order that is gone stays until its room is needed: so taking one away touches nothing but a count, wherever in
 * the list it was. With some hundred thousand live orders making room takes milliseconds, once in as many new orders. Hot path. Thread: the agent. Allocates only to
 * grow; at most four ids for each that ever lived at once, sixteen at least.
 */
final class AccountOrders {
    private static final int INITIAL_IDS = 16;
    private static final long[] NO_IDS = {};

    private long[] ids = NO_IDS;
    private int size;
    private int live;
    /** So many of the ids outlived the last time that room was made. */
    private int settled;

    /** Orders that are live. */
    int count() {
        return live;
    }

    /** Ids in the list, those that are gone included. */
    int kept() {
        return size;
    }

    /** Adds an order that is newer than all of them; {@code all} knows which of these still live. */
    void add(final long orderId, final OrderIdTable all) {
        if (size == ids.length) {
            makeRoom(all);
        }
        ids[size++] = orderId;
        live++;
    }

    /** One of them is gone. */
    void remove() {
        if (--live == 0) {
            size = 0;
            settled = 0;
        }
    }

    /**
     * Hands on the handles of those that live above {@code orderId} (unsigned; the engine counts from 1), ascending by id, until {@code visitor} says no; it
     * changes none of them. Cold.
     */
    void forEachAbove(final long orderId, final OrderIdTable all, final IntPredicate visitor) {
        if (orderId < 0) {
            return;
        }
        if (size > 2 * live + INITIAL_IDS) {
            dropDead(0, all);
        }
        final int found = Arrays.binarySearch(ids, 0, size, orderId);
        boolean goesOn = true;
        for (int i = found >= 0 ? found + 1 : -found - 1; i < size && goesOn; i++) {
            final int handle = all.get(ids[i]);
            goesOn = handle == OrderIdTable.NONE || visitor.test(handle);
        }
    }

    /** Most orders die young: what outlived the last time is looked at again only when the others do not make room enough. */
    private void makeRoom(final OrderIdTable all) {
        if (ids.length == 0 || 2 * live > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(INITIAL_IDS, 2 * ids.length));
            return;
        }
        dropDead(settled, all);
        if (2 * size > ids.length) {
            dropDead(0, all);
        }
    }

    private void dropDead(final int from, final OrderIdTable all) {
        int kept = from;
        for (int i = from; i < size; i++) {
            if (all.get(ids[i]) != OrderIdTable.NONE) {
                ids[kept++] = ids[i];
            }
        }
        size = kept;
        settled = kept;
    }
}
