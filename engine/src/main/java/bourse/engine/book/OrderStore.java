package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * All open orders of a shard with the ways to find them: by order id, by (account, client order id), by account from the oldest. Hot path. Thread:
 * engine. Queues of levels are linked here too; which order goes where is decided elsewhere.
 */
public final class OrderStore {
    public final SlotPool orders;
    public final SlotPool levels;
    public final AccountTable accounts;
    public final OrderIndex byOrderId;
    public final AccountKeyIndex byClientOrderId;
    public final AccountKeyIndex byLinkId;
    public final ExpiryHeap expiries;
    public final FinishedIds finished;
    private final long base;
    private final long terms;
    private final long owners;

    public OrderStore(final BookMemory memory, final int maxOrders, final int maxLevels, final int maxAccounts, final int maxFinishedIds) {
        orders = new SlotPool(memory, "orders", OrderSlot.SHIFT, OrderSlot.NEXT, maxOrders);
        levels = new SlotPool(memory, "levels", LevelSlot.SHIFT, LevelSlot.LEFT, maxLevels);
        base = orders.base();
        terms = memory.carve("terms", (maxOrders + 1L) << TermsSlot.SHIFT);
        owners = memory.carve("owners", (maxOrders + 1L) << OwnerSlot.SHIFT);
        byOrderId = new OrderIndex(memory, orders);
        accounts = new AccountTable(memory, maxAccounts);
        byClientOrderId = new AccountKeyIndex(memory, "client order ids", orders, base + OrderSlot.CLIENT_ORDER_ID, OrderSlot.SHIFT);
        byLinkId = new AccountKeyIndex(memory, "link ids", orders, terms + TermsSlot.LINK_ID, TermsSlot.SHIFT);
        expiries = new ExpiryHeap(memory, this, maxOrders);
        finished = new FinishedIds(memory, accounts, maxFinishedIds);
    }

    /** Bytes that a store carves, alignment included. */
    public static long bytes(final int maxOrders, final int maxLevels, final int maxAccounts, final int maxFinishedIds) {
        return SlotPool.bytes(OrderSlot.SHIFT, maxOrders) + SlotPool.bytes(LevelSlot.SHIFT, maxLevels)
            + ((maxOrders + 1L) << TermsSlot.SHIFT) + ((maxOrders + 1L) << OwnerSlot.SHIFT) + OrderIndex.bytes(maxOrders)
            + AccountTable.bytes(maxAccounts) + 2 * AccountKeyIndex.bytes(maxOrders) + ExpiryHeap.bytes(maxOrders)
            + FinishedIds.bytes(maxAccounts, maxFinishedIds) + 8 * 64;
    }

    public long order(final int slot) {
        return base + ((long) slot << OrderSlot.SHIFT);
    }

    public int slotOf(final long order) {
        return (int) ((order - base) >>> OrderSlot.SHIFT);
    }

    public long terms(final int slot) {
        return terms + ((long) slot << TermsSlot.SHIFT);
    }

    public long owner(final int slot) {
        return owners + ((long) slot << OwnerSlot.SHIFT);
    }

    public long levelOf(final long order) {
        return levels.address(OrderSlot.level(order));
    }

    /** Zeroes the terms of a slot. */
    public long clearTerms(final int slot) {
        final long at = terms(slot);
        for (int i = 0; i < TermsSlot.LENGTH; i += 8) {
            putLong(at + i, 0);
        }
        return at;
    }

    /** Appends the order to its account's list. */
    public void addOwned(final int slot, final int accountSlot, final int session) {
        final long account = accounts.address(accountSlot);
        final long owner = owner(slot);
        final int tail = getInt(account + AccountSlot.TAIL);
        putInt(owner + OwnerSlot.NEXT, 0);
        putInt(owner + OwnerSlot.PREV, tail);
        putInt(owner + OwnerSlot.SESSION, session);
        putInt(owner + OwnerSlot.ACCOUNT_SLOT, accountSlot);
        if (tail == 0) {
            putInt(account + AccountSlot.HEAD, slot);
        } else {
            putInt(owner(tail) + OwnerSlot.NEXT, slot);
        }
        putInt(account + AccountSlot.TAIL, slot);
        putInt(account + AccountSlot.OPEN_ORDERS, AccountSlot.openOrders(account) + 1);
    }

    /** Takes the order out of its account's list. @return the account's slot */
    public int removeOwned(final int slot) {
        final long owner = owner(slot);
        final int accountSlot = getInt(owner + OwnerSlot.ACCOUNT_SLOT);
        final long account = accounts.address(accountSlot);
        final int next = getInt(owner + OwnerSlot.NEXT);
        final int prev = getInt(owner + OwnerSlot.PREV);
        putInt(prev == 0 ? account + AccountSlot.HEAD : owner(prev) + OwnerSlot.NEXT, next);
        putInt(next == 0 ? account + AccountSlot.TAIL : owner(next) + OwnerSlot.PREV, prev);
        putInt(account + AccountSlot.OPEN_ORDERS, AccountSlot.openOrders(account) - 1);
        return accountSlot;
    }

    /** Appends an order to a level's queue. */
    public void append(final long level, final int slot, final long order, final long leaves, final long visible) {
        final int tail = LevelSlot.tail(level);
        putInt(order + OrderSlot.NEXT, 0);
        putInt(order + OrderSlot.PREV, tail);
        putInt(order + OrderSlot.LEVEL, (int) ((level - levels.base()) >>> LevelSlot.SHIFT));
        putInt(link(tail, order(tail) + OrderSlot.NEXT, level + LevelSlot.HEAD), slot);
        putInt(level + LevelSlot.TAIL, slot);
        putInt(level + LevelSlot.ORDERS, LevelSlot.orders(level) + 1);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) + leaves);
        if (visible != 0) {
            putInt(level + LevelSlot.VISIBLE_ORDERS, LevelSlot.visibleOrders(level) + 1);
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) + visible);
        }
    }

    /** Puts an order into a level's queue by its order id: from the back, where it mostly belongs. Only for levels without visible quantity. */
    public void insertByAge(final long level, final int slot, final long order, final long leaves) {
        final long id = OrderSlot.orderId(order);
        int after = LevelSlot.tail(level);
        while (after != 0 && OrderSlot.orderId(order(after)) > id) {
            after = OrderSlot.prev(order(after));
        }
        final int before = after == 0 ? LevelSlot.head(level) : OrderSlot.next(order(after));
        putInt(order + OrderSlot.NEXT, before);
        putInt(order + OrderSlot.PREV, after);
        putInt(order + OrderSlot.LEVEL, (int) ((level - levels.base()) >>> LevelSlot.SHIFT));
        putInt(after == 0 ? level + LevelSlot.HEAD : order(after) + OrderSlot.NEXT, slot);
        putInt(before == 0 ? level + LevelSlot.TAIL : order(before) + OrderSlot.PREV, slot);
        putInt(level + LevelSlot.ORDERS, LevelSlot.orders(level) + 1);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) + leaves);
    }

    /** Unlinks an order from its level's queue; {@code leaves} and {@code visible} are what it still counted for. */
    public void unlink(final long level, final long order, final long leaves, final long visible) {
        final int next = OrderSlot.next(order);
        final int prev = OrderSlot.prev(order);
        putInt(link(prev, order(prev) + OrderSlot.NEXT, level + LevelSlot.HEAD), next);
        putInt(link(next, order(next) + OrderSlot.PREV, level + LevelSlot.TAIL), prev);
        putInt(level + LevelSlot.ORDERS, LevelSlot.orders(level) - 1);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - leaves);
        if (visible != 0) {
            putInt(level + LevelSlot.VISIBLE_ORDERS, LevelSlot.visibleOrders(level) - 1);
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - visible);
        }
    }

    /** {@code linked} where there is a neighbour (its slot is above 0), else {@code end}; without a branch, which in a book of short queues nothing predicts. */
    private static long link(final int neighbour, final long linked, final long end) {
        final long none = neighbour - 1L >> 63;
        return linked & ~none | end & none;
    }
}
