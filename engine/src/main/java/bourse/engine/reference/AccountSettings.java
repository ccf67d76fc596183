package bourse.engine.reference;

import bourse.sbe.engine.RejectReason;

/** What an administrator does to accounts; answers are raw {@link RejectReason}s. */
final class AccountSettings {
    private AccountSettings() {
    }

    /** Creates the account if it was never named. */
    static int named(final Venue venue, final int account) {
        if (account == 0) {
            return RejectReason.UNKNOWN_ACCOUNT.value();
        }
        return venue.accountOrNew(account) == null ? RejectReason.CAPACITY.value() : RejectReason.NONE.value();
    }

    /** Limits: quantity, notional, position, open orders, orders a second. */
    static int setLimits(final Venue venue, final int account, final int firm, final long[] limits) {
        for (final long limit : limits) {
            if (limit < 0) {
                return RejectReason.MALFORMED.value();
            }
        }
        final int reason = named(venue, account);
        if (reason == RejectReason.NONE.value()) {
            final Account owner = venue.accounts.get(account);
            owner.firm = firm;
            owner.maxOrderQuantity = limits[0];
            owner.maxOrderNotional = limits[1];
            owner.maxPosition = limits[2];
            owner.maxOpenOrders = limits[3];
            owner.maxOrdersPerSecond = limits[4];
        }
        return reason;
    }

    static int transfer(final Venue venue, final int account, final long asset, final long amount) {
        if (asset == 0 || amount > Ledger.MAX_NOTIONAL || amount < -Ledger.MAX_NOTIONAL) {
            return RejectReason.MALFORMED.value();
        }
        final int reason = named(venue, account);
        if (reason != RejectReason.NONE.value()) {
            return reason;
        }
        final Account owner = venue.accounts.get(account);
        final Account.Balance balance = owner.balances.get(asset);
        final long free = balance == null ? 0 : balance.total - balance.reserved;
        if (amount < 0 && -amount > free) {
            return RejectReason.INSUFFICIENT_BALANCE.value();
        }
        final long deposits = venue.ledger.deposits.getOrDefault(asset, 0L) + amount;
        if (deposits > Ledger.MAX_NOTIONAL) {
            return RejectReason.CAPACITY.value();
        }
        venue.ledger.deposits.put(asset, deposits);
        owner.balance(asset).total += amount;
        return RejectReason.NONE.value();
    }
}
