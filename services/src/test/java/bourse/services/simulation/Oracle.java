package bourse.services.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import bourse.engine.log.OfflineControl;
import bourse.engine.session.SessionTable;
import bourse.engine.shard.ReferenceMatching;
import bourse.engine.shard.Shard;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What is true: the entries that the log has committed, each applied once, in order, by the reference matcher. Everybody else is held against it at once:
 * what members record and hash, what clients are told. Linear in what happens.
 */
final class Oracle {
    /** Entries between two comparisons of all state. */
    static final int HASH_INTERVAL = 16;
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;

    private final SimulatedVenue venue;
    private final List<Entry> committed = new ArrayList<>();
    private final List<Long> hashes = new ArrayList<>();
    private final Map<Long, byte[]> fragments = new HashMap<>();
    private final Shard shard;
    private final SessionTable sessions;
    private final OutcomePool.Lease outcomes;
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    private final CommandBatchDecoder batch = new CommandBatchDecoder();
    /** Account, session, number: the content of the command that the log has. */
    private final Map<String, String> commands = new HashMap<>();
    final Ledger ledger;
    private long lastEventSeq;

    Oracle(final SimulatedVenue venue) {
        this.venue = venue;
        ledger = new Ledger(venue.counters);
        outcomes = venue.pool.new Lease();
        sessions = outcomes.sessions(EngineLife.SHARD.maxSessions());
        shard = new Shard(EngineLife.SHARD, listener -> new ReferenceMatching(EngineLife.LIMITS, Sabotage.listener(venue.bugs, listener)), sessions);
        shard.onStart(new OfflineControl(this::onEvents));
    }

    void close() {
        outcomes.release();
    }

    Shard shard() {
        return shard;
    }

    /** The account has live orders of that session. */
    boolean hasOrders(final int account, final long session) {
        final int index = sessions.find(account, session);
        final boolean[] found = {false};
        shard.matching().matcher().forEachState(new LiveOrders(order -> found[0] |= order.account == account && order.sessionIndex == index));
        return index != 0 && found[0];
    }

    int size() {
        return committed.size();
    }

    // ------------------------------------------------------------------------------------------------ the log

    /** A member believes that this entry is committed. */
    void onCommitted(final LogNode node, final int index, final Entry entry) {
        if (index < committed.size()) {
            Violation.unless(committed.get(index) == entry, "never two entries acknowledged at one position",
                () -> "member " + node.id + " in term " + node.term() + ", entry " + index + " of term " + entry.term() + ", but the log has that of term "
                    + committed.get(index).term());
            return;
        }
        int holders = 0;
        for (final LogNode other : venue.nodes()) {
            if (other.hasStored(index, entry)) {
                holders++;
            }
        }
        final int have = holders;
        Violation.unless(holders > venue.plan.members() / 2, "a minority never acknowledges",
            () -> "member " + node.id + ", entry " + index + ": " + have + " of " + venue.plan.members() + " have it on disk, or had it when the disk was lost");
        committed.add(entry);
        venue.counters.entries++;
        apply(entry);
    }

    private void apply(final Entry entry) {
        if (entry.bytes() != null) {
            view.wrap(entry.bytes());
            collect(view);
            shard.onCommand(entry.position(), entry.timeNs(), view, 0, entry.bytes().length);
        } else if (entry.timerId() != 0) {
            shard.onTimer(entry.position(), entry.timeNs(), entry.timerId());
        }
        hashes.add(committed.size() % HASH_INTERVAL == 0 ? shard.stateHash() : 0);
    }

    private void collect(final DirectBuffer buffer) {
        if (buffer.getShort(2) != CommandBatchDecoder.TEMPLATE_ID) {
            return;
        }
        batch.wrap(buffer, HEADER_LENGTH, CommandBatchDecoder.BLOCK_LENGTH, CommandBatchDecoder.SCHEMA_VERSION);
        final String owner = owner((int) batch.account(), batch.sessionId());
        long clientSeq = batch.firstClientSeq();
        for (final CommandBatchDecoder.CommandsDecoder command : batch.commands()) {
            final String content = command.kindRaw() + " " + command.clientOrderId() + ' ' + command.price() + ' ' + command.quantity();
            final String before = commands.putIfAbsent(owner + clientSeq, content);
            final long number = clientSeq++;
            Violation.unless(before == null || before.equals(content), "a repeated command has the same content",
                () -> owner + number + ": " + before + ", then " + content);
        }
    }

    private static String owner(final int account, final long session) {
        return account + "/" + session + " ";
    }

    /** A client was told that its command is applied. */
    void onAcknowledged(final int account, final long session, final long clientSeq, final String sent) {
        final String logged = commands.get(owner(account, session) + clientSeq);
        Violation.unless(sent.equals(logged) && ledger.isAnswered(account, session, clientSeq), "an acknowledged command is in the log as it was sent",
            () -> "account " + account + " session " + session + " command " + clientSeq + ": sent " + sent + ", logged " + logged);
    }

    // ------------------------------------------------------------------------------------------------ members

    /** A member has applied so many entries. */
    void onState(final int member, final int applied, final Shard state, final String from) {
        if (applied % HASH_INTERVAL == 0 && applied > 0 && applied <= hashes.size()) {
            venue.counters.hashes++;
            Violation.unless(state.stateHash() == hashes.get(applied - 1), "state hash equal live, in replay, from a snapshot, on every member",
                () -> "member " + member + " after " + applied + " entries, from " + from);
        }
    }

    /** Member has everything: at the end. */
    void onFinalState(final int member, final Shard state) {
        Violation.unless(state.stateHash() == shard.stateHash(), "state hash equal live, in replay, from a snapshot, on every member",
            () -> "member " + member + " at the end");
    }

    void onRecorded(final int member, final EventStore.Fragment fragment) {
        Violation.unless(Arrays.equals(fragments.get(fragment.firstEventSeq()), fragment.bytes()), "recorded events are those of the reference matcher",
            () -> "member " + member + ", events " + fragment.firstEventSeq() + ".." + fragment.lastEventSeq()
                + (fragments.containsKey(fragment.firstEventSeq()) ? " differ" : " are of no committed entry"));
    }

    // ------------------------------------------------------------------------------------------------ clients

    void onTold(final int account, final long accountSeq, final Event event) {
        venue.counters.told++;
        final Event expected = ledger.told(account, accountSeq);
        Violation.unless(expected != null, "a client is told only what is committed", () -> "account " + account + ", number " + accountSeq);
        Violation.unless(expected.equals(event), "what a client was told is in the event stream, the same",
            () -> "account " + account + ", number " + accountSeq + ": told\n" + event + "recorded\n" + expected);
    }

    void onDuplicate(final int account, final DuplicateOutcome outcome) {
        venue.counters.duplicates++;
        final Ledger.Outcome first = ledger.outcome(account, outcome.getSessionId(), outcome.getClientSeq());
        Violation.unless(first != null && first.accountSeq() == outcome.getOriginalAccountSeq() && first.reason() == outcome.getRejectReasonValue()
            && (first.orderId() == outcome.getOrderId()) && !outcome.getTooOld(), "a repeated command gets its first answer",
            () -> "account " + account + ": first " + first + ", then\n" + outcome);
    }

    // ------------------------------------------------------------------------------------------------ the log's control

    /** Made by the log as it is committed. */
    private void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final EventStore.Fragment fragment = EventStore.Fragment.of(bytes);
        Violation.unless(fragment.firstEventSeq() == lastEventSeq + 1, "event numbers without holes or repeats", () -> fragment.firstEventSeq() + " after "
            + lastEventSeq);
        lastEventSeq = fragment.lastEventSeq();
        fragments.put(fragment.firstEventSeq(), bytes);
        ledger.onFragment(new UnsafeBuffer(bytes), committed.size() - 1);
        venue.tape.onFragment(new UnsafeBuffer(bytes), length);
    }
}
