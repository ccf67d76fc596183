package bourse.engine.shard;

import java.util.Arrays;

import bourse.engine.events.StateHashing;

import org.agrona.collections.Int2ObjectHashMap;

/**
 * What accounts may do where an operator has said so: the engine's own check, behind the gateway's. Replicated state. An account that is not here may do
 * everything, so that a batch of it costs one look into an empty table. Thread: engine.
 */
final class AccountRights {
    /** New orders, replacements, quotes. */
    static final int ADD_RISK = 1;
    /** Cancellations, reductions, mass cancellations. */
    static final int TAKE_RISK = 2;

    /**
     * One account's.
     *
     * @param instrumentIds the only ones that it may trade, ascending; null = all
     */
    record Rights(int actions, int[] instrumentIds) {
        boolean permits(final int action) {
            return (actions & action) != 0;
        }

        boolean permitsInstrument(final int instrumentId) {
            return instrumentIds == null || Arrays.binarySearch(instrumentIds, instrumentId) >= 0;
        }

        private boolean isEverything() {
            return actions == (ADD_RISK | TAKE_RISK) && instrumentIds == null;
        }
    }

    private final Int2ObjectHashMap<Rights> rights = new Int2ObjectHashMap<>();

    /** Null = everything. */
    Rights of(final int account) {
        return rights.isEmpty() ? null : rights.get(account);
    }

    void set(final int account, final Rights accounts) {
        if (accounts.isEverything()) {
            rights.remove(account);
        } else {
            rights.put(account, accounts);
        }
    }

    /** Ascending. */
    int[] accounts() {
        final int[] accounts = new int[rights.size()];
        int i = 0;
        final Int2ObjectHashMap<Rights>.KeyIterator keys = rights.keySet().iterator();
        while (keys.hasNext()) {
            accounts[i++] = keys.nextInt();
        }
        Arrays.sort(accounts);
        return accounts;
    }

    long stateHash() {
        long hash = 0;
        for (final int account : accounts()) {
            final Rights one = rights.get(account);
            hash = StateHashing.mix(hash, account);
            hash = StateHashing.mix(hash, one.actions);
            hash = StateHashing.mix(hash, one.instrumentIds == null ? -1 : Arrays.hashCode(one.instrumentIds));
        }
        return hash;
    }
}
