package bourse.engine.reference;

import bourse.engine.match.AccountState;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateDigest;
import bourse.engine.match.StateVisitor;
import bourse.sbe.WireLimits;
import java.util.List;
import java.util.TreeMap;

/** All that the reference matcher knows: books, accounts, money, numbers, the time. */
final class Venue {
    final MatcherLimits limits;
    final TreeMap<Integer, Book> books = new TreeMap<>();
    final TreeMap<Integer, Account> accounts = new TreeMap<>(Integer::compareUnsigned);
    final Ledger ledger = new Ledger();
    final Matching.Counters counters = new Matching.Counters();
    long timeNs;

    Venue(final MatcherLimits limits) {
        this.limits = limits;
    }

    /** The account, new if it was never named; null where there is no room for it. */
    Account accountOrNew(final int number) {
        if (!accounts.containsKey(number) && accounts.size() < limits.maxAccounts()) {
            accounts.put(number, new Account(number, this));
        }
        return accounts.get(number);
    }

    /** An open order of the account by the engine's id, or if that is 0 by the client's; null if there is none. */
    Order find(final int number, final long orderId, final long clientOrderId) {
        final Account account = accounts.get(number);
        if (account == null) {
            return null;
        }
        return orderId != 0 ? account.liveByOrderId.get(orderId) : account.liveByClientOrderId.get(clientOrderId);
    }

    /** Some finished ids are left of those that all accounts share beyond the ones that each has for itself. */
    boolean hasSharedFinishedIds() {
        return accounts.values().stream().mapToLong(account -> Math.max(0, account.finishedIds.size() - WireLimits.OWN_FINISHED_IDS)).sum() < limits.maxFinishedIds();
    }

    boolean hasRoomFor(final int orders) {
        return counters.liveOrders + orders <= limits.maxOrders();
    }

    long bookHash() {
        final StateDigest digest = new StateDigest();
        for (final Book book : books.values()) {
            digest.mix(book.instrumentId());
            for (final int side : new int[] {Order.BUY, Order.SELL}) {
                for (final Order o : book.orders(side)) {
                    digest.mix(o.orderId);
                    digest.mix(o.price);
                    digest.mix(o.leaves);
                    digest.mix(o.slice);
                }
            }
            digest.mix(book.lastPrice);
            digest.mix(book.tradeCount);
        }
        return digest.value();
    }

    void forEachState(final StateVisitor visitor) {
        visitor.engine(timeNs, counters.orderId, counters.tradeId, counters.sequence);
        for (final Book book : books.values()) {
            visitor.instrument(book.specNow(), book.lastPrice, book.lastQuantity, book.tradeCount, book.hasLastPrice);
            visit(book.orders(Order.BUY), visitor);
            visit(book.orders(Order.SELL), visitor);
            visit(book.stops, visitor);
        }
        final AccountState state = new AccountState();
        for (final Account account : accounts.values()) {
            account.writeTo(state);
            visitor.account(state);
            account.balances.forEach((asset, balance) -> {
                if (balance.total != 0) {
                    visitor.balance(account.number, asset, balance.total, balance.reserved);
                }
            });
            account.positions.forEach((instrumentId, position) -> {
                if (position != 0) {
                    visitor.position(account.number, instrumentId, position);
                }
            });
            account.finishedIds.forEach(id -> visitor.finishedId(account.number, id));
        }
        ledger.fees.forEach((asset, fees) -> {
            if (fees != 0) {
                visitor.fees(asset, fees);
            }
        });
    }

    private static void visit(final List<Order> orders, final StateVisitor visitor) {
        final OrderState state = new OrderState();
        for (final Order o : orders) {
            o.writeTo(state);
            visitor.order(state);
        }
    }
}
