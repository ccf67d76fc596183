package bourse.engine.risk;

import bourse.engine.book.BalanceTable;
import bourse.engine.book.BookMemory;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * Balances, positions and collected fees. Nothing is created or lost but by transfers: what leaves an account is in another one or in the fees. Hot path.
 * Thread: engine.
 *
 * <p><b>No overflow.</b> The deposits of an asset sum to at most 2^60, and so does every balance, every reservation and the price x quantity of every order
 * (checked on entry); a fee is at most its notional; so a balance after a trade stays within ±2^61 and a reservation computed for a check within 2^62.
 */
public final class Ledger {
    /** Largest price x quantity of an order, and bound of the deposits of an asset. */
    public static final long MAX_NOTIONAL = 1L << 60;
    /** Fee rates are in millionths. */
    public static final long RATE_UNIT = 1_000_000;
    /** Assets of a shard. */
    public static final int MAX_ASSETS = 1024;
    private static final long MOST_HELD = 2 * MAX_NOTIONAL;
    private static final int CODE = 0;
    private static final int FEES = 8;
    private static final int DEPOSITS = 16;
    private static final int ASSET_SHIFT = 5;

    private final BalanceTable balances;
    private final BalanceTable positions;
    /** Open buy and sell quantities of accounts with a position limit. */
    private final BalanceTable opens;
    private final long assets;
    private int assetCount;

    public Ledger(final BookMemory memory, final int maxPositions) {
        balances = new BalanceTable(memory, "balances", maxPositions);
        positions = new BalanceTable(memory, "positions", maxPositions);
        opens = new BalanceTable(memory, "open quantities", maxPositions);
        assets = memory.carve("assets", (long) MAX_ASSETS << ASSET_SHIFT);
    }

    /** Bytes that a ledger carves, alignment included. */
    public static long bytes(final int maxPositions) {
        return 3 * BalanceTable.bytes(maxPositions) + ((long) MAX_ASSETS << ASSET_SHIFT) + 64;
    }

    /** notional x |rate| / 1,000,000, cut off towards 0, with the sign of the rate. */
    public static long fee(final long notional, final int rate) {
        if (rate == 0) {
            return 0;
        }
        final long amount = Math.abs((long) rate);
        final long fee = notional / RATE_UNIT * amount + notional % RATE_UNIT * amount / RATE_UNIT;
        return rate < 0 ? -fee : fee;
    }

    /** price x quantity, at most 2^61: more than any account has. */
    public static long notional(final long price, final long quantity) {
        final long notional = price * quantity;
        return Math.multiplyHigh(price, quantity) != 0 || notional < 0 || notional > MOST_HELD ? MOST_HELD : notional;
    }

    // ---------------------------------------------------------------- assets

    /** Index of an asset, given on first mention; -1 = no room. */
    public int asset(final long code) {
        for (int i = 0; i < assetCount; i++) {
            if (getLong(entry(i) + CODE) == code) {
                return i;
            }
        }
        if (assetCount == MAX_ASSETS) {
            return -1;
        }
        putLong(entry(assetCount) + CODE, code);
        return assetCount++;
    }

    public int assetCount() {
        return assetCount;
    }

    public long code(final int asset) {
        return getLong(entry(asset) + CODE);
    }

    public long fees(final int asset) {
        return getLong(entry(asset) + FEES);
    }

    public void collect(final int asset, final long fee) {
        putLong(entry(asset) + FEES, fees(asset) + fee);
    }

    /** Deposited less withdrawn: the sum of all balances and fees. */
    public long deposits(final int asset) {
        return getLong(entry(asset) + DEPOSITS);
    }

    public void deposit(final int asset, final long amount) {
        putLong(entry(asset) + DEPOSITS, deposits(asset) + amount);
    }

    private long entry(final int asset) {
        return assets + ((long) asset << ASSET_SHIFT);
    }

    // ---------------------------------------------------------------- accounts

    /** Makes the entries that trading an instrument needs. @return there was room */
    public boolean open(final int accountSlot, final int base, final int quote, final int instrumentId) {
        return balances.findOrAdd(accountSlot, base) != 0 && balances.findOrAdd(accountSlot, quote) != 0
            && positions.findOrAdd(accountSlot, instrumentId) != 0;
    }

    /** Address of a balance, made if absent; 0 = no room. */
    public long balance(final int accountSlot, final int asset) {
        return balances.findOrAdd(accountSlot, asset);
    }

    public long total(final int accountSlot, final int asset) {
        final long at = balances.find(accountSlot, asset);
        return at == 0 ? 0 : getLong(at + BalanceTable.FIRST);
    }

    public long reserved(final int accountSlot, final int asset) {
        final long at = balances.find(accountSlot, asset);
        return at == 0 ? 0 : getLong(at + BalanceTable.SECOND);
    }

    /** What is not reserved. */
    public long available(final int accountSlot, final int asset) {
        final long at = balances.find(accountSlot, asset);
        return at == 0 ? 0 : getLong(at + BalanceTable.FIRST) - getLong(at + BalanceTable.SECOND);
    }

    public void reserve(final int accountSlot, final int asset, final long amount) {
        if (amount != 0) {
            final long at = balances.findOrAdd(accountSlot, asset);
            putLong(at + BalanceTable.SECOND, getLong(at + BalanceTable.SECOND) + amount);
        }
    }

    public void add(final int accountSlot, final int asset, final long amount) {
        final long at = balances.findOrAdd(accountSlot, asset);
        putLong(at + BalanceTable.FIRST, getLong(at + BalanceTable.FIRST) + amount);
    }

    public long position(final int accountSlot, final int instrumentId) {
        final long at = positions.find(accountSlot, instrumentId);
        return at == 0 ? 0 : getLong(at + BalanceTable.FIRST);
    }

    public void addPosition(final int accountSlot, final int instrumentId, final long lots) {
        final long at = positions.findOrAdd(accountSlot, instrumentId);
        putLong(at + BalanceTable.FIRST, getLong(at + BalanceTable.FIRST) + lots);
    }

    /** Open quantity of one side (0 = buy), waiting stops included, of an account with a position limit. */
    public long open(final int accountSlot, final int instrumentId, final int side) {
        final long at = opens.find(accountSlot, instrumentId);
        return at == 0 ? 0 : getLong(at + openOffset(side));
    }

    public void addOpen(final int accountSlot, final int instrumentId, final int side, final long lots) {
        final long at = opens.findOrAdd(accountSlot, instrumentId) + openOffset(side);
        putLong(at, getLong(at) + lots);
    }

    /** Nothing is open. */
    public void clearOpen(final int accountSlot, final int instrumentId) {
        final long at = opens.find(accountSlot, instrumentId);
        if (at != 0) {
            putLong(at + BalanceTable.FIRST, 0);
            putLong(at + BalanceTable.SECOND, 0);
        }
    }

    private static int openOffset(final int side) {
        return side == 0 ? BalanceTable.FIRST : BalanceTable.SECOND;
    }

    /** Address of the two slots of the account's quote legs in an instrument; 0 = no room. */
    public long quoteLegs(final int accountSlot, final int instrumentId) {
        final long at = positions.findOrAdd(accountSlot, instrumentId);
        return at == 0 ? 0 : at + BalanceTable.SECOND;
    }
}
