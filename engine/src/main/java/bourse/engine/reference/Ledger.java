package bourse.engine.reference;

import bourse.engine.match.AccountPort;
import bourse.engine.match.InstrumentSpec;
import bourse.sbe.engine.OrderType;
import java.util.TreeMap;

/** Money: what orders hold, what trades move, what the venue collects. Nothing is created or lost but by transfers. */
final class Ledger {
    static final long RATE_UNIT = 1_000_000;
    /** Largest price x quantity of an order, and bound of the deposits of an asset. */
    static final long MAX_NOTIONAL = 1L << 60;
    private static final long MOST_HELD = 2 * MAX_NOTIONAL;

    /** Collected less paid, per asset. */
    final TreeMap<Long, Long> fees = new TreeMap<>();
    /** Deposited less withdrawn, per asset: the sum of all balances and fees. */
    final TreeMap<Long, Long> deposits = new TreeMap<>();

    /** notional x |rate| / 1,000,000, cut off towards 0, with the sign of the rate; exact for any notional below 2^60. */
    static long fee(final long notional, final int rate) {
        final long amount = Math.abs((long) rate);
        final long whole = Math.multiplyExact(notional / RATE_UNIT, amount);
        final long fee = Math.addExact(whole, notional % RATE_UNIT * amount / RATE_UNIT);
        return rate < 0 ? -fee : fee;
    }

    /** price x quantity, at most {@link #MOST_HELD}: no account has so much. */
    static long notional(final long price, final long quantity) {
        final long notional = price * quantity;
        return Math.multiplyHigh(price, quantity) != 0 || notional < 0 || notional > MOST_HELD ? MOST_HELD : notional;
    }

    private static long quoteAsset(final InstrumentSpec spec) {
        return AccountPort.asset(spec.quoteAsset());
    }

    private static long heldAsset(final InstrumentSpec spec, final int side) {
        return side == Order.BUY ? quoteAsset(spec) : AccountPort.asset(spec.baseAsset());
    }

    /** What {@code quantity} at {@code price} would hold. */
    static long holding(final InstrumentSpec spec, final int side, final long price, final long quantity) {
        if (side == Order.SELL) {
            return quantity;
        }
        final long notional = notional(price, quantity);
        return notional + fee(notional, Math.max(0, Math.max(spec.makerFeeRate(), spec.takerFeeRate())));
    }

    /** What the account can still use of the asset that an order of this side holds. */
    static long available(final Account account, final InstrumentSpec spec, final int side) {
        final Account.Balance balance = account.balances.get(heldAsset(spec, side));
        return balance == null ? 0 : balance.total - balance.reserved;
    }

    /** What an order would hold now; its bound must be known if it is a market order. */
    static long holding(final Order order) {
        return holding(order.book.spec, order.side, order.is(OrderType.MARKET) ? order.bound : order.price, order.leaves);
    }

    /** Makes the order hold what it should; false, and nothing changes, where the account has not enough. */
    boolean hold(final Order order) {
        final InstrumentSpec spec = order.book.spec;
        if (!spec.riskChecked()) {
            return true;
        }
        final long needed = holding(order);
        if (needed - order.held > available(order.owner, spec, order.side)) {
            return false;
        }
        keep(order, needed);
        return true;
    }

    /** A resting order holds what the instrument asks for by now; false, and nothing changes, where the account has not enough. */
    boolean followChange(final Order order) {
        if (order.book.spec.riskChecked()) {
            return hold(order);
        }
        release(order);
        return true;
    }

    /** The order holds nothing any more. */
    void release(final Order order) {
        if (order.held != 0) {
            keep(order, 0);
        }
    }

    /** Less of the order is open: it holds less. */
    void shrink(final Order order) {
        if (order.book.spec.riskChecked() && !order.pending) {
            keep(order, holding(order));
        }
    }

    private void keep(final Order order, final long amount) {
        order.owner.balance(heldAsset(order.book.spec, order.side)).reserved += amount - order.held;
        order.held = amount;
    }

    /** A trade: base to the buyer, quote to the seller, fees to the venue. The open quantities are already those after it. */
    void settle(final Order buy, final long buyFee, final Order sell, final long sellFee, final long price, final long quantity) {
        final InstrumentSpec spec = buy.book.spec;
        if (!spec.riskChecked()) {
            return;
        }
        final long quote = quoteAsset(spec);
        final long base = AccountPort.asset(spec.baseAsset());
        final long notional = price * quantity;
        keep(buy, holding(buy));
        keep(sell, holding(sell));
        buy.owner.balance(quote).total -= notional + buyFee;
        sell.owner.balance(quote).total += notional - sellFee;
        sell.owner.balance(base).total -= quantity;
        buy.owner.balance(base).total += quantity;
        fees.merge(quote, buyFee + sellFee, Long::sum);
        buy.owner.positions.merge(spec.instrumentId(), quantity, Long::sum);
        sell.owner.positions.merge(spec.instrumentId(), -quantity, Long::sum);
    }
}
