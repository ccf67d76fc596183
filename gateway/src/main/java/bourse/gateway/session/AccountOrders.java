package bourse.gateway.session;

import java.util.Arrays;

import bourse.sbe.fold.OrderIdTable;

/**
 * The ids of an account's live orders, ascending. An order that is gone stays until its room is needed: so taking one away touches nothing but a count, wherever in
 * the list it was. Hot path. Thread: the agent. Allocates only to grow; at most four ids for each that ever lived at once, sixteen at least.
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

    /** Handle of the first that lives above {@code orderId} (unsigned; the engine counts from 1), or {@link OrderIdTable#NONE}. Cold. */
    int firstAbove(final long orderId, final OrderIdTable all) {
        if (orderId < 0) {
            return OrderIdTable.NONE;
        }
        final int found = Arrays.binarySearch(ids, 0, size, orderId);
        int handle = OrderIdTable.NONE;
        for (int i = found >= 0 ? found + 1 : -found - 1; i < size && handle == OrderIdTable.NONE; i++) {
            handle = all.get(ids[i]);
        }
        return handle;
    }

    /** Most orders die young: what outlived the last time is looked at again only when the others do not make room enough. */
    private void makeRoom(final OrderIdTable all) {
        dropDead(settled, all);
        if (2 * size > ids.length) {
            dropDead(0, all);
        }
        if (2 * size > ids.length || ids.length == 0) {
            ids = Arrays.copyOf(ids, Math.max(INITIAL_IDS, 2 * ids.length));
        }
        settled = size;
    }

    private void dropDead(final int from, final OrderIdTable all) {
        int kept = from;
        for (int i = from; i < size; i++) {
            if (all.get(ids[i]) != OrderIdTable.NONE) {
                ids[kept++] = ids[i];
            }
        }
        size = kept;
    }
}
