package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.risk.Ledger;

import java.util.Arrays;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/** What an administrator does to accounts. Thread: engine. */
final class AccountSettings {
    private final MatcherCore core;
    private final OrderStore store;
    private final Ledger ledger;
    private final OrderChanges changes;

    AccountSettings(final MatcherCore core, final OrderChanges changes) {
        this.core = core;
        this.changes = changes;
        store = core.store;
        ledger = core.ledger;
    }

    /** Creates the account if it was never named. */
    private int named(final int account) {
        if (account == 0) {
            return Raw.UNKNOWN_ACCOUNT;
        }
        return store.accounts.findOrAdd(account) == 0 ? Raw.CAPACITY : 0;
    }

    int setLimits(final int account, final int firm, final long maxOrderQuantity, final long maxOrderNotional, final long maxPosition,
                  final long maxOpenOrders, final long maxOrdersPerSecond) {
        if (maxOrderQuantity < 0 || maxOrderNotional < 0 || maxPosition < 0 || maxOpenOrders < 0 || maxOrdersPerSecond < 0) {
            return Raw.MALFORMED;
        }
        final int reason = named(account);
        if (reason == 0) {
            final long at = store.accounts.address(store.accounts.find(account));
            putInt(at + AccountSlot.FIRM, firm);
            putLong(at + AccountSlot.MAX_ORDER_QUANTITY, maxOrderQuantity);
            putLong(at + AccountSlot.MAX_ORDER_NOTIONAL, maxOrderNotional);
            putLong(at + AccountSlot.MAX_POSITION, maxPosition);
            putLong(at + AccountSlot.MAX_OPEN_ORDERS, maxOpenOrders);
            putLong(at + AccountSlot.MAX_ORDERS_PER_SECOND, maxOrdersPerSecond);
            AccountSlot.updateChecked(at);
            core.recountOpen(store.accounts.find(account));
        }
        return reason;
    }

    int transfer(final int account, final long asset, final long amount) {
        if (asset == 0 || amount > Ledger.MAX_NOTIONAL || amount < -Ledger.MAX_NOTIONAL) {
            return Raw.MALFORMED;
        }
        final int reason = named(account);
        if (reason != 0) {
            return reason;
        }
        final int accountSlot = store.accounts.find(account);
        final int index = ledger.asset(asset);
        if (index < 0) {
            return Raw.CAPACITY;
        }
        if (amount < 0 && -amount > ledger.available(accountSlot, index)) {
            return Raw.INSUFFICIENT_BALANCE;
        }
        if (ledger.deposits(index) + amount > Ledger.MAX_NOTIONAL || ledger.balance(accountSlot, index) == 0) {
            return Raw.CAPACITY;
        }
        ledger.deposit(index, amount);
        ledger.add(accountSlot, index, amount);
        return 0;
    }

    int setKillSwitch(final int account, final boolean on) {
        final int reason = named(account);
        if (reason != 0) {
            return reason;
        }
        final long at = store.accounts.address(store.accounts.find(account));
        final boolean goesOn = on && getInt(at + AccountSlot.KILLED) == 0;
        putInt(at + AccountSlot.KILLED, on ? 1 : 0);
        AccountSlot.updateChecked(at);
        if (goesOn) {
            changes.cancelEach(account, 0, Raw.BOTH, -1, Raw.CANCEL_KILL_SWITCH);
        }
        return 0;
    }

    long balance(final int account, final long asset) {
        final int index = find(asset);
        return index < 0 ? 0 : ledger.total(store.accounts.find(account), index);
    }

    long reserved(final int account, final long asset) {
        final int index = find(asset);
        return index < 0 ? 0 : ledger.reserved(store.accounts.find(account), index);
    }

    long fees(final long asset) {
        final int index = find(asset);
        return index < 0 ? 0 : ledger.fees(index);
    }

    long[] assets() {
        final long[] assets = new long[ledger.assetCount()];
        for (int i = 0; i < assets.length; i++) {
            assets[i] = ledger.code(i);
        }
        Arrays.sort(assets);
        return assets;
    }

    AccountPort.Settings settings(final int account) {
        final int slot = store.accounts.find(account);
        if (slot == 0) {
            return null;
        }
        final long at = store.accounts.address(slot);
        return new AccountPort.Settings(getInt(at + AccountSlot.FIRM), getLong(at + AccountSlot.MAX_ORDER_QUANTITY),
            getLong(at + AccountSlot.MAX_ORDER_NOTIONAL), getLong(at + AccountSlot.MAX_POSITION), getLong(at + AccountSlot.MAX_OPEN_ORDERS),
            getLong(at + AccountSlot.MAX_ORDERS_PER_SECOND), getInt(at + AccountSlot.KILLED) != 0);
    }

    private int find(final long asset) {
        for (int i = 0; i < ledger.assetCount(); i++) {
            if (ledger.code(i) == asset) {
                return i;
            }
        }
        return -1;
    }
}
