package bourse.engine.shard;

import bourse.engine.events.EventFragment;
import bourse.engine.events.EventPublisher;
import bourse.engine.events.SequenceTable;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.events.StateHashing;
import bourse.engine.log.LogControl;
import bourse.engine.log.LogListener;
import bourse.engine.log.LogRole;
import bourse.engine.log.SnapshotReader;
import bourse.engine.log.SnapshotWriter;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.session.SessionTable;
import bourse.engine.store.StateMemory;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.SessionCloseDecoder;
import bourse.sbe.engine.SessionEstablishDecoder;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * The engine of one shard: the deterministic state machine behind the log. Hot path. Thread: the log's service thread.
 * No allocation per command after start.
 *
 * <pre>
 *   log entry ─► deduplicate (sessions) ─► check, match (Matcher) ─► number, encode (events) ─► recorded event stream
 * </pre>
 *
 * <p>Each entry of the log becomes one numbered run of events. Time is the log's, made monotonic here. A message that cannot be read at all is
 * counted and ignored: it names nobody who could be answered. Everything else that is wrong is answered with an event; an exception means a bug or
 * a full or broken disk, and ends the process.
 */
public final class Shard implements LogListener {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final long EXPIRY_TIMER_ID = 1;
    private static final long SCHEDULE_TIMER_ID = 2;
    private static final long EXPIRY_INTERVAL_NS = 250_000_000L;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final ShardConfig config;
    private final EventFragment fragment;
    private final SequenceTable accounts;
    private final SequenceTable instruments;
    private final SessionTable sessions;
    private final InstrumentRegistry registry = new InstrumentRegistry();
    private final TradingSchedule schedule = new TradingSchedule();
    private final AccountRights rights = new AccountRights();
    private final EventPublisher publisher;
    private final SessionEventPublisher answers;
    private final MatchingState matching;
    private final CommandBatchAdapter batches;
    private final SessionAdapter sessionCommands;
    private final AdminAdapter adminCommands;

    private LogControl control;
    private long timeNs;
    private long expiryHorizonNs;
    private boolean expiryTimerArmed;
    private volatile long appliedPosition;
    private volatile long unreadableMessages;

    /** With memory that goes when the shard is garbage, sooner or later. */
    public Shard(final ShardConfig config, final MatchingStateFactory matchingFactory) {
        this(config, matchingFactory, new SessionTable(config.maxSessions()));
    }

    /** @param sessions empty, and this shard's from now on */
    public Shard(final ShardConfig config, final MatchingStateFactory matchingFactory, final SessionTable sessions) {
        this(config, matchingFactory, sessions, StateMemory::collected);
    }

    /** @param memory of everything but the book, zeroed, for as long as the shard is used */
    public Shard(final ShardConfig config, final MatchingStateFactory matchingFactory, final StateMemory memory) {
        this(config, matchingFactory, new SessionTable(config.maxSessions(), memory, memory), memory);
    }

    private Shard(final ShardConfig config, final MatchingStateFactory matchingFactory, final SessionTable sessions, final StateMemory memory) {
        this.config = config;
        fragment = new EventFragment(config.shard(), config.maxFragmentBytes(), memory);
        accounts = new SequenceTable(config.maxAccounts(), memory);
        instruments = new SequenceTable(config.maxInstruments(), memory);
        this.sessions = sessions;
        publisher = new EventPublisher(fragment, accounts, instruments);
        answers = new SessionEventPublisher(fragment);
        matching = matchingFactory.create(publisher);
        batches = new CommandBatchAdapter(sessions, rights, publisher, answers, matching.matcher());
        sessionCommands = new SessionAdapter(sessions, accounts, publisher, answers, matching.matcher());
        adminCommands = new AdminAdapter(this, config, registry, instruments, publisher, answers, matching,
                new AccountAdapter(accounts, answers, matching, rights, registry));
    }

    @Override
    public void onRestore(final SnapshotReader snapshot) {
        try (ShardSnapshot reader = new ShardSnapshot(this)) {
            reader.read(snapshot);
        }
    }

    @Override
    public void onStart(final LogControl logControl) {
        control = logControl;
        fragment.connect(logControl.events());
    }

    @Override
    public void onCommand(final long position, final long logTimeNs, final DirectBuffer buffer, final int offset, final int length) {
        matching.applying(position);
        beginEntry(position, logTimeNs);
        dispatch(buffer, offset, length);
        endEntry(position);
    }

    @Override
    public void onTimer(final long position, final long logTimeNs, final long timerId) {
        matching.applying(position);
        beginEntry(position, logTimeNs);
        if (timerId == EXPIRY_TIMER_ID) {
            expiryTimerArmed = false;
        } else if (timerId == SCHEDULE_TIMER_ID) {
            schedule.timerDone();
        }
        endEntry(position);
    }

    private void beginEntry(final long position, final long logTimeNs) {
        if (logTimeNs > timeNs) {
            timeNs = logTimeNs;
        }
        if (fragment.venueEpoch() == 0) {
            fragment.venueEpoch(Math.max(1, timeNs / NS_PER_SECOND & 0xFFFF_FFFFL));
        }
        fragment.beginEntry(position, timeNs);
        if (schedule.nextNs() <= timeNs) {
            changeStates();
        }
        matching.matcher().advanceTime(timeNs);
    }

    /** What is due by now, each change at its time among the expiries. */
    private void changeStates() {
        publisher.endCommand();
        while (schedule.nextNs() <= timeNs) {
            matching.matcher().advanceTime(schedule.nextNs());
            final int instrumentId = schedule.nextInstrumentId();
            for (final InstrumentSpec spec : registry.inOrder()) {
                if (instrumentId == 0 || instrumentId == spec.instrumentId()) {
                    matching.matcher().setTradingState(spec.instrumentId(), schedule.nextState());
                }
            }
            schedule.done(timeNs);
        }
    }

    private void endEntry(final long position) {
        fragment.endEntry();
        matching.applied(position);
        matching.publish(fragment.lastEventSeq());
        appliedPosition = position;
        if (batches.expiryHorizonNs() > expiryHorizonNs) {
            expiryHorizonNs = batches.expiryHorizonNs();
        }
        if (!expiryTimerArmed && expiryHorizonNs >= timeNs) {
            expiryTimerArmed = true;
            control.scheduleTimer(EXPIRY_TIMER_ID, timeNs + EXPIRY_INTERVAL_NS);
        }
        final long timerNs = schedule.timerToSetNs();
        if (timerNs != TradingSchedule.NEVER) {
            control.scheduleTimer(SCHEDULE_TIMER_ID, timerNs);
        }
    }

    private void dispatch(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            unreadableMessages++;
            return;
        }
        final int blockLength = buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        final int schemaId = buffer.getShort(offset + 4, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        final int bodyOffset = offset + HEADER_LENGTH;
        final int bodyLength = length - HEADER_LENGTH;
        if (schemaId != CommandBatchDecoder.SCHEMA_ID || blockLength > bodyLength) {
            unreadableMessages++;
            return;
        }
        final boolean wasRead = switch (templateId) {
            case CommandBatchDecoder.TEMPLATE_ID -> batches.onBatch(buffer, bodyOffset, blockLength, bodyLength);
            case SessionEstablishDecoder.TEMPLATE_ID -> sessionCommands.onEstablish(buffer, bodyOffset, blockLength);
            case SessionCloseDecoder.TEMPLATE_ID -> sessionCommands.onClose(buffer, bodyOffset, blockLength);
            default -> adminCommands.onCommand(templateId, buffer, bodyOffset, blockLength, bodyLength);
        };
        if (!wasRead) {
            unreadableMessages++;
        }
    }

    @Override
    public void onTakeSnapshot(final SnapshotWriter snapshot) {
        control.events().awaitRecorded();
        try (ShardSnapshot writer = new ShardSnapshot(this)) {
            writer.write(snapshot);
        }
    }

    @Override
    public void onRole(final LogRole role) {
        if (role == LogRole.LEADER) {
            fragment.checkNotBehindRecording();
        }
    }

    @Override
    public void onStop() {
        // nothing of its own to close: the log closes its event stream, the owner its book memory
    }

    /** Hash of all replicated state at this point of the log. Thread: engine. */
    public long stateHash() {
        long hash = matching.matcher().stateHash();
        hash = StateHashing.mix(hash, sessions.stateHash());
        hash = StateHashing.mix(hash, accounts.stateHash());
        hash = StateHashing.mix(hash, instruments.stateHash());
        hash = StateHashing.mix(hash, registry.stateHash());
        hash = StateHashing.mix(hash, rights.stateHash());
        hash = StateHashing.mix(hash, fragment.lastEventSeq());
        hash = StateHashing.mix(hash, fragment.venueEpoch());
        hash = StateHashing.mix(hash, publisher.lastFeedSeq());
        hash = StateHashing.mix(hash, timeNs);
        hash = StateHashing.mix(hash, expiryHorizonNs);
        hash = schedule.mixInto(hash);
        return StateHashing.mix(hash, expiryTimerArmed ? 1 : 0);
    }

    @Override
    public long fingerprint() {
        long hash = StateHashing.mix(fragment.lastEventSeq(), publisher.lastFeedSeq());
        hash = StateHashing.mix(hash, timeNs);
        return StateHashing.mix(hash, matching.orderCount());
    }

    @Override
    public long lastEventSeq() {
        return fragment.lastEventSeq();
    }

    /** Position of the last log entry that was applied in this life. Any thread. */
    public long appliedPosition() {
        return appliedPosition;
    }

    /** Messages in this life that were too broken to answer. Any thread. */
    public long unreadableMessages() {
        return unreadableMessages;
    }

    ShardConfig config() {
        return config;
    }

    EventFragment fragment() {
        return fragment;
    }

    EventPublisher publisher() {
        return publisher;
    }

    SequenceTable accounts() {
        return accounts;
    }

    SequenceTable instruments() {
        return instruments;
    }

    TradingSchedule schedule() {
        return schedule;
    }

    SessionTable sessions() {
        return sessions;
    }

    AccountRights rights() {
        return rights;
    }

    InstrumentRegistry registry() {
        return registry;
    }

    /** The matcher and its counts. Thread: engine. */
    public MatchingState matching() {
        return matching;
    }

    long timeNs() {
        return timeNs;
    }

    long expiryHorizonNs() {
        return expiryHorizonNs;
    }

    boolean expiryTimerArmed() {
        return expiryTimerArmed;
    }

    void restoreClock(final long restoredTimeNs, final long restoredHorizonNs, final boolean restoredTimerArmed) {
        timeNs = restoredTimeNs;
        expiryHorizonNs = restoredHorizonNs;
        expiryTimerArmed = restoredTimerArmed;
    }
}
