package bourse.engine.book;

import bourse.sbe.WireLimits;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * The finished client order ids of each account, oldest first, in chunks of {@value #CHUNK_IDS} from one pool. Hot path. Thread: engine.
 *
 * <p>Clients count upwards, so most questions end at once: an id above the account's highest was never used. The first time an account asks
 * with a lower one, its finished ids go into a {@link UsedIdSet}, and stay there from then on; until then finishing an order writes eight bytes at
 * the end of a chunk and misses no cache.
 *
 * <p>An account keeps its last {@link WireLimits#FINISHED_ID_WINDOW}. All accounts share {@code maxShared} ids beyond the {@link WireLimits#OWN_FINISHED_IDS} that each
 * has for itself; when these are used up, an account forgets its own oldest for each new one. The rule counts ids, not chunks, so that a
 * matcher restored from a snapshot forgets the same ids at the same time.
 */
public final class FinishedIds {
    private static final int CHUNK_IDS = 126;
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK_NEXT = 0;
    private static final int CHUNK_FIRST = 16;

    private final AccountTable accounts;
    private final UsedIdSet set;
    private final SlotPool chunks;
    private final long maxShared;
    private long shared;

    public FinishedIds(final BookMemory memory, final AccountTable accounts, final long maxShared) {
        this.accounts = accounts;
        set = new UsedIdSet(memory, maxIds(accounts.capacity(), maxShared));
        this.maxShared = maxShared;
        chunks = new SlotPool(memory, "finished ids", CHUNK_SHIFT, CHUNK_NEXT, chunkCount(accounts.capacity(), maxShared));
    }

    /** Bytes that the chunks take, alignment included. */
    public static long bytes(final int maxAccounts, final long maxShared) {
        return SlotPool.bytes(CHUNK_SHIFT, chunkCount(maxAccounts, maxShared)) + 64 + UsedIdSet.bytes(maxIds(maxAccounts, maxShared));
    }

    /** The id is above every id that the account used; it is the highest from now on. */
    public boolean isHighest(final int accountSlot, final long clientOrderId) {
        final long highest = accounts.address(accountSlot) + AccountSlot.HIGHEST_ID;
        if (clientOrderId + Long.MIN_VALUE > getLong(highest) + Long.MIN_VALUE) {
            putLong(highest, clientOrderId);
            return true;
        }
        return false;
    }

    /** The id is not in the account's window. */
    public boolean isUnused(final int accountSlot, final long clientOrderId) {
        final long account = accounts.address(accountSlot);
        if (getInt(account + AccountSlot.INDEXED) == 0) {
            putInt(account + AccountSlot.INDEXED, 1);
            int chunk = getInt(account + AccountSlot.HEAD_CHUNK);
            int at = getInt(account + AccountSlot.HEAD_OFFSET);
            for (int i = AccountSlot.finished(account); i > 0; i--) {
                if (at == CHUNK_IDS) {
                    at = 0;
                    chunk = getInt(chunks.address(chunk) + CHUNK_NEXT);
                }
                set.add(accountSlot, getLong(chunks.address(chunk) + CHUNK_FIRST + 8L * at++));
            }
        }
        return !set.contains(accountSlot, clientOrderId);
    }

    /** Notes an id as finished; forgets the account's oldest beyond the window. */
    public void add(final int accountSlot, final long clientOrderId) {
        final long account = accounts.address(accountSlot);
        int count = AccountSlot.finished(account);
        if (count >= WireLimits.FINISHED_ID_WINDOW || count >= WireLimits.OWN_FINISHED_IDS && shared >= maxShared) {
            forgetOldest(accountSlot, account);
            count--;
        }
        if (getInt(account + AccountSlot.INDEXED) != 0) {
            set.add(accountSlot, clientOrderId);
        }
        int offset = getInt(account + AccountSlot.TAIL_OFFSET);
        int tail = getInt(account + AccountSlot.TAIL_CHUNK);
        if (tail == 0 || offset == CHUNK_IDS) {
            tail = addChunk(account, tail);
            offset = 0;
        }
        putLong(chunks.address(tail) + CHUNK_FIRST + 8L * offset, clientOrderId);
        putInt(account + AccountSlot.TAIL_OFFSET, offset + 1);
        putInt(account + AccountSlot.FINISHED, count + 1);
        if (count >= WireLimits.OWN_FINISHED_IDS) {
            shared++;
        }
    }

    /** The account's id at {@code position} (0 = oldest). Cold. */
    public long get(final int accountSlot, final int position) {
        final long account = accounts.address(accountSlot);
        int at = getInt(account + AccountSlot.HEAD_OFFSET) + position;
        int chunk = getInt(account + AccountSlot.HEAD_CHUNK);
        while (at >= CHUNK_IDS) {
            at -= CHUNK_IDS;
            chunk = getInt(chunks.address(chunk) + CHUNK_NEXT);
        }
        return getLong(chunks.address(chunk) + CHUNK_FIRST + 8L * at);
    }

    private int addChunk(final long account, final int tail) {
        final int chunk = chunks.take();
        putInt(chunks.address(chunk) + CHUNK_NEXT, 0);
        if (tail == 0) {
            putInt(account + AccountSlot.HEAD_CHUNK, chunk);
            putInt(account + AccountSlot.HEAD_OFFSET, 0);
        } else {
            putInt(chunks.address(tail) + CHUNK_NEXT, chunk);
        }
        putInt(account + AccountSlot.TAIL_CHUNK, chunk);
        return chunk;
    }

    private void forgetOldest(final int accountSlot, final long account) {
        final int head = getInt(account + AccountSlot.HEAD_CHUNK);
        final int offset = getInt(account + AccountSlot.HEAD_OFFSET);
        if (getInt(account + AccountSlot.INDEXED) != 0) {
            set.remove(accountSlot, getLong(chunks.address(head) + CHUNK_FIRST + 8L * offset));
        }
        final int count = AccountSlot.finished(account);
        putInt(account + AccountSlot.FINISHED, count - 1);
        if (count > WireLimits.OWN_FINISHED_IDS) {
            shared--;
        }
        if (offset + 1 < CHUNK_IDS) {
            putInt(account + AccountSlot.HEAD_OFFSET, offset + 1);
            return;
        }
        final int next = getInt(chunks.address(head) + CHUNK_NEXT);
        chunks.release(head);
        putInt(account + AccountSlot.HEAD_CHUNK, next);
        putInt(account + AccountSlot.HEAD_OFFSET, 0);
        if (next == 0) {
            putInt(account + AccountSlot.TAIL_CHUNK, 0);
            putInt(account + AccountSlot.TAIL_OFFSET, 0);
        }
    }

    private static long maxIds(final int maxAccounts, final long maxShared) {
        return maxShared + (long) WireLimits.OWN_FINISHED_IDS * maxAccounts;
    }

    private static int chunkCount(final int maxAccounts, final long maxShared) {
        return Math.toIntExact((maxShared + (long) WireLimits.OWN_FINISHED_IDS * maxAccounts) / CHUNK_IDS + 2L * maxAccounts + 2);
    }
}
